//! The ordinary way of a hazard, and the short ways out of it.

use super::taking::{said, step};
use crate::base::id::Id;
use crate::base::problem::{Problem, Result};
use crate::features::attachments::{self, Photo, Remark, Stage};
use crate::features::cases::Desk;
use crate::features::clocks::{Change, Rule};
use crate::features::hazards::inspectors;
use crate::features::hazards::model::{Grade, Hazard, HazardFile, HazardState, HazardStep, NotHazardReason};
use crate::features::hazards::order::Order;
use crate::platform::access::policy::{
    DismissHazard, GradeHazard, OrderRectification, RectifyHazard, ReinspectHazard,
};
use crate::platform::access::{Granted, Staff};
use crate::platform::db::Db;
use crate::platform::web::At;

/// Says how bad it is.
pub async fn grade(
    db: &Db,
    by: Granted<GradeHazard>,
    at: At<Hazard>,
    grade: Grade,
    note: Option<String>,
) -> Result<HazardFile> {
    step(db, by, at, HazardStep::Grade, said(note), move |_, _, step| {
        step.row.grade = Some(grade);
        step.desk = Desk::Of(step.me);
        Ok(())
    })
    .await
}

/// Finds that the report is no hazard, for a coded reason and in words for the reporter. An approver, when it was
/// graded major before.
pub async fn dismiss(
    db: &Db,
    by: Granted<DismissHazard>,
    at: At<Hazard>,
    reason: NotHazardReason,
    note: String,
) -> Result<HazardFile> {
    step(db, by, at, HazardStep::Dismiss, said(Some(note)), move |_, _, step| {
        step.row.not_hazard_reason = Some(reason);
        Ok(())
    })
    .await
}

/// Puts a general hazard right at once; another confirms it by [`reinspect`]. Photos show it before and after.
pub async fn fix_on_spot(
    db: &Db,
    by: Granted<RectifyHazard>,
    at: At<Hazard>,
    before: Vec<Id<Photo>>,
    remark: Remark,
) -> Result<HazardFile> {
    step(db, by, at, HazardStep::FixOnSpot, remark, move |by, tx, step| {
        attachments::claim(tx, by.actor(), &before, &step.area, step.file.id.uuid(), Stage::Before)?;
        if !attachments::has(tx, by.scope(), step.file.id, Stage::Before)? {
            return Err(Problem::field("before", "当场整改须有整改前的照片"));
        }
        step.row.grade = Some(Grade::General);
        step.submit();
        Ok(())
    })
    .await
}

/// Orders it to be put right. A major hazard's order is signed by an approver.
pub async fn order(
    db: &Db,
    by: Granted<OrderRectification>,
    at: At<Hazard>,
    order: Order,
) -> Result<HazardFile> {
    step(db, by, at, HazardStep::Order, Remark::default(), move |_, _, step| {
        let grade = step.row.grade.ok_or_else(|| Problem::internal("a graded hazard without a grade"))?;
        order.check(grade, step.today)?;
        step.row.ordered_by = Some(step.me);
        step.clocks.push(Change::Name(Rule::Rectify, order.due));
        step.desk = Desk::Of(step.me);
        order.clone().write_into(&mut step.row);
        Ok(())
    })
    .await
}

/// The work has begun.
pub async fn rectify(
    db: &Db,
    by: Granted<RectifyHazard>,
    at: At<Hazard>,
    remark: Remark,
) -> Result<HazardFile> {
    step(db, by, at, HazardStep::Rectify, remark, |_, _, step| {
        step.desk = Desk::Of(step.me);
        Ok(())
    })
    .await
}

/// The work is done and waits for inspection, on the desk of whoever ordered it.
pub async fn submit(
    db: &Db,
    by: Granted<RectifyHazard>,
    at: At<Hazard>,
    remark: Remark,
) -> Result<HazardFile> {
    step(db, by, at, HazardStep::Submit, remark, |_, _, step| {
        step.submit();
        if let Some(officer) = step.row.ordered_by.filter(|officer| *officer != step.me) {
            step.desk = Desk::Of(officer);
        }
        Ok(())
    })
    .await
}

/// What somebody who inspected it again found.
#[derive(Debug, Clone)]
pub struct Inspected {
    /// Whether the danger is gone.
    pub passed: bool,
    /// Who went there besides whoever answers for it; two at least before a major hazard is cancelled.
    pub inspectors: Vec<Id<Staff>>,
}

/// Inspects again: passed is cancelled, failed goes back to whoever submitted it. Never by that person; a major
/// hazard is cancelled by an approver, after two others inspected it.
pub async fn reinspect(
    db: &Db,
    by: Granted<ReinspectHazard>,
    at: At<Hazard>,
    found: Inspected,
    remark: Remark,
) -> Result<HazardFile> {
    let taken = if found.passed { HazardStep::Cancel } else { HazardStep::SendBack };
    step(db, by, at, taken, remark, move |_, tx, step| {
        let (passed, named) = (found.passed, &found.inspectors);
        inspectors::check(tx, &step.area, &step.row, passed, named, step.me)?;
        step.row.inspectors = inspectors::written(&found.inspectors);
        step.row.reinspected_by = Some(step.me);
        step.clocks.push(Change::Stop(Rule::Reinspect));
        if found.passed {
            step.row.cancelled_at = Some(step.now);
            return Ok(());
        }
        step.row.rework_count += 1;
        if step.row.state == HazardState::FixedOnSpot {
            // Not put right, so nobody has said yet how bad it is.
            step.row.grade = None;
        } else {
            step.clocks.extend(step.row.order_due.map(|day| Change::Name(Rule::Rectify, day)));
            step.desk = step.row.submitted_by.map_or(Desk::Nobodys, Desk::Of);
        }
        Ok(())
    })
    .await
}
