//! What all steps of a notice have in common.

use serde_json::json;

use super::model::{Notice, NoticeRow, NoticeState, NoticeStep};
use super::store::{self, Stored};
use crate::base::check::same_version;
use crate::base::problem::{Problem, Result};
use crate::platform::access::{Granted, Permission};
use crate::platform::audit;
use crate::platform::db::{Db, Tx};
use crate::platform::web::At;

/// Takes one: find in scope, check version and state, then who asks and whether the notice is one that may, change,
/// write.
pub async fn step<P: Permission>(
    db: &Db,
    by: Granted<P>,
    at: At<Notice>,
    step: NoticeStep,
    change: impl Fn(&mut Tx, &Granted<P>, &mut Stored) -> Result<()> + Send + 'static,
) -> Result<Stored> {
    db.write(move |tx| {
        let mut notice = store::find(tx, by.scope(), at.id)?;
        // A notice may be read in areas of others too; whoever changes it must hold all of them.
        if !notice.areas.iter().all(|area| by.scope().holds(area)) {
            return Err(Problem::not_found());
        }
        same_version(notice.row.version, at.version)?;
        let to = notice.row.state.after(step)?;
        notice.row.two_persons(step, by.actor())?;
        notice.row.guard(step, tx.now())?;
        change(tx, &by, &mut notice)?;
        arrive(tx, &by, &mut notice, to)?;
        record(tx, &by, &notice.row, step.as_str())?;
        Ok(notice)
    })
    .await
}

/// Brings a notice to `to`, with its next version; into the feeds or out of them.
pub fn arrive<P: Permission>(
    tx: &mut Tx,
    by: &Granted<P>,
    notice: &mut Stored,
    to: NoticeState,
) -> Result<()> {
    let from = notice.row.state;
    notice.row.state = to;
    notice.row.version += 1;
    notice.row.updated_at = tx.now();
    store::update(tx, by.scope(), &notice.row)?;
    if from != to && (from == NoticeState::Published || to == NoticeState::Published) {
        store::show_in_feeds(tx, &notice.row)?;
    }
    Ok(())
}

/// Writes a step into the audit log.
pub fn record<P: Permission>(
    tx: &mut Tx,
    by: &Granted<P>,
    row: &NoticeRow,
    step: &'static str,
) -> Result<()> {
    let details = json!({ "step": step, "version": row.version });
    audit::record(tx, by.actor(), "notice.step", ("notice", row.id.to_string()), &row.area_code, details)
}
