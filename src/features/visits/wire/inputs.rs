//! What clients send.

use chrono::{NaiveDate, TimeDelta};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::base::area_code::AreaCode;
use crate::base::check::Check;
use crate::base::clock::Timestamp;
use crate::base::id::Id;
use crate::base::page::{PageQuery, PageRequest};
use crate::base::problem::{Problem, Result};
use crate::features::attachments::{Photo, check_papers};
use crate::features::notices::Notice;
use crate::features::visits::model::{About, NewCorrection, NewVisit, TaskState, Visit, VisitResult};
use crate::platform::access::Household;
use crate::platform::privacy::{Field, Vault};

/// The latest day of a round, days from today.
const LATEST: i64 = 180;

/// Until when a notice is to be brought to every household.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "due_on": "2026-03-20" }))]
pub struct OpeningBody {
    /// The day by which everybody should have been visited: today at the earliest, within 180 days.
    #[serde(deserialize_with = "crate::base::day::day")]
    pub due_on: NaiveDate,
}

impl OpeningBody {
    /// The day, or 422.
    pub fn parse(self, today: NaiveDate) -> Result<NaiveDate> {
        let mut check = Check::new();
        if self.due_on < today || self.due_on > today + TimeDelta::days(LATEST) {
            check.refuse("due_on", format!("应在今天到今后 {LATEST} 天之内"));
        }
        check.finish(self.due_on)
    }
}

/// Which tasks to list.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct TaskQuery {
    /// Only inside this area.
    #[param(example = "500114119201001")]
    pub area: Option<AreaCode>,
    /// Only in this state; all when absent.
    pub state: Option<TaskState>,
    /// How many rows, 1 to 100; 20 when absent.
    #[param(minimum = 1, maximum = 100)]
    pub limit: Option<u32>,
    /// The `next` of the page before.
    #[param(max_length = 64)]
    pub cursor: Option<String>,
}

impl TaskQuery {
    /// The area, the state and the page, or 422.
    pub fn parse(self) -> Result<(Option<AreaCode>, Option<TaskState>, PageRequest)> {
        let page = PageQuery { limit: self.limit, cursor: self.cursor }.parse()?;
        Ok((self.area, self.state, page))
    }
}

/// What came of a visit.
#[derive(Debug, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({
    "id": "visit_01h455vb4pex5vsknk084sn02q", "notice_id": "notice_01h455vb4pex5vsknk084sn02q",
    "household_id": "household_01h455vb4pex5vsknk084sn02q", "result": "visited", "pledge_signed": true,
    "note": "示例:已讲解,老人表示不向陌生人转账", "visited_at": "2026-03-02T01:00:00.000Z"
}))]
pub struct VisitBody {
    /// Made by the phone; a resend has the same.
    pub id: Id<Visit>,
    /// The notice that was brought.
    pub notice_id: Id<Notice>,
    /// To which household; it has a task.
    pub household_id: Id<Household>,
    /// What came of it.
    pub result: VisitResult,
    /// Whether the household signed the pledge (承诺书); only when somebody was told at the door.
    #[serde(default)]
    pub pledge_signed: bool,
    /// In words, at most 300 characters; stored encrypted.
    #[schema(max_length = 300)]
    pub note: Option<String>,
    /// When it was; now when absent.
    pub visited_at: Option<Timestamp>,
    /// Photos of the signed pledge, at most 9; shown to nobody but by their reveal.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schema(max_items = 9)]
    pub papers: Vec<Id<Photo>>,
}

impl VisitBody {
    /// The result, or 422. `now` is the phone's when it was written down without a signal.
    pub fn parse(self, now: Timestamp, vault: &Vault) -> Result<NewVisit> {
        let content_hash = vault.digest(&serde_json::to_vec(&self).map_err(Problem::internal)?);
        let mut check = Check::new();
        let about = About {
            pledge_signed: pledge(&mut check, self.pledge_signed, Some(self.result)),
            note_sealed: sealed(&mut check, vault, "note", self.note.as_deref())?,
            visited_at: Some(check.past("visited_at", self.visited_at.unwrap_or(now), now)),
            content_hash,
        };
        let (id, notice, household, result) = (self.id, self.notice_id, self.household_id, self.result);
        let mut papers = self.papers;
        papers.sort();
        papers.dedup();
        check_papers(&mut check, &papers);
        if !papers.is_empty() && !self.pledge_signed {
            check.refuse("papers", "没有签承诺书,就没有承诺书的照片");
        }
        check.finish(NewVisit { id, notice, household, result, papers, about })
    }
}

/// What takes the place of a result that was written down wrongly.
#[derive(Debug, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({
    "id": "visit_01h455vb4pex5vsknk084sn02q", "result": "absent", "reason": "示例:登记时选错了结果"
}))]
pub struct CorrectionBody {
    /// Made by the phone; a resend has the same.
    pub id: Id<Visit>,
    /// What really came of it; absent when there was no such visit, such as one that was written down for the wrong door.
    pub result: Option<VisitResult>,
    /// Why, 1 to 200 characters; stored encrypted.
    #[schema(min_length = 1, max_length = 200)]
    pub reason: String,
    /// Whether the household signed the pledge.
    #[serde(default)]
    pub pledge_signed: bool,
    /// In words, at most 300 characters; stored encrypted.
    #[schema(max_length = 300)]
    pub note: Option<String>,
    /// When it was; as it was written down before when absent.
    pub visited_at: Option<Timestamp>,
}

impl CorrectionBody {
    /// The correction, or 422.
    pub fn parse(self, now: Timestamp, vault: &Vault) -> Result<NewCorrection> {
        let content_hash = vault.digest(&serde_json::to_vec(&self).map_err(Problem::internal)?);
        let mut check = Check::new();
        let reason = check.text("reason", &self.reason, 1, 200);
        let about = About {
            pledge_signed: pledge(&mut check, self.pledge_signed, self.result),
            note_sealed: sealed(&mut check, vault, "note", self.note.as_deref())?,
            visited_at: self.visited_at.map(|at| check.past("visited_at", at, now)),
            content_hash,
        };
        let reason_sealed = vault.seal(Field::Note, &reason)?;
        check.finish(NewCorrection { id: self.id, result: self.result, reason_sealed, about })
    }
}

/// Why a signed pledge is to be shown.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "purpose": "示例:核对承诺书" }))]
pub struct VisitRevealBody {
    /// 2 to 200 characters; kept in the audit log.
    #[schema(min_length = 2, max_length = 200)]
    pub purpose: String,
}

impl VisitRevealBody {
    /// The purpose, or 422.
    pub fn parse(self) -> Result<String> {
        let mut check = Check::new();
        let purpose = check.text("purpose", &self.purpose, 2, 200);
        check.finish(purpose)
    }
}

fn pledge(check: &mut Check, signed: bool, result: Option<VisitResult>) -> bool {
    if signed && result != Some(VisitResult::Visited) {
        check.refuse("pledge_signed", "只有入户见到人才能签承诺书");
    }
    signed
}

fn sealed(check: &mut Check, vault: &Vault, field: &str, text: Option<&str>) -> Result<Option<Vec<u8>>> {
    let text = check.optional_text(field, text, 300);
    text.map(|text| vault.seal(Field::Note, &text)).transpose()
}
