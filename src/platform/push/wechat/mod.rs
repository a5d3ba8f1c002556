//! WeChat's server interface for a mini-program: sign-in, phone number, subscribe message.
//!
//! One request per verb, no state except the access token. The app secret and the access token travel in
//! query strings because WeChat wants them there; they never reach a log line, an error or `Debug`.
//! The `session_key` of a sign-in is not even read. Called by sign-in and by the delivery loop; both may
//! share one [`WeChat`] behind an `Arc`, which also makes them share the token.

mod api;
mod identity;
mod message;
mod sign_in;
mod token;
mod wire;

use std::sync::Arc;
use std::time::Duration;

use secrecy::SecretString;
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::base::Result;
use crate::base::clock::Clock;
use api::{Api, Fault};
use token::Tokens;

pub use identity::{OpenId, UnionId, WeChatUser};
pub use message::{MiniProgramVersion, SubscribeMessage};

/// How WeChat is reached and who we are there.
#[derive(Debug, Clone)]
pub struct WeChatSettings {
    /// `https://api.weixin.qq.com`, or a stand-in for tests.
    pub base_url: String,
    /// The mini-program's app id, `wx…`.
    pub appid: String,
    /// The mini-program's app secret.
    pub secret: SecretString,
    /// How long a connection may take to come about.
    pub connect_timeout: Duration,
    /// How long a whole exchange may take, connection included.
    pub timeout: Duration,
}

/// The client.
pub struct WeChat {
    api: Arc<Api>,
    tokens: Tokens,
}

impl WeChat {
    /// A client that has not spoken to WeChat yet.
    ///
    /// # Errors
    /// `internal` when the base URL is none or TLS finds no root certificates on this machine.
    pub fn new(settings: WeChatSettings, clock: Clock) -> Result<Self> {
        let api = Arc::new(Api::new(settings)?);
        Ok(Self { tokens: Tokens::new(Arc::clone(&api), clock), api })
    }

    /// The app id of our mini-program; openids mean something only beside it.
    pub fn appid(&self) -> &str {
        &self.api.appid
    }

    /// Posts `body` under the access token; a token that WeChat no longer accepts is replaced once.
    async fn authorised<T: DeserializeOwned>(
        &self,
        path: &str,
        body: &impl Serialize,
    ) -> std::result::Result<T, Fault> {
        let token = self.tokens.current().await?;
        match self.api.post(path, &token, body).await {
            Err(fault) if fault.is_about_token() => {}
            answer => return answer,
        }
        let token = self.tokens.instead_of(&token).await?;
        let answer = self.api.post(path, &token, body).await;
        if let Err(fault) = &answer
            && fault.is_about_token()
        {
            // Two deployments that share an app id would otherwise take each other's token for ever.
            self.tokens.give_up().await;
        }
        answer
    }
}
