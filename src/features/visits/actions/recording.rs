//! Writing down what came of a visit, and correcting what was written down wrongly.

use serde_json::json;

use crate::base::id::Id;
use crate::base::problem::{Code, Problem, Result};
use crate::features::notices::{self, VisitMark};
use crate::features::visits::model::{
    MOST_RESULTS, NewCorrection, NewVisit, Standing, TaskRow, Visit, VisitRow,
};
use crate::features::visits::store::{self, results};
use crate::features::{areas, attachments};
use crate::platform::access::policy::RecordVisit;
use crate::platform::access::{AreaScope, Granted};
use crate::platform::audit;
use crate::platform::db::{Db, Doc, Tx};

/// Writes a result down; whether it is new. A resend answers the same record; 409 `id_reused` when the id is another's.
/// 422 when the household has no task for this notice in the caller's areas.
pub async fn record(db: &Db, by: Granted<RecordVisit>, new: NewVisit) -> Result<(bool, VisitRow)> {
    db.write(move |tx| {
        if let Some(known) = results::of_same_id(tx, new.id)? {
            return resent(known, &by, &new.about.content_hash);
        }
        let task =
            store::task(tx, by.scope(), new.notice, new.household).map_err(|why| match why.code() {
                Code::NotFound => {
                    Problem::field("household_id", "这户没有该通知的走访任务,或不在辖区内").caused_by(why)
                }
                _ => why,
            })?;
        let now = tx.now();
        let row = VisitRow {
            id: new.id,
            notice_id: task.notice_id,
            household_id: task.household_id,
            area_code: task.area_code.clone(),
            result: Some(new.result),
            pledge_signed: new.about.pledge_signed,
            note_sealed: new.about.note_sealed.clone(),
            corrects: None,
            reason_sealed: None,
            visited_at: new.about.visited_at.unwrap_or(now),
            recorded_by: Id::from_uuid(by.actor().id()),
            content_hash: new.about.content_hash.to_vec(),
            created_at: now,
            papers: Doc(json!(new.papers)),
        };
        let known = results::of_task(tx, by.scope(), task.notice_id, task.household_id)?;
        let row = append(tx, &by, &task, known, row)?;
        let area = areas::of_record(by.scope(), &task.area_code)?;
        attachments::claim_papers_of_record(tx, by.actor(), &new.papers, &area, row.id.uuid(), "papers")?;
        Ok((true, row))
    })
    .await
}

/// Puts another result in the place of `wrong`, or takes it back; whether that is new. 409 when it was corrected before.
pub async fn correct(
    db: &Db,
    by: Granted<RecordVisit>,
    wrong: Id<Visit>,
    new: NewCorrection,
) -> Result<(bool, VisitRow)> {
    db.write(move |tx| {
        let wrong = results::find(tx, by.scope(), wrong)?;
        if let Some(known) = results::of_same_id(tx, new.id)? {
            return resent(known, &by, &new.about.content_hash);
        }
        let task = store::task(tx, by.scope(), wrong.notice_id, wrong.household_id)?;
        let known = results::of_task(tx, by.scope(), task.notice_id, task.household_id)?;
        if known.iter().any(|row| row.corrects == Some(wrong.id)) {
            return Err(Problem::because(Code::GuardRefused, "这条结果已经更正过,请更正最后一条"));
        }
        if wrong.result.is_none() {
            return Err(Problem::because(Code::GuardRefused, "这条记录已经撤销,请另行登记走访结果"));
        }
        let row = VisitRow {
            id: new.id,
            result: new.result,
            pledge_signed: new.about.pledge_signed,
            note_sealed: new.about.note_sealed.clone(),
            corrects: Some(wrong.id),
            reason_sealed: Some(new.reason_sealed.clone()),
            visited_at: new.about.visited_at.unwrap_or(wrong.visited_at),
            recorded_by: Id::from_uuid(by.actor().id()),
            content_hash: new.about.content_hash.to_vec(),
            created_at: tx.now(),
            // They stay with the result that they were sent with.
            papers: Doc(json!([])),
            ..wrong
        };
        append(tx, &by, &task, known, row).map(|row| (true, row))
    })
    .await
}

/// The result that has the id already: the same one sent again, or 409.
fn resent(known: VisitRow, by: &Granted<RecordVisit>, hash: &[u8; 32]) -> Result<(bool, VisitRow)> {
    let same = known.content_hash == hash && known.recorded_by.uuid() == by.actor().id();
    if same { Ok((false, known)) } else { Err(Problem::new(Code::IdReused)) }
}

/// Appends a result; the task, how far the notice is with the household and its counts follow in the same transaction.
fn append(
    tx: &mut Tx,
    by: &Granted<RecordVisit>,
    task: &TaskRow,
    mut known: Vec<VisitRow>,
    row: VisitRow,
) -> Result<VisitRow> {
    if known.len() >= MOST_RESULTS {
        let detail = format!("这户已登记 {MOST_RESULTS} 次,请与网格长商量其他办法");
        return Err(Problem::because(Code::GuardRefused, detail));
    }
    let scope: &AreaScope = by.scope();
    let area = areas::of_record(scope, &task.area_code)?;
    results::insert(tx, &area, &row)?;
    known.push(row.clone());
    let standing = Standing::of(&known);
    store::settle(tx, scope, task, &standing)?;
    let mark = VisitMark {
        notice: task.notice_id,
        household: task.household_id,
        area: task.area_code.clone(),
        best: standing.result.map(|result| result.reaches()),
    };
    notices::visited(tx, &mark)?;
    let details = json!({
        "notice": row.notice_id, "household": row.household_id, "result": row.result, "corrects": row.corrects,
        "pledge_signed": row.pledge_signed,
    });
    let action = if row.corrects.is_some() { "visit.correct" } else { "visit.record" };
    audit::record(tx, by.actor(), action, ("visit", row.id.to_string()), &row.area_code, details)?;
    Ok(row)
}
