//! A file in parts: sealed each by itself, so that neither writing nor reading one takes more memory than a few parts.
//!
//! A part says under its seal which export it belongs to, which try wrote it and where in the file it stands, so that
//! nobody who can write to the store can put one in the place of another.

use std::io::{self, Write};

use tokio::sync::mpsc::Sender;
use uuid::Uuid;

use super::model::{Attempt, Export};
use super::store::PartRow;
use crate::base::id::Id;
use crate::base::problem::{Problem, Result};
use crate::platform::privacy::{Field, Vault};

/// Bytes of a part before it is sealed.
const LENGTH: usize = 1 << 20;
/// Export, try, place.
const HEAD: usize = 16 + 16 + 4;

fn head(export: Id<Export>, attempt: Id<Attempt>, nth: i32) -> [u8; HEAD] {
    let mut head = [0; HEAD];
    let bytes = |id: Uuid| id.into_bytes();
    head[..16].copy_from_slice(&bytes(export.uuid()));
    head[16..32].copy_from_slice(&bytes(attempt.uuid()));
    head[32..].copy_from_slice(&nth.to_be_bytes());
    head
}

/// Seals the `nth` part.
pub fn seal(
    vault: &Vault,
    export: Id<Export>,
    attempt: Id<Attempt>,
    nth: i32,
    plain: &[u8],
) -> Result<Vec<u8>> {
    vault.seal_bytes(Field::Export, &[&head(export, attempt, nth), plain].concat())
}

/// Opens a part; an internal failure when it is not the one that `row` names.
pub fn open(vault: &Vault, row: &PartRow, sealed: &[u8]) -> Result<Vec<u8>> {
    let opened = vault.open_bytes(Field::Export, sealed)?;
    let head = head(row.export_id, row.attempt, row.nth);
    let plain = opened.strip_prefix(&head[..]).ok_or_else(|| Problem::internal("a part of another file"))?;
    Ok(plain.to_vec())
}

/// Cuts what is written into parts and hands them over, waiting while the other side has enough of them.
pub struct Cutter {
    part: Vec<u8>,
    to: Sender<Vec<u8>>,
}

impl Cutter {
    /// Hands the parts to `to`.
    pub fn new(to: Sender<Vec<u8>>) -> Self {
        Self { part: Vec::with_capacity(LENGTH), to }
    }

    /// Hands over what is left.
    pub fn finish(mut self) -> io::Result<()> {
        self.hand_over()
    }

    fn hand_over(&mut self) -> io::Result<()> {
        if self.part.is_empty() {
            return Ok(());
        }
        let part = std::mem::replace(&mut self.part, Vec::with_capacity(LENGTH));
        self.to
            .blocking_send(part)
            .map_err(|_| io::Error::other("nobody takes the parts of the file any more"))
    }
}

impl Write for Cutter {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let room = LENGTH - self.part.len();
        let taken = &bytes[..bytes.len().min(room)];
        self.part.extend_from_slice(taken);
        if self.part.len() == LENGTH {
            self.hand_over()?;
        }
        Ok(taken.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::platform::secrets::{CipherKind, SecretSettings};

    #[test]
    fn a_part_opens_in_its_own_place_only() {
        let secrets = SecretSettings::generate(CipherKind::Aes256Gcm).read().unwrap();
        let vault = Vault::new(&secrets).unwrap();
        let row = PartRow { export_id: Id::new(), attempt: Id::new(), nth: 3, sha256: String::new() };
        let sealed = seal(&vault, row.export_id, row.attempt, row.nth, "示例".as_bytes()).unwrap();
        assert!(!sealed.windows(6).any(|bytes| bytes == "示例".as_bytes()));
        assert_eq!(open(&vault, &row, &sealed).unwrap(), "示例".as_bytes());
        for other in [
            PartRow { nth: 2, ..row.clone() },
            PartRow { export_id: Id::new(), ..row.clone() },
            PartRow { attempt: Id::new(), ..row.clone() },
        ] {
            assert!(open(&vault, &other, &sealed).is_err(), "{other:?}");
        }
    }

    #[test]
    fn whatever_is_written_comes_out_in_order_and_in_parts_of_a_mebibyte() {
        let (to, mut from) = tokio::sync::mpsc::channel(8);
        let bytes: Vec<u8> = (0..LENGTH * 2 + 5).map(|n| n as u8).collect();
        let mut cutter = Cutter::new(to);
        bytes.chunks(300_001).for_each(|some| cutter.write_all(some).unwrap());
        cutter.finish().unwrap();
        let mut parts = Vec::new();
        while let Some(part) = from.blocking_recv() {
            parts.push(part);
        }
        assert_eq!(parts.iter().map(Vec::len).collect::<Vec<_>>(), [LENGTH, LENGTH, 5]);
        assert_eq!(parts.concat(), bytes);
    }
}
