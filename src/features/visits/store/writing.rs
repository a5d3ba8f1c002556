//! Writing the tasks of a round from households in slices, without a row passing through this program.

use diesel::prelude::*;
use diesel::sql_types::{BigInt, Bool, Text};
use serde::{Deserialize, Serialize};

use crate::base::area_code::AreaCode;
use crate::base::clock::Timestamp;
use crate::base::column::{Instant, Uid};
use crate::base::id::Id;
use crate::base::problem::Result;
use crate::features::notices::ReachStatus;
use crate::features::visits::model::{RoundRow, VisitRound};
use crate::platform::access::Household;
use crate::platform::db::schema::visit_rounds;
use crate::platform::db::{Cols, DbConnection, Outcome, Tx, prefix};

/// Households of one slice; some 12 ms of the writer.
const SLICE: i64 = 1000;

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

impl Cursor {
    fn start(area: &AreaCode) -> Self {
        let id = Id::from_uuid(uuid::Uuid::nil());
        Self { area_code: area.clone(), created_at: Timestamp::from_millis(0), id }
    }
}

/// The round, when it is still there.
pub fn round(c: &mut DbConnection, id: Id<VisitRound>) -> Result<Option<RoundRow>> {
    visit_rounds::table.find(id).select(RoundRow::cols()).first(c).or_none()
}

/// The households from one area on, to another one, after a place, in five parameters of which the first is number `n`.
/// SQLite counts parameters as they come in the text, so numbers must rise from left to right. It takes the first two
/// alone for the ends of the range of its index, so they are as near as they can be: with those of the whole round each slice would
/// read all that is left of it.
fn here(n: u8) -> String {
    let [low, high, area, at, id] = [n, n + 1, n + 2, n + 3, n + 4];
    format!(
        "h.area_code >= ${low} AND h.area_code <= ${high} \
         AND (h.area_code, h.created_at, h.id) > (${area}, ${at}, ${id})"
    )
}

/// Writes tasks for the next slice of the households of a round after `after`; `None` when there are no more. A household
/// that has a task keeps it, so a slice may be written twice. Whoever came after the notice was published is not
/// measured and gets none; nor does a household of which somebody has read it or was told. Whoever has moved away since
/// was measured: somebody must say so.
///
/// This reads `households` and `household_reach` of other slices, as the fan-out of deliveries does and for its reason
/// (`docs/decisions/0003-notices-ask-sessions.md`): thousands of rows must not pass through this program.
pub fn slice(
    tx: &mut Tx,
    round: &RoundRow,
    published_at: Timestamp,
    after: Option<Cursor>,
) -> Result<Option<Cursor>> {
    let from = after.unwrap_or_else(|| Cursor::start(&round.area_code));
    let last = end(tx, &round.area_code, &from)?;
    let written = insert(tx, round, published_at, &from, last.as_ref())?;
    let written = i32::try_from(written).unwrap_or(i32::MAX);
    let now = tx.now();
    let here = visit_rounds::table.find(round.id);
    let counted = visit_rounds::tasks.eq(visit_rounds::tasks + written);
    if last.is_some() {
        diesel::update(here).set(counted).execute(&mut **tx)?;
    } else {
        diesel::update(here).set((counted, visit_rounds::written_at.eq(Some(now)))).execute(&mut **tx)?;
    }
    Ok(last)
}

/// The last household of the slice after `from`; none when the area ends before.
fn end(c: &mut DbConnection, area: &AreaCode, from: &Cursor) -> Result<Option<Cursor>> {
    let text = format!(
        "SELECT h.area_code, h.created_at, h.id FROM households h WHERE {} \
         ORDER BY h.area_code, h.created_at, h.id LIMIT 1 OFFSET $6",
        here(1)
    );
    let (_, until) = prefix::range(area.as_str());
    let query = diesel::sql_query(text)
        .bind::<Text, _>(&from.area_code)
        .bind::<Text, _>(until)
        .bind::<Text, _>(&from.area_code)
        .bind::<Instant, _>(from.created_at)
        .bind::<Uid, _>(from.id)
        .bind::<BigInt, _>(SLICE - 1);
    query.get_result(c).or_none()
}

/// The order of walking, as text that sorts: the grid; those without a smartphone, those of whom it is not known, the
/// rest; the micro-grid; the town's number of the household, short ones first so that 9 comes before 10 (decision 0047).
const ROUTE: &str = "substr(h.area_code, 1, 15) \
    || CASE h.smartphone WHEN 'no' THEN '1' WHEN 'unknown' THEN '2' ELSE '3' END \
    || substr(h.area_code || '00', 1, 17) || substr(CAST(100 + length(h.code) AS TEXT), 2) || h.code";

fn insert(
    tx: &mut Tx,
    round: &RoundRow,
    published_at: Timestamp,
    from: &Cursor,
    last: Option<&Cursor>,
) -> Result<usize> {
    let reached: Vec<String> = ReachStatus::ALL
        .iter()
        .filter(|status| status.is_reached())
        .map(|status| format!("'{status}'"))
        .collect();
    let text = format!(
        "INSERT INTO visit_tasks (notice_id, household_id, round_id, area_code, route, no_smartphone, tries, version, \
           created_at, updated_at) \
         SELECT $1, h.id, $2, h.area_code, {ROUTE}, h.smartphone = 'no', 0, 1, $3, $3 \
         FROM households h WHERE {here} AND ($9 OR (h.area_code, h.created_at, h.id) <= ($10, $11, $12)) \
           AND h.created_at <= $13 AND (h.status = 'living' OR h.updated_at > $13) AND NOT EXISTS (SELECT 1 FROM household_reach r \
             WHERE r.notice_id = $1 AND r.household_id = h.id AND r.status IN ({reached})) \
         ON CONFLICT (notice_id, household_id) DO NOTHING",
        here = here(4),
        reached = reached.join(", "),
    );
    let now = tx.now();
    let (_, until) = prefix::range(round.area_code.as_str());
    let high = last.map_or(until, |last| last.area_code.as_str().to_owned());
    let to = last.unwrap_or(from);
    let rows = diesel::sql_query(text)
        .bind::<Uid, _>(round.notice_id)
        .bind::<Uid, _>(round.id)
        .bind::<Instant, _>(now)
        .bind::<Text, _>(&from.area_code)
        .bind::<Text, _>(high)
        .bind::<Text, _>(&from.area_code)
        .bind::<Instant, _>(from.created_at)
        .bind::<Uid, _>(from.id)
        .bind::<Bool, _>(last.is_none())
        .bind::<Text, _>(&to.area_code)
        .bind::<Instant, _>(to.created_at)
        .bind::<Uid, _>(to.id)
        .bind::<Instant, _>(published_at)
        .execute(&mut **tx)?;
    Ok(rows)
}
