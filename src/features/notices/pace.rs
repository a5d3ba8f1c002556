//! How fast a sender goes: each message leaves at a moment of its own, one gap after the message before it.
//!
//! Nothing is saved up while there is nothing to send, so a gateway never sees more in a second than was agreed, not even
//! when a backlog leaves after an outage. Moments are given in the order of asking: what is urgent keeps its lead, and
//! nobody is woken in vain.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use tokio::time::{Instant, sleep_until};

/// The moments at which messages leave.
#[derive(Debug)]
pub struct Pace {
    gap: Duration,
    /// The first moment that nobody has.
    free: Mutex<Option<Instant>>,
}

impl Pace {
    /// At most `most` messages in any second; `None` for 0, which is as many as go.
    pub fn per_second(most: u32) -> Option<Self> {
        let nanos = |most: u64| 1_000_000_000_u64.div_ceil(most);
        (most > 0).then(|| Self { gap: Duration::from_nanos(nanos(most.into())), free: Mutex::default() })
    }

    /// Waits for the next moment that nobody has.
    pub async fn turn(&self) {
        sleep_until(self.moment(Instant::now())).await;
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
    fn without_a_limit_there_is_no_pace() {
        assert!(Pace::per_second(0).is_none());
    }
}
