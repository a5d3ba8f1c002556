//! What a step of a procedure does to the clocks of its case.

use chrono::NaiveDate;
use uuid::Uuid;

use super::clock::{ClockRow, refused};
use super::faces::Faces;
use super::reckoning::Due;
use super::rules::Rule;
use super::{store, telling};
use crate::base::clock::Timestamp;
use crate::base::problem::{Problem, Result};
use crate::platform::access::AreaInScope;
use crate::platform::db::Tx;

/// What happens to one clock. Ending, pausing and resuming a clock that does not run changes nothing: what may be done
/// is the procedure's own `match` to say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Change {
    /// Starts now.
    Start(Rule),
    /// Started on a day on record, such as that on which an agreement took effect; the day is not counted.
    StartOn(Rule, NaiveDate),
    /// Starts now and ends on the day that an order or an agreement names.
    Name(Rule, NaiveDate),
    /// Ends, in time or late: by the server's time, or by the phone's when that was earlier.
    Stop(Rule),
    /// Ends, in time or late, by the day on record on which it happened.
    StopOn(Rule, NaiveDate),
    /// Ends without what it waited for.
    Miss(Rule),
    /// Ends without a verdict, for this reason.
    Waive(Rule, &'static str),
    /// Counts no further until it is resumed.
    Pause(Rule),
    /// Counts on with the time that was left.
    Resume(Rule),
    /// Gets so many more of the rule's units (days, where a day was named); once. 409 when the rule, or how far the
    /// clock is, does not allow it.
    Extend(Rule, u16),
}

/// The case whose clocks change.
#[derive(Debug, Clone, Copy)]
pub struct Of<'a> {
    /// The case.
    pub case: Uuid,
    /// What its clocks show now.
    pub faces: &'a Faces,
    /// When the phone took the step down, for work done offline.
    pub device_at: Option<Timestamp>,
    /// Whether the case is closed by this step: whatever is still open is waived.
    pub closed: bool,
}

/// Clocks that start together, as with a new case: what they show goes into the case's row, and after it their own rows are written.
#[derive(Debug)]
pub struct Beginning {
    pub(super) faces: Faces,
    pub(super) rows: Vec<ClockRow>,
}

/// Reckons the clocks that `starts` start with a new case, without asking the database. Whatever starts nothing changes
/// nothing.
pub fn begin(area: &AreaInScope, case: Uuid, starts: &[Change], now: Timestamp) -> Result<Beginning> {
    let mut beginning = Beginning { faces: Faces::none(), rows: vec![] };
    for start in starts {
        let rule = start.rule();
        if beginning.faces.is_open(rule) {
            return Err(second(rule));
        }
        if let Some(row) = begun(start, area, case, now)? {
            beginning.faces = beginning.faces.with(&row)?;
            beginning.rows.push(row);
        }
    }
    Ok(beginning)
}

impl Beginning {
    /// What they show.
    pub fn faces(&self) -> &Faces {
        &self.faces
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// Which times run, and until which day.
    pub fn days(&self) -> impl Iterator<Item = (Rule, NaiveDate)> {
        self.rows.iter().map(|row| (row.rule, row.due_on))
    }

    /// Writes them, once the case is there.
    pub fn write(&self, tx: &mut Tx, area: &AreaInScope) -> Result<()> {
        self.rows.iter().try_for_each(|row| store::insert(tx, area, row))
    }
}

fn second(rule: Rule) -> Problem {
    Problem::internal(format!("a second clock of {rule} in one case"))
}

/// Why the clocks of a closed case do not run on.
const CLOSED: &str = "案卷已结案";

/// Does `changes` in order, in the step's own transaction, and answers what the clocks show afterwards. Without a
/// change, and without an open clock of a case that is closed, not one statement is sent.
pub fn apply(tx: &mut Tx, area: &AreaInScope, of: Of, changes: &[Change]) -> Result<Faces> {
    let mut board = Board { rows: vec![], faces: of.faces.clone() };
    let ends = of.closed && of.faces.open().next().is_some();
    if ends || changes.iter().any(|change| change.touches(of.faces)) {
        if changes.iter().any(|change| matches!(change, Change::Pause(_))) {
            // The point that comes next is kept as it is read here: what is told meanwhile would be told again afterwards.
            store::hold_open(tx, area, of.case)?;
        }
        let open = store::open_of_case(tx, area, of.case)?;
        board.rows = open.into_iter().map(|row| (row, Mark::Kept)).collect();
    }
    let now = tx.now();
    for change in changes {
        board.make(area, of, change, now)?;
    }
    if of.closed {
        board.rows.iter_mut().filter(|(row, _)| row.state.is_open()).for_each(|(row, mark)| {
            row.waive(CLOSED, now);
            mark.change();
        });
    }
    for (row, mark) in &board.rows {
        match mark {
            Mark::Kept => continue,
            Mark::Changed => {
                store::update(tx, area, row)?;
                // After the row itself: whoever is telling of it at this moment holds that, and is waited for.
                if !row.state.is_open() && row.may_have_told(now) {
                    telling::settle(tx, area, row.id)?;
                }
            }
            Mark::New => store::insert(tx, area, row)?,
        }
        board.faces = board.faces.with(row)?;
    }
    Ok(board.faces)
}

/// The clocks of a case while they are changed.
struct Board {
    rows: Vec<(ClockRow, Mark)>,
    faces: Faces,
}

/// What must be written of a row.
enum Mark {
    Kept,
    Changed,
    New,
}

impl Mark {
    fn change(&mut self) {
        if matches!(self, Self::Kept) {
            *self = Self::Changed;
        }
    }
}

impl Change {
    fn rule(&self) -> Rule {
        match self {
            Self::Start(rule)
            | Self::StartOn(rule, _)
            | Self::Name(rule, _)
            | Self::Stop(rule)
            | Self::StopOn(rule, _)
            | Self::Miss(rule)
            | Self::Waive(rule, _)
            | Self::Pause(rule)
            | Self::Resume(rule)
            | Self::Extend(rule, _) => *rule,
        }
    }

    /// Whether it changes a clock that is there already.
    fn touches(&self, faces: &Faces) -> bool {
        faces.is_open(self.rule())
    }
}

impl Board {
    fn make(&mut self, area: &AreaInScope, of: Of, change: &Change, now: Timestamp) -> Result<()> {
        let rule = change.rule();
        match self.rows.iter_mut().find(|(row, _)| row.rule == rule && row.state.is_open()) {
            Some((row, mark)) => {
                mark.change();
                row.take(change, of.device_at, now)
            }
            None => {
                let clock = begun(change, area, of.case, now)?;
                self.rows.extend(clock.map(|clock| (clock, Mark::New)));
                Ok(())
            }
        }
    }
}

/// The clock that `change` starts, if it starts one.
fn begun(change: &Change, area: &AreaInScope, case: Uuid, now: Timestamp) -> Result<Option<ClockRow>> {
    let (rule, start, due) = match *change {
        Change::Start(rule) => (rule, now, rule.due(now)?),
        Change::StartOn(rule, day) => {
            let start = Timestamp::start_of(day);
            (rule, start, rule.due(start)?)
        }
        Change::Name(rule, day) => (rule, now, Due::named(day)),
        Change::Extend(rule, _) => {
            return Err(refused(rule, format!("“{}”没有在计时,不能延长", rule.label())));
        }
        Change::Stop(_)
        | Change::StopOn(..)
        | Change::Miss(_)
        | Change::Waive(..)
        | Change::Pause(_)
        | Change::Resume(_) => return Ok(None),
    };
    let mut clock = ClockRow::started(case, area, rule, (start, due), now)?;
    clock.tell_if_late(now)?;
    Ok(Some(clock))
}

impl ClockRow {
    /// Takes a change while it is open.
    fn take(&mut self, change: &Change, device_at: Option<Timestamp>, now: Timestamp) -> Result<()> {
        match *change {
            // A phone that thinks it was before the beginning is wrong about the time.
            Change::Stop(_) => self.stop(device_at.filter(|at| *at >= self.started_at), now),
            Change::StopOn(_, day) => self.stop(Some(Timestamp::end_of(day)), now),
            Change::Miss(_) => self.miss(now),
            Change::Waive(_, because) => self.waive(because, now),
            Change::Pause(_) => self.pause(now),
            Change::Resume(_) => self.resume(now)?,
            Change::Extend(_, by) => self.extend(by, now)?,
            Change::Start(rule) | Change::StartOn(rule, _) | Change::Name(rule, _) => {
                return Err(second(rule));
            }
        }
        Ok(())
    }
}
