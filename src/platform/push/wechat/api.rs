//! One exchange with WeChat, from request to typed answer or [`Fault`].

use std::fmt;

use reqwest::{Client, RequestBuilder, Url};
use secrecy::{ExposeSecret, SecretString};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::json;

use super::WeChatSettings;
use super::wire::{AccessToken, Session, Status};
use crate::base::{Problem, Result};
use crate::platform::push::http::{self, Failure};
use crate::platform::push::outcome::Outcome;

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

impl From<Failure> for Fault {
    fn from(failure: Failure) -> Self {
        Self { outcome: Outcome::of_transport(failure.transport), errcode: None, cause: failure.cause }
    }
}

/// What an interface that wants the access token is asked.
pub(super) enum Asked<'a, B> {
    /// A body to post.
    Post(&'a B),
    /// What stands in the address besides the token.
    Get(&'a [(&'a str, &'a str)]),
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
        let base = Url::parse(&settings.base_url)
            .map_err(|error| Problem::internal(format!("wechat.base_url: {error}")))?;
        let http = http::client(settings.patience())?;
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

    /// Asks an interface that wants the access token.
    pub async fn ask<T: DeserializeOwned>(
        &self,
        path: &str,
        token: &SecretString,
        asked: &Asked<'_, impl Serialize>,
    ) -> Result<T, Fault> {
        let token = ("access_token", token.expose_secret());
        let request = match asked {
            Asked::Post(body) => self.http.post(self.url(path, &[token])).json(body),
            Asked::Get(query) => self.http.get(self.url(path, &[&[token][..], *query].concat())),
        };
        exchange(request).await
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
    let reply = http::exchange(request).await?;
    if reply.status != 200 {
        return Err(reply.failure().into());
    }
    let status: Status = serde_json::from_slice(&reply.body).map_err(|_| reply.garbled("WeChat"))?;
    if status.errcode.0 != 0 {
        return Err(Fault::refused(&status));
    }
    Ok(serde_json::from_slice(&reply.body).map_err(|_| reply.garbled("WeChat"))?)
}
