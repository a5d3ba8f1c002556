//! The control interface: `POST /__ctl` turns the fault knobs, `POST /__ctl/{people,codes,templates,quota}`
//! sets state, `GET /__ctl` counts the calls per path and what was accepted without the caller knowing, `POST /__ctl/tokens/revocation` revokes every
//! access token, `POST /__ctl/clock` moves the clock, `GET /__ledger` lists what was accepted.
//!
//! `POST /__ctl/caps` says how much may be sent in a day, `POST /__ctl/sms` sets money, opted-out numbers and the carrier's manners, `POST /__ctl/strangers` who does not follow
//! the official account, `POST /__ctl/callbacks` where events and receipts are pushed to, `POST /__ctl/events` pushes
//! one, `GET /__ctl/pushes` tells how the pushes were answered.

use std::collections::{BTreeSet, HashMap};

use actix_web::{HttpResponse, Scope, get, post, web};
use serde::Deserialize;
use serde_json::json;

use super::caps::Caps;
use super::faults::Knobs;
use super::push::{Event, Targets};
use super::sms::Rules;
use super::state::{Consent, NewCode, Person};
use super::{World, lock};

/// Everything below `/__ctl`.
pub fn scope() -> Scope {
    web::scope("/__ctl")
        .service(calls)
        .service(knobs)
        .service(people)
        .service(codes)
        .service(templates)
        .service(quota)
        .service(revocation)
        .service(clock)
        .service(caps)
        .service(sms)
        .service(strangers)
        .service(callbacks)
        .service(events)
        .service(pushes)
}

#[get("")]
async fn calls(world: web::Data<World>) -> HttpResponse {
    let ambiguous = lock(&world.faults).ambiguous();
    HttpResponse::Ok().json(json!({ "calls": lock(&world.state).calls, "ambiguous": ambiguous }))
}

#[post("")]
async fn knobs(world: web::Data<World>, body: web::Json<Knobs>) -> HttpResponse {
    lock(&world.faults).turn(body.into_inner());
    HttpResponse::NoContent().finish()
}

#[post("/people")]
async fn people(world: web::Data<World>, body: web::Json<Vec<Person>>) -> HttpResponse {
    let mut state = lock(&world.state);
    body.into_inner().into_iter().for_each(|person| state.add_person(person));
    HttpResponse::NoContent().finish()
}

#[derive(Deserialize)]
#[serde(default)]
#[derive(Default)]
struct Codes {
    login: Vec<NewCode>,
    phone: Vec<NewCode>,
}

#[post("/codes")]
async fn codes(world: web::Data<World>, body: web::Json<Codes>) -> HttpResponse {
    let Codes { login, phone } = body.into_inner();
    let mut state = lock(&world.state);
    login.into_iter().for_each(|code| state.add_login_code(code));
    phone.into_iter().for_each(|code| state.add_phone_code(code));
    HttpResponse::NoContent().finish()
}

/// Template id and its keys.
#[post("/templates")]
async fn templates(
    world: web::Data<World>,
    body: web::Json<HashMap<String, BTreeSet<String>>>,
) -> HttpResponse {
    lock(&world.state).templates.extend(body.into_inner());
    HttpResponse::NoContent().finish()
}

#[post("/quota")]
async fn quota(world: web::Data<World>, body: web::Json<Vec<Consent>>) -> HttpResponse {
    let mut state = lock(&world.state);
    body.into_inner().into_iter().for_each(|consent| state.add_consent(consent));
    HttpResponse::NoContent().finish()
}

#[post("/tokens/revocation")]
async fn revocation(world: web::Data<World>) -> HttpResponse {
    let mut state = lock(&world.state);
    state.tokens.revoke();
    state.official_tokens.revoke();
    HttpResponse::NoContent().finish()
}

#[derive(Deserialize)]
struct Clock {
    /// Seconds ahead of the machine's clock.
    offset_s: i64,
}

#[post("/clock")]
async fn clock(world: web::Data<World>, body: web::Json<Clock>) -> HttpResponse {
    lock(&world.state).clock_offset = body.offset_s;
    HttpResponse::NoContent().finish()
}

#[post("/caps")]
async fn caps(world: web::Data<World>, body: web::Json<Caps>) -> HttpResponse {
    lock(&world.state).caps.set(body.into_inner());
    HttpResponse::NoContent().finish()
}

#[post("/sms")]
async fn sms(world: web::Data<World>, body: web::Json<Rules>) -> HttpResponse {
    lock(&world.state).sms.set(body.into_inner());
    HttpResponse::NoContent().finish()
}

#[post("/strangers")]
async fn strangers(world: web::Data<World>, body: web::Json<Vec<String>>) -> HttpResponse {
    lock(&world.state).official.strangers = body.into_inner();
    HttpResponse::NoContent().finish()
}

#[post("/callbacks")]
async fn callbacks(world: web::Data<World>, body: web::Json<Targets>) -> HttpResponse {
    world.pusher.aim(body.into_inner());
    HttpResponse::NoContent().finish()
}

#[post("/events")]
async fn events(world: web::Data<World>, body: web::Json<Event>) -> HttpResponse {
    world.pusher.event(body.into_inner());
    HttpResponse::NoContent().finish()
}

#[get("/pushes")]
async fn pushes(world: web::Data<World>) -> HttpResponse {
    HttpResponse::Ok().json(world.pusher.done())
}

/// Rows of `channel`, `recipient`, `key`, `count` and the times `at`, in milliseconds since 1970.
#[get("/__ledger")]
pub async fn ledger(world: web::Data<World>) -> HttpResponse {
    let ledger = lock(&world.ledger);
    let rows: Vec<_> = ledger
        .rows()
        .map(|(entry, at)| {
            json!({ "channel": entry.channel, "recipient": entry.recipient, "key": entry.key,
                "count": at.len(), "at": at })
        })
        .collect();
    HttpResponse::Ok().json(rows)
}
