//! What a person decides about a conflict, and that it is done in the transaction that settles it.

use serde_json::value::RawValue;
use serde_json::{Value, json};

use super::conflicts::{find, note};
use super::model::{Conflict, ConflictRow, ConflictState, Record, Way, account};
use super::store::{conflicts, receipts};
use super::wire::Decision;
use crate::base::check::same_version;
use crate::base::id::Id;
use crate::base::problem::{Code, Problem, Result};
use crate::features::attachments;
use crate::features::cases::Intake;
use crate::platform::access::policy::UseSync;
use crate::platform::access::{Actor, Granted};
use crate::platform::privacy::Field;
use crate::platform::web::{App, Deed};

/// Settles a conflict at `version`. 403 for doing another's work, 409 for a way that does not fit the operation, 412 when
/// the conflict or the record has moved on.
pub(super) async fn settle(
    app: &App,
    intake: &Intake,
    by: &Granted<UseSync>,
    (id, version): (Id<Conflict>, i32),
    decision: Decision,
) -> Result<ConflictRow> {
    let row = find(app, by, id).await?;
    same_version(row.version, version)?;
    if row.state != ConflictState::Open {
        return Err(Problem::because(Code::StepNotAllowed, format!("冲突已处理:{}", row.state.label())));
    }
    let operation = row.operation.row();
    let fits = match decision.way {
        Way::KeepServer => true,
        Way::ApplyMine => !operation.makes,
        Way::MakeNew => operation.may_be_made_anew(),
    };
    if !fits {
        let why = format!("“{}”不能“{}”", row.operation.label(), decision.way.label());
        return Err(Problem::because(Code::GuardRefused, why));
    }
    let own = row.account_id == account(by.actor().id());
    match decision.way {
        Way::KeepServer => keep_server(app, by.actor(), row).await?,
        Way::ApplyMine | Way::MakeNew if !own => {
            let why = "只有当时办理的人能让自己的内容生效;您可以选择以服务器为准";
            return Err(Problem::because(Code::Forbidden, why));
        }
        Way::ApplyMine => {
            let seen = decision.record_version;
            let seen = seen.ok_or_else(|| Problem::field("record_version", "须写明看到的最新版本号"))?;
            apply_mine(app, intake, by.actor(), row, seen).await?;
        }
        Way::MakeNew => make_new(app, intake, by.actor(), row, decision).await?,
    }
    find(app, by, id).await
}

async fn keep_server(app: &App, by: &Actor, row: ConflictRow) -> Result<()> {
    let by = by.clone();
    let settled = app.db.write(move |tx| {
        let me = account(by.id());
        conflicts::settle(tx, (row.id, row.version), ConflictState::ServerKept, me, None)?;
        note(tx, &by, "sync.settle", &row, json!({ "way": Way::KeepServer }))
    });
    settled.await
}

/// Takes the step on the version that the person has read.
async fn apply_mine(app: &App, intake: &Intake, by: &Actor, row: ConflictRow, seen: i32) -> Result<()> {
    let mine = app.vault.open(Field::Note, &row.mine_sealed)?;
    let record = row.operation.row().entity.shown(row.record_id.uuid());
    let work = Work { state: ConflictState::MineApplied, record, base_version: Some(seen), payload: mine };
    work.done(app, intake, by, row).await
}

/// Makes another record of the same content.
async fn make_new(
    app: &App,
    intake: &Intake,
    by: &Actor,
    row: ConflictRow,
    decision: Decision,
) -> Result<()> {
    let record = decision.new_id.ok_or_else(|| Problem::field("new_id", "另立新件须给出新的编号"))?;
    let mine = app.vault.open(Field::Note, &row.mine_sealed)?;
    let mut payload: Value = serde_json::from_str(&mine).map_err(Problem::internal)?;
    payload["id"] = json!(record);
    if let Some(photos) = decision.photos {
        payload[row.operation.row().entity.photos()] = json!(photos);
    }
    let payload = payload.to_string();
    let work = Work { state: ConflictState::MadeNew, record, base_version: None, payload };
    work.done(app, intake, by, row).await
}

/// What is done after all.
struct Work {
    state: ConflictState,
    record: String,
    base_version: Option<i32>,
    payload: String,
}

impl Work {
    /// Does it as online; the conflict is settled and the operation's receipt corrected in the same transaction.
    async fn done(self, app: &App, intake: &Intake, by: &Actor, row: ConflictRow) -> Result<()> {
        let Self { state, record, base_version, payload } = self;
        let entity = row.operation.row().entity;
        let id = entity.id_of(&record).ok_or_else(|| Problem::field("new_id", "不是这类记录的编号"))?;
        let version = base_version.map_or(1, |seen| seen.saturating_add(1));
        let (act, done_at, media, actor) = (row.operation.row().act, row.device_at, row.media()?, by.clone());
        let db = app.db.beginning_with(move |tx| {
            tx.done_at(done_at);
            let made = Some(Id::<Record>::from_uuid(id));
            conflicts::settle(tx, (row.id, row.version), state, account(actor.id()), made)?;
            receipts::settle(tx, row.account_id, row.op_id, version)?;
            note(tx, &actor, "sync.settle", &row, json!({ "state": state, "made": entity.shown(id) }))?;
            attachments::announce(tx, &actor, &media)
        });
        let (app, by) = (App { db, ..app.clone() }, by.clone());
        let payload = RawValue::from_string(payload).map_err(Problem::internal)?;
        act(Deed { app, by, record, base_version, done_at, payload }, intake.clone()).await.map(drop)
    }
}
