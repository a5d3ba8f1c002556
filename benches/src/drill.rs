//! The kill drill's two halves. **Assault**: connections create reports, each intent journalled before it is
//! sent, until the server falls. **Inquest**: through the API alone, every acknowledged report must be there
//! with the same content; every other intent must be there or not, and sending it again must end in that one
//! same record.

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::rc::Rc;
use std::time::Duration;

use anyhow::{Context, Result, bail};
use serde_json::Value;
use tokio::task::LocalSet;
use tokio::time::timeout;
use uuid::Uuid;

use crate::http::Connection;
use crate::ledger::{Entry, Ledger, Pen};
use crate::report::Report;
use crate::target::Target;

const PATIENCE: Duration = Duration::from_secs(30);

/// Creates reports over `connections` connections until each of them breaks, `requests` are sent, or `ended`
/// is set.
///
/// # Errors
/// A journal that cannot be written, or an answer that is neither 2xx nor 503.
pub async fn assault(
    target: Rc<dyn Target>,
    connections: usize,
    requests: u64,
    ledger: &Ledger,
    ended: Rc<Cell<bool>>,
) -> Result<()> {
    let address = target.manifest().address()?;
    let work = LocalSet::new();
    let each = requests / connections as u64;
    let tasks: Vec<_> = (0..connections)
        .map(|n| {
            let (target, ended) = (Rc::clone(&target), Rc::clone(&ended));
            let connection = Connection::new(address);
            let assailant = Assailant { target, connection, pen: ledger.pen(), ended };
            work.spawn_local(assailant.create(n, each))
        })
        .collect();
    work.await;
    for task in tasks {
        task.await??;
    }
    Ok(())
}

struct Assailant {
    target: Rc<dyn Target>,
    connection: Connection,
    pen: Pen,
    ended: Rc<Cell<bool>>,
}

impl Assailant {
    async fn create(mut self, n: usize, requests: u64) -> Result<()> {
        let mut request = Vec::new();
        for turn in 0..requests as usize {
            if self.ended.get() {
                break;
            }
            let grids = &self.target.manifest().grids;
            let report = Report::new(&grids[(n + turn * 7) % grids.len()]);
            request.clear();
            self.target.create(&report, &mut request);
            self.pen.intend(&report).await?;
            match timeout(PATIENCE, self.connection.send(&request)).await.context("no answer in 30 s")? {
                Ok(answer) if answer.status / 100 == 2 => self.pen.acknowledge(&report).await?,
                // Said aloud that it is not done: an intent like any other.
                Ok(answer) if answer.status == 503 => {}
                Ok(answer) => bail!("a create was answered {}: {}", answer.status, text(answer.body)),
                Err(_) => break,
            }
        }
        Ok(())
    }
}

/// What the inquest found.
#[derive(Debug, Default)]
pub struct Findings {
    /// Acknowledged reports.
    pub acked: u64,
    /// Intents without an answer that were there nonetheless.
    pub unanswered_present: u64,
    /// Intents without an answer that were not there.
    pub unanswered_absent: u64,
    /// What must not be: one sentence each.
    pub faults: Vec<String>,
}

/// Looks at every entry of the journal over `connections` connections. `resend` also sends the unanswered
/// intents again, twice each.
///
/// # Errors
/// A connection that breaks: the server must stand during the inquest.
pub async fn inquest(
    target: Rc<dyn Target>,
    connections: usize,
    entries: BTreeMap<Uuid, Entry>,
    resend: bool,
) -> Result<Findings> {
    let address = target.manifest().address()?;
    let waiting = Rc::new(RefCell::new(entries));
    let findings = Rc::new(RefCell::new(Findings::default()));
    let work = LocalSet::new();
    let tasks: Vec<_> = (0..connections)
        .map(|_| {
            let (target, waiting) = (Rc::clone(&target), Rc::clone(&waiting));
            work.spawn_local(look(target, address, waiting, Rc::clone(&findings), resend))
        })
        .collect();
    work.await;
    for task in tasks {
        task.await??;
    }
    Ok(findings.take())
}

async fn look(
    target: Rc<dyn Target>,
    address: SocketAddr,
    waiting: Rc<RefCell<BTreeMap<Uuid, Entry>>>,
    findings: Rc<RefCell<Findings>>,
    resend: bool,
) -> Result<()> {
    let mut witness = Witness { target, connection: Connection::new(address), request: Vec::new() };
    loop {
        let Some((_, Entry { report, acked })) = waiting.borrow_mut().pop_first() else { return Ok(()) };
        let seen = witness.read(&report).await?;
        let mut faults = Vec::new();
        if seen == Seen::Different {
            faults.push(format!("{}: content differs from what was sent", report.id()));
        }
        if acked && seen == Seen::Absent {
            faults.push(format!("{}: LOST, though acknowledged", report.id()));
        }
        if !acked && resend {
            let first = if seen == Seen::Absent { 201 } else { 200 };
            for expected in [first, 200] {
                let (status, same) = witness.create(&report).await?;
                if status != expected || !same {
                    let which = if same { "the same" } else { "another" };
                    let id = report.id();
                    faults.push(format!("{id}: resending gave {status} with {which} record, not {expected}"));
                }
            }
            if witness.read(&report).await? != Seen::Same {
                faults.push(format!("{}: not there after resending", report.id()));
            }
        }
        let mut findings = findings.borrow_mut();
        match (acked, seen) {
            (true, _) => findings.acked += 1,
            (false, Seen::Absent) => findings.unanswered_absent += 1,
            (false, _) => findings.unanswered_present += 1,
        }
        findings.faults.append(&mut faults);
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Seen {
    Absent,
    Same,
    Different,
}

struct Witness {
    target: Rc<dyn Target>,
    connection: Connection,
    request: Vec<u8>,
}

impl Witness {
    async fn read(&mut self, report: &Report) -> Result<Seen> {
        self.request.clear();
        self.target.one(&report.id(), &mut self.request);
        let answer = timeout(PATIENCE, self.connection.send(&self.request)).await??;
        Ok(match answer.status {
            404 => Seen::Absent,
            200 if self.target.holds(report, &serde_json::from_slice(answer.body)?) => Seen::Same,
            200 => Seen::Different,
            status => bail!("{} was answered {status}: {}", report.id(), text(answer.body)),
        })
    }

    /// The status, and whether the answer is this report.
    async fn create(&mut self, report: &Report) -> Result<(u16, bool)> {
        self.request.clear();
        self.target.create(report, &mut self.request);
        let answer = timeout(PATIENCE, self.connection.send(&self.request)).await??;
        let shown: Value = serde_json::from_slice(answer.body).unwrap_or_default();
        Ok((answer.status, shown["id"] == *report.id()))
    }
}

fn text(body: &[u8]) -> String {
    String::from_utf8_lossy(&body[..body.len().min(300)]).into_owned()
}
