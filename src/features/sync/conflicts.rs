//! Two values for one record: both are kept, and a person decides. Nothing is deleted.
//!
//! A conflict is its author's: whoever did the work in the field may have it done on the newest version, or make a new
//! record of it. Whoever leads the area sees it too, reads both values for a purpose, and may let the server's stand; they do
//! not do another's work in their own name, with photos that are not theirs (`settlement`).

use std::sync::Arc;

use serde_json::{Value, json};

use super::model::{
    Account, Conflict, ConflictReason, ConflictRow, ConflictState, Outcome, Receipt, account,
};
use super::registry::{self, Entity, Shown};
use super::store::{conflicts, receipts};
use super::wire::{Answer, Todo};
use crate::base::area_code::AreaCode;
use crate::base::id::Id;
use crate::base::page::{Page, PageRequest};
use crate::base::problem::{Code, Problem, Result};
use crate::platform::access::policy::{LeadSync, RevealPersonal, UseSync};
use crate::platform::access::{Actor, AreaScope, Granted};
use crate::platform::audit;
use crate::platform::db::Tx;
use crate::platform::privacy::Field;
use crate::platform::web::App;

/// Why a refusal is a conflict; none when it is none. An error when the record is not yet where the phone believes it to
/// be: an operation before this one is missing, and there is nothing to decide.
pub(super) fn reason(problem: &Problem, seen: Option<i32>) -> Result<Option<ConflictReason>> {
    match problem.code() {
        Code::IdReused => Ok(Some(ConflictReason::OtherContent)),
        Code::StaleVersion if problem.version().is_some_and(|is| seen.is_some_and(|seen| seen > is)) => {
            Err(Problem::because(Code::Blocked, "记录还没有到这个版本,请先办成前面的操作"))
        }
        Code::StaleVersion => Ok(Some(ConflictReason::StaleVersion)),
        _ => Ok(None),
    }
}

/// Keeps both values for a person, with the receipt of the operation.
pub(super) async fn open(
    app: &App,
    by: &Actor,
    todo: &Todo,
    receipt: Receipt,
    reason: ConflictReason,
) -> Result<Answer> {
    let entity = todo.operation.row().entity;
    let shown = registry::show(app, by, entity, &todo.record).await?;
    let row = row(app, by, todo, &receipt, reason, shown)?;
    let receipt = Receipt { outcome: Outcome::Conflict, version: None, conflict_id: Some(row.id), ..receipt };
    let actor = by.clone();
    let receipt = app.db.write(move |tx| {
        // Sent twice at once, it is one conflict.
        if let Some(known) = receipts::of_ops(tx, receipt.account_id, &[receipt.op_id])?.pop() {
            return Ok(known);
        }
        receipts::begin(tx, &receipt)?;
        conflicts::insert(tx, &ConflictRow { created_at: tx.now(), ..row.clone() })?;
        note(tx, &actor, "sync.conflict", &row, json!({ "reason": row.reason }))?;
        Ok(receipt.clone())
    });
    let receipt = receipt.await?;
    Ok(Answer {
        op_id: Some(todo.op_id.to_string()),
        outcome: receipt.outcome,
        record: Some(todo.record.clone()),
        version: receipt.version,
        conflict: receipt.conflict_id,
        problem: None,
        retry: false,
    })
}

fn row(
    app: &App,
    by: &Actor,
    todo: &Todo,
    receipt: &Receipt,
    reason: ConflictReason,
    shown: Option<Shown>,
) -> Result<ConflictRow> {
    let payload: Value = serde_json::from_str(todo.payload.get()).map_err(Problem::internal)?;
    let entity = todo.operation.row().entity;
    let said = |value: &Value| Some(matches!(value["confidential"].as_str()?, "private" | "sealed"));
    let said = [shown.as_ref().and_then(|shown| said(&shown.view)), said(&payload)];
    // A quarrel of which nothing is said may be a family's.
    let unsaid = said == [None, None] && entity == Entity::Dispute;
    let named = || payload["area_code"].as_str()?.parse::<AreaCode>().ok();
    let posts = || by.posts().iter().map(|post| &post.area);
    let held = named().filter(|area| posts().any(|held| area.is_within(held)));
    let area = shown.as_ref().and_then(|shown| shown.area.clone()).or(held);
    let seal = |value: &Value| app.vault.seal(Field::Note, &value.to_string());
    Ok(ConflictRow {
        id: Id::new(),
        area_code: area.unwrap_or_else(|| by.home().clone()),
        account_id: receipt.account_id,
        device_id: receipt.device_id,
        op_id: todo.op_id,
        operation: todo.operation,
        record_id: receipt.record_id,
        reason,
        base_version: todo.base_version,
        server_version: shown.as_ref().and_then(|shown| shown.version),
        hidden: unsaid || entity.is_secret() || said.contains(&Some(true)),
        media: todo.media_doc()?,
        mine_sealed: app.vault.seal(Field::Note, todo.payload.get())?,
        theirs_sealed: shown.as_ref().map(|shown| seal(&shown.view)).transpose()?,
        device_at: todo.device_at,
        created_at: receipt.received_at,
        state: ConflictState::Open,
        resolved_by: None,
        resolved_at: None,
        resolved_record: None,
        version: 1,
    })
}

/// Whose conflicts somebody sees: their own, and those of the areas that they lead.
pub(super) struct Viewer {
    /// Themselves.
    pub own: Id<Account>,
    /// The areas.
    pub led: Option<AreaScope>,
}

impl Viewer {
    /// The viewer who is `by`.
    pub fn of(by: &Granted<UseSync>) -> Self {
        let led = Granted::<LeadSync>::to(by.actor()).ok().map(|lead| lead.scope().clone());
        Self { own: account(by.actor().id()), led }
    }
}

/// A page of conflicts, newest first.
pub(super) async fn list(
    app: &App,
    by: &Granted<UseSync>,
    state: Option<ConflictState>,
    page: PageRequest,
) -> Result<Page<ConflictRow>> {
    let viewer = Viewer::of(by);
    app.db.read(move |c| conflicts::list(c, viewer.own, viewer.led.as_ref(), state, &page)).await
}

/// One conflict; 404 when it is neither one's own nor in the areas that one leads.
pub(super) async fn find(app: &App, by: &Granted<UseSync>, id: Id<Conflict>) -> Result<ConflictRow> {
    let viewer = Viewer::of(by);
    app.db.read(move |c| conflicts::find(c, viewer.own, viewer.led.as_ref(), id)).await
}

/// Both values in plain text.
#[derive(Debug)]
pub(super) struct Values {
    /// The payload of the operation.
    pub mine: Value,
    /// The record as it was when the operation came, masked; none when its author could not see it.
    pub theirs: Option<Value>,
}

/// Opens both values, for a purpose; the audit entry is on disk before the answer leaves.
pub(super) async fn reveal(
    app: &App,
    (by, reveals): (&Granted<UseSync>, Granted<RevealPersonal>),
    id: Id<Conflict>,
    purpose: String,
) -> Result<Values> {
    let (viewer, vault) = (Viewer::of(by), Arc::clone(&app.vault));
    app.db
        .write(move |tx| {
            let row = conflicts::find(tx, viewer.own, viewer.led.as_ref(), id)?;
            if row.account_id != viewer.own && !reveals.scope().holds(&row.area_code) {
                return Err(Problem::not_found());
            }
            let details = json!({ "purpose": purpose, "fields": ["mine", "theirs"] });
            let object = ("conflict", id.to_string());
            audit::record(tx, reveals.actor(), "personal.reveal", object, &row.area_code, details)?;
            let open = |sealed: &[u8]| {
                serde_json::from_str(&vault.open(Field::Note, sealed)?).map_err(Problem::internal)
            };
            let theirs = row.theirs_sealed.as_deref().map(open).transpose()?;
            Ok(Values { mine: open(&row.mine_sealed)?, theirs })
        })
        .await
}

/// Writes into the audit log what became of a conflict.
pub(super) fn note(
    tx: &mut Tx,
    by: &Actor,
    action: &'static str,
    row: &ConflictRow,
    mut details: Value,
) -> Result<()> {
    details["operation"] = json!(row.operation);
    details["record"] = json!(row.operation.row().entity.shown(row.record_id.uuid()));
    audit::record(tx, by, action, ("conflict", row.id.to_string()), &row.area_code, details)
}
