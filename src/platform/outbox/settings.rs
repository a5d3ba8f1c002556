//! How jobs are run; `app` takes it from the configuration.

use std::time::Duration;

/// How jobs are run on this node.
#[derive(Debug, Clone)]
pub struct OutboxSettings {
    /// Jobs that run at once.
    pub at_once: usize,
    /// How long one run may last; then it is cut off and tried again.
    pub run_limit: Duration,
    /// How long a claim holds when its node falls silent. A node that runs the job renews it four times in that time, so
    /// that a job that is merely slow is not begun by another node as well.
    pub lease: Duration,
    /// The pause before each further try; a job that fails after the last one is given up.
    pub retries: Vec<Duration>,
    /// How long running jobs may take to end at shutdown; then they are cut off and, once the lease is
    /// over, run again.
    pub drain: Duration,
}

impl OutboxSettings {
    /// Tries again after these pauses; the rest is as every node has it.
    pub fn new(retries: Vec<Duration>) -> Self {
        Self {
            at_once: 16,
            run_limit: Duration::from_secs(60),
            lease: Duration::from_secs(20),
            retries,
            drain: Duration::from_secs(10),
        }
    }
}
