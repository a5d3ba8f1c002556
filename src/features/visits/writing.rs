//! The job that writes the tasks of a round.
//!
//! Twice is harmless: a household has one task for a notice, and a slice that is written again adds nothing.

use serde::{Deserialize, Serialize};

use super::model::VisitRound;
use super::store::writing::{self, Cursor};
use crate::base::id::Id;
use crate::base::problem::Result;
use crate::features::notices::{self, NoticeState};
use crate::platform::access::policy::SeeNotices;
use crate::platform::access::system;
use crate::platform::db::{Db, Tx};
use crate::platform::outbox::{self, Job, Outcome, Place};

/// Writes a task for every household of the round that the notice has not reached.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct WriteVisits {
    /// The round.
    pub round: Id<VisitRound>,
    /// Where to go on; from the beginning when absent.
    #[serde(default)]
    pub after: Option<Cursor>,
}

impl Job for WriteVisits {
    const KIND: &'static str = "visits.write";
}

/// Runs [`WriteVisits`].
pub async fn write(db: &Db, job: WriteVisits, place: Place) -> Outcome {
    outbox::in_parts(db, place, job, write_slice).await
}

/// Writes one slice; answers what is left.
fn write_slice(tx: &mut Tx, job: &WriteVisits) -> Result<Option<WriteVisits>> {
    let by = system::<SeeNotices>("the tasks of a round are written whoever opened it");
    let Some(round) = writing::round(tx, job.round)? else { return Ok(None) };
    let notice = notices::read(tx, &by, round.notice_id)?.row;
    let published_at = notice.published_at.filter(|_| notice.state == NoticeState::Published);
    let Some(published_at) = published_at else { return Ok(None) }; // cancelled meanwhile
    let after = writing::slice(tx, &round, published_at, job.after.clone())?;
    Ok(after.map(|after| WriteVisits { after: Some(after), ..job.clone() }))
}
