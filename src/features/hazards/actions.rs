//! What people do with a hazard; one transaction each.

use chrono::NaiveDate;

use super::model::{Grade, Hazard, HazardField, HazardRow, HazardState, HazardStep, Order, reinspection_due};
use super::store;
use crate::base::area_code::AreaCode;
use crate::base::id::Id;
use crate::base::problem::{Code, Problem, Result};
use crate::features::areas;
use crate::features::attachments::{self, Photo, Remark, Stage};
use crate::features::cases::{self, Advance, CaseFile, CaseKind, NewCase, Numbers, Opened};
use crate::platform::access::policy::{
    ApproveMajorHazard, GradeHazard, OrderRectification, RectifyHazard, ReinspectHazard, ReportHazard,
    SeeCases,
};
use crate::platform::access::{Granted, Permission};
use crate::platform::db::{Db, Tx};

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
    /// Where it lies; looked up in the transaction.
    pub area: AreaCode,
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
    numbers: &Numbers,
    by: Granted<ReportHazard>,
    report: Report,
) -> Result<(bool, HazardFile)> {
    // Before a number is taken, so that invented towns begin no series.
    if !by.scope().holds(&report.area) {
        return Err(unknown_area());
    }
    let no = numbers.take(db, CaseKind::Hazard, &report.area).await?;
    db.write(move |tx| {
        let area = areas::require(tx, by.scope(), &report.area).map_err(|_| unknown_area())?;
        let file = match cases::open(tx, by.actor(), &area, &no, &report.case)? {
            Opened::Again(file) => {
                let row = store::of_case(tx, by.scope(), &file)?;
                return Ok((false, HazardFile { file, row }));
            }
            Opened::New(file) => file,
        };
        let row = HazardRow::found(&file, report.field);
        store::insert(tx, &area, &row)?;
        attachments::claim(tx, by.actor(), &report.photos, &area, file.id.uuid(), Stage::Before)?;
        Ok((true, HazardFile { file, row }))
    })
    .await
}

fn unknown_area() -> Problem {
    Problem::field("area_code", "没有这个网格,或不在您的辖区内")
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
    at: At,
    grade: Grade,
    note: Option<String>,
) -> Result<HazardFile> {
    step(db, by, at, HazardStep::Grade, Remark { note, photos: vec![] }, move |_, step| {
        step.row.grade = Some(grade);
        Ok(())
    })
    .await
}

/// Orders it to be put right. A major hazard's order is signed by an approver.
pub async fn order(db: &Db, by: Granted<OrderRectification>, at: At, order: Order) -> Result<HazardFile> {
    step(db, by, at, HazardStep::Order, Remark { note: None, photos: vec![] }, move |by, step| {
        let grade = step.row.grade.ok_or_else(|| Problem::internal("a graded hazard without a grade"))?;
        if grade == Grade::Major && !by.also::<ApproveMajorHazard>(&step.row.area_code) {
            return Err(Problem::because(Code::Forbidden, "重大隐患的整改指令须由分管领导签批"));
        }
        order.check(grade, step.today)?;
        step.row.ordered_by = Some(step.me);
        step.row.order_no = order.no.clone();
        step.row.order_due = Some(order.due);
        step.row.responsible_sealed = order.responsible_sealed.clone();
        step.row.measures = order.measures.clone();
        step.row.funds_fen = order.funds_fen;
        step.row.emergency_plan = order.emergency_plan.clone();
        step.row.interim_measures = order.interim_measures.clone();
        step.due_on = Some(order.due);
        Ok(())
    })
    .await
}

/// The work has begun.
pub async fn rectify(db: &Db, by: Granted<RectifyHazard>, at: At, remark: Remark) -> Result<HazardFile> {
    step(db, by, at, HazardStep::Rectify, remark, |_, step| {
        step.due_on = step.row.order_due;
        Ok(())
    })
    .await
}

/// The work is done and waits for inspection.
pub async fn submit(db: &Db, by: Granted<RectifyHazard>, at: At, remark: Remark) -> Result<HazardFile> {
    step(db, by, at, HazardStep::Submit, remark, |_, step| {
        step.row.submitted_by = Some(step.me);
        step.row.submitted_at = Some(step.now);
        step.due_on = Some(reinspection_due(step.today));
        Ok(())
    })
    .await
}

/// Inspects again: passed is cancelled, failed goes back. Never by who submitted it; a major hazard is
/// cancelled by an approver.
pub async fn reinspect(
    db: &Db,
    by: Granted<ReinspectHazard>,
    at: At,
    passed: bool,
    remark: Remark,
) -> Result<HazardFile> {
    let taken = if passed { HazardStep::Cancel } else { HazardStep::SendBack };
    step(db, by, at, taken, remark, move |by, step| {
        if step.row.submitted_by == Some(step.me) {
            return Err(Problem::because(Code::SamePerson, "提交复查的人不能自己复查"));
        }
        let major = step.row.grade == Some(Grade::Major);
        if passed && major && !by.also::<ApproveMajorHazard>(&step.row.area_code) {
            return Err(Problem::because(Code::Forbidden, "重大隐患的销号须由分管领导签批"));
        }
        step.row.reinspected_by = Some(step.me);
        if passed {
            step.row.cancelled_at = Some(step.now);
        } else {
            step.row.rework_count += 1;
            step.due_on = step.row.order_due;
        }
        Ok(())
    })
    .await
}

/// Which hazard, in which version.
#[derive(Debug, Clone, Copy)]
pub struct At {
    /// The hazard.
    pub id: Id<Hazard>,
    /// The version that the caller saw.
    pub version: i32,
}

/// A step while it is being taken.
struct Taking {
    row: HazardRow,
    me: Id<cases::Reporter>,
    now: crate::base::clock::Timestamp,
    today: NaiveDate,
    due_on: Option<NaiveDate>,
}

/// What all steps have in common: find in scope, check version and state, change, advance the file.
async fn step<P: Permission>(
    db: &Db,
    by: Granted<P>,
    at: At,
    step: HazardStep,
    remark: Remark,
    change: impl Fn(&Granted<P>, &mut Taking) -> Result<()> + Send + 'static,
) -> Result<HazardFile> {
    db.write(move |tx: &mut Tx| {
        let file = cases::find(tx, by.scope(), at.id.same_as())?;
        cases::expect(&file, at.version)?;
        let row = store::of_case(tx, by.scope(), &file)?;
        let from = row.state;
        let to = from.after(step)?;
        let (now, me) = (tx.now(), Id::from_uuid(by.actor().id()));
        let mut taking = Taking { row, me, now, today: now.local_date(), due_on: None };
        change(&by, &mut taking)?;
        taking.row.state = to;
        let area = areas::require(tx, by.scope(), &file.area_code)?;
        attachments::claim(tx, by.actor(), &remark.photos, &area, file.id.uuid(), stage(step))?;
        store::update(tx, by.scope(), &file, &taking.row)?;
        let advance = Advance {
            step: step.as_str(),
            states: (from.as_str(), to.as_str()),
            phase: to.phase(),
            handler: Some(me.uuid()),
            due_on: taking.due_on,
            note: remark.note.as_deref(),
            note_internal: None,
            device_at: None,
        };
        let file = cases::advance(tx, by.actor(), by.scope(), &file, advance)?;
        Ok(HazardFile { file, row: taking.row })
    })
    .await
}

fn stage(step: HazardStep) -> Stage {
    match step {
        HazardStep::Grade | HazardStep::Order => Stage::Before,
        HazardStep::Rectify => Stage::During,
        HazardStep::Submit | HazardStep::Cancel | HazardStep::SendBack => Stage::After,
    }
}

impl HazardRow {
    fn found(file: &CaseFile, field: HazardField) -> Self {
        Self {
            case_id: file.id,
            area_code: file.area_code.clone(),
            state: HazardState::Found,
            field,
            grade: None,
            order_no: None,
            order_due: None,
            responsible_sealed: None,
            measures: None,
            funds_fen: None,
            emergency_plan: None,
            interim_measures: None,
            ordered_by: None,
            submitted_by: None,
            submitted_at: None,
            reinspected_by: None,
            rework_count: 0,
            cancelled_at: None,
        }
    }
}
