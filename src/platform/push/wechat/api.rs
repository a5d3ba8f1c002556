//! One HTTP exchange with WeChat, from request to typed answer or [`Fault`].
//!
//! Follows no redirect, since the secret in the query would go along; reads no answer beyond 64 KiB.

use std::fmt;
use std::time::Duration;

use reqwest::{Client, RequestBuilder, Response, Url, redirect};
use secrecy::{ExposeSecret, SecretString};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::json;

use super::WeChatSettings;
use super::wire::{AccessToken, Session, Status};
use crate::base::{Problem, Result};
use crate::platform::push::outcome::{Outcome, Transport};
use crate::platform::tls::install_crypto;

/// WeChat's answers are below 2 KiB; more is a page of something in between.
const LONGEST_ANSWER: usize = 64 * 1024;

/// Why an exchange brought no answer. Prints neither secret, token nor URL.
#[derive(Debug, Clone)]
pub(super) struct Fault {
    /// What it means for what was asked.
    pub outcome: Outcome,
    /// WeChat's code, when WeChat answered.
    pub errcode: Option<i64>,
    /// For the log: the code and WeChat's request id, or what happened to the connection.
    pub cause: String,
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "wechat: {} ({:?})", self.cause, self.outcome)
    }
}

impl Fault {
    /// Whether WeChat refused the access token and nothing else.
    pub fn is_about_token(&self) -> bool {
        self.outcome == Outcome::Token
    }

    fn transport(failure: Transport, cause: impl Into<String>) -> Self {
        Self { outcome: Outcome::of_transport(failure), errcode: None, cause: cause.into() }
    }

    /// The refusal in `status`. Of its text only the request id is kept: the rest may change or repeat input.
    fn refused(status: &Status) -> Self {
        let errcode = status.errcode.0;
        let errmsg = status.errmsg.as_deref().unwrap_or_default();
        let rid: String = errmsg
            .rsplit_once("rid: ")
            .map(|(_, rid)| rid.chars().take_while(|c| c.is_ascii_hexdigit() || *c == '-').take(26).collect())
            .unwrap_or_default();
        Self {
            outcome: Outcome::of_wechat(errcode, errmsg),
            errcode: Some(errcode),
            cause: format!("errcode {errcode}, rid {rid}"),
        }
    }
}

impl From<reqwest::Error> for Fault {
    fn from(error: reqwest::Error) -> Self {
        let failure =
            if error.is_connect() || error.is_builder() { Transport::NotSent } else { Transport::Lost };
        let error = error.without_url();
        let mut cause = error.to_string();
        let mut deeper = std::error::Error::source(&error);
        while let Some(source) = deeper {
            cause = format!("{cause}: {source}");
            deeper = source.source();
        }
        Self::transport(failure, cause)
    }
}

/// Where WeChat is and who we are there.
pub(super) struct Api {
    http: Client,
    base: Url,
    pub appid: String,
    secret: SecretString,
}

impl Api {
    pub fn new(settings: WeChatSettings) -> Result<Self> {
        install_crypto();
        let base = Url::parse(&settings.base_url)
            .map_err(|error| Problem::internal(format!("wechat.base_url: {error}")))?;
        let http = Client::builder()
            .connect_timeout(settings.connect_timeout)
            .timeout(settings.timeout)
            // A connection that WeChat closes while we write to it leaves the message's fate unknown, so
            // idle ones are left before WeChat leaves them.
            .pool_idle_timeout(Duration::from_secs(15))
            .redirect(redirect::Policy::none())
            .build()
            .map_err(|error| Problem::internal(error.without_url()))?;
        Ok(Self { http, base, appid: settings.appid, secret: settings.secret })
    }

    /// Exchanges a sign-in code.
    pub async fn session(&self, code: &str) -> Result<Session, Fault> {
        let query = [
            ("appid", self.appid.as_str()),
            ("secret", self.secret.expose_secret()),
            ("js_code", code),
            ("grant_type", "authorization_code"),
        ];
        exchange(self.http.get(self.url("/sns/jscode2session", &query))).await
    }

    /// Asks for the access token that all our processes share.
    pub async fn stable_token(&self) -> Result<AccessToken, Fault> {
        let body = json!({
            "grant_type": "client_credential",
            "appid": self.appid,
            "secret": self.secret.expose_secret(),
            "force_refresh": false,
        });
        exchange(self.http.post(self.url("/cgi-bin/stable_token", &[])).json(&body)).await
    }

    /// Posts `body` to an interface that wants the access token.
    pub async fn post<T: DeserializeOwned>(
        &self,
        path: &str,
        token: &SecretString,
        body: &impl Serialize,
    ) -> Result<T, Fault> {
        let url = self.url(path, &[("access_token", token.expose_secret())]);
        exchange(self.http.post(url).json(body)).await
    }

    fn url(&self, path: &str, query: &[(&str, &str)]) -> Url {
        let mut url = self.base.clone();
        url.set_path(&format!("{}{path}", self.base.path().trim_end_matches('/')));
        url.set_query(None);
        if !query.is_empty() {
            url.query_pairs_mut().extend_pairs(query);
        }
        url
    }
}

async fn exchange<T: DeserializeOwned>(request: RequestBuilder) -> Result<T, Fault> {
    let response = request.send().await?;
    let status = response.status().as_u16();
    if status != 200 {
        let retry_after = response
            .headers()
            .get(reqwest::header::RETRY_AFTER)
            .and_then(|value| value.to_str().ok()?.trim().parse().ok())
            .map(Duration::from_secs);
        return Err(Fault::transport(Transport::Status { status, retry_after }, format!("HTTP {status}")));
    }
    let body = read(response).await?;
    let garbled = || Fault::transport(Transport::Garbled, format!("not WeChat's JSON, {} bytes", body.len()));
    let status: Status = serde_json::from_slice(&body).map_err(|_| garbled())?;
    if status.errcode.0 != 0 {
        return Err(Fault::refused(&status));
    }
    serde_json::from_slice(&body).map_err(|_| garbled())
}

async fn read(mut response: Response) -> Result<Vec<u8>, Fault> {
    let mut body = Vec::new();
    while let Some(chunk) = response.chunk().await? {
        if body.len() + chunk.len() > LONGEST_ANSWER {
            return Err(Fault::transport(Transport::Garbled, "answer beyond 64 KiB"));
        }
        body.extend_from_slice(&chunk);
    }
    Ok(body)
}
