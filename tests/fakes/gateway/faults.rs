//! Faults on demand, drawn from a seeded generator so that a run can be repeated.
//!
//! Ambiguous for the caller, and really accepted here: `accept_then_drop`, `truncated`, `drip`. Ambiguous, and not
//! accepted: `hang`, `drop_before_accept`, `html`, 502 and 504. The others are clear refusals.

use std::collections::BTreeMap;
use std::io;
use std::time::{Duration, Instant};

use actix_web::body::{BoxBody, MessageBody, SizedStream, to_bytes};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::middleware::Next;
use actix_web::{Error, HttpResponse, rt, web};
use futures_util::{StreamExt, stream};
use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};
use serde::Deserialize;

use super::{World, lock, routes, sms};

/// What to do wrong. Shares are percentages of the requests and add up to at most 100.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Knobs {
    seed: u64,
    /// Only paths that begin so.
    path: String,
    /// Only so many requests; afterwards all is well.
    times: Option<u64>,
    /// Before every answer.
    latency_ms: u64,
    /// And up to so much more.
    latency_spread_ms: u64,
    hang: f64,
    hang_ms: u64,
    /// Share per errcode.
    errcodes: BTreeMap<i64, f64>,
    /// Share per code of a gateway for text messages.
    codes: BTreeMap<String, f64>,
    /// Share per HTTP status; 429 and 503 carry `Retry-After`.
    statuses: BTreeMap<u16, f64>,
    retry_after_s: u64,
    accept_then_drop: f64,
    drop_before_accept: f64,
    truncated: f64,
    /// The answer comes byte by byte.
    drip: f64,
    /// Before each byte.
    drip_ms: u64,
    html: f64,
    /// Every connection is dropped.
    outage: bool,
    /// Every connection is dropped for so long; then all is as the other knobs say.
    outage_ms: u64,
}

#[derive(Debug, Clone)]
enum Fault {
    Hang,
    Errcode(i64),
    Code(String),
    Status(u16),
    AcceptThenDrop,
    DropBeforeAccept,
    Truncated,
    Drip,
    Html,
}

/// The knobs with what was drawn so far.
#[derive(Default)]
pub struct Faults {
    knobs: Knobs,
    /// Each fault with the end of its share.
    shares: Vec<(f64, Fault)>,
    rng: Option<StdRng>,
    outage_until: Option<Instant>,
    /// How often it was accepted and the caller could not know.
    ambiguous: u64,
}

impl Faults {
    /// Turns every knob anew.
    pub fn turn(&mut self, knobs: Knobs) {
        self.outage_until =
            (knobs.outage_ms > 0).then(|| Instant::now() + Duration::from_millis(knobs.outage_ms));
        let codes = knobs.codes.iter().map(|(code, share)| (*share, Fault::Code(code.clone())));
        let errcodes = knobs.errcodes.iter().map(|(code, share)| (*share, Fault::Errcode(*code)));
        let statuses = knobs.statuses.iter().map(|(status, share)| (*share, Fault::Status(*status)));
        let outage = if knobs.outage { 100.0 } else { 0.0 };
        let others = [
            (outage, Fault::DropBeforeAccept),
            (knobs.hang, Fault::Hang),
            (knobs.accept_then_drop, Fault::AcceptThenDrop),
            (knobs.drop_before_accept, Fault::DropBeforeAccept),
            (knobs.truncated, Fault::Truncated),
            (knobs.drip, Fault::Drip),
            (knobs.html, Fault::Html),
        ];
        let mut end = 0.0;
        let shares =
            others.into_iter().chain(errcodes).chain(codes).chain(statuses).filter(|(share, _)| *share > 0.0);
        self.shares = shares
            .map(|(share, fault)| {
                end += share;
                (end, fault)
            })
            .collect();
        self.rng = Some(StdRng::seed_from_u64(knobs.seed));
        self.knobs = knobs;
    }

    /// How often a message was accepted and the caller could not know, whatever the knobs were.
    pub fn ambiguous(&self) -> u64 {
        self.ambiguous
    }

    fn timing(&mut self) -> Timing {
        let (knobs, most) = (&self.knobs, self.knobs.latency_spread_ms);
        let spread = self.rng.as_mut().filter(|_| most > 0).map_or(0, |rng| rng.random_range(0..=most));
        Timing {
            latency: Duration::from_millis(knobs.latency_ms + spread),
            hang: Duration::from_millis(knobs.hang_ms),
            drip: Duration::from_millis(knobs.drip_ms),
            retry_after: knobs.retry_after_s,
        }
    }

    fn draw(&mut self, path: &str) -> Option<Fault> {
        let rng = self.rng.as_mut()?;
        if self.outage_until.is_some_and(|until| Instant::now() < until) {
            return Some(Fault::DropBeforeAccept);
        }
        if self.shares.is_empty() || !path.starts_with(&self.knobs.path) || self.knobs.times == Some(0) {
            return None;
        }
        let drawn = rng.random_range(0.0..100.0);
        let fault = self.shares.iter().find(|(end, _)| drawn < *end).map(|(_, fault)| fault.clone())?;
        self.knobs.times = self.knobs.times.map(|left| left - 1);
        if matches!(fault, Fault::AcceptThenDrop | Fault::Truncated | Fault::Drip) {
            self.ambiguous += 1;
        }
        Some(fault)
    }
}

/// The middleware in front of every path of a gateway.
pub async fn apply<B: MessageBody + 'static>(
    request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    let Some(world) = request.app_data::<web::Data<World>>().cloned() else {
        return Err(actix_web::error::ErrorInternalServerError("no world"));
    };
    // Both gateways for text messages are asked at `/`.
    let path = sms::path(request.request()).unwrap_or_else(|| request.path().to_owned());
    lock(&world.state).count(&path);
    let (fault, knobs) = {
        let mut faults = lock(&world.faults);
        (faults.draw(&path), faults.timing())
    };
    if !knobs.latency.is_zero() {
        rt::time::sleep(knobs.latency).await;
    }
    let answer = match fault {
        None => return Ok(next.call(request).await?.map_into_boxed_body()),
        Some(Fault::AcceptThenDrop) => {
            let response = next.call(request).await?;
            return Ok(response.map_body(|_, _| broken()));
        }
        Some(Fault::Truncated) => {
            let response = next.call(request).await?;
            return Ok(response.map_body(|_, _| BoxBody::new(r#"{"errcode":0,"errm"#)));
        }
        Some(Fault::Drip) => {
            let (request, response) = next.call(request).await?.map_into_boxed_body().into_parts();
            let (head, body) = response.into_parts();
            let bytes = to_bytes(body).await.unwrap_or_default();
            return Ok(ServiceResponse::new(request, head.set_body(drip(bytes, knobs.drip))));
        }
        Some(Fault::Hang) => {
            rt::time::sleep(knobs.hang).await;
            HttpResponse::Ok().body(broken())
        }
        Some(Fault::DropBeforeAccept) => HttpResponse::Ok().body(broken()),
        Some(Fault::Html) => HttpResponse::Ok().content_type("text/html").body("<html>proxy error</html>"),
        Some(Fault::Errcode(code)) => routes::refuse(code, "injected"),
        Some(Fault::Code(code)) => sms::refuse(request.request(), &code),
        Some(Fault::Status(status)) => {
            let status = status.try_into().unwrap_or(actix_web::http::StatusCode::INTERNAL_SERVER_ERROR);
            let mut response = HttpResponse::build(status);
            if matches!(status.as_u16(), 429 | 503) {
                response.insert_header(("Retry-After", knobs.retry_after.to_string()));
            }
            if status.is_redirection() {
                response.insert_header(("Location", "/hook/elsewhere"));
            }
            response.body("injected")
        }
    };
    Ok(request.into_response(answer))
}

struct Timing {
    latency: Duration,
    hang: Duration,
    drip: Duration,
    retry_after: u64,
}

/// A body that fails before its first byte: the server closes the connection and the head never leaves.
fn broken() -> BoxBody {
    let reset = || io::Error::from(io::ErrorKind::ConnectionReset);
    BoxBody::new(SizedStream::new(1, stream::once(async move { Err::<web::Bytes, _>(reset()) })))
}

/// The same bytes, one at a time.
fn drip(bytes: web::Bytes, pause: Duration) -> BoxBody {
    let size = bytes.len() as u64;
    let each = stream::iter(0..bytes.len()).then(move |n| {
        let byte = bytes.slice(n..=n);
        async move {
            rt::time::sleep(pause).await;
            Ok::<_, io::Error>(byte)
        }
    });
    BoxBody::new(SizedStream::new(size, Box::pin(each)))
}
