//! Logs as JSON lines on standard error, and measurements for Prometheus.
//!
//! Lines carry the request's id by way of its span. Nothing here may be given personal data: what prints
//! is for operators, who have no business knowing whom a request was about.

use std::time::Duration;

use metrics_exporter_prometheus::{Matcher, PrometheusBuilder, PrometheusHandle};
use tracing_subscriber::EnvFilter;

use crate::platform::config::Log;
use crate::platform::mistakes::Mistakes;

/// The bounds of the histograms, in seconds: from a cached answer to one that is too late.
const BUCKETS: [f64; 14] =
    [0.000_1, 0.000_25, 0.000_5, 0.001, 0.002_5, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1.0, 2.5, 10.0];
/// The bounds of what counts jobs.
const JOBS: [f64; 9] = [1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 64.0, 128.0, 256.0];
/// How often measurements that came in are put together; they would pile up otherwise.
const UPKEEP: Duration = Duration::from_secs(5);

/// Starts the log of this process; a second start is refused.
pub fn log(settings: &Log) -> Result<(), Mistakes> {
    let access = if settings.access { "info" } else { "off" };
    let filter = EnvFilter::try_new(format!("{},access={access}", settings.level))
        .map_err(|error| Mistakes::one("log.level", format!("写法不对:{error}")))?;
    tracing_subscriber::fmt()
        .json()
        .flatten_event(true)
        .with_current_span(true)
        .with_span_list(false)
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        .try_init()
        .map_err(|error| Mistakes::one("log", error.to_string()))
}

/// The measurements of this process.
#[derive(Clone)]
pub struct Measurements(PrometheusHandle);

impl Measurements {
    /// Collects from now on what the program measures; once per process.
    pub fn start() -> Result<Self, metrics_exporter_prometheus::BuildError> {
        let handle = PrometheusBuilder::new()
            .set_buckets_for_metric(Matcher::Suffix("_seconds".to_owned()), &BUCKETS)?
            .set_buckets_for_metric(Matcher::Suffix("_jobs".to_owned()), &JOBS)?
            .install_recorder()?;
        let upkeep = handle.clone();
        tokio::spawn(async move {
            let mut beat = tokio::time::interval(UPKEEP);
            loop {
                beat.tick().await;
                upkeep.run_upkeep();
            }
        });
        Ok(Self(handle))
    }

    /// Collects nothing; for tests and for describing the API.
    pub fn none() -> Self {
        Self(PrometheusBuilder::new().build_recorder().handle())
    }

    /// The text that Prometheus reads.
    pub fn render(&self) -> String {
        self.0.render()
    }
}
