//! What people do with exports; one transaction each.

use chrono::TimeDelta;
use serde_json::{Value, json};

use super::asker::Asker;
use super::model::{Export, ExportRow, ExportState, ExportStep};
use super::store::{self, PartRow};
use super::wire::Asked;
use super::writing::{WriteExport, overtaken};
use crate::base::clock::Timestamp;
use crate::base::id::Id;
use crate::base::page::{Page, PageRequest, Place};
use crate::base::problem::{Code, Problem, Result};
use crate::platform::access::policy::TakeExports;
use crate::platform::access::{Actor, Granted};
use crate::platform::audit;
use crate::platform::db::Tx;
use crate::platform::outbox;
use crate::platform::web::{App, IdempotencyKey};

/// Takes a request down; a resend with the same key answers the same export.
///
/// 404 when nothing of the area is the caller's, 429 after as many of a day as the settings allow, until midnight.
pub async fn request(app: &App, by: Asker, key: IdempotencyKey, asked: Asked) -> Result<ExportRow> {
    by.scope().asked(asked.wanted.area())?;
    let session = by.actor().session().ok_or_else(|| Problem::internal("an export without a sign-in"))?;
    let (filter_sealed, per_day) = (asked.wanted.seal(&app.vault)?, app.export_limits.per_day);
    let written = app.db.write(move |tx| {
        let now = tx.now();
        let id = key.once(tx, by.actor(), &asked.fingerprint, |tx| {
            let (who, day) = (Id::from_uuid(by.actor().id()), now.local_date());
            let nth = store::asked_on(tx, who, day)? + 1;
            if nth > per_day {
                return Err(enough_today(per_day, now));
            }
            let area = by.scope().prefixes().first().unwrap_or(by.actor().home());
            let row = ExportRow {
                id: Id::new(),
                area_code: area.clone(),
                requested_by: who,
                session_id: session,
                day,
                nth,
                format: asked.format,
                mark: asked.mark,
                purpose: asked.purpose.clone(),
                filter_sealed: filter_sealed.clone(),
                outline: None,
                state: ExportState::Waiting,
                attempt: None,
                rows: 0,
                bytes: 0,
                failure: None,
                version: 1,
                created_at: now,
                finished_at: None,
                expires_at: None,
                subject: asked.wanted.subject(),
            };
            store::insert(tx, &row)?;
            outbox::add(tx, &WriteExport { export: row.id })?;
            record(tx, by.actor(), "export.request", &row, said(&asked))?;
            Ok(row.id)
        })?;
        store::find_own(tx, by.scope(), id)
    });
    written.await
}

fn enough_today(per_day: i32, now: Timestamp) -> Problem {
    let midnight = Timestamp::start_of(now.plus(TimeDelta::days(1)).local_date());
    let seconds = u32::try_from(midnight.since(now).num_seconds()).unwrap_or(1).max(1);
    Problem::because(Code::RateLimited, format!("每人每天最多导出 {per_day} 次,请明天再试"))
        .retry_after(seconds)
}

/// What the audit log keeps of a request: the filter without its words, among which a name may be.
fn said(asked: &Asked) -> Value {
    let ((filter, words), subject) = (asked.wanted.said(), asked.wanted.subject());
    json!({ "subject": subject, "format": asked.format, "purpose": asked.purpose, "filter": filter, "words": words })
}

/// Writes that `by` did `action` to the export.
pub(super) fn record(
    tx: &mut Tx,
    by: &Actor,
    action: &'static str,
    row: &ExportRow,
    details: Value,
) -> Result<()> {
    audit::record(tx, by, action, ("export", row.id.to_string()), &row.area_code, details)
}

/// The caller's own export.
pub async fn read(app: &App, by: Granted<TakeExports>, id: Id<Export>) -> Result<ExportRow> {
    app.db.read(move |c| store::find_own(c, by.scope(), id)).await
}

/// A page of the caller's own exports, newest first.
pub async fn list(app: &App, by: Granted<TakeExports>, page: PageRequest) -> Result<Page<ExportRow>> {
    let rows = app.db.read(move |c| store::list_own(c, by.scope(), &page));
    Ok(page.page(rows.await?, |row| Place { at: row.created_at, id: row.id.uuid() }))
}

/// Stops an export, or gives its file up; one that is cancelled already stays so. What was written goes with the next
/// purge, within a minute or so.
pub async fn cancel(app: &App, by: Granted<TakeExports>, id: Id<Export>) -> Result<ExportRow> {
    let cancelled = app.db.write(move |tx| {
        let row = store::find_own(tx, by.scope(), id)?;
        if row.state == ExportState::Cancelled {
            return Ok(row);
        }
        let row = row.taken(ExportStep::Cancel, tx.now())?;
        if !store::update(tx, &row)? {
            return Err(overtaken());
        }
        record(tx, by.actor(), "export.cancel", &row, json!({}))?;
        Ok(row)
    });
    cancelled.await
}

/// What to send, once it is on disk that it was sent.
#[derive(Debug)]
pub struct Download {
    /// The export.
    pub row: ExportRow,
    /// The parts of its file, in order.
    pub parts: Vec<PartRow>,
}

/// The file of an export, for whoever asked for it, as long as they see what its writer saw: whoever has another post
/// since then asks anew.
pub async fn download(app: &App, by: Granted<TakeExports>, id: Id<Export>) -> Result<Download> {
    let found = app.db.write(move |tx| {
        let row = store::find_own(tx, by.scope(), id)?;
        row.require_file(tx.now())?;
        let shown = Asker::of(by.actor(), row.subject).map(|asker| asker.scope().outline()).ok();
        if shown.is_none() || row.outline != shown {
            return Err(Problem::because(Code::GuardRefused, "您的岗位或辖区已变动,请重新导出"));
        }
        let attempt = row.attempt.ok_or_else(|| Problem::internal("a file that nobody wrote"))?;
        let parts = store::parts_of(tx, row.id, attempt)?;
        record(tx, by.actor(), "export.download", &row, json!({ "rows": row.rows }))?;
        Ok(Download { row, parts })
    });
    found.await
}
