//! A course of sending: wave after wave without a break, and what of them is still on its way.

use std::sync::atomic::{AtomicI64, AtomicUsize, Ordering};

use chrono::TimeDelta;
use tokio::sync::Notify;

use super::model::Lease;
use crate::base::clock::Timestamp;
use crate::base::id::Id;

/// Between two looks for what others left behind.
const LOOK_BACK: TimeDelta = TimeDelta::seconds(10);

/// Waves that are sent without a break.
pub struct Course {
    /// Holds them all.
    pub lease: Id<Lease>,
    /// Deliveries that were taken.
    taken: AtomicUsize,
    /// Messages that have left, or are about to, and whose end is not written down yet.
    under_way: AtomicUsize,
    /// Told when an end is written down.
    ends: Notify,
    /// When it was last looked for what others left behind, in milliseconds since 1970.
    looked_back: AtomicI64,
}

impl Course {
    /// Begins when `settled` deliveries have been looked at already.
    pub fn new(lease: Id<Lease>, settled: usize, now: Timestamp) -> Self {
        Self {
            lease,
            taken: AtomicUsize::new(settled),
            under_way: AtomicUsize::new(0),
            ends: Notify::new(),
            looked_back: AtomicI64::new(now.millis()),
        }
    }

    /// Whether nothing is on its way.
    pub fn is_over(&self) -> bool {
        self.under_way.load(Ordering::Relaxed) == 0
    }

    /// Whether it is time to look again for what others left behind.
    pub fn looks_back(&self, now: Timestamp) -> bool {
        let due = self.looked_back.load(Ordering::Relaxed) + LOOK_BACK.num_milliseconds() <= now.millis();
        if due {
            self.looked_back.store(now.millis(), Ordering::Relaxed);
        }
        due
    }

    /// `n` more deliveries were taken, of which `leaving` are about to leave.
    pub fn took(&self, n: usize, leaving: usize) {
        self.taken.fetch_add(n, Ordering::Relaxed);
        self.under_way.fetch_add(leaving, Ordering::Relaxed);
    }

    /// The ends of `n` messages are written down.
    pub fn recorded(&self, n: usize) {
        self.under_way.fetch_sub(n, Ordering::Relaxed);
        self.ends.notify_one();
    }

    /// Waits until an end is written down.
    pub async fn end_recorded(&self) {
        self.ends.notified().await;
    }

    /// How many deliveries were taken.
    pub fn taken(&self) -> usize {
        self.taken.load(Ordering::Relaxed)
    }
}
