//! How far a long job has come.

use diesel::prelude::*;

use super::{Claim, Job, JobState, OutboxJob};
use crate::base::id::Id;
use crate::base::problem::{Problem, Result};
use crate::platform::db::schema::outbox_jobs::dsl;
use crate::platform::db::{Doc, Tx};

/// Where a job that is run here writes down how far it has come.
#[derive(Debug, Clone, Copy)]
pub struct Place {
    pub(super) job: Id<OutboxJob>,
    pub(super) claim: Id<Claim>,
}

impl Place {
    /// Writes down what is left of the job, in the transaction that does the part before it: whoever runs the job next
    /// goes on there, with all its tries before it.
    ///
    /// # Errors
    /// When another node has taken the job over, which does this part as well; then it must not be done here.
    pub fn note<J: Job>(&self, tx: &mut Tx, rest: &J) -> Result<()> {
        let payload = Doc(serde_json::to_value(rest).map_err(Problem::internal)?);
        let ours = dsl::outbox_jobs
            .filter(dsl::id.eq(self.job))
            .filter(dsl::lease_token.eq(self.claim))
            .filter(dsl::state.eq(JobState::Waiting));
        let left = (dsl::payload.eq(payload), dsl::attempts.eq(0));
        if diesel::update(ours).set(left).execute(&mut **tx)? == 1 {
            return Ok(());
        }
        Err(Problem::internal("another node has taken the job over"))
    }
}
