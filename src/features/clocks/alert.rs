//! An alert (期限提醒): what was told at a point of a clock's way, to whom, and whether somebody has taken note.

use diesel::prelude::*;
use uuid::Uuid;

use super::clock::{Clock, Matter};
use super::reckoning::Tells;
use super::rules::Level;
use crate::base::area_code::AreaCode;
use crate::base::clock::Timestamp;
use crate::base::id::Id;
use crate::platform::db::schema::clock_alerts;

crate::id_kind! {
    /// An alert.
    Alert = "alert";
    /// Whoever is told or takes note: a member of staff.
    Officer = "staff";
}

crate::text_enum! {
    /// What an alert says.
    pub enum AlertKind {
        /// The end is near.
        Warning = "warning" "临期预警",
        /// There is no end yet, and it is told further up.
        Escalation = "escalation" "逐级上报",
    }
}

impl AlertKind {
    /// The kind of what is told at a point.
    pub const fn of(tells: Tells) -> Self {
        match tells {
            Tells::Handler => Self::Warning,
            Tells::Above(_) => Self::Escalation,
        }
    }
}

/// Who is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Whom {
    /// The person on whose desk the case is.
    Handler(Uuid),
    /// Whoever holds this level's role where the case lies.
    Level(Level),
}

/// An alert as it is stored.
#[derive(Debug, Clone, Insertable)]
#[diesel(table_name = clock_alerts, treat_none_as_default_value = false)]
pub struct AlertRow {
    /// The alert.
    pub id: Id<Alert>,
    /// The clock.
    pub clock_id: Id<Clock>,
    /// Its case.
    pub case_id: Id<Matter>,
    /// Where the case lay when it was told.
    pub area_code: AreaCode,
    /// What it says.
    pub kind: AlertKind,
    /// Which level is told; none when it is the handler.
    pub level: Option<Level>,
    /// Which person is told; none when it is a level.
    pub handler_id: Option<Id<Officer>>,
    /// The point: when it was to be told. With clock and kind it is unique.
    pub at: Timestamp,
    /// When it was told.
    pub told_at: Timestamp,
}
