//! A receiver of Standard Webhooks: believes what is signed and young, and takes each id once.

use std::collections::HashSet;

use actix_web::{HttpRequest, HttpResponse, web};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

use super::ledger::Entry;
use super::names::HOOK_SECRET;
use super::{World, lock};

/// Seconds that a message may be on its way.
const SKEW: i64 = 300;

/// What each receiver has taken.
pub type Hooks = HashSet<(String, String)>;

/// `POST /hook/{name}`
pub async fn receive(
    world: web::Data<World>,
    name: web::Path<String>,
    request: HttpRequest,
    bytes: web::Bytes,
) -> HttpResponse {
    let header = |name: &str| request.headers().get(name).and_then(|value| value.to_str().ok());
    let (Some(id), Some(at), Some(signatures)) =
        (header("webhook-id"), header("webhook-timestamp"), header("webhook-signature"))
    else {
        return HttpResponse::BadRequest().finish();
    };
    let young = at.parse::<i64>().is_ok_and(|at| (lock(&world.state).now() - at).abs() <= SKEW);
    if !young || !signatures.split(' ').any(|signature| signature == signed(id, at, &bytes)) {
        return HttpResponse::Unauthorized().finish();
    }
    if lock(&world.state).hooks.insert((name.clone(), id.to_owned())) {
        let entry = Entry { channel: "webhook", recipient: name.into_inner(), key: id.to_owned() };
        if lock(&world.ledger).accept(entry).is_err() {
            return HttpResponse::InternalServerError().finish();
        }
    }
    HttpResponse::NoContent().finish()
}

fn signed(id: &str, at: &str, body: &[u8]) -> String {
    let secret = STANDARD.decode(HOOK_SECRET.trim_start_matches("whsec_")).unwrap_or_default();
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(&secret) else { return String::new() };
    mac.update(format!("{id}.{at}.").as_bytes());
    mac.update(body);
    format!("v1,{}", STANDARD.encode(mac.finalize().into_bytes()))
}
