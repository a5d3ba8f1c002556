//! What the office does with a notice; one transaction each.

use serde_json::json;

use super::fan_out::{FanOutNotice, StopDeliveries};
use super::model::{Content, FEWEST, Notice, NoticeRow, NoticeState, NoticeStep, is_targeted};
use super::store::{self, Filter, Stored, frozen};
use crate::base::area_code::{AreaCode, AreaLevel};
use crate::base::check::same_version;
use crate::base::id::Id;
use crate::base::page::{Page, PageRequest, Place};
use crate::base::problem::{Code, Problem, Result};
use crate::features::areas;
use crate::platform::access::policy::{ApproveNotice, DraftNotice, PublishNotice, Role, SeeNotices};
use crate::platform::access::{AreaInScope, AreaScope, Granted, Permission};
use crate::platform::audit;
use crate::platform::db::{Db, DbConnection, Tx};
use crate::platform::outbox;
use crate::platform::web::At;

/// Who sees notices before they are published.
const WRITERS: [Role; 3] = [Role::PublicityOfficer, Role::Approver, Role::Auditor];

/// Takes a draft down; whether it is new. A resend answers the same record.
pub async fn draft(
    db: &Db,
    by: Granted<DraftNotice>,
    id: Id<Notice>,
    content: Content,
) -> Result<(bool, Stored)> {
    db.write(move |tx| {
        if let Some(known) = store::of_same_id(tx, id)? {
            let mine = known.row.drafted_by.uuid() == by.actor().id();
            let same = mine && known.row.content_hash == content.hash;
            return if same { Ok((false, known)) } else { Err(Problem::new(Code::IdReused)) };
        }
        let areas = require(tx, by.scope(), &content.areas)?;
        let row = NoticeRow::drafted(id, &content, by.actor(), tx.now());
        store::insert(tx, &areas, &row)?;
        record(tx, &by, &row, "draft")?;
        Ok((true, Stored { row, areas: content.areas.clone() }))
    })
    .await
}

/// The areas, all in use and inside the scope; otherwise 422 naming the places in the list.
fn require(c: &mut DbConnection, scope: &AreaScope, codes: &[AreaCode]) -> Result<Vec<AreaInScope>> {
    let area = |code: &AreaCode| {
        if code.level() < AreaLevel::District {
            return Err(Problem::field("areas", "最大可发布到一个区县"));
        }
        areas::require_for(c, scope, code, "areas")
    };
    codes.iter().map(area).collect()
}

/// The notice, when the caller may see it.
pub fn read(c: &mut DbConnection, by: &Granted<SeeNotices>, id: Id<Notice>) -> Result<Stored> {
    let found = store::find(c, by.scope(), id)?;
    let written = || {
        let places = writes_in(by);
        let meets = |area: &AreaCode, place: &AreaCode| area.is_within(place) || place.is_within(area);
        found.areas.iter().any(|area| places.iter().any(|place| meets(area, place)))
    };
    let shown = found.row.published_at.is_some() || written();
    Some(found).filter(|_| shown).ok_or_else(Problem::not_found)
}

/// Where the caller sees notices before they are published: a post elsewhere shows nothing here.
fn writes_in(by: &Granted<SeeNotices>) -> Vec<AreaCode> {
    let posts = by.actor().posts().iter().filter(|post| WRITERS.contains(&post.role));
    posts.map(|post| post.area.clone()).collect()
}

/// A page of the notices that the caller may see, newest first.
pub async fn list(
    db: &Db,
    by: Granted<SeeNotices>,
    state: Option<NoticeState>,
    page: PageRequest,
) -> Result<Page<NoticeRow>> {
    let filter = Filter { state, unpublished_in: writes_in(&by) };
    let rows = db.read_lagging(move |c| store::list(c, by.scope(), &filter, &page));
    Ok(page.page(rows.await?, |row| Place { at: row.created_at, id: row.id.uuid() }))
}

/// Writes a draft anew.
pub async fn revise(db: &Db, by: Granted<DraftNotice>, at: At<Notice>, content: Content) -> Result<Stored> {
    step(db, by, at, NoticeStep::Revise, move |tx, by, notice| {
        let areas = require(tx, by.scope(), &content.areas)?;
        store::replace_areas(tx, &notice.row, &areas)?;
        notice.row = notice.row.clone().saying(&content);
        notice.row.revised_by = Some(Id::from_uuid(by.actor().id()));
        notice.areas = content.areas.clone();
        Ok(())
    })
    .await
}

/// Hands a draft to the approver.
pub async fn submit(db: &Db, by: Granted<DraftNotice>, at: At<Notice>) -> Result<Stored> {
    step(db, by, at, NoticeStep::Submit, |_, by, notice| {
        notice.row.submitted_by = Some(Id::from_uuid(by.actor().id()));
        Ok(())
    })
    .await
}

/// Approves it; never by who drafted, rewrote or submitted it.
pub async fn approve(db: &Db, by: Granted<ApproveNotice>, at: At<Notice>) -> Result<Stored> {
    step(db, by, at, NoticeStep::Approve, |_, by, notice| {
        notice.row.two_persons(NoticeStep::Approve, by.actor())?;
        notice.row.approved_by = Some(Id::from_uuid(by.actor().id()));
        Ok(())
    })
    .await
}

/// Publishes it: from now on it stands in the feeds of its areas, and the households of each grid are counted for
/// good. Deliveries are written by a job, so the answer does not wait for the number of households. Never by who
/// approved it; 409 `guard_refused` when it is aimed at too few.
pub async fn publish(db: &Db, by: Granted<PublishNotice>, at: At<Notice>) -> Result<Stored> {
    step(db, by, at, NoticeStep::Publish, |tx, by, notice| {
        notice.row.two_persons(NoticeStep::Publish, by.actor())?;
        let now = tx.now();
        if notice.row.has_expired(now) {
            return Err(Problem::because(Code::GuardRefused, "通知的有效期已过,不能发布"));
        }
        notice.row.published_by = Some(Id::from_uuid(by.actor().id()));
        notice.row.published_at = Some(now);
        let persons = frozen::freeze(tx, by.scope(), notice.row.id, &notice.areas)?;
        if is_targeted(&notice.areas) && persons < FEWEST {
            let detail =
                format!("只发到微网格的通知至少应有 {FEWEST} 名接收居民,现有 {persons} 名,请扩大发布范围");
            return Err(Problem::because(Code::GuardRefused, detail).on_basis("个人信息保护法", "第六条"));
        }
        if notice.row.wechat {
            let urgent = notice.row.is_urgent();
            outbox::add(tx, &FanOutNotice { notice: notice.row.id, urgent, after: None })?;
        }
        Ok(())
    })
    .await
}

/// Cancels it: it leaves the feeds at once and what still waits is not sent.
pub async fn cancel(db: &Db, by: Granted<PublishNotice>, at: At<Notice>, reason: String) -> Result<Stored> {
    step(db, by, at, NoticeStep::Cancel, move |tx, _, notice| {
        notice.row.cancelled_at = Some(tx.now());
        notice.row.cancel_reason = Some(reason.clone());
        if notice.row.published_at.is_some() && notice.row.wechat {
            outbox::add(tx, &StopDeliveries { notice: notice.row.id, after: None })?;
        }
        Ok(())
    })
    .await
}

/// Takes what has expired out of the feeds; run every minute by the timetable. Feeds leave it out until then.
pub async fn retire_expired(db: &Db) -> Result<()> {
    db.write(|tx| store::retire(tx).map(drop)).await
}

/// What all steps have in common: find in scope, check version and state, change, write.
async fn step<P: Permission>(
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
        change(tx, &by, &mut notice)?;
        notice.row.state = to;
        notice.row.version += 1;
        notice.row.updated_at = tx.now();
        store::update(tx, by.scope(), &notice.row)?;
        if matches!(step, NoticeStep::Publish | NoticeStep::Cancel) {
            store::show_in_feeds(tx, &notice.row)?;
        }
        record(tx, &by, &notice.row, step.as_str())?;
        Ok(notice)
    })
    .await
}

fn record<P: Permission>(tx: &mut Tx, by: &Granted<P>, row: &NoticeRow, step: &'static str) -> Result<()> {
    let details = json!({ "step": step, "version": row.version });
    audit::record(tx, by.actor(), "notice.step", ("notice", row.id.to_string()), &row.area_code, details)
}
