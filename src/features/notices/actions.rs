//! What the office does with a notice; one transaction each.

use super::fan_out::StopDeliveries;
use super::model::{Content, FEWEST, Notice, NoticeRow, NoticeState, NoticeStep};
use super::steps::{record, step};
use super::store::{self, Filter, Stored, frozen};
use crate::base::area_code::{AreaCode, AreaLevel};
use crate::base::id::Id;
use crate::base::page::{Page, PageRequest, Place};
use crate::base::problem::{Code, Problem, Result};
use crate::features::areas;
use crate::platform::access::policy::{ApproveNotice, DraftNotice, PublishNotice, Role, SeeNotices};
use crate::platform::access::{AreaInScope, AreaScope, Granted};
use crate::platform::db::{Db, DbConnection};
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
        replaceable(tx, by.scope(), content.replaces)?;
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

/// 422 unless the notice that a new one is to take the place of is published, in areas that are all the caller's.
fn replaceable(c: &mut DbConnection, scope: &AreaScope, replaces: Option<Id<Notice>>) -> Result<()> {
    let Some(old) = replaces else { return Ok(()) };
    let refused = || Problem::field("replaces", "应为一条已发布、且在您管辖范围内的通知");
    let old = store::find(c, scope, old).map_err(|_| refused())?;
    let held = old.areas.iter().all(|area| scope.holds(area));
    if held && old.row.state == NoticeState::Published { Ok(()) } else { Err(refused()) }
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
        replaceable(tx, by.scope(), content.replaces)?;
        store::replace_areas(tx, &notice.row, &areas)?;
        notice.row = notice.row.clone().saying(&content);
        notice.row.revised_by = Some(Id::from_uuid(by.actor().id()));
        notice.areas = content.areas.clone();
        Ok(())
    })
    .await
}

/// Hands a draft to the approver; 422 when it is aimed at fewer than [`FEWEST`] persons, so that nobody has to approve
/// what cannot be published.
pub async fn submit(db: &Db, by: Granted<DraftNotice>, at: At<Notice>) -> Result<Stored> {
    step(db, by, at, NoticeStep::Submit, |tx, by, notice| {
        notice.row.submitted_by = Some(Id::from_uuid(by.actor().id()));
        notice.row.return_reason = None;
        let now = tx.now();
        if let Some(rule) = &notice.row.audience
            && frozen::persons(tx, by.scope(), (&rule.0, now), &notice.areas)? < FEWEST
        {
            let detail = format!("符合条件的接收居民不足 {FEWEST} 名,请放宽条件或扩大范围");
            return Err(Problem::field("audience", detail).on_basis("个人信息保护法", "第六条"));
        }
        Ok(())
    })
    .await
}

/// Sends it back to its writer, with the reason.
pub async fn send_back(
    db: &Db,
    by: Granted<ApproveNotice>,
    at: At<Notice>,
    reason: String,
) -> Result<Stored> {
    step(db, by, at, NoticeStep::Return, move |_, _, notice| {
        (notice.row.submitted_by, notice.row.approved_by) = (None, None);
        notice.row.return_reason = Some(reason.clone());
        Ok(())
    })
    .await
}

/// Approves it; never by who drafted, rewrote or submitted it.
pub async fn approve(db: &Db, by: Granted<ApproveNotice>, at: At<Notice>) -> Result<Stored> {
    step(db, by, at, NoticeStep::Approve, |_, by, notice| {
        notice.row.approved_by = Some(Id::from_uuid(by.actor().id()));
        Ok(())
    })
    .await
}

/// Cancels it: it leaves the feeds at once and what still waits is not sent.
pub async fn cancel(db: &Db, by: Granted<PublishNotice>, at: At<Notice>, reason: String) -> Result<Stored> {
    step(db, by, at, NoticeStep::Cancel, move |tx, _, notice| {
        notice.row.cancelled_at = Some(tx.now());
        notice.row.cancel_reason = Some(reason.clone());
        if notice.row.published_at.is_some() {
            outbox::add(tx, &StopDeliveries { notice: notice.row.id, after: None })?;
        }
        Ok(())
    })
    .await
}
