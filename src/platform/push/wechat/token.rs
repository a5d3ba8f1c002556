//! The access token: fetched when needed, kept in memory, replaced by one caller at a time.
//!
//! `stable_token` gives every process the same token, so nothing is shared between our nodes. A fetch
//! that fails is not tried again at once by everybody who waits: the pause doubles from 1 s to 30 s, and
//! until it is over all callers get the same fault without a request.

use std::sync::Arc;

use chrono::TimeDelta;
use secrecy::{ExposeSecret, SecretString};
use tokio::sync::{Mutex, MutexGuard};

use super::api::{Api, Fault};
use crate::base::clock::{Clock, Timestamp};
use crate::platform::push::outcome::Outcome;

/// Seconds before its end at which a token counts as expired; WeChat renews it by then.
const EARLY: i64 = 300;
/// Seconds without a try after WeChat refused a fresh token, and at most after failed fetches.
const LONGEST_PAUSE: i64 = 30;

#[derive(Default)]
struct Held {
    token: Option<(SecretString, Timestamp)>,
    /// Until when nobody tries, and why.
    pause: Option<(Timestamp, Fault)>,
    /// Fetches that failed in a row.
    failures: u32,
}

/// The keeper of the token. Holding the lock over the fetch is what makes the fetch single.
pub(super) struct Tokens {
    api: Arc<Api>,
    clock: Clock,
    held: Mutex<Held>,
}

impl Tokens {
    pub fn new(api: Arc<Api>, clock: Clock) -> Self {
        Self { api, clock, held: Mutex::default() }
    }

    /// The token to use now.
    pub async fn current(&self) -> Result<SecretString, Fault> {
        self.get(self.held.lock().await).await
    }

    /// The token to use after WeChat refused `stale`; fetched only when nobody has replaced it meanwhile.
    pub async fn instead_of(&self, stale: &SecretString) -> Result<SecretString, Fault> {
        let mut held = self.held.lock().await;
        if held.token.as_ref().is_some_and(|(token, _)| token.expose_secret() == stale.expose_secret()) {
            held.token = None;
        }
        self.get(held).await
    }

    /// Stops using tokens for a while: WeChat refused one that it had just handed out.
    pub async fn give_up(&self) {
        let fault = Fault {
            outcome: Outcome::Token,
            errcode: None,
            cause: "a fresh access token was refused; waiting".to_owned(),
        };
        let mut held = self.held.lock().await;
        held.token = None;
        held.pause = Some((self.clock.now().plus(TimeDelta::seconds(LONGEST_PAUSE)), fault));
    }

    async fn get(&self, mut held: MutexGuard<'_, Held>) -> Result<SecretString, Fault> {
        let now = self.clock.now();
        if let Some((until, fault)) = &held.pause
            && now < *until
        {
            return Err(fault.clone());
        }
        if let Some((token, good_until)) = &held.token
            && now < *good_until
        {
            return Ok(token.clone());
        }
        match self.api.stable_token().await {
            Ok(answer) => {
                // A life shorter than the margin would otherwise mean one fetch per message.
                let life = answer.expires_in.0.clamp(0, 7200);
                let good_until = now.plus(TimeDelta::seconds((life - EARLY).max(life / 2)));
                *held = Held { token: Some((answer.access_token.clone(), good_until)), ..Held::default() };
                Ok(answer.access_token)
            }
            Err(fault) => {
                let fault = before_sending(fault);
                let seconds = (1_i64 << held.failures.min(5)).min(LONGEST_PAUSE);
                held.failures = held.failures.saturating_add(1);
                held.pause = Some((self.clock.now().plus(TimeDelta::seconds(seconds)), fault.clone()));
                Err(fault)
            }
        }
    }
}

/// What a failed fetch means for the message that waits for the token: it has not left us, so it cannot
/// have arrived, nor is it one of its tries; and a refusal of the fetch says nothing against the message.
fn before_sending(fault: Fault) -> Fault {
    let outcome = match fault.outcome {
        Outcome::Unknown | Outcome::Retry => Outcome::Token,
        Outcome::Permanent { code } | Outcome::Refused { code } => Outcome::Config { code },
        kept => kept,
    };
    Fault { outcome, ..fault }
}
