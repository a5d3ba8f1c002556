//! The job that writes the tasks of a round.
//!
//! Twice is harmless: a household has one task for a notice, and a slice that is written again adds nothing. A crash
//! begins again where the job began.

use serde::{Deserialize, Serialize};

use super::model::VisitRound;
use super::store::writing::{self, Cursor};
use crate::base::id::Id;
use crate::base::problem::Result;
use crate::features::notices::{self, NoticeState};
use crate::platform::access::policy::SeeNotices;
use crate::platform::access::{Granted, system};
use crate::platform::db::Db;
use crate::platform::outbox::{self, Job, Outcome};

/// Slices of one run: short enough that a process that is killed time and again still gets on.
const AT_ONCE: usize = 4;

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
pub async fn write(db: &Db, mut job: WriteVisits) -> Outcome {
    let by = system::<SeeNotices>("the tasks of a round are written whoever opened it");
    for left in (0..AT_ONCE).rev() {
        match write_slice(db, &by, job.clone(), left == 0).await {
            Ok(Some(next)) if left > 0 => job = next,
            Ok(_) => return Outcome::Done,
            Err(problem) => return Outcome::Retry(problem.to_string()),
        }
    }
    Outcome::Done
}

/// Writes one slice; answers what is left. The last slice of a run leaves the rest to a new job.
async fn write_slice(
    db: &Db,
    by: &Granted<SeeNotices>,
    job: WriteVisits,
    hand_over: bool,
) -> Result<Option<WriteVisits>> {
    let by = by.clone();
    db.write(move |tx| {
        let Some(round) = writing::round(tx, job.round)? else { return Ok(None) };
        let notice = notices::read(tx, &by, round.notice_id)?.row;
        let published_at = notice.published_at.filter(|_| notice.state == NoticeState::Published);
        let Some(published_at) = published_at else { return Ok(None) }; // cancelled meanwhile
        let Some(after) = writing::slice(tx, &round, published_at, job.after.clone())? else {
            return Ok(None);
        };
        let next = WriteVisits { after: Some(after), ..job.clone() };
        if hand_over {
            outbox::add(tx, &next)?;
        }
        Ok(Some(next))
    })
    .await
}
