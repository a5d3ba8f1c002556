//! What becomes of deliveries after they were sent: receipts, doubt that an event ends, and receipts that never come.

use std::collections::BTreeMap;

use chrono::TimeDelta;
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Bool, Text};

use super::deliveries::account_from;
use crate::base::clock::Timestamp;
use crate::base::column::Uid;
use crate::base::id::Id;
use crate::base::problem::{Code, Problem, Result};
use crate::base::spelt::spelt;
use crate::features::notices::counts;
use crate::features::notices::delivery::{DeliveryState, Sending, UNCERTAIN};
use crate::features::notices::model::{Channel, Delivery, NoticeRow};
use crate::features::notices::ways::Ways;
use crate::features::sessions::WxIdentity;
use crate::platform::db::schema::deliveries::dsl;
use crate::platform::db::{Cols, DbConnection, Outcome, Tx};

/// How long a receipt is waited for; after that a message that was taken counts as not delivered.
pub const RECEIPT_WAIT: TimeDelta = TimeDelta::hours(72);

/// What a gateway reports of a message after it took it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Report {
    /// Delivered, or in which way not.
    pub state: DeliveryState,
    /// The gateway's code.
    pub code: Option<String>,
    /// The gateway's number.
    pub number: Option<String>,
}

/// The delivery, whoever's it is; gateways ask by it.
pub fn find(c: &mut DbConnection, id: Id<Delivery>) -> Result<Option<(Sending, DeliveryState)>> {
    dsl::deliveries.find(id).select((Sending::cols(), dsl::state)).first(c).or_none()
}

/// The delivery that the official account knows under this number.
pub fn numbered(c: &mut DbConnection, number: &str) -> Result<Option<Id<Delivery>>> {
    let row = dsl::deliveries
        .filter(dsl::channel.eq(Channel::WxTemplate.spelt()))
        .filter(dsl::provider_ref.eq(number))
        .select(dsl::id);
    row.first(c).or_none()
}

/// The only delivery to this name whose fate is in doubt; none when there are several, since an event does not say
/// which of them it means.
pub fn in_doubt(c: &mut DbConnection, name: Id<WxIdentity>) -> Result<Option<Id<Delivery>>> {
    let rows = dsl::deliveries
        .filter(dsl::identity_id.eq(name))
        .filter(spelt::<Bool>(format!("outcome = '{UNCERTAIN}'"))) // in the words of the partial index
        .order(dsl::id)
        .limit(2)
        .select(dsl::id);
    let rows: Vec<Id<Delivery>> = rows.load(c)?;
    Ok(if let [one] = rows[..] { Some(one) } else { None })
}

/// Enters a report; answers the delivery as it was before, when the report changed it. What has ended stays as it ended,
/// so a second report, or one that comes too late, changes nothing. One that overtakes the writing down of its own send is
/// `busy` and comes again: lost, it would be waited for for three days.
pub fn report(tx: &mut Tx, id: Id<Delivery>, report: &Report) -> Result<Option<Sending>> {
    let now = tx.now();
    let Some((row, from)) = find(tx, id)? else { return Ok(None) };
    if from == DeliveryState::Sending {
        let why = "a report overtook the writing down of its send";
        return Err(Problem::new(Code::Busy).retry_after(1).caused_by(why));
    }
    let open = from == DeliveryState::Sent
        || from == DeliveryState::Unknown
        || (from == DeliveryState::Queued && row.is_uncertain());
    if !open || from == report.state {
        return Ok(None);
    }
    let same = dsl::deliveries.filter(dsl::id.eq(id)).filter(dsl::state.eq(from));
    let arrived = matches!(report.state, DeliveryState::Delivered | DeliveryState::Sent);
    let known = same.select((dsl::sent_at, dsl::provider_ref));
    let known = known.first::<(Option<Timestamp>, Option<String>)>(&mut **tx).or_none()?;
    let Some((sent_at, number)) = known else { return Ok(None) };
    let change = (
        dsl::state.eq(report.state),
        dsl::outcome.eq(report.code.clone()),
        dsl::delivered_at.eq((report.state == DeliveryState::Delivered).then_some(now)),
        dsl::sent_at.eq(if arrived { sent_at.or(Some(now)) } else { sent_at }),
        dsl::provider_ref.eq(number.or_else(|| report.number.clone())),
        dsl::updated_at.eq(now),
    );
    if diesel::update(same).set(change).execute(&mut **tx)? == 0 {
        return Ok(None); // being sent again at this moment
    }
    account_from(tx, &[(row.clone(), from, report.state)])?;
    Ok(Some(row))
}

/// Ends up to `at_most` text messages whose receipt never came; answers them.
pub fn time_out(tx: &mut Tx, at_most: i64) -> Result<Vec<Sending>> {
    let now = tx.now();
    let late = dsl::deliveries
        .filter(dsl::state.eq(DeliveryState::Sent.spelt()))
        .filter(dsl::channel.eq(Channel::Sms.spelt()))
        .filter(dsl::sent_at.le(now.plus(-RECEIPT_WAIT)))
        .order((dsl::sent_at, dsl::id))
        .limit(at_most)
        .select(dsl::id);
    let late: Vec<Id<Delivery>> = late.load(&mut **tx)?;
    let open = dsl::deliveries.filter(dsl::id.eq_any(late)).filter(dsl::state.eq(DeliveryState::Sent));
    let change = (
        dsl::state.eq(DeliveryState::TemporaryFailure),
        dsl::outcome.eq(Some("no_receipt")),
        dsl::updated_at.eq(now),
    );
    let rows: Vec<Sending> =
        diesel::update(open).set(change).returning(Sending::cols()).get_results(&mut **tx)?;
    let moves = rows.iter().map(|row| (row.clone(), DeliveryState::Sent, DeliveryState::TemporaryFailure));
    account_from(tx, &moves.collect::<Vec<_>>())?;
    Ok(rows)
}

#[derive(QueryableByName)]
struct Alive {
    #[diesel(sql_type = Text)]
    state: DeliveryState,
}

/// Sends on the next channel to the households of `missed`, whose channel did not get through: where nobody of the
/// household was told, or may have been, or is about to be.
pub fn next_channel(tx: &mut Tx, ways: &Ways, notice: &NoticeRow, missed: &[Sending]) -> Result<()> {
    let now = tx.now();
    let goes_on = notice.state == super::NoticeState::Published && !notice.has_expired(now);
    let mut written = BTreeMap::new();
    for row in missed.iter().filter(|_| goes_on) {
        let next = notice.next_channels(row.channel);
        if next.is_empty() || is_alive(tx, row)? {
            continue;
        }
        let rows = super::fan_out::fall_back(tx, notice, ways, row.household_id, next)?;
        *written.entry(row.area_code.clone()).or_insert(0) += rows;
    }
    for (area, rows) in written {
        counts::delivered(tx, notice.id, &area, None, DeliveryState::Queued, rows)?;
    }
    Ok(())
}

/// Whether another message to the household of `row` lives. Two nodes that end two messages of one household at once
/// wait for each other here, so that one of them sees that none is left.
fn is_alive(tx: &mut Tx, row: &Sending) -> Result<bool> {
    let c: &mut DbConnection = tx;
    let of_many = if c.is_postgres() { " FOR UPDATE OF d" } else { "" };
    let text = format!(
        "SELECT d.state FROM residents r JOIN deliveries d ON d.notice_id = $1 AND d.resident_id = r.id \
         WHERE r.household_id = $2 ORDER BY d.id LIMIT $3{of_many}"
    );
    let rows = diesel::sql_query(text)
        .bind::<Uid, _>(row.notice_id)
        .bind::<Uid, _>(row.household_id)
        .bind::<BigInt, _>(300); // a hundred residents on three channels
    let rows: Vec<Alive> = rows.load(c)?;
    Ok(rows.iter().any(|row| row.state.is_alive()))
}
