//! How fast a sender goes: each message leaves at a moment of its own, one gap after the message before it.
//!
//! Nothing is saved up while there is nothing to send, so a gateway never sees more in a second than was agreed, not even
//! when a backlog leaves after an outage. Moments are given in the order of asking: what is urgent keeps its lead, and
//! nobody is woken in vain. A machine that stood still for a moment wakes all those whose moments have passed at once; then
//! the last ones wait until the second is over.

use std::collections::VecDeque;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use tokio::time::{Instant, sleep_until};

const SECOND: Duration = Duration::from_secs(1);

/// The moments at which messages leave.
#[derive(Debug)]
pub struct Pace {
    gap: Duration,
    /// The first moment that nobody has.
    free: Mutex<Option<Instant>>,
    /// When the last ones left, as many as may in a second.
    left: Mutex<VecDeque<Instant>>,
    most: usize,
}

impl Pace {
    /// At most `most` messages in any second; `None` for 0, which is as many as go.
    pub fn per_second(most: u32) -> Option<Self> {
        let nanos = |most: u64| 1_000_000_000_u64.div_ceil(most);
        (most > 0).then(|| Self {
            gap: Duration::from_nanos(nanos(most.into())),
            free: Mutex::default(),
            left: Mutex::default(),
            most: most as usize,
        })
    }

    /// Waits for the next moment that nobody has.
    pub async fn turn(&self) {
        sleep_until(self.moment(Instant::now())).await;
        while let Err(full_until) = self.leave(Instant::now()) {
            sleep_until(full_until).await;
        }
    }

    /// Leaves at `now`, or says when there is room again: the second that ends now has as many as may be.
    fn leave(&self, now: Instant) -> Result<(), Instant> {
        let mut left = self.left.lock().unwrap_or_else(PoisonError::into_inner);
        if left.len() == self.most {
            let full_until = left.front().map_or(now, |first| *first + SECOND);
            if full_until > now {
                return Err(full_until);
            }
            left.pop_front();
        }
        left.push_back(now);
        Ok(())
    }

    fn moment(&self, now: Instant) -> Instant {
        let mut free = self.free.lock().unwrap_or_else(PoisonError::into_inner);
        let mine = free.map_or(now, |free| free.max(now));
        *free = Some(mine + self.gap);
        mine
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn no_second_has_more_messages_than_were_agreed_not_even_after_a_pause() {
        for most in [1, 3, 7, 200, 300] {
            let (pace, start) = (Pace::per_second(most).unwrap(), Instant::now());
            let after_a_pause = start + Duration::from_secs(600);
            let mut moments: Vec<_> = (0..most).map(|_| pace.moment(start)).collect();
            moments.extend((0..3 * most).map(|_| pace.moment(after_a_pause)));
            let apart = moments.windows(most as usize + 1).map(|few| few[most as usize] - few[0]);
            assert!(apart.min().unwrap() >= Duration::from_secs(1), "{most}");
            assert!(moments.is_sorted() && moments[most as usize] == after_a_pause, "{most}");
        }
    }

    #[test]
    fn whoever_is_woken_late_does_not_fill_the_second_beyond_what_was_agreed() {
        let (pace, start) = (Pace::per_second(200).unwrap(), Instant::now());
        let at = |millis: u64| start + Duration::from_millis(millis);
        // Two hundred in a second, but the machine stood still for 300 ms of it.
        let moments = (0..400).map(|n| n * 5).map(|due| if (500..800).contains(&due) { 800 } else { due });
        let mut left = Vec::new();
        for due in moments {
            let (mut now, mut tries) = (at(due), 0);
            while let Err(full_until) = pace.leave(now) {
                (now, tries) = (full_until, tries + 1);
            }
            assert!(tries <= 1);
            left.push(now);
        }
        let apart = left.windows(201).map(|few| few[200] - few[0]);
        assert!(apart.min().unwrap() >= SECOND);
        assert!(left.is_sorted() && *left.last().unwrap() <= at(2_300));
    }

    #[test]
    fn without_a_limit_there_is_no_pace() {
        assert!(Pace::per_second(0).is_none());
    }
}
