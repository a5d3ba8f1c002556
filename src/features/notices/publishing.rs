//! Publishing: at once, at an hour, in an emergency before the approval; and how what was published ends by itself.

use chrono::TimeDelta;

use super::fan_out::{FanOutNotice, StopDeliveries};
use super::model::{FEWEST, Notice, NoticeState, NoticeStep, RATIFY_WITHIN, is_targeted};
use super::steps::{arrive, record, step};
use super::store::{self, Stored, frozen, timing};
use crate::base::clock::Timestamp;
use crate::base::id::Id;
use crate::base::problem::{Code, Problem, Result};
use crate::platform::access::policy::{ApproveNotice, PublishNotice};
use crate::platform::access::{Granted, system};
use crate::platform::db::{Db, Tx};
use crate::platform::outbox;
use crate::platform::web::At;

/// Notices of one look at the clock.
const AT_ONCE: i64 = 50;
/// How long after all deliveries were written it is looked whether one is missing.
const LOOK_AGAIN: TimeDelta = TimeDelta::minutes(10);

/// Publishes it: from now on it stands in the feeds of its areas, and the households of each grid are counted for
/// good. Deliveries are written by a job, so the answer does not wait for the number of households. Never by who
/// approved it; 409 `guard_refused` when it is aimed at too few.
pub async fn publish(db: &Db, by: Granted<PublishNotice>, at: At<Notice>) -> Result<Stored> {
    step(db, by, at, NoticeStep::Publish, |tx, by, notice| {
        notice.row.published_by = Some(Id::from_uuid(by.actor().id()));
        put_out(tx, by, notice)
    })
    .await
}

/// Publishes a red or orange notice that nobody has approved yet. Unless somebody who neither wrote nor published it
/// approves it within 24 hours, it is withdrawn.
pub async fn publish_at_once(db: &Db, by: Granted<PublishNotice>, at: At<Notice>) -> Result<Stored> {
    step(db, by, at, NoticeStep::PublishAtOnce, |tx, by, notice| {
        notice.row.published_by = Some(Id::from_uuid(by.actor().id()));
        notice.row.approval_due_at = Some(tx.now().plus(RATIFY_WITHIN));
        put_out(tx, by, notice)
    })
    .await
}

/// Approves what was published at once.
pub async fn ratify(db: &Db, by: Granted<ApproveNotice>, at: At<Notice>) -> Result<Stored> {
    step(db, by, at, NoticeStep::Ratify, |_, by, notice| {
        notice.row.approved_by = Some(Id::from_uuid(by.actor().id()));
        notice.row.approval_due_at = None;
        Ok(())
    })
    .await
}

/// Lets it publish itself at `publish_at`; never by who approved it.
pub async fn schedule(
    db: &Db,
    by: Granted<PublishNotice>,
    at: At<Notice>,
    publish_at: Timestamp,
) -> Result<Stored> {
    step(db, by, at, NoticeStep::Schedule, move |_, by, notice| {
        if notice.row.has_expired(publish_at) {
            return Err(Problem::field("publish_at", "发布时间晚于有效期"));
        }
        notice.row.published_by = Some(Id::from_uuid(by.actor().id()));
        notice.row.publish_at = Some(publish_at);
        Ok(())
    })
    .await
}

/// What publication does beside the state: the time, the counts, the deliveries, and the end of what it replaces.
fn put_out(tx: &mut Tx, by: &Granted<PublishNotice>, notice: &mut Stored) -> Result<()> {
    let now = tx.now();
    notice.row.published_at = Some(now);
    notice.row.publish_at = None;
    let persons = frozen::freeze(tx, by.scope(), &notice.row, &notice.areas)?;
    if (is_targeted(&notice.areas) || notice.row.audience.is_some()) && persons < FEWEST {
        let detail = format!("定向发布的通知至少应有 {FEWEST} 名接收居民,现有 {persons} 名,请扩大发布范围");
        return Err(Problem::because(Code::GuardRefused, detail).on_basis("个人信息保护法", "第六条"));
    }
    if let Some(old) = notice.row.replaces_id {
        replace(tx, by, old, notice.row.id)?;
    }
    if !notice.row.channels.0.order.is_empty() {
        outbox::add(
            tx,
            &FanOutNotice { notice: notice.row.id, urgent: notice.row.is_urgent(), after: None },
        )?;
    }
    Ok(())
}

/// Ends the notice whose place another takes. What ended before stays as it ended.
fn replace(tx: &mut Tx, by: &Granted<PublishNotice>, old: Id<Notice>, new: Id<Notice>) -> Result<()> {
    let mut old = store::find(tx, by.scope(), old)?;
    if !old.row.state.ends_as(NoticeState::Updated) {
        return Ok(());
    }
    old.row.replaced_by_id = Some(new);
    end(tx, by, &mut old, NoticeState::Updated, "replaced")
}

fn end(
    tx: &mut Tx,
    by: &Granted<PublishNotice>,
    notice: &mut Stored,
    to: NoticeState,
    why: &'static str,
) -> Result<()> {
    arrive(tx, by, notice, to)?;
    record(tx, by, &notice.row, why)?;
    outbox::add(tx, &StopDeliveries { notice: notice.row.id, after: None })
}

/// Does what the clock demands of notices: publishes those whose hour has come, withdraws those that nobody approved in
/// time, ends those whose validity is over, and lets those be looked at again of which a delivery might be missing, or whose
/// writing was given up. Run by the timetable; each notice is a transaction of its own. Answers how many.
pub async fn keep_time(db: &Db) -> Result<usize> {
    let now = db.clock().now();
    let due = db.read(move |c| timing::due(c, now, now.plus(-LOOK_AGAIN), AT_ONCE)).await?;
    let all = due.len();
    for (id, what) in due {
        let met = match db.write(move |tx| meet(tx, id, what)).await {
            Err(why) if what == timing::Due::Publish && why.code() == Code::GuardRefused => {
                db.write(move |tx| give_back(tx, id, &why)).await
            }
            met => met,
        };
        // One that cannot be ended must not keep the others waiting; the next look tries it again.
        if let Err(problem) = met {
            tracing::error!(?problem, notice = %id, ?what, "a notice does not keep its time");
        }
    }
    Ok(all)
}

fn meet(tx: &mut Tx, id: Id<Notice>, what: timing::Due) -> Result<()> {
    let by = system::<PublishNotice>(
        "a notice reaches its hour, its end, or the end of the time for its approval",
    );
    let now = tx.now();
    let mut notice = store::find(tx, by.scope(), id)?;
    let row = &mut notice.row;
    let reached = |at: Option<Timestamp>| at.is_some_and(|at| at <= now);
    match what {
        timing::Due::Publish if row.state == NoticeState::Scheduled && reached(row.publish_at) => {
            publish_by_itself(tx, &by, notice)
        }
        timing::Due::Withdraw if row.state == NoticeState::Published && reached(row.approval_due_at) => {
            row.cancelled_at = Some(now);
            row.approval_due_at = None;
            row.cancel_reason = Some("紧急发布后 24 小时内未补办审批,自动撤回".to_owned());
            end(tx, &by, &mut notice, NoticeState::Cancelled, "not_ratified")
        }
        timing::Due::Expire if row.state == NoticeState::Published && row.has_expired(now) => {
            row.approval_due_at = None;
            end(tx, &by, &mut notice, NoticeState::Expired, "expire")
        }
        timing::Due::Check | timing::Due::Resume => {
            if row.state == NoticeState::Published && !row.has_expired(now) {
                outbox::add(tx, &FanOutNotice { notice: id, urgent: row.is_urgent(), after: None })?;
            }
            timing::checked(tx, id)
        }
        // A person was faster.
        timing::Due::Publish | timing::Due::Withdraw | timing::Due::Expire => Ok(()),
    }
}

/// Publishes a notice whose hour has come.
fn publish_by_itself(tx: &mut Tx, by: &Granted<PublishNotice>, mut notice: Stored) -> Result<()> {
    notice.row.guard(NoticeStep::Publish, tx.now())?;
    put_out(tx, by, &mut notice)?;
    arrive(tx, by, &mut notice, NoticeState::Published)?;
    record(tx, by, &notice.row, "publish_on_time")
}

/// A notice that may no longer be published when its hour comes goes back to those who can mend it, with the reason.
fn give_back(tx: &mut Tx, id: Id<Notice>, why: &Problem) -> Result<()> {
    let by = system::<PublishNotice>("a notice could not be published at its hour");
    let mut notice = store::find(tx, by.scope(), id)?;
    if notice.row.state != NoticeState::Scheduled {
        return Ok(());
    }
    notice.row.publish_at = None;
    notice.row.published_by = None;
    notice.row.return_reason = Some(why.detail().to_owned());
    arrive(tx, &by, &mut notice, NoticeState::Approved)?;
    record(tx, &by, &notice.row, "not_published_on_time")
}
