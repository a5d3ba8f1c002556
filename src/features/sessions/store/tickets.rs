//! The ledger of tickets: WeChat does not tell how many messages we may still send to somebody.
//!
//! A consent is told by the phone at once and by WeChat's event a moment later. What a phone reports is provisional,
//! because anybody can report it: it is capped, the event that belongs to it does not count once more (decision 0041), and a
//! refusal by WeChat sets the ledger right. A ticket is drawn in the transaction that claims the delivery.

use std::collections::BTreeSet;

use chrono::TimeDelta;
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
use crate::prepared;

/// The most tickets that we believe a person to have given for one template.
const MOST: i32 = 20;
/// How far the phone's telling and WeChat's event of one consent may be apart.
const APART: TimeDelta = TimeDelta::hours(1);

/// Who tells of an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Teller {
    /// The person's phone, whose word is provisional.
    Phone,
    /// WeChat.
    Event,
}

impl Teller {
    /// What one telling adds to `unpaired`.
    fn weight(self) -> i32 {
        match self {
            Self::Phone => 1,
            Self::Event => -1,
        }
    }
}

#[derive(Insertable)]
#[diesel(table_name = wx_tickets, treat_none_as_default_value = false)]
struct Row {
    identity_id: Id<WxIdentity>,
    template_id: String,
    kind: TicketKind,
    state: TicketState,
    remaining: i32,
    last_event_at: Timestamp,
    unpaired: i32,
    unpaired_at: Option<Timestamp>,
}

/// Enters what the person answered for a template.
pub fn answered(
    tx: &mut Tx,
    identity: Id<WxIdentity>,
    template: &str,
    kind: TicketKind,
    answer: TicketAnswer,
    teller: Teller,
) -> Result<()> {
    let now = tx.now();
    let own = || dsl::wx_tickets.find((identity, template));
    // The database adds up: what a sender draws or another phone reports at this moment must not be lost.
    let said = |state| (dsl::kind.eq(kind), dsl::state.eq(state), dsl::last_event_at.eq(now));
    let (state, first, known) = match (answer, kind) {
        (TicketAnswer::Filter, _) => return Ok(()),
        (TicketAnswer::Accept, TicketKind::Once) => {
            let state = TicketState::Accept;
            let known = diesel::update(own()).set(said(state)).execute(&mut **tx)? == 1;
            if known && !pairs(tx, identity, template, teller)? {
                let below = own().filter(dsl::remaining.lt(MOST));
                diesel::update(below).set(dsl::remaining.eq(dsl::remaining + 1)).execute(&mut **tx)?;
            }
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
        let (unpaired, unpaired_at) = (first * teller.weight(), (first == 1).then_some(now));
        let row = Row {
            identity_id: identity,
            template_id: template.to_owned(),
            kind,
            state,
            remaining: first,
            last_event_at: now,
            unpaired,
            unpaired_at,
        };
        diesel::insert_into(wx_tickets::table).values(&row).execute(&mut **tx).or_again()?;
    }
    Ok(())
}

/// Notes a telling of a ticket that is given once; whether the other teller has told of it already, so that it does not
/// count again. The caller has just changed the row and so holds it until the transaction ends.
fn pairs(tx: &mut Tx, identity: Id<WxIdentity>, template: &str, teller: Teller) -> Result<bool> {
    let now = tx.now();
    let own = dsl::wx_tickets.find((identity, template));
    // A telling whose counterpart never came stays as it was counted and waits no longer.
    let old = own.filter(dsl::unpaired_at.lt(now.plus(-APART)));
    diesel::update(old).set(dsl::unpaired.eq(0)).execute(&mut **tx)?;
    let told = dsl::unpaired.eq(dsl::unpaired + teller.weight());
    let paired = match teller {
        Teller::Phone => diesel::update(own.filter(dsl::unpaired.lt(0))).set(told).execute(&mut **tx)?,
        Teller::Event => diesel::update(own.filter(dsl::unpaired.gt(0))).set(told).execute(&mut **tx)?,
    };
    if paired == 1 {
        return Ok(true);
    }
    let alone = (told, dsl::unpaired_at.eq(Some(now)));
    diesel::update(own).set(alone).execute(&mut **tx)?;
    Ok(false)
}

/// Enters that the person switched the template off in the settings of WeChat: what was given before is gone.
pub fn switched_off(tx: &mut Tx, identity: Id<WxIdentity>, template: &str) -> Result<()> {
    refused(tx, identity, template)
}

/// Enters that a WeChat user wants nothing any more.
pub fn void(tx: &mut Tx, identity: Id<WxIdentity>) -> Result<()> {
    let now = tx.now();
    let all = dsl::wx_tickets.filter(dsl::identity_id.eq(identity));
    diesel::update(all).set(none_left(now)).execute(&mut **tx)?;
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
    Ok(reserve_all(tx, &[identity], template)?.contains(&identity))
}

/// Draws the right to send one message to each of `identities`, which are different; answers who has it.
pub fn reserve_all(
    tx: &mut Tx,
    identities: &[Id<WxIdentity>],
    template: &str,
) -> Result<BTreeSet<Id<WxIdentity>>> {
    let mut drawn = draw_once(tx, identities, template)?;
    let rest: Vec<_> = identities.iter().filter(|identity| !drawn.contains(identity)).collect();
    if !rest.is_empty() {
        let long = dsl::wx_tickets
            .filter(dsl::identity_id.eq_any(rest))
            .filter(dsl::template_id.eq(template))
            .filter(dsl::kind.eq(TicketKind::Long))
            .filter(dsl::state.eq(TicketState::Accept));
        drawn.extend(long.select(dsl::identity_id).load::<Id<WxIdentity>>(&mut **tx)?);
    }
    Ok(drawn)
}

fn draw_once(tx: &mut Tx, identities: &[Id<WxIdentity>], template: &str) -> Result<BTreeSet<Id<WxIdentity>>> {
    let less = dsl::remaining.eq(dsl::remaining - 1);
    match &mut **tx {
        DbConnection::Postgres(c) => {
            let once = dsl::wx_tickets
                .filter(dsl::identity_id.eq_any(identities))
                .filter(dsl::template_id.eq(template))
                .filter(dsl::kind.eq(TicketKind::Once))
                .filter(dsl::remaining.gt(0));
            let drawn = diesel::update(once).set(less).returning(dsl::identity_id);
            Ok(drawn.load(c)?.into_iter().collect())
        }
        // One statement for each costs no way here, and is prepared.
        DbConnection::Sqlite(c) => {
            let mut drawn = BTreeSet::new();
            for identity in identities {
                let own = dsl::wx_tickets.find((identity, template));
                let once = own.filter(dsl::kind.eq(TicketKind::Once)).filter(dsl::remaining.gt(0));
                if prepared!(diesel::update(once).set(less)).execute(c)? == 1 {
                    drawn.insert(*identity);
                }
            }
            Ok(drawn)
        }
    }
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
    diesel::update(dsl::wx_tickets.find((identity, template))).set(none_left(now)).execute(&mut **tx)?;
    Ok(())
}

/// A row without tickets. What was told and not confirmed until now is settled by it: an event that comes afterwards
/// counts.
#[diesel::dsl::auto_type(no_type_alias)]
fn none_left(now: Timestamp) -> _ {
    let state: TicketState = TicketState::Reject;
    (dsl::remaining.eq(0_i32), dsl::state.eq(state), dsl::last_event_at.eq(now), dsl::unpaired.eq(0_i32))
}
