//! How far notices came with households. Kept with its counts: one call changes both.

use diesel::prelude::*;

use crate::base::area_code::AreaCode;
use crate::base::id::Id;
use crate::base::problem::{Code, Problem, Result};
use crate::each;
use crate::features::notices::counts;
use crate::features::notices::model::Notice;
use crate::features::notices::reach::{Mark, Reach, ReachStatus};
use crate::platform::access::Household;
use crate::platform::db::schema::household_reach::{self, dsl};
use crate::platform::db::schema::notices;
use crate::platform::db::{Cols, DbConnection, Outcome, Tx};

/// How far the notice came with the household; none when nothing has reached it.
pub fn find(c: &mut DbConnection, notice: Id<Notice>, household: Id<Household>) -> Result<Option<Reach>> {
    dsl::household_reach.find((notice, household)).select(Reach::cols()).first(c).or_none()
}

/// Brings the household to `mark` unless it is there or further; answers where it is then.
pub fn raise(tx: &mut Tx, mark: &Mark) -> Result<Reach> {
    let now = tx.now();
    let Some(known) = find(tx, mark.notice, mark.household)? else {
        let reach = Reach::first(mark, now);
        diesel::insert_into(household_reach::table).values(&reach).execute(&mut **tx).or_again()?;
        counts::reached(tx, mark.notice, &reach.area_code, None, reach.status, 1)?;
        return Ok(reach);
    };
    if known.status >= mark.status {
        return Ok(known);
    }
    let from = known.status;
    let reach = known.raised(mark, now);
    // Two of the household may read at once: whoever comes second starts again from what the first made of it.
    let same = dsl::household_reach.find((mark.notice, mark.household)).filter(dsl::status.eq(from));
    let next = (
        dsl::status.eq(reach.status),
        dsl::read_at.eq(reach.read_at),
        dsl::acknowledged_at.eq(reach.acknowledged_at),
        dsl::resident_id.eq(reach.resident_id),
        dsl::updated_at.eq(now),
    );
    if diesel::update(same).set(next).execute(&mut **tx)? == 0 {
        return Err(Problem::new(Code::Busy).retry_after(1).caused_by("two of one household read at once"));
    }
    counts::reached(tx, mark.notice, &reach.area_code, Some(from), reach.status, 1)?;
    Ok(reach)
}

/// Notes that something was sent to a household; says whether nothing had reached it before.
pub fn sent(tx: &mut Tx, mark: &Mark) -> Result<bool> {
    let reach = Reach::first(mark, tx.now());
    let inserted = each!(*tx, c => diesel::insert_into(household_reach::table)
        .values(&reach)
        .on_conflict((dsl::notice_id, dsl::household_id))
        .do_nothing()
        .execute(c))?;
    Ok(inserted == 1)
}

/// Where the notice stands with those of `households` that it has reached, in no order.
pub fn of_households(
    c: &mut DbConnection,
    notice: Id<Notice>,
    households: &[Id<Household>],
) -> Result<Vec<Reach>> {
    let rows = dsl::household_reach.filter(dsl::notice_id.eq(notice));
    Ok(rows.filter(dsl::household_id.eq_any(households)).select(Reach::cols()).load(c)?)
}

/// Every notice that was ever published; for verification only.
pub fn ever_published(c: &mut DbConnection) -> Result<Vec<Id<Notice>>> {
    let published = notices::table.filter(notices::published_at.is_not_null()).order(notices::id);
    Ok(published.select(notices::id).load(c)?)
}

/// What counting the rows of a notice gives, per area and status; for verification only.
pub fn tally(c: &mut DbConnection, notice: Id<Notice>) -> Result<Vec<(AreaCode, ReachStatus, i64)>> {
    let rows = dsl::household_reach.filter(dsl::notice_id.eq(notice)).group_by((dsl::area_code, dsl::status));
    Ok(rows.select((dsl::area_code, dsl::status, diesel::dsl::count_star())).load(c)?)
}
