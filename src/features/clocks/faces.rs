//! What the clocks of a case show, kept in the case's own row (decision 0015).

use chrono::NaiveDate;
use diesel::backend::Backend;
use diesel::deserialize::{self, FromSql, FromSqlRow};
use diesel::expression::AsExpression;
use diesel::serialize::{self, Output, ToSql};
use diesel::sql_types::Text;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::clock::{ClockRow, ClockState};
use super::reckoning::Due;
use super::rules::Rule;
use crate::base::clock::Timestamp;
use crate::base::problem::{Basis, Problem, Result};

/// What one clock shows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Face {
    rule: Rule,
    state: ClockState,
    due_on: NaiveDate,
    legal_due_on: Option<NaiveDate>,
    due_at: Timestamp,
    extended: bool,
}

/// The latest clock of each rule that a case ever had, in the order in which the rules first ran. Stored as JSON, which
/// is kept beside the values because both databases bind a text that lives as long as its row.
#[derive(Debug, Clone, PartialEq, Eq, AsExpression, FromSqlRow)]
#[diesel(sql_type = Text)]
pub struct Faces {
    faces: Vec<Face>,
    text: String,
}

impl Faces {
    /// Of a case without clocks.
    pub fn none() -> Self {
        Self { faces: vec![], text: "[]".to_owned() }
    }

    /// The first day on which something that the office owes is due; none when nothing is. Windows of the citizens
    /// do not count, nor does what is paused.
    pub fn due_on(&self) -> Option<NaiveDate> {
        let owed = |face: &&Face| face.state == ClockState::Running && !face.rule.terms().window;
        self.faces.iter().filter(owed).map(|face| face.due_on).min()
    }

    /// Whether a clock of `rule` runs or is paused.
    pub fn is_open(&self, rule: Rule) -> bool {
        self.faces.iter().any(|face| face.rule == rule && face.state.is_open())
    }

    /// Whether there ever was a clock of `rule`.
    pub fn knows(&self, rule: Rule) -> bool {
        self.faces.iter().any(|face| face.rule == rule)
    }

    /// The rules of which a clock runs or is paused.
    pub fn open(&self) -> impl Iterator<Item = Rule> {
        self.faces.iter().filter(|face| face.state.is_open()).map(|face| face.rule)
    }

    /// The clocks as clients see them.
    pub fn view(&self) -> Vec<ClockView> {
        self.faces.iter().map(ClockView::of).collect()
    }

    /// These faces with that of `clock`, which takes the place of an older clock of its rule.
    pub(super) fn with(mut self, clock: &ClockRow) -> Result<Self> {
        let face = Face {
            rule: clock.rule,
            state: clock.state,
            due_on: clock.due_on,
            legal_due_on: clock.legal_due_on,
            due_at: clock.due_at,
            extended: clock.extended_by.is_some(),
        };
        match self.faces.iter_mut().find(|older| older.rule == clock.rule) {
            Some(older) => *older = face,
            None => self.faces.push(face),
        }
        self.text = serde_json::to_string(&self.faces).map_err(Problem::internal)?;
        Ok(self)
    }
}

/// A clock of a case.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ClockView {
    /// Which time.
    #[schema(example = "TJ-MEDIATE")]
    pub rule: Rule,
    /// What people call it.
    #[schema(value_type = String, example = "调解")]
    pub label: &'static str,
    /// The law that sets it; absent where the township does.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub basis: Option<Basis>,
    /// What it does.
    pub state: ClockState,
    /// The last day, as counted (Asia/Shanghai).
    pub due_on: NaiveDate,
    /// The last day by law, moved off rest days; absent until the year's rest days are known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub legal_due_on: Option<NaiveDate>,
    /// The last instant of `due_on`; the instant itself where hours or minutes count.
    pub due_at: Timestamp,
    /// Whether it was extended.
    pub extended: bool,
}

impl ClockView {
    fn of(face: &Face) -> Self {
        let due = Due { on: face.due_on, legal_on: face.legal_due_on, at: face.due_at };
        Self {
            rule: face.rule,
            label: face.rule.label(),
            basis: face.rule.terms().basis,
            state: face.state,
            due_on: face.due_on,
            legal_due_on: face.rule.settled(due).legal_on,
            due_at: face.due_at,
            extended: face.extended,
        }
    }
}

impl<DB: Backend> FromSql<Text, DB> for Faces
where
    String: FromSql<Text, DB>,
{
    fn from_sql(bytes: DB::RawValue<'_>) -> deserialize::Result<Self> {
        let text = <String as FromSql<Text, DB>>::from_sql(bytes)?;
        // By far most cases have none.
        if text == "[]" {
            return Ok(Self { faces: vec![], text });
        }
        Ok(Self { faces: serde_json::from_str(&text)?, text })
    }
}

impl<DB: Backend> ToSql<Text, DB> for Faces
where
    str: ToSql<Text, DB>,
{
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, DB>) -> serialize::Result {
        self.text.as_str().to_sql(out)
    }
}
