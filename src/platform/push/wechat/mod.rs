//! WeChat's server interface: of a mini-program sign-in, phone number and subscribe message; of an official account
//! the template message; and what WeChat pushes to us (`callback`).
//!
//! One request per verb, no state except the access token. The app secret and the access token travel in
//! query strings because WeChat wants them there; they never reach a log line, an error or `Debug`.
//! The `session_key` of a sign-in is not even read. Called by sign-in and by the delivery loop; both may
//! share one [`WeChat`] behind an `Arc`, which also makes them share the token.

mod account;
mod api;
pub mod callback;
mod identity;
mod message;
mod official;
mod sign_in;
mod token;
mod wire;

use std::time::Duration;

use secrecy::SecretString;

use super::http::Patience;
use crate::base::Result;
use crate::base::clock::Clock;
use account::Account;

pub use identity::{OpenId, UnionId, WeChatUser};
pub use message::{MiniProgramVersion, SubscribeMessage};
pub use official::{Follower, MiniProgramPage, OfficialAccount, SAME_MESSAGE, TemplateMessage};

/// How WeChat is reached and who we are there.
#[derive(Debug, Clone)]
pub struct WeChatSettings {
    /// `https://api.weixin.qq.com`, or a stand-in for tests.
    pub base_url: String,
    /// The app id of the mini-program or the official account, `wx…`.
    pub appid: String,
    /// Its app secret.
    pub secret: SecretString,
    /// How long a connection may take to come about.
    pub connect_timeout: Duration,
    /// How long a whole exchange may take, connection included.
    pub timeout: Duration,
}

impl WeChatSettings {
    fn patience(&self) -> Patience {
        Patience { connect: self.connect_timeout, whole: self.timeout }
    }
}

/// The client of a mini-program.
pub struct WeChat {
    account: Account,
}

impl WeChat {
    /// A client that has not spoken to WeChat yet.
    ///
    /// # Errors
    /// `internal` when the base URL is none or TLS finds no root certificates on this machine.
    pub fn new(settings: WeChatSettings, clock: Clock) -> Result<Self> {
        Ok(Self { account: Account::new(settings, clock)? })
    }

    /// The app id of our mini-program; openids mean something only beside it.
    pub fn appid(&self) -> &str {
        self.account.appid()
    }
}
