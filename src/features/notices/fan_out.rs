//! Background work of a notice: writing its deliveries, and stopping them.
//!
//! Both go slice by slice ([`in_parts`](outbox::in_parts)). A slice twice is harmless: a resident who has a delivery keeps it, and a delivery that
//! was stopped is not stopped again.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::model::{Notice, NoticeState};
use super::store::{self, fan_out};
use super::ways::{Manners, Ways};
use crate::base::id::Id;
use crate::base::problem::Result;
use crate::platform::access::policy::SeeNotices;
use crate::platform::access::system;
use crate::platform::db::{Db, Tx};
use crate::platform::outbox::{self, Job, Outcome, Place};

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
    let ways = ways.clone();
    outbox::in_parts(db, place, job, move |tx, job| write_slice(tx, (&ways, &manners), job)).await
}

/// Writes one slice; answers what is left.
fn write_slice(
    tx: &mut Tx,
    (ways, manners): (&Ways, &Manners),
    job: &FanOutNotice,
) -> Result<Option<FanOutNotice>> {
    let by = system::<SeeNotices>("a published notice is written out to households");
    let notice = store::find(tx, by.scope(), job.notice)?;
    if notice.row.state != NoticeState::Published {
        return Ok(None); // cancelled meanwhile
    }
    let after = fan_out::slice(tx, &notice.row, (ways, manners), &notice.areas, job.after.clone())?;
    if after.is_none() {
        fan_out::finish(tx, job.notice)?;
    }
    Ok(after.map(|after| FanOutNotice { after: Some(after), ..job.clone() }))
}

/// Runs [`StopDeliveries`].
pub async fn stop(db: &Db, job: StopDeliveries, place: Place) -> Outcome {
    outbox::in_parts(db, place, job, |tx, job| {
        let after = fan_out::stop(tx, job.notice, job.after.unwrap_or_else(Uuid::nil))?;
        Ok(after.map(|after| StopDeliveries { after: Some(after), ..job.clone() }))
    })
    .await
}
