//! What gateways tell: believed, done once, handed on.

mod consents;
mod events;
mod followers;
mod receipts;

use actix_web::test::TestRequest;
use diesel::prelude::*;
use serde_json::{Value, json};
use wangge::platform::access::Role;
use wangge::platform::db::schema::{gateway_pushes, outbox_jobs, wx_tickets};

use crate::fakes::gateway::push::{Account, Event, Sealed, Shape, seal};
use crate::office::{Answer, Office, TOWN};

const STAFF: &str = "13800000001";
const HOME: &str = "13700000001";
const OPENID: &str = "o-home";

/// An office with a resident who came by WeChat; and their access token.
async fn scene() -> (Office, String) {
    let office = Office::new().await;
    office.first(Role::Admin, STAFF, TOWN).await.unwrap();
    office.resident(HOME, "head");
    let link = arrive(&office).await.text("link");
    let phone = json!({ "link": link, "code": format!("demo-phone-{HOME}") });
    let token = office.post("/auth/wechat/phone", phone).await.text("access_token");
    (office, token)
}

async fn arrive(office: &Office) -> Answer {
    office.post("/auth/wechat", json!({ "code": format!("demo-login-{OPENID}") })).await
}

/// An event that happens now.
fn event(office: &Office, word: &str, more: Value) -> Event {
    let at = office.base.clock.now().seconds();
    Event { account: Account::MiniProgram, person: OPENID.into(), at, word: word.into(), more }
}

/// Somebody answers to the question for consent.
fn popup(office: &Office, template: &str, answer: &str) -> Event {
    let item = json!({ "TemplateId": template, "SubscribeStatusString": answer, "PopupScene": "0" });
    event(office, "subscribe_msg_popup_event", json!({ "List": item }))
}

/// What WeChat would post now.
fn sealed(office: &Office, event: &Event, shape: Shape) -> Sealed {
    seal(event, shape, office.base.clock.now().seconds())
}

async fn deliver(office: &Office, sealed: Sealed) -> Answer {
    let path = format!("/api/v1/callbacks/wechat?{}", sealed.query);
    let request = TestRequest::post().uri(&path).insert_header(("Content-Type", sealed.media));
    office.ask(request.set_payload(sealed.body)).await
}

/// WeChat tells an event, once, and hears that it was heard.
async fn told(office: &Office, event: &Event) {
    let answer = deliver(office, sealed(office, event, Shape::SafeXml)).await;
    assert_eq!((answer.status, answer.plain.as_str()), (200, "success"));
}

/// Kind, state and number of the tickets for `template`.
fn tickets(office: &Office, template: &str) -> Option<(String, String, i32)> {
    let found = wx_tickets::table.filter(wx_tickets::template_id.eq(template));
    let found = found.select((wx_tickets::kind, wx_tickets::state, wx_tickets::remaining));
    found.first(&mut office.base.connect()).optional().unwrap()
}

fn remaining(office: &Office, template: &str) -> i32 {
    tickets(office, template).map_or(0, |(_, _, remaining)| remaining)
}

/// What was handed on, the oldest first.
fn jobs(office: &Office, kind: &str) -> Vec<Value> {
    let found = outbox_jobs::table
        .filter(outbox_jobs::kind.eq(kind))
        .order((outbox_jobs::created_at, outbox_jobs::id));
    let found: Vec<wangge::platform::db::Doc> =
        found.select(outbox_jobs::payload).load(&mut office.base.connect()).unwrap();
    found.into_iter().map(|doc| doc.0).collect()
}

/// How many pushes are remembered.
fn remembered(office: &Office) -> i64 {
    gateway_pushes::table.count().get_result(&mut office.base.connect()).unwrap()
}
