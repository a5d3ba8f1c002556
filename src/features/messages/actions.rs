//! Telling, and what people do with what they were told.

use super::model::{Message, MessageRow, Recipient, Told, WxState};
use super::sending::SendMessage;
use super::store;
use crate::base::id::Id;
use crate::base::page::{Page, PageRequest};
use crate::base::problem::{Problem, Result};
use crate::features::sessions;
use crate::platform::access::{Actor, ActorKind};
use crate::platform::db::{Db, Tx};
use crate::platform::outbox;

/// Tells somebody, in the transaction of what it is about; `false` when they were told the same before, or when nobody
/// is there to read it. A resident who holds a ticket gets it by WeChat as well, when the transaction has committed.
pub fn tell(tx: &mut Tx, message: &Message) -> Result<bool> {
    let by_wechat = match message.to.kind {
        ActorKind::Resident => sessions::holds_ticket(tx, message.to.id)?,
        ActorKind::Staff => false,
        // A message would be a trace of whoever must not be known; they look themselves.
        ActorKind::Machine | ActorKind::System | ActorKind::Anonymous => return Ok(false),
    };
    let wx_state = if by_wechat { WxState::Waiting } else { WxState::None };
    let row = MessageRow::told(message, wx_state, tx.now());
    let told = store::insert(tx, &row)?;
    if told && by_wechat {
        outbox::add(tx, &SendMessage { message: row.id })?;
    }
    Ok(told)
}

/// The caller as messages name them.
fn recipient(by: &Actor) -> Id<Recipient> {
    Id::from_uuid(by.id())
}

/// A page of the caller's messages, newest first; only unread ones when asked.
pub async fn list(db: &Db, by: &Actor, unread: bool, page: PageRequest) -> Result<Page<MessageRow>> {
    let me = recipient(by);
    let rows = db.read(move |c| store::page(c, me, unread, &page));
    Ok(page.page(rows.await?, store::place))
}

/// The most unread messages that are counted; what is more is "99+".
pub const COUNTED: usize = 99;

/// How many of the caller's messages are unread, at most one more than [`COUNTED`].
pub async fn unread(db: &Db, by: &Actor) -> Result<usize> {
    let me = recipient(by);
    db.read(move |c| store::unread(c, me, COUNTED as i64 + 1)).await
}

/// What was read.
#[derive(Debug, Clone)]
pub enum Seen {
    /// Everything up to this message, itself included.
    UpTo(Id<Told>),
    /// These; those of others are passed over.
    These(Vec<Id<Told>>),
}

/// Notes what the caller has read; answers how many are unread then, as [`unread`] does. A second time changes nothing.
///
/// # Errors
/// 404 for an `UpTo` that is no message of the caller.
pub async fn read(db: &Db, by: &Actor, seen: Seen) -> Result<usize> {
    let me = recipient(by);
    db.write(move |tx| {
        match &seen {
            Seen::These(ids) => store::read_these(tx, me, ids)?,
            Seen::UpTo(last) => {
                let last = store::of_person(tx, me, *last)?.ok_or_else(Problem::not_found)?;
                store::read_up_to(tx, me, store::place(&last))?;
            }
        }
        store::unread(tx, me, COUNTED as i64 + 1)
    })
    .await
}
