//! Background work of a notice: writing its deliveries, and stopping them.
//!
//! Both go slice by slice, each a short transaction, so that no other writer waits for a whole town, and each writes down
//! how far the job has come: a restart goes on there. Twice is harmless nonetheless: a resident who has a delivery keeps
//! it, and a delivery that was stopped is not stopped again.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::model::{Notice, NoticeState};
use super::store::{self, fan_out};
use super::ways::{Manners, Ways};
use crate::base::id::Id;
use crate::base::problem::Result;
use crate::platform::access::{Granted, Permission, policy::SeeNotices};
use crate::platform::db::Db;
use crate::platform::outbox::{Job, Outcome, Place};

/// Slices of one run: a few seconds, far below how long one may last.
const AT_ONCE: usize = 100;

/// Writes the deliveries of a notice on the channels that it goes by.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct FanOutNotice {
    /// The notice.
    pub notice: Id<Notice>,
    /// Whether it goes before others.
    pub urgent: bool,
    /// Where to go on; from the beginning when absent.
    #[serde(default)]
    pub after: Option<fan_out::Cursor>,
}

impl Job for FanOutNotice {
    const KIND: &'static str = "notice.fan_out";
    fn urgent(&self) -> bool {
        self.urgent
    }
}

/// Stops the deliveries of a cancelled notice that still wait.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct StopDeliveries {
    /// The notice.
    pub notice: Id<Notice>,
    /// Where to go on; from the beginning when absent.
    #[serde(default)]
    pub after: Option<Uuid>,
}

impl Job for StopDeliveries {
    const KIND: &'static str = "notice.stop";
    fn urgent(&self) -> bool {
        true
    }
}

/// Runs [`FanOutNotice`] in a town with these channels.
pub async fn fan_out(db: &Db, ways: &Ways, manners: Manners, job: FanOutNotice, place: Place) -> Outcome {
    let by = crate::platform::access::system::<SeeNotices>("a published notice is written out to households");
    let mut job = job;
    for _ in 0..AT_ONCE {
        match write_slice(db, &by, (ways, manners), job, place).await {
            Ok(Some(rest)) => job = rest,
            Ok(None) => return Outcome::Done,
            Err(problem) => return Outcome::Retry(problem.to_string()),
        }
    }
    Outcome::More
}

/// Writes one slice; answers what is left.
async fn write_slice<P: Permission>(
    db: &Db,
    by: &Granted<P>,
    (ways, manners): (&Ways, Manners),
    job: FanOutNotice,
    place: Place,
) -> Result<Option<FanOutNotice>> {
    let (by, ways) = (by.clone(), ways.clone());
    db.write(move |tx| {
        let notice = store::find(tx, by.scope(), job.notice)?;
        if notice.row.state != NoticeState::Published {
            return Ok(None); // cancelled meanwhile
        }
        let how = (&ways, &manners);
        let after = fan_out::slice(tx, &notice.row, how, &notice.areas, job.after.clone())?;
        let Some(after) = after else {
            fan_out::finish(tx, job.notice)?;
            return Ok(None);
        };
        let rest = FanOutNotice { after: Some(after), ..job.clone() };
        place.note(tx, &rest)?;
        Ok(Some(rest))
    })
    .await
}

/// Runs [`StopDeliveries`].
pub async fn stop(db: &Db, job: StopDeliveries, place: Place) -> Outcome {
    let notice = job.notice;
    let mut after = job.after.unwrap_or_else(Uuid::nil);
    for _ in 0..AT_ONCE {
        let stopped = db.write(move |tx| {
            let next = fan_out::stop(tx, notice, after)?;
            if let Some(after) = next {
                place.note(tx, &StopDeliveries { notice, after: Some(after) })?;
            }
            Ok(next)
        });
        match stopped.await {
            Ok(Some(next)) => after = next,
            Ok(None) => return Outcome::Done,
            Err(problem) => return Outcome::Retry(problem.to_string()),
        }
    }
    Outcome::More
}
