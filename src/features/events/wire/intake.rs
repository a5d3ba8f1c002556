//! What is said when it is decided whether an event is ours.

use serde::Deserialize;
use utoipa::ToSchema;

use crate::base::area_code::AreaCode;
use crate::base::check::Check;
use crate::base::problem::Result;
use crate::features::attachments::{Remark, RemarkBody};
use crate::features::events::actions::Refusal;
use crate::features::events::model::Rejection;

/// The longest words of a step, in characters.
pub(super) const LONGEST: usize = 500;

/// A word to the reporter, if there is one.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "note": "示例:情况已了解" }))]
pub struct WordsBody {
    /// A remark that the reporter may read, at most 500 characters.
    #[schema(max_length = 500)]
    pub note: Option<String>,
}

impl WordsBody {
    /// The words, or 422.
    pub fn parse(self) -> Result<Option<String>> {
        let mut check = Check::new();
        let note = check.optional_text("note", self.note.as_deref(), LONGEST);
        check.finish(note)
    }
}

/// That an event is accepted.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "note": "示例:已受理,将派站所处置" }))]
pub struct AcceptanceBody {
    /// The grid where it lies; required when the report named only the village, and not taken otherwise.
    pub grid: Option<AreaCode>,
    /// A remark that the reporter may read, at most 500 characters.
    #[schema(max_length = 500)]
    pub note: Option<String>,
}

impl AcceptanceBody {
    /// Grid and words, or 422.
    pub fn parse(self) -> Result<(Option<AreaCode>, Option<String>)> {
        let note = WordsBody { note: self.note }.parse()?;
        Ok((self.grid, note))
    }
}

/// What the reporter is asked to add.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "note": "示例:请补充具体位置和照片" }))]
pub struct ReturnBody {
    /// What the reporter is told, 1 to 500 characters.
    #[schema(min_length = 1, max_length = 500)]
    pub note: String,
}

impl ReturnBody {
    /// The words, or 422.
    pub fn parse(self) -> Result<String> {
        let mut check = Check::new();
        let note = check.text("note", &self.note, 1, LONGEST);
        check.finish(note)
    }
}

/// What the reporter adds: words or photos, one of them at least.
pub fn supplement(body: RemarkBody) -> Result<Remark> {
    let remark = body.parse()?;
    let mut check = Check::new();
    if remark.note.is_none() && remark.photos.is_empty() {
        check.refuse("note", "须补充情况说明,或附照片");
    }
    check.finish(remark)
}

/// Why an event is not accepted, and whose it is.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({
    "reason": "not_ours", "right_office": "示例区供电公司",
    "note": "示例:该线路由供电公司管理,已告知其值班电话"
}))]
pub struct RejectionBody {
    /// The reason.
    pub reason: Rejection,
    /// Whose it is instead, at most 60 characters; required for `not_ours` and `other_procedure`.
    #[schema(max_length = 60)]
    pub right_office: Option<String>,
    /// What the reporter is told, 1 to 500 characters.
    #[schema(min_length = 1, max_length = 500)]
    pub note: String,
}

impl RejectionBody {
    /// The refusal, or 422.
    pub fn parse(self) -> Result<Refusal> {
        let mut check = Check::new();
        let right_office = check.optional_text("right_office", self.right_office.as_deref(), 60);
        if self.reason.has_right_office() && right_office.is_none() {
            check.refuse("right_office", "须告知上报人应向哪个单位反映");
        }
        let note = check.text("note", &self.note, 1, LONGEST);
        check.finish(Refusal { rejection: self.reason, right_office, note })
    }
}
