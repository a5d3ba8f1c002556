//! The official account: template messages, each `client_msg_id` once in ten minutes.

use std::collections::HashMap;

use actix_web::{HttpResponse, web};
use serde::Deserialize;
use serde_json::json;

use super::caps::Capped;
use super::ledger::Entry;
use super::push::{Account, Event};
use super::routes::{Answer, Query, answer, body, plain};
use super::state::{State, Value};
use super::tokens::Worth;
use super::{World, lock};

/// Seconds in which the same message again is too soon.
const TOO_SOON: i64 = 60;
/// Seconds in which the same message again is the same message.
const SAME: i64 = 600;

/// The official account's part of the state.
#[derive(Default)]
pub struct Official {
    /// When each message of each person was last taken, and its number.
    taken: HashMap<(String, String), (i64, u64)>,
    /// Who does not follow.
    pub strangers: Vec<String>,
}

#[derive(Deserialize)]
struct Message {
    touser: String,
    template_id: String,
    #[serde(default)]
    client_msg_id: String,
    data: HashMap<String, Value>,
}

fn access(state: &State, query: &Query) -> Result<(), (i64, String)> {
    let token = query.get("access_token").ok_or((41001, "access_token missing".to_owned()))?;
    match state.official_tokens.worth(token, state.now()) {
        Worth::Good => Ok(()),
        Worth::Expired => Err((42001, "access_token expired".into())),
        Worth::Unknown => Err((40001, "invalid credential, access_token is invalid or not latest".into())),
    }
}

/// What became of it: a new message, or the number of the one that it repeats.
enum Taken {
    New(u64),
    Again(u64),
}

fn take(state: &mut State, message: &Message) -> Result<Taken, i64> {
    let now = state.now();
    if !state.caps.spend(Capped::Template, now) {
        return Err(45009);
    }
    if state.official.strangers.contains(&message.touser) {
        return Err(43004);
    }
    if message.data.is_empty() || message.data.values().any(|value| value.value.trim().is_empty()) {
        return Err(47003);
    }
    if !state.demo && !state.templates.contains_key(&message.template_id) {
        return Err(40037);
    }
    let key = (message.touser.clone(), message.client_msg_id.clone());
    match state.official.taken.get(&key).filter(|_| !message.client_msg_id.is_empty()) {
        Some((at, _)) if now - at < TOO_SOON => Err(45066),
        Some((at, number)) if now - at < SAME => Ok(Taken::Again(*number)),
        _ => {
            let number = state.next_message();
            state.official.taken.insert(key, (now, number));
            Ok(Taken::New(number))
        }
    }
}

/// `GET /cgi-bin/user/info`: of whoever does not follow, only that.
pub async fn info(world: web::Data<World>, query: Query) -> HttpResponse {
    let exchange = || -> Answer {
        let state = lock(&world.state);
        access(&state, &query)?;
        let openid = query.get("openid").filter(|openid| !openid.is_empty()).ok_or_else(|| plain(40003))?;
        if state.official.strangers.contains(openid) {
            return Ok(json!({ "subscribe": 0, "openid": openid }));
        }
        let person = state.person(openid).ok_or_else(|| plain(40003))?;
        let mut body =
            json!({ "subscribe": 1, "openid": openid, "language": "zh_CN", "remark": "", "groupid": 0 });
        if let Some(unionid) = person.unionid {
            body["unionid"] = unionid.into();
        }
        Ok(body)
    };
    answer(exchange())
}

/// `POST /cgi-bin/message/template/send`
pub async fn send(world: web::Data<World>, query: Query, bytes: web::Bytes) -> HttpResponse {
    let exchange = || -> Answer {
        let message: Message = body(&bytes)?;
        let (taken, now) = {
            let mut state = lock(&world.state);
            access(&state, &query)?;
            (take(&mut state, &message).map_err(plain)?, state.now())
        };
        let number = match taken {
            Taken::Again(number) => number,
            Taken::New(number) => {
                let entry = Entry {
                    channel: "template",
                    recipient: message.touser.clone(),
                    key: message.client_msg_id.clone(),
                };
                lock(&world.ledger).accept(entry).map_err(|error| (-1, error.to_string()))?;
                let finished = Event {
                    account: Account::Official,
                    person: message.touser,
                    at: now,
                    word: "TEMPLATESENDJOBFINISH".into(),
                    more: json!({ "MsgID": number, "Status": "success" }),
                };
                world.pusher.event(finished);
                number
            }
        };
        Ok(json!({ "errcode": 0, "errmsg": "ok", "msgid": number }))
    };
    answer(exchange())
}
