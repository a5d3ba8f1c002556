//! A signed POST to whatever an area has: a screen, a loudspeaker, another program of the township.
//!
//! Signed as Standard Webhooks describes it (`webhook-id`, `webhook-timestamp`, `webhook-signature`). The id is the
//! delivery's own, so that a receiver can tell a second send from a second message; whatever is not known to have
//! arrived may therefore be sent again. Addresses are looked at in `guard` before anything connects to them.

mod guard;

use std::fmt;
use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit, Mac};
use ipnet::IpNet;
use reqwest::{Client, Url};
use secrecy::{ExposeSecret, SecretBox};
use sha2::Sha256;

use super::http::{self, Failure, Patience};
use super::outcome::{Outcome, Transport};
use crate::base::clock::Clock;
use crate::base::{Problem, Result};
use guard::{Forbidden, Guard};

/// Begins a secret as Standard Webhooks writes it.
const PREFIX: &str = "whsec_";

/// What a receiver knows our messages by.
#[derive(Clone)]
pub struct WebhookSecret(Arc<SecretBox<Vec<u8>>>);

impl WebhookSecret {
    /// Reads `whsec_` and the base64 of 24 to 64 bytes; nothing when it is none.
    pub fn parse(text: &str) -> Option<Self> {
        let bytes = STANDARD.decode(text.strip_prefix(PREFIX)?).ok()?;
        (24..=64).contains(&bytes.len()).then(|| Self(Arc::new(SecretBox::new(Box::new(bytes)))))
    }

    /// The `webhook-signature` of a message.
    fn signature(&self, id: &str, seconds: i64, body: &[u8]) -> String {
        // HMAC takes keys of any length.
        let mac = Hmac::<Sha256>::new_from_slice(self.0.expose_secret());
        let mac = mac.map(|mac| mac.chain_update(format!("{id}.{seconds}.")).chain_update(body).finalize());
        mac.map(|mac| format!("v1,{}", STANDARD.encode(mac.into_bytes()))).unwrap_or_default()
    }
}

impl fmt::Debug for WebhookSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("WebhookSecret(•••)")
    }
}

/// Who is told.
#[derive(Debug, Clone)]
pub struct WebhookReceiver {
    /// Where it listens, `http://` or `https://`.
    pub url: String,
    /// What it knows our messages by.
    pub secret: WebhookSecret,
}

/// What it is told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WebhookMessage {
    /// Names the message; the same again is the same message.
    pub id: String,
    /// JSON.
    pub body: String,
}

/// The client of all receivers.
pub struct Webhook {
    http: Client,
    guard: Arc<Guard>,
    clock: Clock,
}

impl Webhook {
    /// A client that reaches public addresses, and besides those only `allowed` networks.
    ///
    /// # Errors
    /// `internal` when TLS finds no root certificates on this machine.
    pub fn new(allowed: Vec<IpNet>, patience: Patience, clock: Clock) -> Result<Self> {
        let guard = Arc::new(Guard::new(allowed));
        let http = http::builder(patience)
            // A proxy would look the name up by itself, and reach what we may not.
            .no_proxy()
            .dns_resolver(Arc::clone(&guard))
            .build()
            .map_err(|error| Problem::internal(error.without_url()))?;
        Ok(Self { http, guard, clock })
    }

    /// Tells a receiver, once.
    pub async fn send(&self, to: &WebhookReceiver, message: &WebhookMessage) -> Outcome {
        let outcome = match self.address(&to.url) {
            Ok(url) => self.post(url, to, message).await,
            Err(word) => Outcome::Config { code: word.to_owned() },
        };
        if !matches!(outcome, Outcome::Accepted { .. }) {
            tracing::warn!(id = message.id, ?outcome, "a webhook was not accepted");
        }
        outcome
    }

    /// The address, when it is one that may be asked at all; a name is looked at when it is resolved.
    fn address(&self, url: &str) -> Result<Url, &'static str> {
        let url = Url::parse(url).map_err(|_| "address_unreadable")?;
        if !matches!(url.scheme(), "http" | "https") || !url.username().is_empty() || url.password().is_some()
        {
            return Err("address_unreadable");
        }
        let host = url.host_str().ok_or("address_unreadable")?;
        match host.trim_start_matches('[').trim_end_matches(']').parse() {
            Ok(literal) if !self.guard.allows(literal) => Err(Forbidden::WORD),
            _ => Ok(url),
        }
    }

    async fn post(&self, url: Url, to: &WebhookReceiver, message: &WebhookMessage) -> Outcome {
        let WebhookMessage { id, body } = message;
        let seconds = self.clock.now().seconds();
        let signature = to.secret.signature(id, seconds, body.as_bytes());
        let request = self
            .http
            .post(url)
            .header("webhook-id", id)
            .header("webhook-timestamp", seconds)
            .header("webhook-signature", signature)
            .header(reqwest::header::CONTENT_TYPE, "application/json")
            .body(body.clone());
        let response = match request.send().await {
            Ok(response) => response,
            Err(error) if Forbidden::is_behind(&error) => {
                return Outcome::Config { code: Forbidden::WORD.to_owned() };
            }
            Err(error) => return of_webhook(Failure::from(error).transport),
        };
        match http::reply(response).await {
            Ok(reply) if (200..300).contains(&reply.status) => Outcome::Accepted { provider_ref: None },
            Ok(reply) => of_webhook(reply.failure().transport),
            Err(failure) => of_webhook(failure.transport),
        }
    }
}

/// What a failure means. Nothing is unknown here: the receiver knows a second send by its id.
fn of_webhook(failure: Transport) -> Outcome {
    match failure {
        Transport::NotSent | Transport::Lost | Transport::Garbled => Outcome::Retry,
        Transport::Status { status: 429 | 503, .. } => Outcome::of_transport(failure),
        Transport::Status { status: 400 | 413 | 415 | 422, .. } => Outcome::Permanent { code: word(failure) },
        // Redirected, unknown, not let in, or gone: the receiver's entry has to be mended.
        Transport::Status { status: 300..=499, .. } => Outcome::Config { code: word(failure) },
        Transport::Status { .. } => Outcome::Retry,
    }
}

fn word(failure: Transport) -> String {
    match failure {
        Transport::Status { status, .. } => status.to_string(),
        _ => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    /// The example that the libraries of Standard Webhooks are tested with.
    #[test]
    fn the_documented_message_has_the_documented_signature() {
        let secret = WebhookSecret::parse("whsec_plJ3nmyCDGBKInavdOK15jsl");
        // 18 bytes: shorter than we hand out ourselves.
        assert!(secret.is_none());
        let bytes = STANDARD.decode("plJ3nmyCDGBKInavdOK15jsl").unwrap();
        let secret = WebhookSecret(Arc::new(SecretBox::new(Box::new(bytes))));
        let body = br#"{"event_type":"ping","data":{"success":true}}"#;
        let signature = secret.signature("msg_loFOjxBNrRLzqYUf", 1_731_705_121, body);
        assert_eq!(signature, "v1,rAvfW3dJ/X/qxhsaXPOyyCGmRKsaKWcsNccKXlIktD0=");
    }

    #[test]
    fn a_secret_is_long_enough_and_does_not_print_itself() {
        let good = format!("whsec_{}", STANDARD.encode([7; 32]));
        assert!(WebhookSecret::parse(&good).is_some_and(|secret| !format!("{secret:?}").contains("BwcH")));
        for bad in
            ["", "whsec_", "hush", &STANDARD.encode([7; 32]), &format!("whsec_{}", STANDARD.encode([7; 23]))]
        {
            assert!(WebhookSecret::parse(bad).is_none(), "{bad}");
        }
    }

    #[test]
    fn what_a_receiver_answers_has_its_class() {
        let status = |status| of_webhook(Transport::Status { status, retry_after: None });
        for again in [500, 502, 504] {
            assert_eq!(status(again), Outcome::Retry, "{again}");
        }
        for lost in [Transport::NotSent, Transport::Lost, Transport::Garbled] {
            assert_eq!(of_webhook(lost), Outcome::Retry, "{lost:?}");
        }
        assert_eq!(status(503), Outcome::Rate { wait: Duration::from_secs(60) });
        assert_eq!(status(422), Outcome::Permanent { code: "422".into() });
        for mend in [301, 307, 401, 404, 410] {
            assert_eq!(status(mend), Outcome::Config { code: mend.to_string() }, "{mend}");
        }
    }
}
