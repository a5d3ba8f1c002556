//! The kill drill's journal: a file that knows what was intended and what was acknowledged, whatever becomes
//! of the server. Lines of all connections share an fsync (one group commit after another), so that the
//! journal does not become the bottleneck; an intent is on disk before its request is sent.

use std::collections::BTreeMap;
use std::fs::{File, OpenOptions};
use std::io::{BufRead as _, BufReader, Write as _};
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread::{self, JoinHandle};

use anyhow::{Context, Result, anyhow, ensure};
use sha2::{Digest as _, Sha256};
use tokio::sync::oneshot;
use uuid::Uuid;

use crate::report::Report;
use crate::typeid;

/// What the journal says of one report.
#[derive(Debug, Clone)]
pub struct Entry {
    /// The report that was, or may have been, sent.
    pub report: Report,
    /// Whether a 2xx came back.
    pub acked: bool,
}

type Line = (String, oneshot::Sender<()>);

/// Writes the journal of one round.
pub struct Ledger {
    path: PathBuf,
    lines: Sender<Line>,
    writer: JoinHandle<Result<()>>,
}

/// A connection's access to the journal.
#[derive(Clone)]
pub struct Pen(Sender<Line>);

impl Ledger {
    /// A new journal at `path`.
    ///
    /// # Errors
    /// A file that is there already, or cannot be made.
    pub fn create(path: &Path) -> Result<Self> {
        let file = OpenOptions::new().create_new(true).append(true).open(path);
        let file = file.with_context(|| format!("making the journal {}", path.display()))?;
        let (lines, waiting) = channel();
        let writer = thread::spawn(move || write(file, &waiting));
        Ok(Self { path: path.to_owned(), lines, writer })
    }

    /// A pen for one connection.
    pub fn pen(&self) -> Pen {
        Pen(self.lines.clone())
    }

    /// Ends the writing, once all pens are gone, and reads back what the file says.
    ///
    /// # Errors
    /// A journal that could not be written, or whose hash does not fit the report.
    pub fn close(self) -> Result<BTreeMap<Uuid, Entry>> {
        drop(self.lines);
        self.writer.join().map_err(|_| anyhow!("the journal's thread panicked"))??;
        read(&self.path)
    }
}

impl Pen {
    /// Notes that `report` will be sent; returns once that is on disk.
    ///
    /// # Errors
    /// The journal cannot be written any more.
    pub async fn intend(&self, report: &Report) -> Result<()> {
        self.line(format!("I {} {} {}\n", report.id(), report.area(), hash(&report.body()))).await
    }

    /// Notes that `report` was acknowledged; returns once that is on disk.
    ///
    /// # Errors
    /// The journal cannot be written any more.
    pub async fn acknowledge(&self, report: &Report) -> Result<()> {
        self.line(format!("A {}\n", report.id())).await
    }

    async fn line(&self, line: String) -> Result<()> {
        let (written, wait) = oneshot::channel();
        self.0.send((line, written)).map_err(|_| anyhow!("the journal is closed"))?;
        wait.await.context("the journal could not be written")
    }
}

fn write(mut file: File, waiting: &Receiver<Line>) -> Result<()> {
    let mut told = Vec::new();
    while let Ok(first) = waiting.recv() {
        let mut block = String::new();
        for (line, written) in std::iter::once(first).chain(waiting.try_iter()) {
            block += &line;
            told.push(written);
        }
        file.write_all(block.as_bytes())?;
        file.sync_data()?;
        for written in told.drain(..) {
            // A connection that was told of the end no longer listens.
            let _ = written.send(());
        }
    }
    Ok(())
}

fn read(path: &Path) -> Result<BTreeMap<Uuid, Entry>> {
    let mut entries = BTreeMap::new();
    for line in BufReader::new(File::open(path)?).lines() {
        let line = line?;
        let fields: Vec<&str> = line.split(' ').collect();
        let uuid = fields.get(1).and_then(|id| typeid::decode(id)).context("a journal line without an id")?;
        match fields[..] {
            ["I", _, area, sent] => {
                let report = Report::of(uuid, area);
                ensure!(hash(&report.body()) == sent, "{} is not what was sent", report.id());
                entries.insert(uuid, Entry { report, acked: false });
            }
            ["A", id] => entries.get_mut(&uuid).with_context(|| format!("{id}: no intent"))?.acked = true,
            _ => return Err(anyhow!("an unknown journal line: {line}")),
        }
    }
    Ok(entries)
}

fn hash(body: &str) -> String {
    Sha256::digest(body.as_bytes()).iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn the_journal_knows_what_was_acknowledged_and_what_was_only_intended() {
        let path = std::env::temp_dir().join(format!("journal-{}", Uuid::now_v7()));
        let ledger = Ledger::create(&path).unwrap();
        let (sent, acked) = (Report::new("500114119201001"), Report::new("500114119201002"));
        let pen = ledger.pen();
        pen.intend(&sent).await.unwrap();
        pen.intend(&acked).await.unwrap();
        pen.acknowledge(&acked).await.unwrap();
        drop(pen);
        let entries = ledger.close().unwrap();
        std::fs::remove_file(path).unwrap();
        let told: Vec<_> = entries.values().map(|entry| (entry.report.id(), entry.acked)).collect();
        assert_eq!(told, [(sent.id(), false), (acked.id(), true)]);
    }
}
