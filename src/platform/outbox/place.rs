//! Long jobs, which are done part by part.

use diesel::prelude::*;

use super::{Claim, Job, JobState, OutboxJob, Outcome};
use crate::base::id::Id;
use crate::base::problem::{Problem, Result};
use crate::platform::db::schema::outbox_jobs::dsl;
use crate::platform::db::{Db, Doc, Tx};

/// Parts of one run: a few seconds, far below how long one may last.
const PARTS: usize = 100;

/// Where a job that is run here writes down how far it has come.
#[derive(Debug, Clone, Copy)]
pub struct Place(Option<(Id<OutboxJob>, Id<Claim>)>);

impl Place {
    /// For whoever does at once what is otherwise a job: nothing is written down.
    pub const NOWHERE: Self = Self(None);

    pub(super) const fn of(job: Id<OutboxJob>, claim: Id<Claim>) -> Self {
        Self(Some((job, claim)))
    }

    /// Writes down what is left of the job, in the transaction that does the part before it: whoever runs the job next
    /// goes on there, with all its tries before it.
    ///
    /// # Errors
    /// When another node has taken the job over, which does this part as well; then it must not be done here.
    pub fn note<J: Job>(self, tx: &mut Tx, rest: &J) -> Result<()> {
        let Some((job, claim)) = self.0 else { return Ok(()) };
        let payload = Doc(serde_json::to_value(rest).map_err(Problem::internal)?);
        let ours = dsl::outbox_jobs
            .filter(dsl::id.eq(job))
            .filter(dsl::lease_token.eq(claim))
            .filter(dsl::state.eq(JobState::Waiting));
        let left = (dsl::payload.eq(payload), dsl::attempts.eq(0));
        if diesel::update(ours).set(left).execute(&mut **tx)? == 1 {
            return Ok(());
        }
        Err(Problem::internal("another node has taken the job over"))
    }
}

/// Does a job part by part, each in a short transaction, so that no other writer waits for the whole; each writes down what
/// is left ([`Place::note`]). `part` does the next part and answers what is left then, or none after the last. A part may
/// be done twice, as any job.
pub async fn in_parts<J, F>(db: &Db, place: Place, mut job: J, part: F) -> Outcome
where
    J: Job + Send + 'static,
    F: Fn(&mut Tx, &J) -> Result<Option<J>> + Clone + Send + 'static,
{
    for _ in 0..PARTS {
        let part = part.clone();
        let done = db.write(move |tx| {
            let rest = part(tx, &job)?;
            if let Some(rest) = &rest {
                place.note(tx, rest)?;
            }
            Ok(rest)
        });
        match done.await {
            Ok(Some(rest)) => job = rest,
            Ok(None) => return Outcome::Done,
            Err(problem) => return Outcome::Retry(problem.to_string()),
        }
    }
    Outcome::More
}
