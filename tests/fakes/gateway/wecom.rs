//! Group robots: 20 messages in any 60 seconds, and the limits of length.

use std::collections::{HashMap, VecDeque};
use std::time::{Duration, Instant};

use actix_web::{HttpResponse, web};
use serde_json::{Value, json};

use super::ledger::Entry;
use super::routes::Query;
use super::{World, lock};

const WINDOW: Duration = Duration::from_secs(60);
const PER_WINDOW: usize = 20;

/// When each robot was heard of late.
pub type Robots = HashMap<String, VecDeque<Instant>>;

/// `POST /cgi-bin/webhook/send?key=`
pub async fn send(world: web::Data<World>, query: Query, bytes: web::Bytes) -> HttpResponse {
    let exchange = || -> Result<(), (i64, &'static str)> {
        let key = query.get("key").filter(|key| key.starts_with("fake-robot-"));
        let key = key.ok_or((93000, "invalid webhook url, hint: [fake], from ip: 127.0.0.1"))?;
        let message: Value = serde_json::from_slice(&bytes).map_err(|_| (40058, "invalid json"))?;
        let (most, content) = match message["msgtype"].as_str() {
            Some("text") => (2048, &message["text"]["content"]),
            Some("markdown") => (4096, &message["markdown"]["content"]),
            _ => return Err((40008, "invalid message type")),
        };
        let content = content.as_str().filter(|text| !text.is_empty()).ok_or((40058, "content missing"))?;
        if content.len() > most {
            return Err((45002, "content size out of limit"));
        }
        {
            let mut state = lock(&world.state);
            let heard = state.robots.entry(key.clone()).or_default();
            while heard.front().is_some_and(|at| at.elapsed() >= WINDOW) {
                heard.pop_front();
            }
            if heard.len() >= PER_WINDOW {
                return Err((45009, "api freq out of limit"));
            }
            heard.push_back(Instant::now());
        }
        // The sender's own mark, if it puts one at the end: `… #n1`.
        let mark = content.rsplit_once('#').map_or("", |(_, mark)| mark.trim());
        let entry = Entry { channel: "wecom", recipient: key.clone(), key: mark.to_owned() };
        lock(&world.ledger).accept(entry).map_err(|_| (-1, "system busy"))
    };
    let (errcode, errmsg) = exchange().err().unwrap_or((0, "ok"));
    HttpResponse::Ok().json(json!({ "errcode": errcode, "errmsg": errmsg }))
}
