//! The works of the performance gate, run against any [`Target`].

use std::cell::Cell;
use std::rc::Rc;
use std::time::Duration;

use anyhow::{Context, Result, bail, ensure};
use clap::{Args, ValueEnum};
use hdrhistogram::Histogram;
use tokio::time::{Instant, sleep};

use crate::driver::{self, Fill, Outcome, Plan};
use crate::figures::Figures;
use crate::http::Connection;
use crate::manifest::Manifest;
use crate::procstat::{self, Server};
use crate::report::Report;
use crate::target::Target;

/// A work.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, ValueEnum)]
#[value(rename_all = "UPPER")]
pub enum Work {
    /// Create a report.
    W1,
    /// The newest 20 of a grid.
    W2,
    /// One by id.
    W3,
    /// Publish a notice to every household.
    W4,
    /// A resident's newest 20.
    W5,
    /// The dashboard.
    W6,
    /// Change a state.
    W7,
    /// A day's offline work at once: a push of [`PUSHED`] reports.
    W8,
}

/// The reports of one push, the most that it takes.
const PUSHED: usize = 200;

/// How each work is run.
#[derive(Debug, Clone, Args)]
pub struct Settings {
    /// Which works, in which order; those that add rows come last.
    #[arg(long, value_delimiter = ',', default_value = "W2,W3,W5,W6,W4,W7,W8,W1")]
    pub works: Vec<Work>,
    /// Connections (W6 takes at most 4, W4 and W8 take 1).
    #[arg(long, default_value_t = 64)]
    pub connections: usize,
    /// Seconds per work.
    #[arg(long, default_value_t = 5.0)]
    pub seconds: f64,
    /// Seconds of unmeasured requests before each reading work.
    #[arg(long, default_value_t = 0.5)]
    pub warmup: f64,
    /// Requests per work at most.
    #[arg(long, default_value_t = 1_000_000)]
    pub requests: u64,
    /// Requests a second: open loop. Without it, closed loop.
    #[arg(long)]
    pub rate: Option<f64>,
    /// Publications of W4.
    #[arg(long, default_value_t = 5)]
    pub publications: u64,
    /// Creates a second that run beside W4, to see how long other writers wait.
    #[arg(long)]
    pub writers: Option<f64>,
    /// Reports that W7 makes first, since each moves once; W7 ends when all have moved.
    #[arg(long, default_value_t = 30_000)]
    pub steps: u64,
}

/// A server, its processes, and how it is measured.
pub struct Suite<'a> {
    /// The name in the figures.
    pub name: String,
    /// What to ask.
    pub target: Rc<dyn Target>,
    /// What to weigh.
    pub server: Server,
    /// How.
    pub settings: &'a Settings,
    /// The next notice that W4 publishes.
    pub next_notice: Cell<usize>,
}

/// Spreads consecutive numbers over `0..length`, the same way in each run.
const fn spread(n: u64, length: usize) -> usize {
    (n.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 32) as usize % length
}

/// The reports of push `n`, all in one grid, as a worker makes them.
fn pushed(manifest: &Manifest, n: u64) -> Vec<Report> {
    let grid = &manifest.grids[spread(n, manifest.grids.len())];
    (0..PUSHED).map(|_| Report::new(grid)).collect()
}

impl Suite<'_> {
    /// Runs `work` once.
    ///
    /// # Errors
    /// A manifest that lacks what the work needs, a server process that is gone, or no success at all.
    pub async fn measure(&self, work: Work, round: usize) -> Result<Figures> {
        let plan = self.plan(work);
        if work == Work::W4 {
            return self.publications(plan, round).await;
        }
        let fill = match work {
            Work::W7 => self.steps().await?,
            _ => self.stream(work)?,
        };
        if work == Work::W8 {
            self.push_once().await?;
        } else if work != Work::W7 && work != Work::W1 {
            let warmup = Plan { time: Duration::from_secs_f64(self.settings.warmup), rate: None, ..plan };
            driver::run(self.target.manifest().address()?, warmup, Rc::clone(&fill)).await?;
        }
        let before = self.server.cpu()?;
        let outcome = driver::run(self.target.manifest().address()?, plan, fill).await?;
        let cpu = self.server.cpu()? - before;
        ensure!(outcome.done() > 0, "{} {work:?}: no request succeeded: {:?}", self.name, outcome.statuses);
        Ok(self.figures(work, round, plan, &outcome, cpu))
    }

    fn plan(&self, work: Work) -> Plan {
        let settings = self.settings;
        let connections = match work {
            Work::W4 | Work::W8 => 1,
            Work::W6 => settings.connections.min(4),
            _ => settings.connections,
        };
        let time = Duration::from_secs_f64(settings.seconds);
        Plan { connections, time, requests: settings.requests, rate: settings.rate }
    }

    fn stream(&self, work: Work) -> Result<Fill> {
        let target = Rc::clone(&self.target);
        let manifest = target.manifest();
        ensure!(work != Work::W3 || !manifest.case_ids.is_empty(), "W3 needs case_ids in the manifest");
        ensure!(work != Work::W5 || !manifest.tokens.residents.is_empty(), "W5 needs residents' tokens");
        Ok(Rc::new(move |n, out| {
            let manifest = target.manifest();
            let grid = &manifest.grids[spread(n, manifest.grids.len())];
            match work {
                Work::W1 => target.create(&Report::new(grid), out),
                Work::W2 => target.page(grid, out),
                Work::W3 => target.one(&manifest.case_ids[spread(n, manifest.case_ids.len())], out),
                Work::W5 => {
                    let residents = &manifest.tokens.residents;
                    target.feed(&residents[spread(n, residents.len())], out);
                }
                Work::W6 => target.dashboard(out),
                Work::W8 => target.push(&pushed(manifest, n), out),
                Work::W4 | Work::W7 => return false,
            }
            true
        }))
    }

    /// A push is answered 200 whatever becomes of its parts: sends one and looks at them.
    async fn push_once(&self) -> Result<()> {
        let mut request = Vec::new();
        let manifest = self.target.manifest();
        self.target.push(&pushed(manifest, u64::MAX), &mut request);
        let mut connection = Connection::new(manifest.address()?);
        let answer = connection.send(&request).await?;
        let (status, body) = (answer.status, String::from_utf8_lossy(answer.body).into_owned());
        let applied = serde_json::from_str(&body).map_or(0, |answer| self.target.applied(&answer));
        ensure!(applied == PUSHED, "W8: {applied} of {PUSHED} were applied, {status} {body}");
        Ok(())
    }

    /// Makes new reports and returns the requests that move each of them once.
    async fn steps(&self) -> Result<Fill> {
        let manifest = self.target.manifest();
        let reports: Rc<Vec<Report>> = Rc::new(
            (0..self.settings.steps)
                .map(|n| Report::new(&manifest.grids[spread(n, manifest.grids.len())]))
                .collect(),
        );
        let made = Rc::clone(&reports);
        let target = Rc::clone(&self.target);
        let create: Fill = Rc::new(move |n, out| {
            target.create(&made[n as usize], out);
            true
        });
        let requests = self.settings.steps;
        let plan = Plan { requests, time: Duration::from_secs(120), rate: None, ..self.plan(Work::W7) };
        let outcome = driver::run(manifest.address()?, plan, create).await?;
        ensure!(outcome.done() == requests, "W7 could not make its reports: {:?}", outcome.statuses);
        let target = Rc::clone(&self.target);
        Ok(Rc::new(move |n, out| {
            let Some(report) = reports.get(n as usize) else { return false };
            target.step(&report.id(), out);
            true
        }))
    }

    /// W4, beside it creates at a fixed rate where asked for.
    async fn publications(&self, plan: Plan, round: usize) -> Result<Figures> {
        let address = self.target.manifest().address()?;
        let before = self.server.cpu()?;
        let ended = Rc::new(Cell::new(false));
        let others = async {
            let Some(rate) = self.settings.writers else { return Ok(None) };
            let (create, ended) = (self.stream(Work::W1)?, Rc::clone(&ended));
            let fill: Fill = Rc::new(move |n, out| !ended.get() && create(n, out));
            let time = Duration::from_secs(120);
            let plan = Plan { connections: 4, time, requests: self.settings.requests, rate: Some(rate) };
            driver::run(address, plan, fill).await.map(|outcome| Some(outcome.latency.max()))
        };
        let publish = async {
            let result = self.publish_all(Connection::new(address)).await;
            ended.set(true);
            result
        };
        let ((outcome, ack), others) = tokio::try_join!(publish, others)?;
        let cpu = self.server.cpu()? - before;
        let mut figures = self.figures(Work::W4, round, plan, &outcome, cpu);
        (figures.ack_us, figures.others_max_us, figures.rate) = (Some(ack), others, None);
        if others.is_some() {
            // The creates beside it are not its own cost.
            figures.cpu_us = None;
        }
        Ok(figures)
    }

    /// Publishes notice after notice; each ends when all its rows exist. The second value is the median acknowledgement.
    async fn publish_all(&self, mut connection: Connection) -> Result<(Outcome, u64)> {
        let manifest = self.target.manifest();
        let mut latency = Histogram::new_with_bounds(1, 600_000_000, 3)?;
        let mut acks = latency.clone();
        let mut request = Vec::new();
        let mut statuses = std::collections::BTreeMap::new();
        let mut elapsed = Duration::ZERO;
        while latency.len() < self.settings.publications {
            let place = self.next_notice.replace(self.next_notice.get() + 1);
            let notice = manifest.notices.get(place).context("W4: the manifest's notices are used up")?;
            request.clear();
            self.target.publish(notice, &mut request);
            let begin = Instant::now();
            let status = connection.send(&request).await?.status;
            *statuses.entry(status).or_default() += 1;
            match status / 100 {
                2 => acks.saturating_record(begin.elapsed().as_micros() as u64),
                // Published by an earlier run, and so at another version.
                _ if matches!(status, 409 | 412) => continue,
                _ => bail!("W4: a publication was answered {status}"),
            }
            request.clear();
            self.target.coverage(notice, &mut request);
            loop {
                let answer = connection.send(&request).await?;
                ensure!(answer.status == 200, "W4: coverage was answered {}", answer.status);
                if self.target.covered(&serde_json::from_slice(answer.body)?) >= manifest.households {
                    break;
                }
                ensure!(begin.elapsed() < Duration::from_secs(60), "W4: not all rows exist after 60 s");
                sleep(Duration::from_millis(1)).await;
            }
            latency.saturating_record(begin.elapsed().as_micros() as u64);
            elapsed += begin.elapsed();
        }
        // A notice that an earlier run published is no error of this one.
        statuses.retain(|status, _| !matches!(*status, 409 | 412));
        Ok((Outcome { latency, statuses, elapsed }, acks.value_at_quantile(0.5)))
    }

    fn figures(&self, work: Work, round: usize, plan: Plan, outcome: &Outcome, cpu: Duration) -> Figures {
        let weighed = self.server.pid.is_some();
        let memory = self.server.memory();
        Figures {
            server: self.name.clone(),
            work: format!("{work:?}"),
            round,
            connections: plan.connections,
            rate: plan.rate,
            operations: outcome.done(),
            errors: outcome.failed(),
            statuses: outcome.statuses.clone(),
            seconds: outcome.elapsed.as_secs_f64(),
            per_second: outcome.done() as f64 / outcome.elapsed.as_secs_f64(),
            p50_us: outcome.latency.value_at_quantile(0.5),
            p99_us: outcome.latency.value_at_quantile(0.99),
            max_us: outcome.latency.max(),
            ack_us: None,
            others_max_us: None,
            cpu_us: weighed.then(|| cpu.as_secs_f64() * 1e6 / outcome.done() as f64),
            pss_mib: memory.map(|memory| memory.pss),
            anonymous_mib: memory.map(|memory| memory.anonymous),
            load: procstat::load(),
        }
    }
}
