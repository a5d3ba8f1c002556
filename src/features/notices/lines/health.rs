//! How a gateway fares: whether it rests, and whether it seems to be down.
//!
//! Kept in memory: it may be forgotten, since the first messages after a restart find out again.

use std::sync::atomic::{AtomicI64, AtomicU32, Ordering};

use chrono::TimeDelta;

use crate::base::clock::Timestamp;
use crate::platform::push::Outcome;

/// After so many messages in a row that came to nothing the gateway counts as down.
const BROKEN: u32 = 8;
/// How long a gateway that is down is left alone before one message tries it again.
const BREAK: TimeDelta = TimeDelta::seconds(10);
/// The same for one that tells everybody to wait, if it does not say for longer itself: one that is out may say
/// `Retry-After: 0` for hours, and each try costs two writes.
const MOMENT: TimeDelta = TimeDelta::seconds(1);

/// How one gateway fares.
#[derive(Debug, Default)]
pub struct Health {
    /// Until when it rests, in milliseconds since 1970.
    resting_until: AtomicI64,
    /// Messages in a row that came to nothing.
    failures: AtomicU32,
}

impl Health {
    /// Whether it rests at `now`.
    pub fn is_resting(&self, now: Timestamp) -> bool {
        now.millis() < self.resting_until.load(Ordering::Relaxed)
    }

    /// Whether it seems to be down, so that one message at a time is enough to find out.
    pub fn is_doubtful(&self) -> bool {
        self.failures.load(Ordering::Relaxed) >= BROKEN
    }

    /// Lets it rest until `now + rest`; whether that is longer than it rests anyway.
    pub fn rest(&self, now: Timestamp, rest: TimeDelta) -> bool {
        let until = now.plus(rest).millis();
        self.resting_until.fetch_max(until, Ordering::Relaxed) < until
    }

    /// Takes note of what a message came to; how long the gateway is to rest when that makes it count as down.
    pub fn heard(&self, outcome: &Outcome) -> Option<TimeDelta> {
        match outcome {
            Outcome::Retry | Outcome::Unknown => self.fails_again().then_some(BREAK),
            Outcome::Rate { .. } => self.fails_again().then_some(MOMENT),
            Outcome::Accepted { .. }
            | Outcome::Refused { .. }
            | Outcome::Permanent { .. }
            | Outcome::Later { .. } => {
                self.failures.store(0, Ordering::Relaxed);
                None
            }
            // These rest the gateway for reasons of their own, and it has answered.
            Outcome::Token | Outcome::Config { .. } => None,
        }
    }

    /// Notes another message that came to nothing; whether there have been too many of them.
    fn fails_again(&self) -> bool {
        self.failures.fetch_add(1, Ordering::Relaxed).saturating_add(1) >= BROKEN
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_gateway_that_fails_in_a_row_rests_and_one_answer_mends_it() {
        let (health, now) = (Health::default(), Timestamp::from_millis(0));
        for _ in 1..BROKEN {
            assert_eq!(health.heard(&Outcome::Unknown), None);
        }
        let rest = health.heard(&Outcome::Retry).unwrap();
        assert!(health.is_doubtful() && health.rest(now, rest) && health.is_resting(now));
        assert!(!health.is_resting(now.plus(BREAK)) && health.is_doubtful());
        health.heard(&Outcome::Refused { code: "43101".into() });
        assert!(!health.is_doubtful());
    }

    #[test]
    fn a_gateway_that_tells_everybody_to_wait_is_tried_by_one_message() {
        let (health, wait) = (Health::default(), std::time::Duration::ZERO);
        for _ in 1..BROKEN {
            assert_eq!(health.heard(&Outcome::Rate { wait }), None);
        }
        assert!(!health.is_doubtful());
        assert_eq!(health.heard(&Outcome::Rate { wait }), Some(MOMENT));
        assert!(health.is_doubtful());
        health.heard(&Outcome::Accepted { provider_ref: None });
        assert!(!health.is_doubtful());
    }

    #[test]
    fn a_shorter_rest_does_not_cut_a_longer_one_short() {
        let (health, now) = (Health::default(), Timestamp::from_millis(0));
        assert!(health.rest(now, TimeDelta::minutes(10)));
        assert!(!health.rest(now, TimeDelta::seconds(10)));
        assert!(health.is_resting(now.plus(TimeDelta::minutes(9))));
    }
}
