//! A wave of deliveries before and after the gateway is called; one transaction each.

use std::collections::BTreeMap;

use chrono::TimeDelta;

use super::delivery::{DeliveryState, Sending, Verdict};
use super::lines::{Letter, Line};
use super::model::{Lease, Notice, NoticeRow, NoticeState};
use super::store::{deliveries, ends, receipts};
use super::ways::{Manners, Ways};
use crate::base::clock::Timestamp;
use crate::base::id::Id;
use crate::base::problem::Result;
use crate::platform::access::Resident;
use crate::platform::db::Tx;
use crate::platform::push::sms::SmsGateway;

/// What holds for every message of a town.
#[derive(Debug, Clone)]
pub struct Rules {
    /// The channels that it has.
    pub ways: Ways,
    /// When people may be disturbed.
    pub manners: Manners,
}

/// A delivery that is ready to leave.
pub struct Ready {
    /// The delivery.
    pub row: Sending,
    /// Whether it may be sent twice rather than not at all.
    pub urgent: bool,
    /// What is sent.
    pub letter: Letter,
    /// Until when it has to leave, so that its end is written down as long as it is held.
    pub until: Timestamp,
}

/// From the beginning of a wave until the last of it has to leave. What comes to it later, because others hang before it
/// or the machine stood still, waits for another wave: by then somebody else may have taken it.
const LEAVES_WITHIN: TimeDelta = TimeDelta::seconds(12);

/// Begins a wave of up to `at_most` deliveries: what may leave is marked as being sent, what may not ends or waits here.
/// Answers how many were due, too.
pub fn begin(
    tx: &mut Tx,
    lease: Id<Lease>,
    at_most: i64,
    (line, rules): (&Line, &Rules),
) -> Result<(usize, Vec<Ready>)> {
    let mut notices = BTreeMap::new();
    let (mut ready, mut ended) = (Vec::new(), Vec::new());
    let until = tx.now().plus(LEAVES_WITHIN);
    let gateway = line.gateway(tx.now()).map(SmsGateway::as_str);
    let rows = deliveries::begin(tx, (line.channel(), lease), gateway, at_most)?;
    let due = rows.len();
    let mut ordinary = Vec::new();
    for row in &rows {
        if !known(tx, &mut notices, row.notice_id)?.is_urgent() {
            ordinary.push(row.resident_id);
        }
    }
    let full = full_today(tx, &ordinary, &rules.manners)?;
    let addresses = line.addresses(tx, &rows)?;
    for row in rows {
        let notice = known(tx, &mut notices, row.notice_id)?;
        let held = held(&row, notice, tx.now(), (rules, &full));
        let prepared = match held {
            Some(verdict) => Err(verdict),
            None => line.prepare(tx.now(), &row, notice, &addresses),
        };
        match prepared {
            Ok(letter) => ready.push(Ready { row, urgent: notice.is_urgent(), letter, until }),
            Err(verdict) => ended.push((row, verdict)),
        }
    }
    ended.extend(line.draw(tx, &mut ready)?);
    settle(tx, lease, &ended, (None, rules))?;
    Ok((due, ready))
}

/// Why a delivery does not leave now, or at all; `None` when it does. What is urgent or may have arrived already is held up
/// by nobody's quiet.
fn held(
    row: &Sending,
    notice: &NoticeRow,
    now: Timestamp,
    (rules, full): (&Rules, &[Id<Resident>]),
) -> Option<Verdict> {
    let cancelled = |why| Some(Verdict::ends(DeliveryState::Cancelled, why));
    if notice.state != NoticeState::Published {
        return cancelled(notice.state.as_str());
    }
    if notice.has_expired(now) {
        return cancelled("expired");
    }
    if notice.is_urgent() || row.is_uncertain() {
        return None;
    }
    let when = rules.manners.from_when(now);
    if when > now {
        return Some(Verdict::later(when.since(now), "quiet"));
    }
    if full.contains(&row.resident_id) {
        return Some(Verdict::later(rules.manners.next_morning(now).since(now), "daily_cap"));
    }
    None
}

/// Which of the residents have been sent as many messages today as one person may be.
fn full_today(tx: &mut Tx, residents: &[Id<Resident>], manners: &Manners) -> Result<Vec<Id<Resident>>> {
    if manners.daily_cap <= 0 || residents.is_empty() {
        return Ok(vec![]);
    }
    let since = Manners::day_began(tx.now());
    let sent = deliveries::sent_since(tx, residents, since)?;
    Ok(sent.into_iter().filter(|(_, n)| *n >= manners.daily_cap).map(|(id, _)| id).collect())
}

/// Writes down what became of a wave.
pub fn record(
    tx: &mut Tx,
    lease: Id<Lease>,
    sent: &[(Sending, Verdict)],
    (line, rules): (&Line, &Rules),
) -> Result<()> {
    settle(tx, lease, sent, (Some(line), rules))
}

/// Writes verdicts down, counts them, and lets the next channel try where one did not get through.
fn settle(
    tx: &mut Tx,
    lease: Id<Lease>,
    verdicts: &[(Sending, Verdict)],
    (line, rules): (Option<&Line>, &Rules),
) -> Result<()> {
    let ours = ends::record(tx, lease, verdicts)?;
    let mut ended = Vec::new();
    for (row, verdict) in verdicts {
        if !ours.contains(&row.id) {
            continue; // settled by another node, or by a receipt
        }
        if let Some(line) = line {
            line.settle(tx, row, verdict)?;
        }
        ended.push((row.clone(), verdict.state.unwrap_or(DeliveryState::Queued)));
    }
    deliveries::account(tx, &ended)?;
    let missed = ended.into_iter().filter(|(_, state)| state.is_miss()).map(|(row, _)| row);
    go_on(tx, &rules.ways, missed.collect())
}

/// Lets the next channel try for those that were missed.
pub fn go_on(tx: &mut Tx, ways: &Ways, missed: Vec<Sending>) -> Result<()> {
    let mut by_notice = BTreeMap::<_, Vec<Sending>>::new();
    for row in missed {
        by_notice.entry(row.notice_id).or_default().push(row);
    }
    for (notice, rows) in by_notice {
        let notice = deliveries::notice_of(tx, notice)?;
        receipts::next_channel(tx, ways, &notice, &rows)?;
    }
    Ok(())
}

/// The notice, read once per wave.
fn known<'a>(
    tx: &mut Tx,
    notices: &'a mut BTreeMap<Id<Notice>, NoticeRow>,
    id: Id<Notice>,
) -> Result<&'a NoticeRow> {
    use std::collections::btree_map::Entry;
    Ok(match notices.entry(id) {
        Entry::Occupied(known) => known.into_mut(),
        Entry::Vacant(free) => free.insert(deliveries::notice_of(tx, id)?),
    })
}
