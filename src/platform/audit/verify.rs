//! Walking the chain: is every sealed entry as it was?
//!
//! One seal and its entries are in memory at a time. The walk stops at the first fault: what follows a
//! broken link proves nothing. Called by `wangge audit verify`.

use std::fmt;

use super::Entry;
use super::entry::{self, Hash, NOTHING, Row};
use super::seal::{self, Seal};
use crate::base::id::Id;
use crate::base::problem::Result;
use crate::platform::db::DbConnection;

crate::text_enum! {
    /// What is wrong with the first entry that is not as it was sealed.
    pub enum Fault {
        /// Also what takes another's place: an entry's place is sealed with it.
        Changed = "changed" "内容被改动",
        Missing = "missing" "记录缺失",
        Added = "added" "封存后插入的记录",
        /// The seal itself was changed, or one before it is gone.
        SealBroken = "seal_broken" "封条损坏",
    }
}

/// The first entry that is not as it was sealed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Broken {
    /// The number of the seal.
    pub seal: i64,
    /// The place in the seal, from 0.
    pub position: usize,
    /// The entry that stands there; `None` when nothing does, and for a broken seal.
    pub entry: Option<Id<Entry>>,
    /// The last good entry before it in the same seal.
    pub after: Option<Id<Entry>>,
    /// What is wrong.
    pub fault: Fault,
}

impl fmt::Display for Broken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "封条 {} 第 {} 条:{}", self.seal, self.position + 1, self.fault.label())?;
        if let Some(entry) = self.entry {
            write!(f, "({entry})")?;
        }
        self.after.map_or(Ok(()), |after| write!(f, ",位于 {after} 之后"))
    }
}

/// What a walk has found so far.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Verdict {
    /// Seals that hold.
    pub seals: u64,
    /// Entries that are as they were sealed.
    pub entries: u64,
    /// Entries after the last seal, which nothing protects yet.
    pub unsealed: u64,
    /// The number and the hash of the last seal that holds. Kept elsewhere, it shows later that the chain
    /// up to there was not replaced as a whole.
    pub head: Option<(i64, Hash)>,
    /// The first fault.
    pub broken: Option<Broken>,
}

/// Walks all seals, oldest first, and calls `progress` after each. Reads only, so it may run beside a
/// working town. Retention takes whole seals from the oldest end; the chain begins at the oldest kept one.
pub fn verify(c: &mut DbConnection, mut progress: impl FnMut(&Verdict)) -> Result<Verdict> {
    let mut verdict = Verdict::default();
    let mut from = entry::beginning();
    let mut seq = 0;
    while let Some(seal) = seal::next(c, seq)? {
        verdict.broken = fault_of_seal(&seal, verdict.head);
        if verdict.broken.is_some() {
            return Ok(verdict);
        }
        let rows = entry::between(c, from, seal.end(), i64::from(seal.entries) + 1)?;
        verdict.broken = fault_of_rows(&seal, &rows);
        if verdict.broken.is_some() {
            return Ok(verdict);
        }
        from = seal.end();
        seq = seal.seq;
        verdict.seals += 1;
        verdict.entries += rows.len() as u64;
        verdict.head = Some((seq, seal.own_hash()));
        progress(&verdict);
    }
    verdict.unsealed = u64::try_from(entry::count_after(c, from)?).unwrap_or_default();
    Ok(verdict)
}

fn fault_of_seal(seal: &Seal, head: Option<(i64, Hash)>) -> Option<Broken> {
    let follows = match head {
        Some((seq, hash)) => seal.seq == seq + 1 && seal.previous == hash,
        None => seal.seq > 1 || seal.previous == NOTHING,
    };
    let whole = seal.hash == seal.own_hash()
        && seal.row_hashes.len() == usize::try_from(seal.entries).unwrap_or(0) * 32;
    let broken = Broken { seal: seal.seq, position: 0, entry: None, after: None, fault: Fault::SealBroken };
    (!follows || !whole).then_some(broken)
}

/// `rows` is what stands where the entries of `seal` stood, at most one too many.
fn fault_of_rows(seal: &Seal, rows: &[Row]) -> Option<Broken> {
    let expected: Vec<&[u8]> = seal.row_hashes.chunks(32).collect();
    let fits = |row: &Row, position: usize| {
        let previous = position.checked_sub(1).map_or(seal.previous.as_slice(), |before| expected[before]);
        let previous = previous.try_into().unwrap_or(NOTHING);
        expected.get(position).is_some_and(|hash| *hash == row.hash(&previous))
    };
    let good = rows.iter().enumerate().take_while(|(position, row)| fits(row, *position)).count();
    if good == rows.len() && good == expected.len() {
        return None;
    }
    let found = rows.get(good);
    let stands_later = |row: &Row| (good + 1..expected.len()).any(|position| fits(row, position));
    let came_later = rows.iter().skip(good + 1).any(|row| fits(row, good));
    let fault = match found {
        None => Fault::Missing,
        Some(_) if good == expected.len() => Fault::Added,
        Some(row) if stands_later(row) => Fault::Missing,
        Some(_) if came_later => Fault::Added,
        Some(_) => Fault::Changed,
    };
    let entry = found.filter(|_| fault != Fault::Missing).map(|row| row.id);
    let after = good.checked_sub(1).and_then(|before| rows.get(before)).map(|row| row.id);
    Some(Broken { seal: seal.seq, position: good, entry, after, fault })
}
