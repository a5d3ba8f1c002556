//! What sign-in reads and counts before anybody is known.
//!
//! These functions take no scope: they answer who the caller is, and a scope is made of that answer. They give out
//! no name and no phone.

use diesel::prelude::*;

use crate::base::area_code::AreaCode;
use crate::base::clock::Timestamp;
use crate::base::id::Id;
use crate::base::problem::{Code, Problem, Result};
use crate::each;
use crate::features::staff::model::{FAILURES, Holder, LOCK, StaffStatus};
use crate::platform::access::{Post, Role, Staff};
use crate::platform::db::schema::{posts, sign_in_failures, staff_members};
use crate::platform::db::{Cols, DbConnection, Outcome, Tx};

/// An account as sign-in needs it.
#[derive(Debug, Clone, Queryable, Selectable)]
#[diesel(table_name = staff_members)]
pub struct Found {
    /// The account.
    pub id: Id<Staff>,
    /// Where the person belongs.
    #[diesel(column_name = area_code)]
    pub area: AreaCode,
    /// Whether the account may be used.
    pub status: StaffStatus,
    /// The hash of the password; none before there is one.
    pub(in crate::features::staff) password_hash: Option<String>,
    /// When its owner chose it.
    pub(in crate::features::staff) password_set_at: Option<Timestamp>,
    /// Counts changes.
    pub(in crate::features::staff) version: i32,
}

/// The account with this phone, in service or not.
pub fn find_by_phone(c: &mut DbConnection, phone_index: &[u8]) -> Result<Option<Found>> {
    let found = staff_members::table.filter(staff_members::phone_index.eq(phone_index));
    found.select(Found::cols()).first(c).or_none()
}

/// Who may act under the account at `now`; `None` when it is suspended or there is none. Asked on each request, so
/// account and posts come in one statement.
pub fn holder(c: &mut DbConnection, id: Id<Staff>, now: Timestamp) -> Result<Option<Holder>> {
    let runs = posts::started_at.le(now).and(posts::ended_at.is_null().or(posts::ended_at.gt(now)));
    let rows = staff_members::table
        .left_join(posts::table.on(posts::staff_id.eq(staff_members::id).and(runs)))
        .filter(staff_members::id.eq(id))
        .filter(staff_members::status.eq(StaffStatus::Active))
        .order((posts::started_at, posts::id))
        .select((
            (staff_members::area_code, staff_members::org),
            staff_members::sessions_since,
            staff_members::version,
            (posts::role, posts::area_code).nullable(),
        ))
        .load::<((AreaCode, Option<String>), Timestamp, i32, Option<(Role, AreaCode)>)>(c)?;
    let Some(((area, org), sessions_since, version, _)) = rows.first() else { return Ok(None) };
    let (home, org, sessions_since, version) = (area.town(), org.clone(), *sessions_since, *version);
    let held = rows.into_iter().filter_map(|(_, _, _, post)| post);
    let posts = held.map(|(role, area)| Post { role, area }).collect();
    Ok(Some(Holder { id, home, org, posts, sessions_since, version }))
}

/// 423 with the seconds that are left when the phone is locked at `now`.
pub fn refuse_locked(c: &mut DbConnection, phone_index: &[u8], now: Timestamp) -> Result<()> {
    let until: Option<Option<Timestamp>> = sign_in_failures::table
        .find(phone_index)
        .select(sign_in_failures::locked_until)
        .first(c)
        .or_none()?;
    match until.flatten() {
        Some(until) if until > now => {
            let seconds =
                u32::try_from((until.since(now).num_milliseconds() + 999) / 1000).unwrap_or(u32::MAX);
            let detail = format!("密码错误次数过多,请在 {} 分钟后再试", seconds.div_ceil(60));
            Err(Problem::because(Code::Locked, detail).retry_after(seconds))
        }
        _ => Ok(()),
    }
}

/// Counts a wrong password and locks the phone after the fifth in a row; answers the count.
pub fn count_failure(tx: &mut Tx, phone_index: &[u8]) -> Result<i32> {
    use sign_in_failures::dsl;
    let now = tx.now();
    let own = dsl::sign_in_failures.filter(dsl::phone_index.eq(phone_index));
    let over =
        dsl::locked_until.le(now).or(dsl::locked_until.is_null().and(dsl::last_at.le(now.plus(-LOCK))));
    diesel::delete(own.filter(over)).execute(&mut **tx)?;
    let first = (
        dsl::phone_index.eq(phone_index),
        dsl::failed_count.eq(1),
        dsl::locked_until.eq(None::<Timestamp>),
        dsl::last_at.eq(now),
    );
    // Added up by the database: two wrong guesses at once must count as two.
    each!(*tx, c => diesel::insert_into(sign_in_failures::table)
        .values(first)
        .on_conflict(dsl::phone_index)
        .do_update()
        .set((dsl::failed_count.eq(dsl::failed_count + 1), dsl::last_at.eq(now)))
        .execute(c))?;
    let count: i32 = own.select(dsl::failed_count).first(&mut **tx)?;
    if count == FAILURES {
        diesel::update(own).set(dsl::locked_until.eq(Some(now.plus(LOCK)))).execute(&mut **tx)?;
    }
    Ok(count)
}

/// Forgets the failures of a phone, when its owner has proved the password or it was set anew.
pub fn forget_failures(tx: &mut Tx, phone_index: &[u8]) -> Result<()> {
    diesel::delete(sign_in_failures::table.find(phone_index)).execute(&mut **tx)?;
    Ok(())
}

/// Forgets failures that no longer count, so that strangers cannot fill the table; answers how many. For a timetable.
pub fn forget_old_failures(tx: &mut Tx) -> Result<usize> {
    let old = sign_in_failures::last_at.lt(tx.now().plus(-LOCK - LOCK));
    Ok(diesel::delete(sign_in_failures::table.filter(old)).execute(&mut **tx)?)
}
