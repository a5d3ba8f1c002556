//! Exchanging the one-time codes of the mini-program for a person and for a phone number.

use std::time::Duration;

use serde_json::json;

use super::WeChat;
use super::api::Fault;
use super::identity::WeChatUser;
use super::wire::PhoneAnswer;
use crate::base::problem::Code;
use crate::base::sensitive::Phone;
use crate::base::{Problem, Result};
use crate::platform::push::outcome::Outcome;

/// Pauses before WeChat is asked again when it is busy (-1); the person at the phone is waiting.
const BUSY_PAUSES: [Duration; 2] = [Duration::from_millis(200), Duration::from_millis(600)];
const BUSY: i64 = -1;

impl WeChat {
    /// Who signed in with `code` (from `wx.login`; five minutes, once).
    ///
    /// # Errors
    /// `code_refused`, `risky_user`, `rate_limited`, `upstream_failed`.
    pub async fn code_to_session(&self, code: &str) -> Result<WeChatUser> {
        let session = patiently(|| self.account.api.session(code)).await?;
        if session.openid.expose().is_empty() {
            return Err(Problem::new(Code::UpstreamFailed).caused_by("wechat: empty openid"));
        }
        Ok(WeChatUser { openid: session.openid, unionid: session.unionid })
    }

    /// The phone number that the person agreed to show with `code` (from `getPhoneNumber`; five minutes,
    /// once, not the sign-in code).
    ///
    /// # Errors
    /// `invalid_fields` for a number outside the mainland; `code_refused`, also for a number that was
    /// shown to another app; `rate_limited`, `upstream_failed`.
    pub async fn phone_number(&self, code: &str) -> Result<Phone> {
        let body = json!({ "code": code });
        let path = "/wxa/business/getuserphonenumber";
        let info = patiently(|| self.account.authorised::<PhoneAnswer>(path, &body)).await?.phone_info;
        if info.watermark.appid != self.appid() {
            return Err(Problem::new(Code::CodeRefused).caused_by("wechat: watermark of another app"));
        }
        let abroad = || Problem::field("code", "只支持中国大陆手机号码");
        if info.country_code.0 != 86 {
            return Err(abroad());
        }
        Phone::parse(&info.pure_phone_number).map_err(|_| abroad())
    }
}

/// Asks, and asks again while WeChat says that it is busy. Nothing else is repeated: the code works once.
async fn patiently<T, F>(ask: impl Fn() -> F) -> Result<T>
where
    F: Future<Output = std::result::Result<T, Fault>>,
{
    for pause in BUSY_PAUSES {
        match ask().await {
            Err(fault) if fault.errcode == Some(BUSY) => tokio::time::sleep(pause).await,
            answer => return answer.map_err(refusal),
        }
    }
    ask().await.map_err(refusal)
}

fn refusal(fault: Fault) -> Problem {
    let problem = match (fault.errcode, &fault.outcome) {
        (Some(40029 | 40163), _) => Problem::new(Code::CodeRefused),
        (Some(40226), _) => Problem::new(Code::RiskyUser),
        (_, Outcome::Rate { wait }) => {
            let seconds = u32::try_from(wait.as_secs()).unwrap_or(u32::MAX);
            Problem::new(Code::RateLimited).retry_after(seconds.max(1))
        }
        _ => Problem::new(Code::UpstreamFailed),
    };
    problem.caused_by(fault)
}
