//! The job that sends one message by WeChat, at most once.
//!
//! Twice is harmless: before WeChat is called the message stands as *sending* on disk, and whoever finds it so ends it as
//! *unknown* and sends nothing. Only what certainly did not leave is tried again, on the timetable of the outbox, and its
//! ticket goes back to the ledger before.

use serde::{Deserialize, Serialize};

use super::channel::Channel;
use super::model::{MessageRow, Told, WxState};
use super::store;
use crate::base::id::Id;
use crate::base::problem::Result;
use crate::features::sessions::{self, WxIdentity};
use crate::platform::db::{Db, Tx};
use crate::platform::outbox::{Job, Outcome};
use crate::platform::push::wechat::SubscribeMessage;
use crate::platform::push::{self, WeChat};

/// Sends a message to its resident.
#[derive(Debug, Serialize, Deserialize)]
pub struct SendMessage {
    /// Which.
    pub message: Id<Told>,
}

impl Job for SendMessage {
    const KIND: &'static str = "message.send";
}

/// Sends the message; `over` is none in a town without a mini-program or a template for messages.
pub async fn send(db: &Db, over: Option<(&WeChat, &Channel)>, job: SendMessage) -> Outcome {
    match try_to_send(db, over, job.message).await {
        Ok(outcome) => outcome,
        Err(problem) => Outcome::Retry(problem.to_string()),
    }
}

async fn try_to_send(db: &Db, over: Option<(&WeChat, &Channel)>, id: Id<Told>) -> Result<Outcome> {
    let Some((wechat, channel)) = over else {
        let none = move |tx: &mut Tx| store::fares(tx, id, WxState::Waiting, WxState::None, None);
        db.write(none).await?;
        return Ok(Outcome::Done);
    };
    let template = channel.template.clone();
    let channel = channel.clone();
    let Some((identity, message)) = db.write(move |tx| begin(tx, id, &channel)).await? else {
        return Ok(Outcome::Done);
    };
    let fate = Fate::of(wechat.send_subscribe(&message).await);
    let (state, word) = (fate.state, fate.word.clone());
    db.write(move |tx| {
        if !store::fares(tx, id, WxState::Sending, state, Some(&word))? {
            return Ok(()); // ended as unknown meanwhile
        }
        match fate.ticket {
            Ticket::Spent => Ok(()),
            Ticket::Unused => sessions::give_back(tx, identity, &template),
            Ticket::NeverThere => sessions::refused(tx, identity, &template),
        }
    })
    .await?;
    Ok(if state == WxState::Waiting { Outcome::Retry(fate.word) } else { Outcome::Done })
}

/// Marks the message as being sent and draws its ticket; none when there is nothing to send.
fn begin(tx: &mut Tx, id: Id<Told>, channel: &Channel) -> Result<Option<(Id<WxIdentity>, SubscribeMessage)>> {
    let Some(row) = store::find(tx, id)? else { return Ok(None) };
    if row.wx_state == WxState::Sending {
        tracing::warn!(message = %id, "a message was left in doubt by a sender that fell silent");
        store::fares(tx, id, WxState::Sending, WxState::Unknown, Some("silent"))?;
        return Ok(None);
    }
    if !store::fares(tx, id, WxState::Waiting, WxState::Sending, None)? {
        return Ok(None);
    }
    match prepare(tx, &row, channel)? {
        Ok(ready) => Ok(Some(ready)),
        Err((state, why)) => {
            store::fares(tx, id, WxState::Sending, state, Some(&why))?;
            Ok(None)
        }
    }
}

type Ready = std::result::Result<(Id<WxIdentity>, SubscribeMessage), (WxState, String)>;

/// The message with its ticket drawn, or why there is none.
fn prepare(tx: &mut Tx, row: &MessageRow, channel: &Channel) -> Result<Ready> {
    for name in sessions::recipients(tx, &channel.appid, &[row.person_id.uuid()])? {
        let message = match channel.message(name.openid, row) {
            Ok(message) => message,
            Err((key, why)) => {
                tracing::error!(key, %why, "a message does not fit its template");
                return Ok(Err((WxState::Failed, format!("unfit:{key}"))));
            }
        };
        // One person may come under several names; the first with a ticket is written to.
        if sessions::reserve_ticket(tx, name.identity, &channel.template)? {
            return Ok(Ok((name.identity, message)));
        }
    }
    Ok(Err((WxState::Refused, "no_ticket".to_owned())))
}

/// What became of the ticket that was drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Ticket {
    Spent,
    Unused,
    NeverThere,
}

/// What WeChat's answer makes of a message.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Fate {
    /// How it fares; waiting is to be tried again.
    state: WxState,
    /// WeChat's code or our word.
    word: String,
    ticket: Ticket,
}

impl Fate {
    fn of(outcome: push::Outcome) -> Self {
        let fate = |state, word: &str, ticket| Self { state, word: word.to_owned(), ticket };
        match outcome {
            push::Outcome::Accepted { provider_ref } => {
                fate(WxState::Sent, provider_ref.as_deref().unwrap_or("sent"), Ticket::Spent)
            }
            push::Outcome::Retry => fate(WxState::Waiting, "retry", Ticket::Unused),
            push::Outcome::Token => fate(WxState::Waiting, "token", Ticket::Unused),
            push::Outcome::Rate { .. } => fate(WxState::Waiting, "rate", Ticket::Unused),
            push::Outcome::Later { code, .. } | push::Outcome::Config { code } => {
                fate(WxState::Waiting, &code, Ticket::Unused)
            }
            push::Outcome::Permanent { code } => fate(WxState::Failed, &code, Ticket::Unused),
            push::Outcome::Refused { code } => fate(WxState::Refused, &code, Ticket::NeverThere),
            push::Outcome::Unknown => fate(WxState::Unknown, "unknown", Ticket::Spent),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_may_have_arrived_is_not_sent_again_and_its_ticket_is_spent() {
        let fate = Fate::of(push::Outcome::Unknown);
        assert_eq!((fate.state, fate.ticket), (WxState::Unknown, Ticket::Spent));
    }

    #[test]
    fn what_certainly_did_not_leave_is_tried_again_with_its_ticket_back() {
        for outcome in
            [push::Outcome::Retry, push::Outcome::Token, push::Outcome::Config { code: "1".into() }]
        {
            let fate = Fate::of(outcome);
            assert_eq!((fate.state, fate.ticket), (WxState::Waiting, Ticket::Unused));
        }
    }

    #[test]
    fn a_refusal_sets_the_ledger_right() {
        let fate = Fate::of(push::Outcome::Refused { code: "43101".into() });
        assert_eq!((fate.state, fate.ticket), (WxState::Refused, Ticket::NeverThere));
    }
}
