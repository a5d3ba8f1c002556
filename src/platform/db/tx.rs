//! A write transaction.

use std::ops::{Deref, DerefMut};

use super::connection::DbConnection;
use crate::base::clock::Timestamp;

/// A write transaction that is open. What must commit with its caller takes `&mut Tx`, so it cannot run
/// outside of one. Only `platform/db` makes one.
pub struct Tx<'c> {
    conn: &'c mut DbConnection,
    now: Timestamp,
}

impl<'c> Tx<'c> {
    pub(super) fn new(conn: &'c mut DbConnection, now: Timestamp) -> Self {
        Self { conn, now }
    }

    /// The time of this transaction; the same for all its rows.
    pub fn now(&self) -> Timestamp {
        self.now
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
