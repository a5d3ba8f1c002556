//! What clients get.

use chrono::NaiveDate;
use serde::Serialize;
use utoipa::ToSchema;

use crate::base::area_code::AreaCode;
use crate::base::clock::Timestamp;
use crate::base::id::Id;
use crate::base::problem::Result;
use crate::features::attachments::{AwaitedPhoto, Photo};
use crate::features::households::HouseholdSummary;
use crate::features::notices::{Brief, Notice, NoticeKind, ReachStatus, WarningLevel};
use crate::features::visits::actions::{ListedTask, Round, TaskFile, VisitFile};
use crate::features::visits::model::{TaskState, Visit, VisitResult, VisitRound, VisitRow};
use crate::platform::access::{Household, Staff};
use crate::platform::privacy::{Field, Vault};

/// The visits of a notice in one area.
#[derive(Debug, Serialize, ToSchema)]
#[schema(example = json!({
    "id": "visit_round_01h455vb4pex5vsknk084sn02q", "notice_id": "notice_01h455vb4pex5vsknk084sn02q",
    "title": "警惕冒充快递客服退款诈骗", "area_code": "500114119", "due_on": "2026-03-20", "overdue": false,
    "tasks": 1180, "opened_at": "2026-03-02T01:00:00.000Z", "written_at": "2026-03-02T01:00:04.000Z"
}))]
pub struct RoundView {
    /// The round.
    pub id: Id<VisitRound>,
    /// Which notice is brought.
    pub notice_id: Id<Notice>,
    /// What it is called.
    pub title: String,
    /// Where.
    pub area_code: AreaCode,
    /// The day by which everybody should have been visited.
    pub due_on: NaiveDate,
    /// Whether that day is over.
    pub overdue: bool,
    /// Tasks that were written so far.
    pub tasks: i32,
    /// When it was opened first.
    pub opened_at: Timestamp,
    /// When all tasks were there; absent while they are written.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub written_at: Option<Timestamp>,
}

impl RoundView {
    /// The view on `today`.
    pub fn of(Round { title, row }: Round, today: NaiveDate) -> Self {
        Self {
            id: row.id,
            notice_id: row.notice_id,
            title,
            area_code: row.area_code,
            due_on: row.due_on,
            overdue: row.due_on < today,
            tasks: row.tasks,
            opened_at: row.opened_at,
            written_at: row.written_at,
        }
    }
}

/// The rounds that were opened, one for each area of the notice or part of one that the caller holds.
#[derive(Debug, Serialize, ToSchema)]
pub struct OpenedVisits {
    /// The rounds, by area.
    pub rounds: Vec<RoundView>,
}

/// A household that a notice is to be brought to.
#[derive(Debug, Serialize, ToSchema)]
pub struct TaskView {
    /// The notice.
    pub notice_id: Id<Notice>,
    /// The household.
    pub household_id: Id<Household>,
    /// Where it lay when the task was written.
    pub area_code: AreaCode,
    /// Whether it is still to be visited.
    pub state: TaskState,
    /// The day by which.
    pub due_on: NaiveDate,
    /// Whether that day is over and it is still to be visited.
    pub overdue: bool,
    /// Whether nobody there had a smartphone when the task was written.
    pub no_smartphone: bool,
    /// The best of what came of the visits.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub result: Option<VisitResult>,
    /// How many visits there were.
    pub tries: i32,
    /// When the last one was.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last_at: Option<Timestamp>,
    /// How far the notice is with the household; absent when nothing has reached it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reach: Option<ReachStatus>,
    /// The household, masked; absent when it lies outside of the caller's areas by now, and for whoever may see no
    /// households.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub household: Option<HouseholdSummary>,
}

impl TaskView {
    /// The view on `today`.
    pub fn of(task: ListedTask, today: NaiveDate) -> Self {
        let ListedTask { row, state, reach, due_on, household } = task;
        Self {
            notice_id: row.notice_id,
            household_id: row.household_id,
            area_code: row.area_code,
            state,
            due_on,
            overdue: state == TaskState::Open && due_on < today,
            no_smartphone: row.no_smartphone,
            result: row.result,
            tries: row.tries,
            last_at: row.last_at,
            reach,
            household,
        }
    }
}

/// A household that a notice is to be brought to, with what came of each visit.
#[derive(Debug, Serialize, ToSchema)]
pub struct TaskFileView {
    /// The task.
    #[serde(flatten)]
    pub task: TaskView,
    /// What came of each visit, in the order in which they were written down.
    pub results: Vec<VisitView>,
}

impl TaskFileView {
    /// The view on `today`.
    pub fn of(file: TaskFile, vault: &Vault, today: NaiveDate) -> Result<Self> {
        let corrected_by =
            |id| file.results.iter().find(|other| other.corrects == Some(id)).map(|row| row.id);
        let results = file.results.iter().map(|row| VisitView::of(row.clone(), corrected_by(row.id), vault));
        let results = results.collect::<Result<_>>()?;
        Ok(Self { task: TaskView::of(file.task, today), results })
    }
}

/// What came of one visit; it never changes.
#[derive(Debug, Serialize, ToSchema)]
#[schema(example = json!({
    "id": "visit_01h455vb4pex5vsknk084sn02q", "notice_id": "notice_01h455vb4pex5vsknk084sn02q",
    "household_id": "household_01h455vb4pex5vsknk084sn02q", "area_code": "500114119201001", "result": "visited",
    "pledge_signed": true, "visited_at": "2026-03-02T01:00:00.000Z",
    "recorded_by": "staff_01h455vb4pex5vsknk084sn02q", "created_at": "2026-03-02T09:00:00.000Z"
}))]
pub struct VisitView {
    /// The visit.
    pub id: Id<Visit>,
    /// The notice that was brought.
    pub notice_id: Id<Notice>,
    /// To which household.
    pub household_id: Id<Household>,
    /// Where.
    pub area_code: AreaCode,
    /// What came of it; absent in a correction that says that there was no such visit.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub result: Option<VisitResult>,
    /// Whether the household signed the pledge.
    pub pledge_signed: bool,
    /// In words.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
    /// The result that this one takes the place of.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub corrects: Option<Id<Visit>>,
    /// Why.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// The result that takes the place of this one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub corrected_by: Option<Id<Visit>>,
    /// When it was.
    pub visited_at: Timestamp,
    /// Who wrote it down.
    pub recorded_by: Id<Staff>,
    /// When the server had it.
    pub created_at: Timestamp,
    /// Photos of the signed pledge, each read at `papers/{paper}/reveal`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(required = false)]
    pub papers: Vec<Id<Photo>>,
    /// Those of them that are still on the phone; only where one visit is read.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(required = false)]
    pub awaiting_media: Vec<AwaitedPhoto>,
}

impl VisitView {
    /// The view of one visit by itself.
    pub fn of_file(file: VisitFile, vault: &Vault) -> Result<Self> {
        let VisitFile { row, corrected_by, awaited } = file;
        Ok(Self { awaiting_media: awaited, ..Self::of(row, corrected_by, vault)? })
    }

    /// The view.
    pub fn of(row: VisitRow, corrected_by: Option<Id<Visit>>, vault: &Vault) -> Result<Self> {
        let open =
            |sealed: Option<Vec<u8>>| sealed.map(|sealed| vault.open(Field::Note, &sealed)).transpose();
        Ok(Self {
            papers: row.papers()?,
            awaiting_media: vec![],
            id: row.id,
            notice_id: row.notice_id,
            household_id: row.household_id,
            area_code: row.area_code,
            result: row.result,
            pledge_signed: row.pledge_signed,
            note: open(row.note_sealed)?,
            corrects: row.corrects,
            reason: open(row.reason_sealed)?,
            corrected_by,
            visited_at: row.visited_at,
            recorded_by: row.recorded_by,
            created_at: row.created_at,
        })
    }
}

/// A notice that is brought to households, as a phone takes it along.
#[derive(Debug, Serialize, ToSchema)]
pub struct PackedNotice {
    /// The notice.
    pub id: Id<Notice>,
    /// What it is for.
    pub kind: NoticeKind,
    /// How grave.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub level: Option<WarningLevel>,
    /// In short.
    pub title: String,
    /// In full.
    pub body: String,
    /// What to do now.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub instruction: Option<String>,
}

impl From<Brief> for PackedNotice {
    fn from(brief: Brief) -> Self {
        let Brief { id, kind, level, title, body, instruction, .. } = brief;
        Self { id, kind, level, title, body, instruction }
    }
}
