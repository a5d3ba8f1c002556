//! One HTTP exchange with a gateway: bounded in time and size, never redirected, never repeated.
//!
//! What it tells of a failure has no URL in it, since keys and tokens travel there.

use std::time::Duration;

use reqwest::{Client, ClientBuilder, RequestBuilder, Response, redirect};

use super::outcome::Transport;
use crate::base::{Problem, Result};
use crate::platform::tls::install_crypto;

/// Gateways answer in a few KiB; more is a page of something in between.
const LONGEST_ANSWER: usize = 64 * 1024;

/// How long an exchange may take.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Patience {
    /// Until the connection stands.
    pub connect: Duration,
    /// Until the answer is read, connection included. Below a second a gateway that has taken a message would
    /// often be left before it can say so.
    pub whole: Duration,
}

impl Default for Patience {
    /// What a gateway of a cloud needs.
    fn default() -> Self {
        Self { connect: Duration::from_secs(3), whole: Duration::from_secs(8) }
    }
}

/// Why no answer came.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Failure {
    pub transport: Transport,
    /// For the log.
    pub cause: String,
}

impl From<reqwest::Error> for Failure {
    fn from(error: reqwest::Error) -> Self {
        let transport =
            if error.is_connect() || error.is_builder() { Transport::NotSent } else { Transport::Lost };
        let error = error.without_url();
        let mut cause = error.to_string();
        let mut deeper = std::error::Error::source(&error);
        while let Some(source) = deeper {
            cause = format!("{cause}: {source}");
            deeper = source.source();
        }
        Self { transport, cause }
    }
}

/// What a gateway answered.
pub(super) struct Reply {
    pub status: u16,
    pub retry_after: Option<Duration>,
    pub body: Vec<u8>,
}

impl Reply {
    /// What the status alone tells.
    pub fn failure(&self) -> Failure {
        let (status, retry_after) = (self.status, self.retry_after);
        Failure { transport: Transport::Status { status, retry_after }, cause: format!("HTTP {status}") }
    }

    /// That the answer is not what the gateway speaks.
    pub fn garbled(&self, gateway: &str) -> Failure {
        if self.status != 200 {
            return self.failure();
        }
        let cause = format!("not the JSON of {gateway}, {} bytes", self.body.len());
        Failure { transport: Transport::Garbled, cause }
    }
}

/// The beginnings of a client that keeps to these rules.
pub(super) fn builder(patience: Patience) -> ClientBuilder {
    install_crypto();
    Client::builder()
        .connect_timeout(patience.connect)
        .timeout(patience.whole)
        // A connection that a gateway closes while we write to it leaves the message's fate unknown, so idle
        // ones are left before the gateway leaves them.
        .pool_idle_timeout(Duration::from_secs(15))
        // The library would ask again by itself when an HTTP/2 stream is refused.
        .retry(reqwest::retry::never())
        // What is secret in the query or in the headers would go along.
        .redirect(redirect::Policy::none())
}

/// A client that keeps to these rules.
pub(super) fn client(patience: Patience) -> Result<Client> {
    builder(patience).build().map_err(|error| Problem::internal(error.without_url()))
}

/// Sends the request once and reads the whole answer, whatever its status.
pub(super) async fn exchange(request: RequestBuilder) -> Result<Reply, Failure> {
    reply(request.send().await?).await
}

/// Reads the whole answer.
pub(super) async fn reply(response: Response) -> Result<Reply, Failure> {
    let status = response.status().as_u16();
    let retry_after = response
        .headers()
        .get(reqwest::header::RETRY_AFTER)
        .and_then(|value| value.to_str().ok()?.trim().parse().ok())
        .map(Duration::from_secs);
    Ok(Reply { status, retry_after, body: read(response).await? })
}

async fn read(mut response: Response) -> Result<Vec<u8>, Failure> {
    let mut body = Vec::new();
    while let Some(chunk) = response.chunk().await? {
        if body.len() + chunk.len() > LONGEST_ANSWER {
            return Err(Failure { transport: Transport::Garbled, cause: "answer beyond 64 KiB".into() });
        }
        body.extend_from_slice(&chunk);
    }
    Ok(body)
}
