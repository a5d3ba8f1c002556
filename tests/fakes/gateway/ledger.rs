//! What was accepted, how often: the oracle of every delivery test.

use std::collections::BTreeMap;
use std::fs::{File, OpenOptions};
use std::io::{self, Write};
use std::path::Path;
use std::time::{SystemTime, UNIX_EPOCH};

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
    /// When each was accepted, in milliseconds since 1970 by the machine's clock.
    times: BTreeMap<Entry, Vec<u64>>,
    file: Option<File>,
}

impl Ledger {
    /// A ledger that also appends to `path`, when there is one.
    pub fn open(path: Option<&Path>) -> io::Result<Self> {
        let file = path.map(|path| OpenOptions::new().create(true).append(true).open(path)).transpose()?;
        Ok(Self { times: BTreeMap::new(), file })
    }

    /// Notes one accepted message; the line is written before the sender hears of it.
    pub fn accept(&mut self, entry: Entry) -> io::Result<()> {
        if let Some(file) = &mut self.file {
            let mut line = serde_json::to_vec(&entry)?;
            line.push(b'\n');
            file.write_all(&line)?;
        }
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        self.times.entry(entry).or_default().push(u64::try_from(now.as_millis()).unwrap_or(u64::MAX));
        Ok(())
    }

    /// Every message with the times at which it was accepted.
    pub fn rows(&self) -> impl Iterator<Item = (&Entry, &[u64])> {
        self.times.iter().map(|(entry, times)| (entry, times.as_slice()))
    }
}
