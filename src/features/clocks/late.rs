//! Clocks of cases that are older than the clocks: what they would have had since the step that starts them, reckoned as it
//! would have been then (decision 0054).

use chrono::NaiveDate;
use uuid::Uuid;

use super::change::Beginning;
use super::clock::ClockRow;
use super::faces::Faces;
use super::reckoning::Due;
use super::rules::Rule;
use crate::base::clock::Timestamp;
use crate::base::problem::Result;
use crate::platform::access::AreaInScope;

/// A time that has been running without a clock, by what the case's own records say.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Owed {
    rule: Rule,
    since: Timestamp,
    named: Option<NaiveDate>,
}

impl Owed {
    /// It has run since `at`.
    pub fn since(rule: Rule, at: Timestamp) -> Self {
        Self { rule, since: at, named: None }
    }

    /// It has run since a day on record; the day is not counted.
    pub fn since_day(rule: Rule, day: NaiveDate) -> Self {
        Self::since(rule, Timestamp::start_of(day))
    }

    /// It has run since `at`, and ends on the day that an order or an agreement names.
    pub fn named(rule: Rule, at: Timestamp, day: NaiveDate) -> Self {
        Self { rule, since: at, named: Some(day) }
    }

    /// Which time.
    pub fn rule(self) -> Rule {
        self.rule
    }

    fn due(self) -> Result<Due> {
        self.named.map_or_else(|| self.rule.due(self.since), |day| Ok(Due::named(day)))
    }
}

/// Reckons the clocks of those `owed` of whose rule the case has never had one. A window of the citizens that is over by now is
/// left out: nobody was late for it.
pub fn begin_late(
    area: &AreaInScope,
    case: Uuid,
    faces: &Faces,
    owed: &[Owed],
    now: Timestamp,
) -> Result<Beginning> {
    let mut rows = Vec::new();
    for owed in owed.iter().filter(|owed| !faces.knows(owed.rule)) {
        let due = owed.due()?;
        if !owed.rule.terms().window || now <= due.lawful_until() {
            rows.push(ClockRow::started(case, area, owed.rule, (owed.since, due), now)?);
        }
    }
    tell_the_latest(&mut rows, now)?;
    let faces = rows.iter().try_fold(faces.clone(), Faces::with)?;
    Ok(Beginning { faces, rows })
}

/// Of all that should have been told in the past only the latest is told, which is the highest up: after an upgrade
/// everybody would otherwise find a heap of alerts, most of them about what is known for long.
fn tell_the_latest(rows: &mut [ClockRow], now: Timestamp) -> Result<()> {
    let mut latest: Option<(Timestamp, usize)> = None;
    for (place, row) in rows.iter().enumerate() {
        let points = row.rule.points(row.due())?;
        latest = latest.max(points.iter().rfind(|point| point.at <= now).map(|point| (point.at, place)));
    }
    let Some((at, place)) = latest else { return Ok(()) };
    if let Some(row) = rows.get_mut(place) {
        row.next_at = Some(at);
    }
    Ok(())
}
