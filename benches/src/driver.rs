//! Sends a stream of requests over keep-alive connections, bounded in number and time, and measures.
//!
//! **Closed loop**: each connection sends its next request when the last is answered. **Open loop**: request
//! `n` is due at `n / rate`, whether or not the server keeps up, and its latency counts from when it was due
//! (no coordinated omission). A connection that waited idle for its turn counts from the sending instead, so
//! that the millisecond steps of the timer are not charged to the server.

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::rc::Rc;
use std::time::Duration;

use anyhow::Result;
use hdrhistogram::Histogram;
use tokio::task::LocalSet;
use tokio::time::{Instant, sleep, sleep_until, timeout};

use crate::http::Connection;

/// An answer later than this counts as broken.
const PATIENCE: Duration = Duration::from_secs(30);

/// How much to send, and how fast.
#[derive(Debug, Clone, Copy)]
pub struct Plan {
    /// Connections, each with one request at a time.
    pub connections: usize,
    /// No request is begun after this time.
    pub time: Duration,
    /// Requests at most.
    pub requests: u64,
    /// Requests a second in open loop; `None` is closed loop.
    pub rate: Option<f64>,
}

/// What came back.
#[derive(Debug)]
pub struct Outcome {
    /// Latencies of 2xx answers, in microseconds.
    pub latency: Histogram<u64>,
    /// Answers by status; 0 stands for a connection that broke or an answer that never came.
    pub statuses: BTreeMap<u16, u64>,
    /// From the first request to the last answer.
    pub elapsed: Duration,
}

impl Outcome {
    /// Requests answered with 2xx.
    pub fn done(&self) -> u64 {
        self.latency.len()
    }

    /// Requests answered otherwise, or not at all.
    pub fn failed(&self) -> u64 {
        self.statuses.iter().filter(|(status, _)| **status / 100 != 2).map(|(_, count)| count).sum()
    }
}

/// Writes request `n` into the cleared buffer; false when there is none.
pub type Fill = Rc<dyn Fn(u64, &mut Vec<u8>) -> bool>;

struct Shared {
    fill: Fill,
    plan: Plan,
    next: Cell<u64>,
    begin: Instant,
    outcome: RefCell<Outcome>,
}

/// Sends what `fill` writes to `address`, as `plan` says.
///
/// # Errors
/// Only if the histogram cannot be made; failed requests are part of the outcome.
pub async fn run(address: SocketAddr, plan: Plan, fill: Fill) -> Result<Outcome> {
    let latency = Histogram::new_with_bounds(1, 600_000_000, 3)?;
    let outcome = Outcome { latency, statuses: BTreeMap::new(), elapsed: Duration::ZERO };
    let begin = Instant::now();
    let shared = Rc::new(Shared { fill, plan, next: Cell::new(0), begin, outcome: RefCell::new(outcome) });
    let connections = LocalSet::new();
    for _ in 0..plan.connections {
        connections.spawn_local(drive(Rc::clone(&shared), Connection::new(address)));
    }
    connections.await;
    let mut outcome = shared.outcome.replace(Outcome {
        latency: Histogram::new(3)?,
        statuses: BTreeMap::new(),
        elapsed: Duration::ZERO,
    });
    outcome.elapsed = begin.elapsed();
    Ok(outcome)
}

async fn drive(shared: Rc<Shared>, mut connection: Connection) {
    let plan = shared.plan;
    let mut request = Vec::with_capacity(2048);
    loop {
        let n = shared.next.get();
        if n >= plan.requests {
            return;
        }
        shared.next.set(n + 1);
        request.clear();
        if !(shared.fill)(n, &mut request) {
            return;
        }
        let mut from = Instant::now();
        if let Some(rate) = plan.rate {
            let due = shared.begin + Duration::from_secs_f64(n as f64 / rate);
            if due >= shared.begin + plan.time {
                return;
            }
            if due > from {
                sleep_until(due).await;
                from = Instant::now();
            } else {
                from = due;
            }
        } else if from >= shared.begin + plan.time {
            return;
        }
        let answer = timeout(PATIENCE, connection.send(&request)).await;
        let status = match answer {
            Ok(Ok(answer)) => answer.status,
            _ => 0,
        };
        if status == 0 {
            // The half-read connection is of no more use; a server that is gone is not hammered.
            sleep(Duration::from_millis(10)).await;
        }
        let mut outcome = shared.outcome.borrow_mut();
        *outcome.statuses.entry(status).or_default() += 1;
        if status / 100 == 2 {
            outcome.latency.saturating_record(from.elapsed().as_micros() as u64);
        }
    }
}
