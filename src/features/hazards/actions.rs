//! What people do with a hazard; one transaction each.

use chrono::NaiveDate;

use super::model::{Grade, Hazard, HazardField, HazardRow, HazardState, HazardStep, NotHazardReason};
use super::order::Order;
use super::{inspectors, store, words};
use crate::base::clock::Timestamp;
use crate::base::id::Id;
use crate::base::problem::{Problem, Result};
use crate::features::areas;
use crate::features::attachments::{self, Photo, Remark, Stage};
use crate::features::cases::{self, Advance, CaseFile, Desk, Intake, NewCase, Opened, Reporter};
use crate::features::clocks::{Change, Rule};
use crate::platform::access::policy::{
    ApproveMajorHazard, DismissHazard, GradeHazard, OrderRectification, RectifyHazard, ReinspectHazard,
    ReportHazard, SeeCases,
};
use crate::platform::access::{AreaInScope, Granted, Permission, Staff};
use crate::platform::db::{Db, Tx};
use crate::platform::web::At;

/// A hazard with its file.
#[derive(Debug, Clone)]
pub struct HazardFile {
    /// The file.
    pub file: CaseFile,
    /// What only hazards have.
    pub row: HazardRow,
}

/// A report after its checks.
#[derive(Debug, Clone)]
pub struct Report {
    /// Where the danger is.
    pub field: HazardField,
    /// The file.
    pub case: NewCase,
    /// Photos that were uploaded before.
    pub photos: Vec<Id<Photo>>,
}

/// Takes a report down; whether it is new. A resend answers the same record.
pub async fn report(
    db: &Db,
    intake: &Intake,
    by: Granted<ReportHazard>,
    report: Report,
) -> Result<(bool, HazardFile)> {
    let settled = intake.settle(db, &by, &report.case).await?;
    db.write(move |tx| {
        let (file, area) = match cases::open(tx, &by, &settled, &report.case, &[])? {
            Opened::Again(file) => {
                let row = store::of_case(tx, by.scope(), &file)?;
                return Ok((false, HazardFile { file, row }));
            }
            Opened::New(file, area) => (file, area),
        };
        let row = HazardRow::found(&file, report.field);
        store::insert(tx, &area, &row)?;
        attachments::claim(tx, by.actor(), &report.photos, &area, file.id.uuid(), Stage::Before)?;
        Ok((true, HazardFile { file, row }))
    })
    .await
}

/// The hazard, when the caller may see it.
pub async fn read(db: &Db, by: Granted<SeeCases>, id: Id<Hazard>) -> Result<HazardFile> {
    db.read(move |c| {
        let file = cases::find(c, by.scope(), id.same_as())?;
        let row = store::of_case(c, by.scope(), &file)?;
        Ok(HazardFile { file, row })
    })
    .await
}

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
        step.row.order_no = order.no.clone();
        step.row.order_due = Some(order.due);
        step.row.responsible_sealed = order.responsible_sealed.clone();
        step.row.measures = order.measures.clone();
        step.row.funds_fen = order.funds_fen;
        step.row.emergency_plan = order.emergency_plan.clone();
        step.row.interim_measures = order.interim_measures.clone();
        step.clocks.push(Change::Name(Rule::Rectify, order.due));
        step.desk = Desk::Of(step.me);
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

/// What an inspection found.
#[derive(Debug, Clone)]
pub struct Inspection {
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
    inspection: Inspection,
    remark: Remark,
) -> Result<HazardFile> {
    let taken = if inspection.passed { HazardStep::Cancel } else { HazardStep::SendBack };
    step(db, by, at, taken, remark, move |_, tx, step| {
        inspectors::check(tx, &step.row, &inspection, step.me)?;
        step.row.inspectors = inspectors::written(&inspection.inspectors);
        step.row.reinspected_by = Some(step.me);
        step.clocks.push(Change::Stop(Rule::Reinspect));
        if inspection.passed {
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

fn said(note: Option<String>) -> Remark {
    Remark { note, photos: vec![] }
}

/// A step while it is being taken.
struct Taking {
    row: HazardRow,
    file: CaseFile,
    area: AreaInScope,
    me: Id<Reporter>,
    now: Timestamp,
    today: NaiveDate,
    clocks: Vec<Change>,
    desk: Desk,
}

impl Taking {
    /// What is done waits for another's eyes.
    fn submit(&mut self) {
        self.row.submitted_by = Some(self.me);
        self.row.submitted_at = Some(self.now);
        self.clocks.extend([Change::Stop(Rule::Rectify), Change::Start(Rule::Reinspect)]);
    }
}

/// What all steps have in common: find in scope, check version, state and who asks, change, advance the file. Unless
/// the step says otherwise its clocks go on and the case is on nobody's desk.
async fn step<P: Permission>(
    db: &Db,
    by: Granted<P>,
    at: At<Hazard>,
    step: HazardStep,
    remark: Remark,
    change: impl Fn(&Granted<P>, &mut Tx, &mut Taking) -> Result<()> + Send + 'static,
) -> Result<HazardFile> {
    db.write(move |tx: &mut Tx| {
        let file = cases::find(tx, by.scope(), at.id.same_as())?;
        cases::expect(&file, at.version)?;
        let row = store::of_case(tx, by.scope(), &file)?;
        let from = row.state;
        let to = from.after(step)?;
        let approves = by.also::<ApproveMajorHazard>(&file.area_code);
        if let Some((code, why)) = row.bar(step, by.actor().id(), approves) {
            return Err(Problem::because(code, why));
        }
        let (now, me) = (tx.now(), Id::from_uuid(by.actor().id()));
        let area = areas::of_record(by.scope(), &file.area_code)?;
        let (today, clocks, desk) = (now.local_date(), vec![], Desk::Nobodys);
        let mut taking = Taking { row, file, area, me, now, today, clocks, desk };
        change(&by, tx, &mut taking)?;
        let Taking { mut row, file, area, clocks, desk, .. } = taking;
        row.state = to;
        attachments::claim(tx, by.actor(), &remark.photos, &area, file.id.uuid(), stage(step))?;
        store::update(tx, by.scope(), &file, &row)?;
        let advance = Advance {
            step: step.as_str(),
            states: (from.as_str(), to.as_str()),
            phase: to.phase(),
            desk,
            clocks: &clocks,
            note: remark.note.as_deref(),
            note_internal: None,
            news: words::news(step, &row),
            device_at: None,
        };
        let file = cases::advance(tx, &by, &file, advance)?;
        Ok(HazardFile { file, row })
    })
    .await
}

fn stage(step: HazardStep) -> Stage {
    match step {
        HazardStep::Grade | HazardStep::Dismiss | HazardStep::Order => Stage::Before,
        HazardStep::Rectify => Stage::During,
        HazardStep::FixOnSpot | HazardStep::Submit | HazardStep::Cancel | HazardStep::SendBack => {
            Stage::After
        }
    }
}
