//! A write transaction.

use std::ops::{Deref, DerefMut};

use super::along::{Along, Waiting};
use super::connection::DbConnection;
use crate::base::clock::Timestamp;
use crate::base::problem::Result;

/// A write transaction that is open. What must commit with its caller takes `&mut Tx`, so it cannot run
/// outside of one. Only `platform/db` makes one.
///
/// Whoever asks it for its connection is about to say something, so what was to go along is sent first.
pub struct Tx<'c> {
    conn: &'c mut DbConnection,
    now: Timestamp,
    device_at: Option<Timestamp>,
    waiting: Waiting,
    /// Why what went along was refused. PostgreSQL then refuses all that is said after it, too.
    refused: Option<diesel::result::Error>,
}

impl<'c> Tx<'c> {
    pub(super) fn new(conn: &'c mut DbConnection, now: Timestamp) -> Self {
        Self { conn, now, device_at: None, waiting: Waiting::default(), refused: None }
    }

    /// Where an insert goes that goes along; see [`insert_along!`](crate::insert_along).
    pub fn along(&mut self) -> Along<'_> {
        if self.waiting.is_full() {
            self.send_along();
        }
        match self.conn {
            DbConnection::Postgres(_) => Along::Later(&mut self.waiting),
            DbConnection::Sqlite(c) => Along::Now(c),
        }
    }

    fn send_along(&mut self) {
        if let DbConnection::Postgres(c) = self.conn
            && let Err(error) = self.waiting.send(c)
        {
            self.refused.get_or_insert(error);
        }
    }

    /// The end of the transaction's work, which came to `outcome`. Only after this it may commit.
    pub(super) fn finish<T>(mut self, outcome: Result<T>) -> Result<T> {
        if outcome.is_ok() {
            self.send_along();
        }
        match self.refused {
            Some(error) => Err(error.into()),
            None => outcome,
        }
    }

    /// The time of this transaction; the same for all its rows.
    pub fn now(&self) -> Timestamp {
        self.now
    }

    /// When the phone says that it was done, for work done offline; none for what is done at once. Deadlines are
    /// counted by [`Self::now`]; this is kept beside it.
    pub fn device_at(&self) -> Option<Timestamp> {
        self.device_at
    }

    /// States when the phone says that the work of this transaction was done.
    pub fn done_at(&mut self, device_at: Timestamp) {
        self.device_at = Some(device_at);
    }
}

impl Deref for Tx<'_> {
    type Target = DbConnection;
    fn deref(&self) -> &DbConnection {
        self.conn
    }
}

impl DerefMut for Tx<'_> {
    fn deref_mut(&mut self) -> &mut DbConnection {
        self.send_along();
        self.conn
    }
}
