//! The ledger of tickets: WeChat does not tell how many messages we may still send to somebody.
//!
//! What a phone reports is provisional, because anybody can report it: it is capped, and a refusal by WeChat sets
//! the ledger right. A ticket is drawn in the transaction that claims the delivery.

use diesel::prelude::*;
use uuid::Uuid;

use crate::base::clock::Timestamp;
use crate::base::id::Id;
use crate::base::problem::Result;
use crate::features::sessions::model::{Anyone, TicketAnswer, TicketKind, TicketState, WxIdentity};
use crate::platform::access::ActorKind;
use crate::platform::db::schema::wx_identities;
use crate::platform::db::schema::wx_tickets::{self, dsl};
use crate::platform::db::{DbConnection, Outcome, Tx};

/// The most tickets that we believe a person to have given for one template.
const MOST: i32 = 20;

#[derive(Insertable)]
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
    let own = || dsl::wx_tickets.find((identity, template));
    // The database adds up: what a sender draws or another phone reports at this moment must not be lost.
    let said = |state| (dsl::kind.eq(kind), dsl::state.eq(state), dsl::last_event_at.eq(now));
    let (state, first, known) = match (answer, kind) {
        (TicketAnswer::Filter, _) => return Ok(()),
        (TicketAnswer::Accept, TicketKind::Once) => {
            let state = TicketState::Accept;
            let more = (said(state), dsl::remaining.eq(dsl::remaining + 1));
            let below = own().filter(dsl::remaining.lt(MOST));
            let known = diesel::update(below).set(more).execute(&mut **tx)? == 1
                || diesel::update(own()).set(said(state)).execute(&mut **tx)? == 1;
            (state, 1, known)
        }
        // Saying no once takes nothing back that was given before.
        (TicketAnswer::Reject, _) => {
            let state = TicketState::Reject;
            (state, 0, diesel::update(own()).set(said(state)).execute(&mut **tx)? == 1)
        }
        (TicketAnswer::Accept, TicketKind::Long) | (TicketAnswer::Ban, _) => {
            let ban = answer == TicketAnswer::Ban;
            let state = if ban { TicketState::Ban } else { TicketState::Accept };
            let none = (said(state), dsl::remaining.eq(0));
            (state, 0, diesel::update(own()).set(none).execute(&mut **tx)? == 1)
        }
    };
    if !known {
        let template_id = template.to_owned();
        let row =
            Row { identity_id: identity, template_id, kind, state, remaining: first, last_event_at: now };
        diesel::insert_into(wx_tickets::table).values(&row).execute(&mut **tx).or_again()?;
    }
    Ok(())
}

/// Whether a resident holds a ticket of any template under any of their names; for whether there is a message to send
/// at all. Which template, and whether the name still stands for them, is asked when it is sent.
pub fn holds(c: &mut DbConnection, resident: Uuid) -> Result<bool> {
    let named = wx_identities::table
        .filter(wx_identities::subject_id.eq(Id::<Anyone>::from_uuid(resident)))
        .filter(wx_identities::subject_kind.eq(ActorKind::Resident))
        .inner_join(wx_tickets::table.on(dsl::identity_id.eq(wx_identities::id)))
        .filter(
            dsl::remaining.gt(0).or(dsl::kind.eq(TicketKind::Long).and(dsl::state.eq(TicketState::Accept))),
        )
        .select(dsl::identity_id);
    Ok(named.first::<Id<WxIdentity>>(c).or_none()?.is_some())
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
