//! A house without people: nobody can sign in, what is open to everyone works.

use std::sync::Arc;

use super::People;
use crate::base::clock::Timestamp;
use crate::base::id::Id;
use crate::base::problem::{Code, Problem, Result};
use crate::platform::access::{Principal, Roster, Session};
use crate::platform::db::DbConnection;
use crate::platform::web::authenticate::TokenReader;

struct Nobody;

impl Roster for Nobody {
    fn principal(&self, _: &mut DbConnection, _: Id<Session>) -> Result<Option<Principal>> {
        Ok(None)
    }
}

impl TokenReader for Nobody {
    fn session(&self, _: &str, _: Timestamp) -> Result<Id<Session>> {
        Err(Problem::new(Code::Unauthenticated))
    }
}

impl People {
    /// No people at all.
    pub fn none() -> Self {
        Self { roster: Arc::new(Nobody), reader: Arc::new(Nobody) }
    }
}
