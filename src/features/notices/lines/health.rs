//! How a gateway fares: whether it rests, and whether it seems to be down.
//!
//! Kept in memory: it may be forgotten, since the first messages after a restart find out again.

use std::sync::atomic::{AtomicBool, AtomicI64, AtomicU32, Ordering};

use chrono::TimeDelta;

use crate::base::clock::Timestamp;
use crate::platform::push::Outcome;

/// After so many messages in a row that came to nothing the gateway counts as down, if they left over [`A_WHILE`]; or
/// if they were told to wait.
const BROKEN: u32 = 8;
/// Thousands leave in a second, and where one in four fails eight in a row do so now and then: it must go on for so long.
const A_WHILE: TimeDelta = TimeDelta::seconds(1);
/// So many in a row are enough however fast they left.
const BROKEN_AT_ONCE: u32 = 32;
/// How long a gateway that is down is left alone before one message tries it again.
const BREAK: TimeDelta = TimeDelta::seconds(10);
/// The same for one that tells everybody to wait, if it does not say for longer itself: one that is out may say
/// `Retry-After: 0` for hours, and each try costs two writes.
const MOMENT: TimeDelta = TimeDelta::seconds(1);

/// What rests for longer than this does so because it refuses our account or settings, not to be gone easy on.
const LONG: TimeDelta = TimeDelta::minutes(2);

/// A gateway for which no token can be had for so long will not take anything soon.
const TOKENLESS: TimeDelta = TimeDelta::seconds(30);

/// How one gateway fares.
#[derive(Debug, Default)]
pub struct Health {
    /// Until when it rests, in milliseconds since 1970.
    resting_until: AtomicI64,
    /// Messages in a row that came to nothing.
    failures: AtomicU32,
    /// When the first of them left, in milliseconds since 1970.
    failing_since: AtomicI64,
    /// Whether they were too many.
    broken: AtomicBool,
    /// Messages in a row that were told to wait.
    waits: AtomicU32,
    /// When the latest message left that was answered, in milliseconds since 1970.
    answered: AtomicI64,
    /// Since when there has been no token to send with, in milliseconds since 1970; 0: there is one.
    tokenless_since: AtomicI64,
}

impl Health {
    /// Whether it rests at `now`.
    pub fn is_resting(&self, now: Timestamp) -> bool {
        now.millis() < self.resting_until.load(Ordering::Relaxed)
    }

    /// Whether it seems to be down, so that one message at a time is enough to find out.
    pub fn is_doubtful(&self) -> bool {
        self.broken.load(Ordering::Relaxed) || self.waits.load(Ordering::Relaxed) >= BROKEN
    }

    /// Whether nothing can be expected of it for the time being.
    pub fn is_down(&self, now: Timestamp) -> bool {
        let since = self.tokenless_since.load(Ordering::Relaxed);
        let tokenless = since > 0 && now.since(Timestamp::from_millis(since)) >= TOKENLESS;
        tokenless || self.is_doubtful() || self.is_resting(now.plus(LONG))
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
                self.fails(left).then_some(BREAK)
            }
            Outcome::Rate { .. } => {
                self.answers(left);
                (once_more(&self.waits) >= BROKEN).then_some(MOMENT)
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
            // Nothing was sent, and the channel rests for a moment anyway.
            Outcome::Token => {
                if self.tokenless_since.load(Ordering::Relaxed) == 0 {
                    self.tokenless_since.store(left.millis(), Ordering::Relaxed);
                }
                None
            }
        }
    }

    /// Takes note that a question which left at `left` was answered.
    pub fn answers(&self, left: Timestamp) {
        self.answered.fetch_max(left.millis(), Ordering::Relaxed);
        self.failures.store(0, Ordering::Relaxed);
        self.broken.store(false, Ordering::Relaxed);
        self.tokenless_since.store(0, Ordering::Relaxed);
    }

    /// Counts one more that came to nothing and left at `left`; whether there have been too many.
    fn fails(&self, left: Timestamp) -> bool {
        let row = once_more(&self.failures);
        if row == 1 {
            self.failing_since.store(left.millis(), Ordering::Relaxed);
        }
        let lasts = left.millis() - self.failing_since.load(Ordering::Relaxed);
        let broken = row >= BROKEN_AT_ONCE || (row >= BROKEN && lasts >= A_WHILE.num_milliseconds());
        if broken {
            self.broken.store(true, Ordering::Relaxed);
        }
        broken
    }
}

/// Counts one more in a row; answers how many.
fn once_more(row: &AtomicU32) -> u32 {
    row.fetch_add(1, Ordering::Relaxed).saturating_add(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_gateway_that_fails_in_a_row_rests_and_one_answer_mends_it() {
        let (health, at) = (Health::default(), |n: u32| Timestamp::from_millis(i64::from(n) * 150));
        for n in 1..BROKEN {
            assert_eq!(health.heard(&Outcome::Unknown, at(n)), None);
        }
        let now = at(BROKEN);
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
        let broken = (1001..).step_by(200).map(|n| health.heard(&Outcome::Unknown, at(n)));
        assert_eq!(
            broken.take(BROKEN as usize).last(),
            Some(Some(BREAK)),
            "whoever left later tells of the present"
        );
    }

    #[test]
    fn a_few_in_a_row_within_a_moment_are_chance_and_many_are_not() {
        let (health, now) = (Health::default(), Timestamp::from_millis(0));
        let fails = || health.heard(&Outcome::Unknown, now);
        assert!((1..BROKEN_AT_ONCE).all(|_| fails().is_none()) && !health.is_doubtful());
        assert_eq!((fails(), health.is_doubtful()), (Some(BREAK), true));
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
    fn what_cannot_be_expected_to_send_is_down() {
        let now = Timestamp::from_millis(1_000_000);
        let rests = |rest| {
            let health = Health::default();
            health.rest(now, rest);
            health.is_down(now)
        };
        assert!(!rests(TimeDelta::zero()) && !rests(TimeDelta::seconds(60)), "told to slow down");
        assert!(rests(TimeDelta::minutes(10)), "a wrong setting");
        let fails = |times| {
            let health = Health::default();
            (0..times).for_each(|_| _ = health.heard(&Outcome::Retry, now));
            health.is_down(now)
        };
        assert!(!fails(BROKEN_AT_ONCE - 1) && fails(BROKEN_AT_ONCE));
    }

    #[test]
    fn a_gateway_without_a_token_is_down_after_half_a_minute_and_until_it_answers() {
        let (health, since) = (Health::default(), Timestamp::from_millis(1_000_000));
        (0..100).for_each(|_| _ = health.heard(&Outcome::Token, since));
        let after = |seconds| since.plus(TimeDelta::seconds(seconds));
        assert_eq!([29, 30].map(|seconds| health.is_down(after(seconds))), [false, true]);
        health.answers(after(31));
        assert!(!health.is_down(after(3600)) && !health.is_doubtful());
    }

    #[test]
    fn a_shorter_rest_does_not_cut_a_longer_one_short() {
        let (health, now) = (Health::default(), Timestamp::from_millis(0));
        assert!(health.rest(now, TimeDelta::minutes(10)));
        assert!(!health.rest(now, TimeDelta::seconds(10)));
        assert!(health.is_resting(now.plus(TimeDelta::minutes(9))));
    }
}
