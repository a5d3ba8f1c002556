//! How far notices came with households. Kept with its counts: one call changes both.

use std::collections::{BTreeMap, BTreeSet};

use diesel::prelude::*;
use diesel::sql_types::{Array, Bool, Text};

use super::feed;
use crate::base::area_code::AreaCode;
use crate::base::clock::Timestamp;
use crate::base::column::{Instant, Uid};
use crate::base::id::Id;
use crate::base::problem::{Code, Problem, Result};
use crate::features::households::{self, Standing};
use crate::features::notices::counts;
use crate::features::notices::model::Notice;
use crate::features::notices::reach::{Home, Mark, Reach, ReachStatus, VisitMark};
use crate::platform::access::Household;
use crate::platform::db::schema::household_reach::{self, dsl};
use crate::platform::db::schema::notices;
use crate::platform::db::{Cols, Condition, DbConnection, Outcome, Tx};
use crate::prepared;

/// How far the notice came with the household; none when nothing has reached it.
pub fn find(c: &mut DbConnection, notice: Id<Notice>, household: Id<Household>) -> Result<Option<Reach>> {
    dsl::household_reach.find((notice, household)).select(Reach::cols()).first(c).or_none()
}

/// The household as something first happens to it, counted where it was when the counts were frozen at `published_at`:
/// whoever came afterwards is counted apart, or the rate would hide somebody who was missed.
fn home(
    c: &mut DbConnection,
    (notice, household): (Id<Notice>, Id<Household>),
    here: &AreaCode,
    (standing, published_at): (Option<&Standing>, Option<Timestamp>),
) -> Result<Home> {
    let counted = match standing.zip(published_at) {
        None => Some(here.clone()),
        Some((standing, then)) => match standing.counted_at(then) {
            // Where the delivery or the task found it.
            Some(area) if *area == standing.area => Some(here.clone()),
            // It has moved since, perhaps from where the notice is not read.
            Some(area) if !feed::areas_over(c, area, notice)?.is_empty() => Some(area.clone()),
            Some(_) | None => None,
        },
    };
    let no_smartphone = standing.is_some_and(|standing| standing.has_no_smartphone());
    let newcomer = counted.is_none();
    Ok(Home { notice, household, area: counted.unwrap_or_else(|| here.clone()), no_smartphone, newcomer })
}

fn published_at(c: &mut DbConnection, notice: Id<Notice>) -> Result<Option<Timestamp>> {
    Ok(notices::table.find(notice).select(notices::published_at).first(c)?)
}

/// Brings messages to the household to `mark` unless they are there or further; answers where it is then.
pub fn raise(tx: &mut Tx, mark: &Mark) -> Result<Reach> {
    let now = tx.now();
    let Some(known) = find(tx, mark.notice, mark.household)? else {
        let published_at = published_at(tx, mark.notice)?;
        let standing = households::standing(tx, mark.household)?;
        let known = (standing.as_ref(), published_at);
        let home = home(tx, (mark.notice, mark.household), &mark.area, known)?;
        return begin(tx, Reach::first(home, mark, now));
    };
    if known.by_message >= Some(mark.status) {
        return Ok(known);
    }
    let reach = known.clone().raised(mark, now);
    replace(tx, &known, &reach)?;
    Ok(reach)
}

/// Notes that something was sent to households, of notices that were published then; answers the rows of those that
/// nothing had reached before, for the caller to count.
pub fn sent(tx: &mut Tx, marks: &[(Mark, Option<Timestamp>)]) -> Result<Vec<Reach>> {
    let now = tx.now();
    // Each household once, and in an order in which others lock them too.
    let marks: BTreeMap<_, _> = marks.iter().map(|(mark, at)| (key(mark), (mark, *at))).collect();
    let homes: Vec<_> = marks.values().map(|(mark, _)| mark.household).collect();
    let standings = households::standings(tx, &homes)?;
    let mut rows = Vec::with_capacity(marks.len());
    for (mark, published_at) in marks.into_values() {
        let known = (standings.get(&mark.household), published_at);
        rows.push(Reach::first(home(tx, key(mark), &mark.area, known)?, mark, now));
    }
    let new = insert_new(tx, &rows)?;
    let is_new = |row: &Reach| new.contains(&(row.notice_id, row.household_id));
    let (first, again): (Vec<_>, Vec<_>) = rows.into_iter().partition(is_new);
    // Whom a visit reached before: the message is remembered, and nothing is better than it was.
    for again in again.chunk_by(|one, other| one.notice_id == other.notice_id) {
        let homes = again.iter().map(|row| row.household_id);
        let Some(notice) = again.first().map(|row| row.notice_id) else { continue };
        let there =
            dsl::household_reach.filter(dsl::notice_id.eq(notice).and(dsl::household_id.eq_any(homes)));
        let unsent = there.filter(dsl::by_message.is_null());
        diesel::update(unsent).set(dsl::by_message.eq(Some(ReachStatus::Sent))).execute(&mut **tx)?;
    }
    Ok(first)
}

fn key(mark: &Mark) -> (Id<Notice>, Id<Household>) {
    (mark.notice, mark.household)
}

/// Rows as [`Reach::first`] makes them of messages that were sent: nobody has read them.
const INSERT_NEW: &str = "INSERT INTO household_reach \
   (notice_id, household_id, area_code, status, by_message, no_smartphone, newcomer, updated_at) \
 SELECT r.*, $7 FROM unnest($1, $2, $3, $4, $4, $5, $6) \
   AS r (notice_id, household_id, area_code, status, by_message, no_smartphone, newcomer) \
 ON CONFLICT (notice_id, household_id) DO NOTHING RETURNING notice_id, household_id";

#[derive(QueryableByName)]
struct New {
    #[diesel(sql_type = Uid)]
    notice_id: Id<Notice>,
    #[diesel(sql_type = Uid)]
    household_id: Id<Household>,
}

/// Inserts those of `rows` that are not there; answers which.
fn insert_new(tx: &mut Tx, rows: &[Reach]) -> Result<BTreeSet<(Id<Notice>, Id<Household>)>> {
    if rows.is_empty() {
        return Ok(BTreeSet::new());
    }
    let now = tx.now();
    match &mut **tx {
        DbConnection::Postgres(c) => {
            // Rows as values would be another statement for each number of them, put together and planned anew.
            fn all<'r, T>(rows: &'r [Reach], of: impl Fn(&'r Reach) -> T) -> Vec<T> {
                rows.iter().map(of).collect()
            }
            let insert = diesel::sql_query(INSERT_NEW)
                .bind::<Array<Uid>, _>(all(rows, |row| row.notice_id))
                .bind::<Array<Uid>, _>(all(rows, |row| row.household_id))
                .bind::<Array<Text>, _>(all(rows, |row| &row.area_code))
                .bind::<Array<Text>, _>(all(rows, |row| row.status))
                .bind::<Array<Bool>, _>(all(rows, |row| row.no_smartphone))
                .bind::<Array<Bool>, _>(all(rows, |row| row.newcomer))
                .bind::<Instant, _>(now);
            Ok(insert.load::<New>(c)?.into_iter().map(|new| (new.notice_id, new.household_id)).collect())
        }
        // Diesel has no batch with ON CONFLICT for SQLite, where one statement for each row costs no way anyhow.
        DbConnection::Sqlite(c) => {
            let mut new = BTreeSet::new();
            for row in rows {
                let insert = diesel::insert_into(household_reach::table).values(row);
                let insert = insert.on_conflict((dsl::notice_id, dsl::household_id)).do_nothing();
                if prepared!(insert).execute(c)? == 1 {
                    new.insert((row.notice_id, row.household_id));
                }
            }
            Ok(new)
        }
    }
}

/// Sets what visits to a household came to, and counts the household by the best that stands then.
pub fn visited(tx: &mut Tx, visit: &VisitMark) -> Result<()> {
    let now = tx.now();
    match (find(tx, visit.notice, visit.household)?, visit.best) {
        (None, None) => Ok(()),
        (None, Some(best)) => {
            let published_at = published_at(tx, visit.notice)?;
            let standing = households::standing(tx, visit.household)?;
            let known = (standing.as_ref(), published_at);
            let home = home(tx, (visit.notice, visit.household), &visit.area, known)?;
            begin(tx, Reach::first_by_visit(home, best, now)).map(drop)
        }
        (Some(known), best) if known.by_visit == best => Ok(()),
        (Some(known), best) => match known.clone().visited(best, now) {
            Some(reach) => replace(tx, &known, &reach),
            None => forget(tx, &known),
        },
    }
}

/// Writes the first that happened.
fn begin(tx: &mut Tx, reach: Reach) -> Result<Reach> {
    diesel::insert_into(household_reach::table).values(&reach).execute(&mut **tx).or_again()?;
    counts::moved(tx, &reach, None, Some(reach.status), 1)?;
    Ok(reach)
}

/// Writes `reach` in the place of `known`.
fn replace(tx: &mut Tx, known: &Reach, reach: &Reach) -> Result<()> {
    let next = (
        dsl::status.eq(reach.status),
        dsl::read_at.eq(reach.read_at),
        dsl::acknowledged_at.eq(reach.acknowledged_at),
        dsl::resident_id.eq(reach.resident_id),
        dsl::by_message.eq(reach.by_message),
        dsl::by_visit.eq(reach.by_visit),
        dsl::updated_at.eq(reach.updated_at),
    );
    if diesel::update(household_reach::table.filter(same(known))).set(next).execute(&mut **tx)? == 0 {
        return Err(met());
    }
    if known.status != reach.status {
        counts::moved(tx, reach, Some(known.status), Some(reach.status), 1)?;
    }
    Ok(())
}

/// Removes the row of a household to which nothing happened after all.
fn forget(tx: &mut Tx, known: &Reach) -> Result<()> {
    if diesel::delete(household_reach::table.filter(same(known))).execute(&mut **tx)? == 0 {
        return Err(met());
    }
    counts::moved(tx, known, Some(known.status), None, 1)
}

/// The row as it was read. Two may change it at once: whoever comes second starts again from what the first made of it.
fn same(known: &Reach) -> Condition<household_reach::table> {
    let row = dsl::notice_id.eq(known.notice_id).and(dsl::household_id.eq(known.household_id));
    let by_message: Condition<household_reach::table> = match known.by_message {
        Some(status) => Box::new(dsl::by_message.eq(status).assume_not_null()),
        None => Box::new(dsl::by_message.is_null()),
    };
    let by_visit: Condition<household_reach::table> = match known.by_visit {
        Some(status) => Box::new(dsl::by_visit.eq(status).assume_not_null()),
        None => Box::new(dsl::by_visit.is_null()),
    };
    Box::new(row.and(by_message).and(by_visit))
}

fn met() -> Problem {
    Problem::new(Code::Busy).retry_after(1).caused_by("a household was reached in two ways at once")
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

/// How many households of an area stand so; whether nobody there has a smartphone, and whether they are newcomers.
pub type Tally = (AreaCode, ReachStatus, bool, bool, i64);

/// What counting the rows of a notice gives; for verification only.
pub fn tally(c: &mut DbConnection, notice: Id<Notice>) -> Result<Vec<Tally>> {
    let group = (dsl::area_code, dsl::status, dsl::no_smartphone, dsl::newcomer);
    let rows = dsl::household_reach.filter(dsl::notice_id.eq(notice)).group_by(group);
    let counted = (dsl::area_code, dsl::status, dsl::no_smartphone, dsl::newcomer, diesel::dsl::count_star());
    Ok(rows.select(counted).load(c)?)
}
