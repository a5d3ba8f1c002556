//! Deliveries on their way: begun in waves, recorded by whoever holds the lease.

use std::collections::BTreeMap;

use chrono::TimeDelta;
use diesel::dsl::case_when;
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Bool, Nullable, Text};

use super::reach;
use crate::base::area_code::{AreaCode, AreaLevel};
use crate::base::clock::Timestamp;
use crate::base::column::{Instant, Uid};
use crate::base::id::Id;
use crate::base::problem::Result;
use crate::base::spelt::spelt;
use crate::features::notices::counts;
use crate::features::notices::delivery::{DeliveryState, Doubt, Sending, UNCERTAIN, URGENT_PAUSE};
use crate::features::notices::model::{Channel, Delivery, Lease, Notice, NoticeRow};
use crate::features::notices::reach::{Mark, Reach, ReachStatus};
use crate::platform::access::Resident;
use crate::platform::db::schema::{deliveries::dsl, notices};
use crate::platform::db::{Cols, DbConnection, Node, Outcome, Tx, holds};

/// How long one message may be on its way: until it has to have left, then two calls of a gateway with their time limits
/// (a question and a message), and writing down.
const WAVE: TimeDelta = TimeDelta::seconds(30);

/// Whether something may be sent over `channel` now, or was left behind by a sender that fell silent.
pub fn is_due(c: &mut DbConnection, channel: Channel, now: Timestamp) -> Result<bool> {
    let queued = dsl::deliveries
        .filter(dsl::state.eq(DeliveryState::Queued.spelt()))
        .filter(dsl::channel.eq(channel))
        .filter(spelt::<Bool>("urgent IN (TRUE, FALSE)")) // both ends of the index
        .filter(dsl::due_at.le(now))
        .select(dsl::id);
    if queued.first::<Id<Delivery>>(c).or_none()?.is_some() {
        return Ok(true);
    }
    let left = dsl::deliveries
        .filter(dsl::state.eq(DeliveryState::Sending.spelt()))
        .filter(dsl::lease_until.le(now))
        .filter(dsl::channel.eq(channel))
        .select(dsl::id);
    Ok(left.first::<Id<Delivery>>(c).or_none()?.is_some())
}

/// Ends the holds of a process that is no more: what stood as being sent is then settled at once, and not when the hold
/// ends.
pub fn end_holds(tx: &mut Tx, gone: Id<Node>) -> Result<()> {
    let now = tx.now();
    let (first, last) = holds::<Lease>(gone).into_inner();
    let held = dsl::deliveries
        .filter(dsl::state.eq(DeliveryState::Sending.spelt()))
        .filter(dsl::lease_until.gt(now))
        .filter(dsl::lease_token.between(first, last));
    diesel::update(held).set(dsl::lease_until.eq(Some(now))).execute(&mut **tx)?;
    Ok(())
}

#[derive(QueryableByName)]
struct Found {
    #[diesel(sql_type = Uid)]
    id: Id<Delivery>,
}

/// Up to `at_most` due deliveries of `channel`, the urgent ones first, then oldest first; nobody else takes them until
/// this transaction ends. What another node is taking at this moment is passed over.
fn due(tx: &mut Tx, channel: Channel, at_most: i64) -> Result<Vec<Id<Delivery>>> {
    let now = tx.now();
    let c: &mut DbConnection = tx;
    let of_many = if c.is_postgres() { " FOR UPDATE SKIP LOCKED" } else { "" };
    let text = format!(
        "SELECT id FROM deliveries WHERE state = 'queued' AND channel = $1 AND urgent = $2 AND due_at <= $3 \
         ORDER BY due_at, id LIMIT $4{of_many}"
    );
    let mut ids = Vec::new();
    for urgent in [true, false] {
        let room = at_most - ids.len() as i64;
        if room > 0 {
            let found = diesel::sql_query(&text)
                .bind::<Text, _>(channel)
                .bind::<Bool, _>(urgent)
                .bind::<Instant, _>(now)
                .bind::<BigInt, _>(room);
            ids.extend(found.load::<Found>(c)?.into_iter().map(|row| row.id));
        }
    }
    Ok(ids)
}

/// Marks up to `at_most` due deliveries of `channel` as being sent under `lease`, and counts the try. Which gateway has which
/// stands on disk before it is called: `gateway`, or where it may have arrived already.
pub fn begin(
    tx: &mut Tx,
    (channel, lease): (Channel, Id<Lease>),
    gateway: Option<&'static str>,
    at_most: i64,
) -> Result<Vec<Sending>> {
    let now = tx.now();
    // They wait, and nobody else can have them. Were their state asked for once more, PostgreSQL would look for them in
    // the index of all that wait, which it believes to be short.
    let ours = dsl::deliveries.filter(dsl::id.eq_any(due(tx, channel, at_most)?));
    let in_doubt = dsl::outcome.eq(UNCERTAIN).and(dsl::gateway.is_not_null());
    let begun = (
        dsl::state.eq(DeliveryState::Sending),
        dsl::gateway.eq(case_when(in_doubt, dsl::gateway).otherwise(gateway)),
        dsl::lease_token.eq(Some(lease)),
        dsl::attempts.eq(dsl::attempts + 1),
        dsl::lease_until.eq(Some(now.plus(WAVE))),
        dsl::updated_at.eq(now),
    );
    Ok(diesel::update(ours).set(begun).returning(Sending::cols()).get_results(&mut **tx)?)
}

/// The notice that a delivery is about. No scope: the delivery's own job asks.
pub fn notice_of(c: &mut DbConnection, id: Id<Notice>) -> Result<NoticeRow> {
    notices::table.find(id).select(NoticeRow::cols()).first(c).or_not_found()
}

/// How many messages each of `residents` was sent since `since`, over all notices and channels; those who were sent none
/// are left out.
pub fn sent_since(
    c: &mut DbConnection,
    residents: &[Id<Resident>],
    since: Timestamp,
) -> Result<BTreeMap<Id<Resident>, i64>> {
    let sent = dsl::deliveries
        .filter(dsl::resident_id.eq_any(residents))
        .filter(dsl::sent_at.ge(since))
        .filter(spelt::<Bool>("sent_at IS NOT NULL")) // as the index says it
        .group_by(dsl::resident_id)
        .select((dsl::resident_id, diesel::dsl::count_star()));
    Ok(sent.load(c)?.into_iter().collect())
}

/// Counts deliveries that were being sent and are now in another state; see [`account_from`].
pub fn account(tx: &mut Tx, ended: &[(Sending, DeliveryState)]) -> Result<()> {
    let moves = ended.iter().map(|(row, to)| (row.clone(), DeliveryState::Sending, *to));
    account_from(tx, &moves.collect::<Vec<_>>())
}

/// Counts deliveries that went from one state to another, and the households that something was sent to for the
/// first time; one row per notice, area and move, however many there are.
pub(super) fn account_from(tx: &mut Tx, moved: &[(Sending, DeliveryState, DeliveryState)]) -> Result<()> {
    let (mut published, mut marks) = (BTreeMap::new(), Vec::new());
    let told = |state: DeliveryState| matches!(state, DeliveryState::Sent | DeliveryState::Delivered);
    for (row, ..) in moved.iter().filter(|(_, _, to)| told(*to)) {
        let mark = Mark {
            notice: row.notice_id,
            household: row.household_id,
            area: row.area_code.clone(),
            resident: row.resident_id,
            status: ReachStatus::Sent,
        };
        let published_at = match published.get(&row.notice_id) {
            Some(at) => *at,
            None => *published.entry(row.notice_id).or_insert(notice_of(tx, row.notice_id)?.published_at),
        };
        marks.push((mark, published_at));
    }
    let mut reached = BTreeMap::<_, (Reach, i64)>::new();
    for reach in reach::sent(tx, &marks)? {
        let alike = (reach.notice_id, reach.area_code.clone(), reach.no_smartphone, reach.newcomer);
        reached.entry(alike).or_insert((reach, 0)).1 += 1;
    }
    for (reach, n) in reached.into_values() {
        counts::moved(tx, &reach, None, Some(ReachStatus::Sent), n)?;
    }
    count_moves(tx, moved.iter().map(|(row, from, to)| (row.notice_id, &row.area_code, *from, *to)))
}

/// Counts deliveries that went from one state to another, all of a district at once.
pub(super) fn count_moves<'a>(
    tx: &mut Tx,
    moves: impl Iterator<Item = (Id<Notice>, &'a AreaCode, DeliveryState, DeliveryState)>,
) -> Result<()> {
    let mut sums = BTreeMap::new();
    for (notice, area, from, to) in moves {
        let district = area.at(AreaLevel::District).unwrap_or_else(|| area.clone());
        *sums.entry((notice, district, from, to)).or_insert(0) += 1;
    }
    for ((notice, district, from, to), n) in sums {
        counts::delivered(tx, notice, &district, Some(from), to, n)?;
    }
    Ok(())
}

diesel::define_sql_function! {
    /// The first that is there.
    fn coalesce(one: Nullable<Instant>, other: Nullable<Instant>) -> Nullable<Instant>;
}

/// Settles deliveries of `channel` whose sender fell silent between beginning and recording. On a blind channel urgent
/// ones are sent again, the others may have arrived and are not; on the others every one goes on in doubt. At most
/// `at_most`; answers how many.
pub fn settle_left(tx: &mut Tx, (channel, doubt): (Channel, Doubt), at_most: i64) -> Result<usize> {
    let now = tx.now();
    let silent = || {
        let sending = dsl::deliveries.filter(dsl::state.eq(DeliveryState::Sending.spelt()));
        sending.filter(dsl::lease_until.le(now))
    };
    let left = silent().filter(dsl::channel.eq(channel)).limit(at_most).select((dsl::id, dsl::notice_id));
    let (mut known, mut by_state) = (BTreeMap::new(), BTreeMap::<_, Vec<Id<Delivery>>>::new());
    for (id, notice) in left.load::<(Id<Delivery>, Id<Notice>)>(&mut **tx)? {
        let urgent = match known.get(&notice) {
            Some(urgent) => *urgent,
            None => *known.entry(notice).or_insert(notice_of(tx, notice)?.is_urgent()),
        };
        let goes_on = urgent || doubt != Doubt::Blind;
        let state = if goes_on { DeliveryState::Queued } else { DeliveryState::Unknown };
        by_state.entry(state).or_default().push(id);
    }
    let mut ended = Vec::new();
    for (state, ids) in by_state {
        let change = (
            dsl::state.eq(state),
            dsl::due_at.eq(now.plus(URGENT_PAUSE)),
            dsl::lease_token.eq(None::<Id<Lease>>),
            dsl::lease_until.eq(None::<Timestamp>),
            dsl::outcome.eq(Some(UNCERTAIN)),
            dsl::tried_at.eq(coalesce(dsl::tried_at, Some(now.plus(-WAVE)))),
            dsl::updated_at.eq(now),
        );
        // Another node may be settling the same rows, and one of them may be on its way anew: it is silent no longer.
        let settled =
            diesel::update(silent().filter(dsl::id.eq_any(ids))).set(change).returning(Sending::cols());
        let settled: Vec<Sending> = settled.get_results(&mut **tx)?;
        ended.extend(settled.into_iter().map(|row| (row, state)));
    }
    account(tx, &ended)?;
    Ok(ended.len())
}

/// What counting the rows of a notice gives, per area and state; for verification only.
pub fn tally(c: &mut DbConnection, notice: Id<Notice>) -> Result<Vec<(AreaCode, DeliveryState, i64)>> {
    let rows = dsl::deliveries.filter(dsl::notice_id.eq(notice)).group_by((dsl::area_code, dsl::state));
    Ok(rows.select((dsl::area_code, dsl::state, diesel::dsl::count_star())).load(c)?)
}
