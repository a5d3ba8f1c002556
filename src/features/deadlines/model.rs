//! What lists of times show.

use chrono::NaiveDate;
use diesel::prelude::*;

use crate::base::area_code::AreaCode;
use crate::base::clock::Timestamp;
use crate::base::id::Id;
use crate::base::problem::Result;
use crate::features::cases::{Case, CaseKind, Confidential, Reporter};
use crate::features::clocks::{Alert, AlertKind, Clock, ClockState, Due, Level, Matter, Rule, calendar};
use crate::platform::access::policy::{OverseeDue, SeeDue};
use crate::platform::access::{Actor, AreaScope, Granted};
use crate::platform::db::schema::{open_clocks, shown_alerts};

crate::text_enum! {
    /// Whose times.
    pub enum DueScope {
        Desk = "desk" "在我手上的",
        Areas = "areas" "我辖区的",
    }
}

/// Whose times, with the proof that the caller may see them.
#[derive(Clone)]
pub enum Whose {
    /// Those of the cases on the caller's desk.
    Desk(Granted<SeeDue>),
    /// Those of all cases in the caller's areas.
    Areas(Granted<OverseeDue>),
}

impl Whose {
    /// What `actor` is granted; 403 when that is nothing.
    pub fn of(actor: &Actor, scope: DueScope) -> Result<Self> {
        match scope {
            DueScope::Desk => Granted::to(actor).map(Self::Desk),
            DueScope::Areas => Granted::to(actor).map(Self::Areas),
        }
    }

    /// Where.
    pub fn scope(&self) -> &AreaScope {
        match self {
            Self::Desk(by) => by.scope(),
            Self::Areas(by) => by.scope(),
        }
    }
}

/// An open clock with what lists show of its case.
#[derive(Debug, Clone, Queryable, Selectable)]
#[diesel(table_name = open_clocks)]
pub struct OpenClock {
    /// The clock.
    pub id: Id<Clock>,
    /// Which time.
    pub rule: Rule,
    /// Whether it runs or is paused.
    pub state: ClockState,
    /// The last day, as counted.
    pub due_on: NaiveDate,
    /// The last day by law, as far as it was known when it was written.
    pub legal_due_on: Option<NaiveDate>,
    /// The last instant.
    pub due_at: Timestamp,
    /// The case.
    pub case_id: Id<Case>,
    /// Its number.
    pub no: String,
    /// Its procedure.
    pub kind: CaseKind,
    /// In short.
    pub title: String,
    /// Where it lies.
    pub area_code: AreaCode,
    /// When its last step was taken.
    pub updated_at: Timestamp,
}

impl OpenClock {
    /// When it ends.
    pub fn due(&self) -> Due {
        self.rule.settled(Due { on: self.due_on, legal_on: self.legal_due_on, at: self.due_at })
    }

    /// Calendar days from `today` to its last one, negative when that has passed; none while no time goes by.
    pub fn days_left(&self, today: NaiveDate) -> Option<i64> {
        (self.state == ClockState::Running).then(|| (self.due_on - today).num_days())
    }

    /// As [`Self::days_left`] in working days; also none while a year's rest days are not known.
    pub fn working_days_left(&self, today: NaiveDate) -> Option<i64> {
        let (from, to) = (today.min(self.due_on), today.max(self.due_on));
        let days = i64::from(calendar::between(from, to).ok()?);
        self.days_left(today).map(|left| if left < 0 { -days } else { days })
    }
}

/// A clock that has come to a point of its way, with what decides who is told.
#[derive(Debug, Clone, Queryable, Selectable)]
#[diesel(table_name = open_clocks)]
pub struct Ripening {
    /// The clock.
    pub id: Id<Clock>,
    /// Which time.
    pub rule: Rule,
    /// The last day.
    pub due_on: NaiveDate,
    /// The last day by law.
    pub legal_due_on: Option<NaiveDate>,
    /// The last instant.
    pub due_at: Timestamp,
    /// The point.
    pub next_at: Option<Timestamp>,
    /// The case.
    pub case_id: Id<Matter>,
    /// Where it lies.
    pub area_code: AreaCode,
    /// Who may see it.
    pub confidential: Confidential,
    /// On whose desk it is.
    pub handler_id: Option<Id<Reporter>>,
}

/// An alert with what lists show of its clock and its case.
#[derive(Debug, Clone, Queryable, Selectable)]
#[diesel(table_name = shown_alerts)]
pub struct ShownAlert {
    /// The alert.
    pub id: Id<Alert>,
    /// What it says.
    pub kind: AlertKind,
    /// Which level is told; none when it is the handler.
    pub level: Option<Level>,
    /// When it was to be told.
    pub at: Timestamp,
    /// When it was told.
    pub told_at: Timestamp,
    /// When somebody took note.
    pub acknowledged_at: Option<Timestamp>,
    /// When there was nothing left to do about it: somebody took note, or the clock ended.
    pub closed_at: Option<Timestamp>,
    /// Which time.
    pub rule: Rule,
    /// What the clock does now.
    pub state: ClockState,
    /// The last day, as counted.
    pub due_on: NaiveDate,
    /// The last day by law.
    pub legal_due_on: Option<NaiveDate>,
    /// The last instant.
    pub due_at: Timestamp,
    /// The case.
    pub case_id: Id<Case>,
    /// Its number.
    pub no: String,
    /// Its procedure.
    pub case_kind: CaseKind,
    /// In short.
    pub title: String,
    /// Where it lies.
    pub case_area: AreaCode,
}

impl ShownAlert {
    /// Whether somebody should still take note of it.
    pub fn is_open(&self) -> bool {
        self.closed_at.is_none()
    }
}
