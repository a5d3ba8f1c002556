//! Whether an agreement is kept.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::base::check::Check;
use crate::base::clock::Timestamp;
use crate::base::id::Id;
use crate::base::problem::Result;
use crate::features::attachments::{Photo, Remark};
use crate::features::disputes::model::{
    CheckFinding, CheckId, CheckKind, CheckRow, Performance, PerformanceCheck,
};
use crate::platform::privacy::{Field, Vault};

/// What a check or a visit found. The words are stored encrypted.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({
    "kind": "performance_check", "checked_on": "2026-12-01", "finding": "partly", "words": "示例:已付一半,余款约定月底付清"
}))]
pub struct CheckBody {
    /// Why somebody looked.
    pub kind: CheckKind,
    /// The day (Asia/Shanghai); today when absent.
    #[serde(default, deserialize_with = "crate::base::day::optional_day")]
    pub checked_on: Option<NaiveDate>,
    /// How far the agreement has been kept.
    pub finding: CheckFinding,
    /// What was seen and said, 1 to 500 characters; shown like the agreement, for a purpose.
    #[schema(min_length = 1, max_length = 500)]
    pub words: String,
    /// A remark that the reporter may read, at most 500 characters.
    #[schema(max_length = 500)]
    pub note: Option<String>,
    /// Photos that were uploaded before, at most 9.
    #[serde(default)]
    #[schema(max_items = 9)]
    pub photos: Vec<Id<Photo>>,
}

impl CheckBody {
    /// The check and the remark, or 422.
    pub fn parse(self, today: NaiveDate, vault: &Vault) -> Result<(PerformanceCheck, Remark)> {
        let mut check = Check::new();
        let words = check.text("words", &self.words, 1, 500);
        let remark = Remark::check(&mut check, self.note.as_deref(), self.photos);
        let performance = PerformanceCheck {
            kind: self.kind,
            checked_on: self.checked_on.unwrap_or(today),
            finding: self.finding,
            words_sealed: vault.seal(Field::Note, &words)?,
        };
        check.finish((performance, remark))
    }
}

/// A check or a visit as a client sees it, without what was said.
#[derive(Debug, Serialize, ToSchema)]
pub struct CheckView {
    /// The check.
    pub id: Id<CheckId>,
    /// Why somebody looked.
    pub kind: CheckKind,
    /// The day.
    pub checked_on: NaiveDate,
    /// How far the agreement had been kept.
    pub finding: CheckFinding,
    /// When the server had it.
    pub recorded_at: Timestamp,
}

impl From<CheckRow> for CheckView {
    fn from(row: CheckRow) -> Self {
        let CheckRow { id, kind, checked_on, finding, recorded_at, .. } = row;
        Self { id, kind, checked_on, finding, recorded_at }
    }
}

/// That an agreement was performed.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "performed_on": "2026-12-20", "return_visit": "示例:回访双方,均无异议" }))]
pub struct PerformanceBody {
    /// The day on which it was performed (Asia/Shanghai).
    #[serde(deserialize_with = "crate::base::day::day")]
    pub performed_on: NaiveDate,
    /// What the visit afterwards found, for the office, 1 to 500 characters; required (人民调解法 31). It stands among
    /// the visits, encrypted.
    #[schema(max_length = 500)]
    pub return_visit: Option<String>,
    /// A remark that the reporter may read, at most 500 characters.
    #[schema(max_length = 500)]
    pub note: Option<String>,
    /// Photos that were uploaded before, at most 9.
    #[serde(default)]
    #[schema(max_items = 9)]
    pub photos: Vec<Id<Photo>>,
}

impl PerformanceBody {
    /// Performance and remark, or 422.
    pub fn parse(self, vault: &Vault) -> Result<(Performance, Remark)> {
        let mut check = Check::new();
        let visit = check.optional_text("return_visit", self.return_visit.as_deref(), 500);
        let return_visit = visit.map(|words| vault.seal(Field::Note, &words)).transpose()?;
        let remark = Remark::check(&mut check, self.note.as_deref(), self.photos);
        check.finish((Performance { performed_on: self.performed_on, return_visit }, remark))
    }
}
