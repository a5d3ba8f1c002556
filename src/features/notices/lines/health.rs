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
    /// Messages in a row that were told to wait.
    waits: AtomicU32,
    /// When the latest message left that was answered, in milliseconds since 1970.
    answered: AtomicI64,
}

impl Health {
    /// Whether it rests at `now`.
    pub fn is_resting(&self, now: Timestamp) -> bool {
        now.millis() < self.resting_until.load(Ordering::Relaxed)
    }

    /// Whether it seems to be down, so that one message at a time is enough to find out.
    pub fn is_doubtful(&self) -> bool {
        [&self.failures, &self.waits].iter().any(|row| row.load(Ordering::Relaxed) >= BROKEN)
    }

    /// Lets it rest until `now + rest`; whether that is longer than it rests anyway.
    pub fn rest(&self, now: Timestamp, rest: TimeDelta) -> bool {
        let until = now.plus(rest).millis();
        self.resting_until.fetch_max(until, Ordering::Relaxed) < until
    }

    /// Takes note of what a message came to that left at `left`; how long the gateway is to rest when that makes it count as
    /// down.
    ///
    /// What left before a message that was answered tells of the past: a few calls that hang among thousands that are
    /// answered end together, seconds later, and must not look as if all had failed in a row.
    pub fn heard(&self, outcome: &Outcome, left: Timestamp) -> Option<TimeDelta> {
        match outcome {
            Outcome::Retry | Outcome::Unknown => {
                if left.millis() < self.answered.load(Ordering::Relaxed) {
                    return None;
                }
                self.waits.store(0, Ordering::Relaxed);
                once_more(&self.failures).then_some(BREAK)
            }
            Outcome::Rate { .. } => {
                self.answers(left);
                once_more(&self.waits).then_some(MOMENT)
            }
            // A wrong setting rests the gateway for reasons of its own, but it has answered.
            Outcome::Accepted { .. }
            | Outcome::Refused { .. }
            | Outcome::Permanent { .. }
            | Outcome::Later { .. }
            | Outcome::Config { .. } => {
                self.waits.store(0, Ordering::Relaxed);
                self.answers(left);
                None
            }
            // Nothing was sent.
            Outcome::Token => None,
        }
    }

    /// Takes note that a question which left at `left` was answered.
    pub fn answers(&self, left: Timestamp) {
        self.answered.fetch_max(left.millis(), Ordering::Relaxed);
        self.failures.store(0, Ordering::Relaxed);
    }
}

/// Counts one more in a row; whether there have been too many.
fn once_more(row: &AtomicU32) -> bool {
    row.fetch_add(1, Ordering::Relaxed).saturating_add(1) >= BROKEN
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_gateway_that_fails_in_a_row_rests_and_one_answer_mends_it() {
        let (health, now) = (Health::default(), Timestamp::from_millis(0));
        for _ in 1..BROKEN {
            assert_eq!(health.heard(&Outcome::Unknown, now), None);
        }
        let rest = health.heard(&Outcome::Retry, now).unwrap();
        assert!(health.is_doubtful() && health.rest(now, rest) && health.is_resting(now));
        assert!(!health.is_resting(now.plus(BREAK)) && health.is_doubtful());
        health.heard(&Outcome::Refused { code: "43101".into() }, now);
        assert!(!health.is_doubtful());
    }

    #[test]
    fn calls_that_hang_among_others_that_are_answered_do_not_break_it() {
        let (health, at) = (Health::default(), |n: i64| Timestamp::from_millis(n));
        health.heard(&Outcome::Accepted { provider_ref: None }, at(1000));
        for n in 900..1000 {
            assert_eq!(health.heard(&Outcome::Unknown, at(n)), None);
        }
        assert!(!health.is_doubtful());
        let broken = (1001..).map(|n| health.heard(&Outcome::Unknown, at(n))).take(BROKEN as usize);
        assert_eq!(broken.last(), Some(Some(BREAK)), "whoever left later tells of the present");
    }

    #[test]
    fn being_told_to_wait_is_an_answer() {
        let (health, now) = (Health::default(), Timestamp::from_millis(0));
        for outcome in
            [Outcome::Unknown, Outcome::Rate { wait: std::time::Duration::ZERO }].iter().cycle().take(40)
        {
            assert_eq!(health.heard(outcome, now), None);
        }
    }

    #[test]
    fn a_gateway_that_tells_everybody_to_wait_is_tried_by_one_message() {
        let (health, now) = (Health::default(), Timestamp::from_millis(0));
        let told = || health.heard(&Outcome::Rate { wait: std::time::Duration::ZERO }, now);
        for _ in 1..BROKEN {
            assert_eq!(told(), None);
        }
        assert!(!health.is_doubtful());
        assert_eq!((told(), health.is_doubtful()), (Some(MOMENT), true));
        health.heard(&Outcome::Accepted { provider_ref: None }, now);
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
