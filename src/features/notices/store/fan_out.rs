//! Writing deliveries from households in slices, without a row passing through this program.

use diesel::prelude::*;
use diesel::sql_types::{BigInt, Binary, Bool, Nullable, Text};
use serde::{Deserialize, Serialize};

use super::recipients::Errand;
use crate::base::area_code::AreaCode;
use crate::base::clock::Timestamp;
use crate::base::column::{Instant, Uid};
use crate::base::id::Id;
use crate::base::problem::Result;
use crate::features::notices::counts;
use crate::features::notices::delivery::DeliveryState;
use crate::features::notices::model::{Channel, Notice, NoticeRow};
use crate::features::notices::ways::{Manners, Ways};
use crate::platform::access::Household;
use crate::platform::db::schema::{deliveries, notices};
use crate::platform::db::{DbConnection, Outcome, Tx, prefix};

/// Rows of one slice, as long as a household has one on each channel: 10 ms for the one writer of SQLite, see
/// `docs/performance.md`. On PostgreSQL nobody waits for a slice, and each is some ten ways to the server.
fn rows_of_a_slice(c: &DbConnection) -> i64 {
    if c.is_postgres() { 4000 } else { 1000 }
}

/// A place among the households in the order of their index; the slice after it begins there.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, QueryableByName)]
pub struct Cursor {
    /// The area that was last written for.
    #[diesel(sql_type = Text)]
    area_code: AreaCode,
    #[diesel(sql_type = Instant)]
    created_at: Timestamp,
    #[diesel(sql_type = Uid)]
    id: Id<Household>,
}

#[derive(QueryableByName)]
struct Number {
    #[diesel(sql_type = BigInt)]
    n: i64,
}

/// The households of one area after a place, in five parameters of which the first is number `n`. SQLite counts
/// parameters as they come in the text, so numbers must rise from left to right.
fn here(n: u8) -> String {
    let [low, until, area, at, id] = [n, n + 1, n + 2, n + 3, n + 4];
    format!(
        "h.area_code >= ${low} AND h.area_code < ${until} \
         AND (h.area_code, h.created_at, h.id) > (${area}, ${at}, ${id})"
    )
}

/// Writes deliveries for the next slice of households in `areas` after `after`; `None` when there are no more. A
/// resident who has one on a channel keeps it, so a slice may be written twice.
pub fn slice(
    tx: &mut Tx,
    notice: &NoticeRow,
    (ways, manners): (&Ways, &Manners),
    areas: &[AreaCode],
    after: Option<Cursor>,
) -> Result<Option<Cursor>> {
    let mut room = rows_of_a_slice(tx) / order(notice, ways).len().max(1) as i64;
    let mut place = after;
    for area in areas {
        let (_, until) = prefix::range(area.as_str());
        if place.as_ref().is_some_and(|place| place.area_code.as_str() >= until.as_str()) {
            continue; // written before
        }
        let from =
            place.take().filter(|place| place.area_code.is_within(area)).unwrap_or_else(|| start(area));
        let last = at(tx, area, &from, room - 1)?;
        let inserted = insert(tx, notice, (ways, manners), (area, &from, last.as_ref()))?;
        counts::delivered(tx, notice.id, area, None, DeliveryState::Queued, inserted)?;
        if last.is_some() {
            return Ok(last);
        }
        room -= count(tx, area, &from)?;
    }
    Ok(None)
}

fn start(area: &AreaCode) -> Cursor {
    let id = Id::from_uuid(uuid::Uuid::nil());
    Cursor { area_code: area.clone(), created_at: Timestamp::from_millis(0), id }
}

/// The household `offset` places after `from`, if the area has so many.
fn at(c: &mut DbConnection, area: &AreaCode, from: &Cursor, offset: i64) -> Result<Option<Cursor>> {
    let text = format!(
        "SELECT h.area_code, h.created_at, h.id FROM households h WHERE {} \
         ORDER BY h.area_code, h.created_at, h.id LIMIT 1 OFFSET $6",
        here(1)
    );
    let (low, until) = prefix::range(area.as_str());
    let query = diesel::sql_query(text)
        .bind::<Text, _>(low)
        .bind::<Text, _>(until)
        .bind::<Text, _>(&from.area_code)
        .bind::<Instant, _>(from.created_at)
        .bind::<Uid, _>(from.id)
        .bind::<BigInt, _>(offset.max(0));
    query.get_result(c).or_none()
}

/// How many households come after `from`.
fn count(c: &mut DbConnection, area: &AreaCode, from: &Cursor) -> Result<i64> {
    let (low, until) = prefix::range(area.as_str());
    let query = diesel::sql_query(format!("SELECT COUNT(*) AS n FROM households h WHERE {}", here(1)))
        .bind::<Text, _>(low)
        .bind::<Text, _>(until)
        .bind::<Text, _>(&from.area_code)
        .bind::<Instant, _>(from.created_at)
        .bind::<Uid, _>(from.id);
    Ok(query.get_result::<Number>(c)?.n)
}

/// The nine bytes that ids of rows written now begin with.
fn stem() -> Vec<u8> {
    uuid::Uuid::now_v7().as_bytes()[..9].to_vec()
}

/// The channels of the notice that the town has, in their order.
fn order(notice: &NoticeRow, ways: &Ways) -> Vec<Channel> {
    notice.channels.0.order.iter().copied().filter(|channel| ways.has(*channel)).collect()
}

fn errand<'a>(c: &DbConnection, notice: &'a NoticeRow, order: &'a [Channel], now: Timestamp) -> Errand<'a> {
    use chrono::Datelike;
    Errand { notice, order, year: now.local().year(), postgres: c.is_postgres() }
}

fn insert(
    tx: &mut Tx,
    notice: &NoticeRow,
    (ways, manners): (&Ways, &Manners),
    (area, from, last): (&AreaCode, &Cursor, Option<&Cursor>),
) -> Result<i64> {
    let now = tx.now();
    let due = if notice.is_urgent() { now } else { manners.from_when(now) };
    let order = order(notice, ways);
    // Up to the area of the last household, and not to the end of the whole area: otherwise each slice would read all
    // that is left.
    let (_, until) = prefix::range(last.map_or(area, |last| &last.area_code).as_str());
    let low = from.area_code.as_str();
    let to = last.unwrap_or(from);
    let households = format!("{} AND ($12 OR (h.area_code, h.created_at, h.id) <= ($13, $14, $15))", here(7));
    let mut inserted = 0;
    for channel in &order {
        let text = errand(tx, notice, &order, now).insert(*channel, &households, !notice.channels.0.together);
        let rows = diesel::sql_query(text)
            .bind::<Nullable<Text>, _>(&ways.subscribe)
            .bind::<Nullable<Text>, _>(&ways.template)
            .bind::<Binary, _>(stem())
            .bind::<Uid, _>(notice.id)
            .bind::<Instant, _>(due)
            .bind::<Instant, _>(now)
            .bind::<Text, _>(low)
            .bind::<Text, _>(&until)
            .bind::<Text, _>(&from.area_code)
            .bind::<Instant, _>(from.created_at)
            .bind::<Uid, _>(from.id)
            .bind::<Bool, _>(last.is_none())
            .bind::<Text, _>(&to.area_code)
            .bind::<Instant, _>(to.created_at)
            .bind::<Uid, _>(to.id);
        inserted += rows.execute(&mut **tx)? as i64;
    }
    Ok(inserted)
}

/// Writes the household's deliveries on the first of `next` that reaches it, after the channel before did not.
/// Answers how many.
pub fn fall_back(
    tx: &mut Tx,
    notice: &NoticeRow,
    ways: &Ways,
    household: Id<Household>,
    next: &[Channel],
) -> Result<i64> {
    let now = tx.now();
    let order = order(notice, ways);
    for channel in next.iter().filter(|channel| ways.has(**channel)) {
        let text = errand(tx, notice, &order, now).insert(*channel, "h.id = $7", false);
        let rows = diesel::sql_query(text)
            .bind::<Nullable<Text>, _>(&ways.subscribe)
            .bind::<Nullable<Text>, _>(&ways.template)
            .bind::<Binary, _>(stem())
            .bind::<Uid, _>(notice.id)
            .bind::<Instant, _>(now)
            .bind::<Instant, _>(now)
            .bind::<Uid, _>(household);
        let rows = rows.execute(&mut **tx)? as i64;
        if rows > 0 {
            return Ok(rows);
        }
    }
    Ok(0)
}

/// Notes that every delivery of the notice has its row. No change of the notice, whose version stays.
pub fn finish(tx: &mut Tx, notice: Id<Notice>) -> Result<()> {
    let now = tx.now();
    let first = notices::table.find(notice).filter(notices::fanned_out_at.is_null());
    diesel::update(first).set(notices::fanned_out_at.eq(Some(now))).execute(&mut **tx)?;
    Ok(())
}

/// When every delivery of the notice had its row; none before.
pub fn finished_at(c: &mut DbConnection, notice: Id<Notice>) -> Result<Option<Timestamp>> {
    let at = notices::table.find(notice).select(notices::fanned_out_at).first(c).or_none()?;
    Ok(at.flatten())
}

/// Stops the waiting deliveries of a cancelled notice among the next of its residents after `after`; `None` when
/// there are no more.
pub fn stop(tx: &mut Tx, notice: Id<Notice>, after: uuid::Uuid) -> Result<Option<uuid::Uuid>> {
    use crate::platform::access::Resident;
    use deliveries::dsl;
    let now = tx.now();
    let next = dsl::deliveries
        .filter(dsl::notice_id.eq(notice))
        .filter(dsl::resident_id.gt(Id::<Resident>::from_uuid(after)))
        .order(dsl::resident_id)
        .limit(rows_of_a_slice(tx))
        .select(dsl::resident_id);
    let next: Vec<Id<Resident>> = next.load(&mut **tx)?;
    let (Some(first), Some(last)) = (next.first(), next.last()) else { return Ok(None) };
    let waiting = dsl::deliveries
        .filter(dsl::notice_id.eq(notice))
        .filter(dsl::resident_id.between(*first, *last))
        .filter(dsl::state.eq(DeliveryState::Queued));
    let change = (dsl::state.eq(DeliveryState::Cancelled), dsl::updated_at.eq(now));
    let stopped: Vec<AreaCode> =
        diesel::update(waiting).set(change).returning(dsl::area_code).get_results(&mut **tx)?;
    super::deliveries::count_moves(
        tx,
        stopped.iter().map(|area| (notice, area, DeliveryState::Queued, DeliveryState::Cancelled)),
    )?;
    Ok(Some(last.uuid()))
}
