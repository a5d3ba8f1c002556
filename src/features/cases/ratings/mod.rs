//! Ratings (评价): what the reporter thinks of how their case was handled; once, one to five stars (decision 0034).
//!
//! A rating belongs to the case and names nobody. It is counted for 满意率 where it is written.

mod counts;
mod wire;

use chrono::TimeDelta;
use diesel::prelude::*;

pub use counts::{Satisfaction, compare, satisfaction};
pub use wire::{RatingBody, RatingView};

use super::actions::{Step, record};
use super::model::{Case, CaseFile, CaseKind};
use super::progress::Progress;
use super::store;
use crate::base::area_code::AreaCode;
use crate::base::clock::Timestamp;
use crate::base::id::Id;
use crate::base::problem::{Code, Problem, Result};
use crate::features::areas;
use crate::platform::access::policy::RateCase;
use crate::platform::access::{AreaScope, Granted};
use crate::platform::db::schema::case_ratings;
use crate::platform::db::{DbConnection, Tx};

/// Days after the end of a case in which it may be rated; the day of the end is not counted.
const RATING_DAYS: i64 = 30;

/// A rating after its checks.
#[derive(Debug, Clone)]
pub struct Rating {
    /// One (very dissatisfied) to five (very satisfied).
    pub stars: i32,
    /// Why; at most 500 characters.
    pub words: Option<String>,
}

/// A rating as it is stored.
#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = case_ratings, treat_none_as_default_value = false)]
pub struct RatingRow {
    /// The case; one rating each.
    pub case_id: Id<Case>,
    /// Where it lies.
    pub area_code: AreaCode,
    /// Its procedure.
    pub case_kind: CaseKind,
    /// One to five.
    pub stars: i32,
    /// Why.
    pub words: Option<String>,
    /// When.
    pub rated_at: Timestamp,
}

/// Why a case cannot be rated now: nothing has come of it yet (409 `step_not_allowed`), or its end is too long ago
/// (409 `guard_refused`). One that came to a result and is not closed may be rated at any time.
pub fn bar(file: &CaseFile, progress: &Progress, now: Timestamp) -> Option<(Code, &'static str)> {
    if !progress.rateable {
        return Some((Code::StepNotAllowed, "还没有办理结果,或没有可以评价的办理结果"));
    }
    let last_day = file.closed_at.map(|closed| closed.local_date() + TimeDelta::days(RATING_DAYS));
    let late = last_day.is_some_and(|last| now.local_date() > last);
    late.then_some((Code::GuardRefused, "办结已超过 30 日,不能再评价"))
}

/// Writes down what the reporter thinks: a step of the file that leaves the procedure's `state` as it is. The caller has
/// found that they are the reporter.
///
/// # Errors
/// 412 for another version than the caller saw; 409 as [`bar`] says, and for a second rating, whatever became of the
/// case after the first.
pub fn rate(
    tx: &mut Tx,
    by: &Granted<RateCase>,
    file: &CaseFile,
    (state, progress): (&'static str, &Progress),
    rating: &Rating,
) -> Result<(CaseFile, RatingRow)> {
    if store::ratings::of_case(tx, by.scope(), file)?.is_some() {
        return Err(rated());
    }
    if let Some((code, why)) = bar(file, progress, tx.now()) {
        return Err(Problem::because(code, why));
    }
    let area = areas::of_record(by.scope(), &file.area_code)?;
    let row = RatingRow {
        case_id: file.id,
        area_code: area.code().clone(),
        case_kind: file.kind,
        stars: rating.stars,
        words: rating.words.clone(),
        rated_at: tx.now(),
    };
    let moved = CaseFile { version: file.version + 1, updated_at: tx.now(), ..file.clone() };
    if !store::advance(tx, by.scope(), file, &moved)? {
        return Err(Problem::new(Code::StaleVersion));
    }
    if !store::ratings::insert(tx, &area, &row)? {
        return Err(rated());
    }
    counts::count(tx, &row)?;
    let words = row.words.as_deref().map(|words| format!(":{words}")).unwrap_or_default();
    let step = Step {
        name: "rate",
        from: Some(state),
        to: state,
        note: Some(&format!("{} 星{words}", row.stars)),
        note_internal: None,
        device_at: tx.device_at(),
    };
    record(tx, by, &moved, step)?;
    Ok((moved, row))
}

fn rated() -> Problem {
    Problem::because(Code::GuardRefused, "已经评价过,每件只能评价一次")
}

/// The rating of a case that was found in `scope`; none before it is given.
pub fn rating_of(c: &mut DbConnection, scope: &AreaScope, file: &CaseFile) -> Result<Option<RatingRow>> {
    store::ratings::of_case(c, scope, file)
}
