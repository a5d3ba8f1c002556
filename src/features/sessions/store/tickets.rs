//! The ledger of tickets: WeChat does not tell how many messages we may still send to somebody.
//!
//! What a phone reports is provisional, because anybody can report it: it is capped, and a refusal by WeChat sets
//! the ledger right. A ticket is drawn in the transaction that claims the delivery.

use diesel::prelude::*;

use crate::base::clock::Timestamp;
use crate::base::id::Id;
use crate::base::problem::Result;
use crate::features::sessions::model::{TicketAnswer, TicketKind, TicketState, WxIdentity};
use crate::platform::db::schema::wx_tickets::{self, dsl};
use crate::platform::db::{Cols, Outcome, Tx};

/// The most tickets that we believe a person to have given for one template.
const MOST: i32 = 20;

#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = wx_tickets, treat_none_as_default_value = false)]
struct Row {
    identity_id: Id<WxIdentity>,
    template_id: String,
    kind: TicketKind,
    state: TicketState,
    remaining: i32,
    last_event_at: Timestamp,
}

/// Enters what the person answered for a template.
pub fn answered(
    tx: &mut Tx,
    identity: Id<WxIdentity>,
    template: &str,
    kind: TicketKind,
    answer: TicketAnswer,
) -> Result<()> {
    let now = tx.now();
    let known = dsl::wx_tickets.find((identity, template));
    let known = known.select(Row::cols()).first::<Row>(&mut **tx).or_none()?;
    let left = known.as_ref().map_or(0, |row| row.remaining);
    let (state, remaining) = match (answer, kind) {
        (TicketAnswer::Filter, _) => return Ok(()),
        (TicketAnswer::Accept, TicketKind::Once) => (TicketState::Accept, (left + 1).min(MOST)),
        (TicketAnswer::Accept, TicketKind::Long) => (TicketState::Accept, 0),
        // Saying no once takes nothing back that was given before.
        (TicketAnswer::Reject, _) => (TicketState::Reject, left),
        (TicketAnswer::Ban, _) => (TicketState::Ban, 0),
    };
    let template_id = template.to_owned();
    let row = Row { identity_id: identity, template_id, kind, state, remaining, last_event_at: now };
    if known.is_none() {
        diesel::insert_into(wx_tickets::table).values(&row).execute(&mut **tx).or_again()?;
        return Ok(());
    }
    let change =
        (dsl::kind.eq(kind), dsl::state.eq(state), dsl::remaining.eq(remaining), dsl::last_event_at.eq(now));
    diesel::update(dsl::wx_tickets.find((identity, template))).set(change).execute(&mut **tx)?;
    Ok(())
}

/// Draws the right to send one message; no when there is none, and the next channel is due.
pub fn reserve(tx: &mut Tx, identity: Id<WxIdentity>, template: &str) -> Result<bool> {
    let own = dsl::wx_tickets.find((identity, template));
    let once = own.filter(dsl::kind.eq(TicketKind::Once)).filter(dsl::remaining.gt(0));
    let drawn = diesel::update(once).set(dsl::remaining.eq(dsl::remaining - 1)).execute(&mut **tx)?;
    if drawn == 1 {
        return Ok(true);
    }
    let long = own.filter(dsl::kind.eq(TicketKind::Long)).filter(dsl::state.eq(TicketState::Accept));
    let holds: i64 = long.count().get_result(&mut **tx)?;
    Ok(holds == 1)
}

/// Gives a drawn ticket back, when the message certainly did not reach the person.
pub fn give_back(tx: &mut Tx, identity: Id<WxIdentity>, template: &str) -> Result<()> {
    let own = dsl::wx_tickets.find((identity, template)).filter(dsl::kind.eq(TicketKind::Once));
    let below = own.filter(dsl::remaining.lt(MOST));
    diesel::update(below).set(dsl::remaining.eq(dsl::remaining + 1)).execute(&mut **tx)?;
    Ok(())
}

/// Enters that WeChat refused for want of consent (43101): whatever the ledger said, there is none.
pub fn refused(tx: &mut Tx, identity: Id<WxIdentity>, template: &str) -> Result<()> {
    let now = tx.now();
    let change = (dsl::remaining.eq(0), dsl::state.eq(TicketState::Reject), dsl::last_event_at.eq(now));
    diesel::update(dsl::wx_tickets.find((identity, template))).set(change).execute(&mut **tx)?;
    Ok(())
}
