//! Writing deliveries from households in slices, without a row passing through this program.

use diesel::prelude::*;
use diesel::sql_types::{BigInt, Binary, Bool, Text};
use serde::{Deserialize, Serialize};

use crate::base::area_code::AreaCode;
use crate::base::clock::Timestamp;
use crate::base::column::{Instant, Uid};
use crate::base::id::Id;
use crate::base::problem::Result;
use crate::features::notices::counts;
use crate::features::notices::delivery::{Channel, DeliveryState};
use crate::features::notices::model::Notice;
use crate::platform::access::Household;
use crate::platform::db::schema::{deliveries, notices};
use crate::platform::db::{DbConnection, Outcome, Tx, prefix};

/// Households of one slice; some 30 ms of the writer.
const SLICE: i64 = 5000;
/// More residents than a slice can have.
const MOST_RESIDENTS: i64 = 1_000_000;

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
///
/// This reads three tables of other slices, because ten thousand rows must not pass through this program on their
/// way from table to table; `docs/decisions/0003-notices-ask-sessions.md`.
fn here(n: u8) -> String {
    let [low, until, area, at, id] = [n, n + 1, n + 2, n + 3, n + 4];
    format!(
        "h.area_code >= ${low} AND h.area_code < ${until} \
         AND (h.area_code, h.created_at, h.id) > (${area}, ${at}, ${id})"
    )
}

/// Writes deliveries for the next slice of households in `areas` after `after`; `None` when there are no more. A
/// resident who has one keeps it, so a slice may be written twice. Of a resident's WeChat names the last used counts,
/// and none that was linked before the phone was corrected.
pub fn slice(
    tx: &mut Tx,
    (notice, urgent): (Id<Notice>, bool),
    appid: &str,
    areas: &[AreaCode],
    after: Option<Cursor>,
) -> Result<Option<Cursor>> {
    let mut room = SLICE;
    let mut place = after;
    for area in areas {
        let (_, until) = prefix::range(area.as_str());
        if place.as_ref().is_some_and(|place| place.area_code.as_str() >= until.as_str()) {
            continue; // written before
        }
        let from =
            place.take().filter(|place| place.area_code.is_within(area)).unwrap_or_else(|| start(area));
        let last = at(tx, area, &from, room - 1)?;
        let inserted = insert(tx, (notice, urgent), appid, area, &from, last.as_ref())?;
        counts::delivered(tx, notice, area, None, DeliveryState::Queued, inserted)?;
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

fn insert(
    tx: &mut Tx,
    (notice, urgent): (Id<Notice>, bool),
    appid: &str,
    area: &AreaCode,
    from: &Cursor,
    last: Option<&Cursor>,
) -> Result<i64> {
    let now = tx.now();
    let c: &mut DbConnection = tx;
    // Ids in the order of time keep the rows together on disk. SQLite makes them of nine bytes of a new UUID
    // and seven random ones; two alike are refused by the key and the slice is tried again.
    let stem = uuid::Uuid::now_v7().as_bytes()[..9].to_vec();
    let id = if c.is_postgres() {
        "CASE WHEN $1::bytea IS NULL THEN NULL ELSE gen_random_uuid() END"
    } else {
        "CAST($1 || randomblob(7) AS BLOB)"
    };
    // The WeChat name is asked for inside of a sub-select with a LIMIT, which neither database merges with the outer
    // statement: merged, SQLite would ask twice for each resident.
    let text = format!(
        "INSERT INTO deliveries (id, notice_id, household_id, resident_id, identity_id, area_code, channel, state, \
           attempts, urgent, due_at, updated_at) \
         SELECT {id}, $2, household, resident, identity, area, '{channel}', '{queued}', 0, {urgent}, $3, $3 FROM ( \
           SELECT h.id AS household, h.area_code AS area, r.id AS resident, ( \
             SELECT w.id FROM wx_identities w WHERE w.subject_id = r.id AND w.subject_kind = 'resident' AND w.appid = $4 \
             AND (r.sessions_since IS NULL OR w.linked_at >= r.sessions_since) \
             ORDER BY w.last_visit_at DESC, w.id DESC LIMIT 1) AS identity \
           FROM households h JOIN residents r ON r.household_id = h.id \
           WHERE {here} AND h.status = 'living' AND ($10 OR (h.area_code, h.created_at, h.id) <= ($11, $12, $13)) \
           LIMIT {MOST_RESIDENTS}) AS named \
         WHERE identity IS NOT NULL \
         ON CONFLICT (notice_id, resident_id, channel) DO NOTHING",
        channel = Channel::WxSubscribe,
        queued = DeliveryState::Queued,
        urgent = if urgent { "TRUE" } else { "FALSE" },
        here = here(5),
    );
    let (low, until) = prefix::range(area.as_str());
    let to = last.unwrap_or(from);
    let rows = diesel::sql_query(text)
        .bind::<Binary, _>(stem)
        .bind::<Uid, _>(notice)
        .bind::<Instant, _>(now)
        .bind::<Text, _>(appid)
        .bind::<Text, _>(low)
        .bind::<Text, _>(until)
        .bind::<Text, _>(&from.area_code)
        .bind::<Instant, _>(from.created_at)
        .bind::<Uid, _>(from.id)
        .bind::<Bool, _>(last.is_none())
        .bind::<Text, _>(&to.area_code)
        .bind::<Instant, _>(to.created_at)
        .bind::<Uid, _>(to.id)
        .execute(c)?;
    Ok(rows as i64)
}

/// Notes that every delivery of the notice has its row. No change of the notice, whose version stays.
pub fn finish(tx: &mut Tx, notice: Id<Notice>) -> Result<()> {
    let now = tx.now();
    diesel::update(notices::table.find(notice))
        .set(notices::fanned_out_at.eq(Some(now)))
        .execute(&mut **tx)?;
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
        .limit(SLICE)
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
