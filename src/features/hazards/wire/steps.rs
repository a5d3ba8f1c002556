//! What the steps of a hazard bring along.

use serde::Deserialize;
use utoipa::ToSchema;

use crate::base::check::Check;
use crate::base::id::Id;
use crate::base::problem::Result;
use crate::features::attachments::{Photo, Remark, RemarkBody, check_photos};
use crate::features::hazards::actions::Inspected;
use crate::features::hazards::model::{Grade, NotHazardReason};
use crate::platform::access::Staff;

/// The most inspectors that are named.
const MOST_INSPECTORS: usize = 10;

/// How bad it is.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "grade": "general", "note": "立柱松动,可当日加固" }))]
pub struct GradingBody {
    /// How bad.
    pub grade: Grade,
    /// A remark that the reporter may read, at most 500 characters.
    #[schema(max_length = 500)]
    pub note: Option<String>,
}

impl GradingBody {
    /// Grade and remark, or 422.
    pub fn parse(self) -> Result<(Grade, Option<String>)> {
        let mut check = Check::new();
        let note = check.optional_text("note", self.note.as_deref(), 500);
        check.finish((self.grade, note))
    }
}

/// Why it is no hazard.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "reason": "harmless", "note": "示例:已到现场查看,护栏牢固" }))]
pub struct DismissalBody {
    /// The reason.
    pub reason: NotHazardReason,
    /// What the reporter is told, 1 to 500 characters.
    #[schema(min_length = 1, max_length = 500)]
    pub note: String,
}

impl DismissalBody {
    /// Reason and words, or 422.
    pub fn parse(self) -> Result<(NotHazardReason, String)> {
        let mut check = Check::new();
        let note = check.text("note", &self.note, 1, 500);
        check.finish((self.reason, note))
    }
}

/// A general hazard that was put right at once.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "note": "示例:已当场清理堆放的杂物", "photos": ["photo_01h455vb4pex5vsknk084sn02q"] }))]
pub struct SpotFixBody {
    /// A remark that the reporter may read, at most 500 characters.
    #[schema(max_length = 500)]
    pub note: Option<String>,
    /// Photos from before, uploaded before this, at most 9; none when the report has some.
    #[serde(default)]
    #[schema(max_items = 9)]
    pub before: Vec<Id<Photo>>,
    /// Photos from afterwards, uploaded before this, 1 to 9.
    #[serde(default)]
    #[schema(min_items = 1, max_items = 9)]
    pub photos: Vec<Id<Photo>>,
}

impl SpotFixBody {
    /// The photos from before, and the rest, or 422.
    pub fn parse(self) -> Result<(Vec<Id<Photo>>, Remark)> {
        let mut check = Check::new();
        if self.photos.is_empty() {
            check.refuse("photos", "当场整改须有整改后的照片");
        }
        if self.before.iter().any(|photo| self.photos.contains(photo)) {
            check.refuse("before", "同一张照片不能既是整改前又是整改后");
        }
        check_photos(&mut check, &self.before);
        let remark = Remark::check(&mut check, self.note.as_deref(), self.photos);
        check.finish((self.before, remark))
    }
}

/// A submission's remark and photos: one of them at least, because an inspector must know what to look for.
pub fn evidence(body: RemarkBody) -> Result<Remark> {
    let remark = body.parse()?;
    let mut check = Check::new();
    if remark.note.is_none() && remark.photos.is_empty() {
        check.refuse("note", "提交复查须写明整改情况,或附整改后的照片");
    }
    check.finish(remark)
}

/// The outcome of an inspection.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "passed": true, "note": "现场复查合格" }))]
pub struct ReinspectionBody {
    /// Whether the danger is gone.
    pub passed: bool,
    /// A remark that the reporter may read; required when it is not.
    #[schema(max_length = 500)]
    pub note: Option<String>,
    /// Photos that were uploaded before, at most 9.
    #[serde(default)]
    #[schema(max_items = 9)]
    pub photos: Vec<Id<Photo>>,
    /// Who inspected it besides whoever answers for it, at most 10; two at least before a major hazard is cancelled.
    #[serde(default)]
    #[schema(max_items = 10)]
    pub inspectors: Vec<Id<Staff>>,
}

impl ReinspectionBody {
    /// The outcome, or 422.
    pub fn parse(self) -> Result<(Inspected, Remark)> {
        let mut check = Check::new();
        if self.inspectors.len() > MOST_INSPECTORS {
            check.refuse("inspectors", format!("最多 {MOST_INSPECTORS} 名复查人员"));
        }
        let remark = Remark::check(&mut check, self.note.as_deref(), self.photos);
        if !self.passed && remark.note.is_none() {
            check.refuse("note", "复查不合格须写明原因");
        }
        check.finish((Inspected { passed: self.passed, inspectors: self.inspectors }, remark))
    }
}
