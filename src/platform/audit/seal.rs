//! The sealer: links entries into the chain, in the order of their commits, within a second.
//!
//! An entry is sealed when its lot is settled, so no transaction that is still open can slip one in
//! before it. A seal holds the hash of each of its entries (32 bytes each), which is what lets
//! [`verify`](super::verify) name the one that changed. Two sealers at once cannot fork the chain: the
//! number of the next seal is taken, and the later one begins again.

use diesel::prelude::*;
use sha2::{Digest, Sha256};

use super::Entry;
use super::entry::{self, Hash, NOTHING, Place};
use crate::base::clock::Timestamp;
use crate::base::id::Id;
use crate::base::problem::{Problem, Result};
use crate::platform::db::schema::audit_seals;
use crate::platform::db::{Cols, Db, DbConnection, Outcome, Tx, lots};

/// Entries of one seal; 64 KiB of hashes.
pub(super) const BATCH: i64 = 2048;

#[derive(Insertable, Queryable, Selectable)]
#[diesel(table_name = audit_seals)]
pub(super) struct Seal {
    pub seq: i64,
    pub last_lot: i64,
    pub last_id: Id<Entry>,
    pub entries: i32,
    pub row_hashes: Vec<u8>,
    pub previous: Vec<u8>,
    pub hash: Vec<u8>,
    pub sealed_at: Timestamp,
}

impl Seal {
    /// The last entry of this seal.
    pub fn end(&self) -> Place {
        (self.last_lot, self.last_id)
    }

    /// What `hash` must be.
    pub fn own_hash(&self) -> Hash {
        let mut hash = Sha256::new();
        hash.update(&self.previous);
        hash.update(self.seq.to_be_bytes());
        hash.update(self.last_lot.to_be_bytes());
        hash.update(self.last_id.uuid().as_bytes());
        hash.update(self.entries.to_be_bytes());
        hash.update(self.sealed_at.millis().to_be_bytes());
        hash.update(&self.row_hashes);
        hash.finalize().into()
    }
}

/// The end of the chain; without the 64 KiB of hashes, for it is asked for every second.
#[derive(Queryable, Selectable)]
#[diesel(table_name = audit_seals)]
struct Head {
    seq: i64,
    last_lot: i64,
    last_id: Id<Entry>,
    hash: Vec<u8>,
}

/// The entries that may be sealed now, and what they follow: the number and hash of the last seal.
fn unsealed(c: &mut DbConnection, at_most: i64) -> Result<(i64, Hash, Vec<entry::Row>)> {
    // The horizon is asked for first: what is below it stays below it in every later statement.
    let horizon = lots::horizon(c)?;
    let head: Option<Head> =
        audit_seals::table.select(Head::cols()).order(audit_seals::seq.desc()).first(c).or_none()?;
    let Some(head) = head else {
        return Ok((0, NOTHING, entry::after(c, entry::beginning(), horizon, at_most)?));
    };
    let hash = head.hash.try_into().map_err(|_| Problem::internal("a seal's hash is not 32 bytes"))?;
    let from = (head.last_lot, head.last_id);
    Ok((head.seq, hash, entry::after(c, from, horizon, at_most)?))
}

/// Appends one seal over the oldest entries that are settled and answers how many; 0 when there are none.
pub fn seal(tx: &mut Tx) -> Result<usize> {
    let sealed_at = tx.now();
    let (last_seq, previous, rows) = unsealed(tx, BATCH)?;
    let Some(last) = rows.last() else { return Ok(0) };
    let mut row_hashes = Vec::with_capacity(rows.len() * previous.len());
    let mut link = previous;
    for row in &rows {
        link = row.hash(&link);
        row_hashes.extend_from_slice(&link);
    }
    let mut seal = Seal {
        seq: last_seq + 1,
        last_lot: last.lot,
        last_id: last.id,
        entries: rows.len() as i32,
        row_hashes,
        previous: previous.to_vec(),
        hash: vec![],
        sealed_at,
    };
    seal.hash = seal.own_hash().to_vec();
    let c: &mut DbConnection = tx;
    diesel::insert_into(audit_seals::table).values(&seal).execute(c).or_again()?;
    Ok(rows.len())
}

/// Seals everything that is settled; run every second by the timetable.
pub async fn seal_all(db: &Db) -> Result<()> {
    // An idle town must not write to its disk every second.
    while db.read(|c| Ok(!unsealed(c, 1)?.2.is_empty())).await? {
        let sealed = db.write(seal).await?;
        metrics::counter!("wangge_audit_sealed_total").increment(sealed as u64);
        if sealed < BATCH as usize {
            break;
        }
    }
    Ok(())
}

/// Where the chain ends; `None` before the first seal.
pub(super) fn end(c: &mut DbConnection) -> Result<Option<Place>> {
    let last = audit_seals::table.select((audit_seals::last_lot, audit_seals::last_id));
    last.order(audit_seals::seq.desc()).first(c).or_none()
}

/// The seal after number `seq`.
pub(super) fn next(c: &mut DbConnection, seq: i64) -> Result<Option<Seal>> {
    let seals = audit_seals::table.select(Seal::cols()).order(audit_seals::seq);
    seals.filter(audit_seals::seq.gt(seq)).first(c).or_none()
}
