//! Latencies of a steady load, phase by phase. A 99th percentile of one stretch wanders, so each phase is cut into windows
//! of the same length, and what is compared is the median of the windows' percentiles.

use std::time::{Duration, Instant};

use super::load::{Sample, What};

/// A stretch of a drill. The same name may come again: its windows count together.
#[derive(Debug, Clone, Copy)]
pub struct Phase {
    /// What happened.
    pub name: &'static str,
    /// Its first moment.
    pub from: Instant,
    /// The moment after it.
    pub until: Instant,
}

/// One kind of request in all phases of one name, in milliseconds.
#[derive(Debug, Clone)]
pub struct Figures {
    /// Requests that were due then.
    pub requests: usize,
    /// Those of them that were not answered as they should be.
    pub ill: usize,
    /// The median of the windows' medians.
    pub p50: f64,
    /// The median of the windows' 99th percentiles.
    pub p99: f64,
    /// The lowest and the highest of the windows' 99th percentiles.
    pub between: (f64, f64),
    /// How many windows there are.
    pub windows: usize,
}

/// The figures of `what` in the phases called `name`; `None` when there are none.
pub fn figures(
    name: &str,
    what: What,
    (phases, samples): (&[Phase], &[Sample]),
    window: Duration,
) -> Option<Figures> {
    let (mut requests, mut ill) = (0, 0);
    let (mut p50s, mut p99s) = (Vec::new(), Vec::new());
    for phase in phases.iter().filter(|phase| phase.name == name) {
        for (from, until) in windows(phase, window) {
            let then = samples.iter().filter(|s| s.what == what && s.due >= from && s.due < until);
            let then: Vec<_> = then.collect();
            requests += then.len();
            ill += then.iter().filter(|sample| !sample.well).count();
            let took: Vec<f64> = then.iter().map(|sample| sample.took.as_secs_f64() * 1e3).collect();
            p50s.extend(quantile(took.clone(), 0.5));
            p99s.extend(quantile(took, 0.99));
        }
    }
    let between = (p99s.iter().copied().reduce(f64::min)?, p99s.iter().copied().reduce(f64::max)?);
    let windows = p99s.len();
    Some(Figures { requests, ill, p50: quantile(p50s, 0.5)?, p99: quantile(p99s, 0.5)?, between, windows })
}

/// Windows of the same length; what is left over belongs to the last.
fn windows(phase: &Phase, window: Duration) -> Vec<(Instant, Instant)> {
    let length = phase.until - phase.from;
    let n = (length.as_secs_f64() / window.as_secs_f64()).floor().max(1.0) as u32;
    let from = |n: u32| phase.from + window * n;
    (0..n).map(|k| (from(k), if k + 1 == n { phase.until } else { from(k + 1) })).collect()
}

/// The value that so many are not above.
fn quantile(mut values: Vec<f64>, share: f64) -> Option<f64> {
    values.sort_by(f64::total_cmp);
    let place = (share * values.len() as f64).ceil() as usize;
    values.get(place.saturating_sub(1)).copied()
}
