//! What a write does before its own work, in the same transaction.
//!
//! A phone's offline work is done by the very actions that do it online, and each action opens its own transaction.
//! That an operation was done must be remembered in that transaction and in no other: a crash between the two would
//! make of a lost answer a second deed, or a quarrel over a version. So the database handle that the action is given
//! carries the note, and the action knows nothing of it (decision 0028).

use std::sync::Arc;

use super::{Db, Tx};
use crate::base::problem::Result;

/// The first part of a transaction.
pub(super) type Beginning = Arc<dyn Fn(&mut Tx) -> Result<()> + Send + Sync>;

impl Db {
    /// The same database, every write of which does `first` before its own work: both are kept, or neither. What
    /// `first` refuses is the answer of the write.
    pub fn beginning_with(&self, first: impl Fn(&mut Tx) -> Result<()> + Send + Sync + 'static) -> Self {
        Self { beginning: Some(Arc::new(first)), ..self.clone() }
    }

    /// The same database without what [`Self::beginning_with`] added: for what is committed on its own account, such as
    /// a block of numbers.
    pub fn plain(&self) -> Self {
        Self { beginning: None, ..self.clone() }
    }
}

/// A transaction's work with what comes before it.
pub(super) struct Whole<F> {
    pub beginning: Option<Beginning>,
    pub work: F,
}

impl<F> Whole<F> {
    pub fn run<T>(&self, tx: &mut Tx) -> Result<T>
    where
        F: Fn(&mut Tx) -> Result<T>,
    {
        if let Some(first) = &self.beginning {
            first(tx)?;
        }
        (self.work)(tx)
    }
}
