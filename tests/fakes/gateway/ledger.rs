//! What was accepted, how often: the oracle of every delivery test.

use std::collections::BTreeMap;
use std::fs::{File, OpenOptions};
use std::io::{self, Write};
use std::path::Path;

use serde::Serialize;

/// One message as its sender meant it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Entry {
    /// The channel, such as `subscribe`.
    pub channel: &'static str,
    /// The openid, the number, the robot, the receiver.
    pub recipient: String,
    /// What the sender calls the message: `n=` in the page's query, `client_msg_id`, `OutId`, `SessionContext`,
    /// `webhook-id`, what a robot's text has after its last `#`.
    pub key: String,
}

#[derive(Default)]
pub struct Ledger {
    counts: BTreeMap<Entry, u64>,
    file: Option<File>,
}

impl Ledger {
    /// A ledger that also appends to `path`, when there is one.
    pub fn open(path: Option<&Path>) -> io::Result<Self> {
        let file = path.map(|path| OpenOptions::new().create(true).append(true).open(path)).transpose()?;
        Ok(Self { counts: BTreeMap::new(), file })
    }

    /// Notes one accepted message; the line is written before the sender hears of it.
    pub fn accept(&mut self, entry: Entry) -> io::Result<()> {
        if let Some(file) = &mut self.file {
            let mut line = serde_json::to_vec(&entry)?;
            line.push(b'\n');
            file.write_all(&line)?;
        }
        *self.counts.entry(entry).or_default() += 1;
        Ok(())
    }

    /// Every message with how often it was accepted.
    pub fn rows(&self) -> impl Iterator<Item = (&Entry, u64)> {
        self.counts.iter().map(|(entry, count)| (entry, *count))
    }
}
