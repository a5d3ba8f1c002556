//! The job that tells one machine of one notice, at most once.
//!
//! Twice is harmless: before a machine is told the showing stands as *sending* on disk, and whoever finds it so after a
//! while ends it as *unknown* and sends nothing. Only what certainly was not shown is tried again. One robot is told at
//! most 18 times a minute; what would be too fast waits for its turn without losing a try.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::model::{Exposure, ExposureRow, ExposureState, Fate, Machine, OutletRow, PACE_WINDOW, SILENT};
use super::store::exposures;
use crate::base::clock::Timestamp;
use crate::base::id::Id;
use crate::base::problem::Result;
use crate::features::notices::{self, NoticeState};
use crate::platform::access::policy::SeeNotices;
use crate::platform::access::system;
use crate::platform::db::{Db, Tx};
use crate::platform::outbox::{self, Job, Outcome};
use crate::platform::privacy::{Field, Vault};
use crate::platform::push;

/// Tells a machine.
#[derive(Debug, Serialize, Deserialize)]
pub struct SendExposure {
    /// Of what.
    pub exposure: Id<Exposure>,
}

impl Job for SendExposure {
    const KIND: &'static str = "exposure.send";
}

/// What a machine is told, and where.
pub enum Message {
    /// By the robot of a WeCom group.
    Robot {
        /// The robot's key.
        key: String,
        /// What it says.
        text: String,
    },
    /// By a POST to a loudspeaker or a screen.
    Webhook {
        /// The address.
        url: String,
        /// What signs the call.
        secret: Option<String>,
        /// The same for each try, so that the machine may know a repetition.
        id: String,
        /// What is sent.
        body: Value,
    },
}

/// Runs [`SendExposure`]; `tell` is the gateway that takes the message.
pub async fn send<R>(db: &Db, vault: &Vault, job: SendExposure, tell: impl FnOnce(Message) -> R) -> Outcome
where
    R: Future<Output = push::Outcome>,
{
    match try_to_send(db, vault, job.exposure, tell).await {
        Ok(()) => Outcome::Done,
        Err(problem) => Outcome::Retry(problem.to_string()),
    }
}

async fn try_to_send<R>(
    db: &Db,
    vault: &Vault,
    id: Id<Exposure>,
    tell: impl FnOnce(Message) -> R,
) -> Result<()>
where
    R: Future<Output = push::Outcome>,
{
    let Some((row, outlet)) = db.write(move |tx| begin(tx, id)).await? else { return Ok(()) };
    let outcome = match message(&row, &outlet, vault)? {
        Some(message) => tell(message).await,
        None => push::Outcome::Permanent { code: "no_target".to_owned() },
    };
    let fate = Fate::of(outcome, row.attempts);
    db.write(move |tx| {
        if exposures::end(tx, &row, &fate)?
            && let Some(pause) = fate.again
        {
            let due = tx.now().plus(pause);
            outbox::add_at(tx, &SendExposure { exposure: id }, due)?;
        }
        Ok(())
    })
    .await
}

/// Marks the showing as being sent; none when there is nothing to send now.
fn begin(tx: &mut Tx, id: Id<Exposure>) -> Result<Option<(ExposureRow, OutletRow)>> {
    let Some((mut row, outlet)) = exposures::with_outlet(tx, id)? else { return Ok(None) };
    let now = tx.now();
    match row.state {
        ExposureState::Waiting => {}
        ExposureState::Sending => return silent(tx, &row, now).map(|()| None),
        ExposureState::Recorded
        | ExposureState::Sent
        | ExposureState::Failed
        | ExposureState::Unknown
        | ExposureState::Cancelled => return Ok(None),
    }
    let by = system::<SeeNotices>("a machine shows a notice whoever asked for it");
    let notice = notices::read(tx, &by, row.notice_id)?.row;
    if notice.state != NoticeState::Published || notice.has_expired(now) || !outlet.in_use {
        exposures::drop_waiting(tx, id)?;
        return Ok(None);
    }
    if let Some(robot) = &row.target_index {
        exposures::hold_pace(tx, robot, row.outlet_id)?;
        if let Some(first) = exposures::pace(tx, robot, now)? {
            outbox::add_at(tx, &SendExposure { exposure: id }, first.plus(PACE_WINDOW))?;
            return Ok(None);
        }
    }
    if !exposures::begin(tx, id)? {
        return Ok(None);
    }
    row.attempts += 1;
    Ok(Some((row, outlet)))
}

/// One that somebody else is sending, or that a sender who fell silent left in doubt.
fn silent(tx: &mut Tx, row: &ExposureRow, now: Timestamp) -> Result<()> {
    let until = row.begun_at.unwrap_or(row.updated_at).plus(SILENT);
    if now < until {
        return outbox::add_at(tx, &SendExposure { exposure: row.id }, until);
    }
    tracing::warn!(exposure = %row.id, "a showing was left in doubt by a sender that fell silent");
    let fate = Fate { state: ExposureState::Unknown, word: "silent".to_owned(), again: None, counts: true };
    exposures::end(tx, row, &fate).map(drop)
}

/// What is told; none when the outlet has no machine any more.
fn message(row: &ExposureRow, outlet: &OutletRow, vault: &Vault) -> Result<Option<Message>> {
    let (Some(machine), Some(target), Some(text)) = (outlet.kind.machine(), &outlet.target_sealed, &row.text)
    else {
        return Ok(None);
    };
    let to = vault.open(Field::Target, target)?;
    Ok(Some(match machine {
        Machine::Robot => Message::Robot { key: to, text: text.clone() },
        Machine::Webhook => {
            let secret = outlet.secret_sealed.as_deref().map(|sealed| vault.open(Field::Target, sealed));
            let body =
                json!({ "kind": outlet.kind, "notice": row.notice_id, "text": text, "times": row.times });
            Message::Webhook { url: to, secret: secret.transpose()?, id: row.id.to_string(), body }
        }
    }))
}
