//! A write transaction.

use std::ops::{Deref, DerefMut};

use super::connection::DbConnection;
use crate::base::clock::Timestamp;

/// A write transaction that is open. What must commit with its caller takes `&mut Tx`, so it cannot run
/// outside of one. Only `platform/db` makes one.
pub struct Tx<'c> {
    conn: &'c mut DbConnection,
    now: Timestamp,
    device_at: Option<Timestamp>,
}

impl<'c> Tx<'c> {
    pub(super) fn new(conn: &'c mut DbConnection, now: Timestamp) -> Self {
        Self { conn, now, device_at: None }
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
        self.conn
    }
}
