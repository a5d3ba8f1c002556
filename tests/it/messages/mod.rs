//! What people are told about their cases, and how they read it.

mod purge;
mod reading;
mod telling;
mod wechat;

use serde_json::Value;
use wangge::features::messages::{About, Addressee, Message, MessageKind};
use wangge::platform::access::ActorKind;

use crate::town::{EAST, Person, Town};

/// What `n` says to somebody; the same number says the same.
fn message(to: &Person, n: u32) -> Message {
    let kind = if to.household.is_some() { ActorKind::Resident } else { ActorKind::Staff };
    Message {
        to: Addressee { kind, id: to.id },
        about: About { kind: "event", case: uuid::Uuid::from_u128(7), area: EAST.parse().unwrap() },
        kind: MessageKind::Accepted,
        text: format!("示例消息 {n}"),
        dedupe_key: n.to_string(),
    }
}

/// Tells somebody; whether it was new.
async fn tell(town: &Town, to: &Person, n: u32) -> bool {
    let message = message(to, n);
    town.house.app.db.write(move |tx| wangge::features::messages::tell(tx, &message)).await.unwrap()
}

/// All messages of somebody, oldest first.
pub async fn told(town: &Town, who: &Person) -> Vec<Value> {
    let answer = who.get(town, "/api/v1/me/messages?limit=100").await;
    assert_eq!(answer.status, 200, "{answer:?}");
    let mut items = answer.body["items"].as_array().unwrap().clone();
    items.reverse();
    items
}
