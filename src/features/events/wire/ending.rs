//! What is said at the end of an event.

use serde::Deserialize;
use utoipa::ToSchema;

use super::intake::LONGEST;
use crate::base::check::Check;
use crate::base::id::Id;
use crate::base::problem::Result;
use crate::features::attachments::{Photo, Remark, check_photos};
use crate::features::events::actions::Said;
use crate::features::events::model::Resolution;

/// That an event was put right at once by whoever walks the grid.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({
    "note": "示例:已清理路面落石", "photos": ["photo_01h455vb4pex5vsknk084sn02q"]
}))]
pub struct SelfHandlingBody {
    /// What was done, for the reporter, 1 to 500 characters.
    #[schema(min_length = 1, max_length = 500)]
    pub note: String,
    /// Photos from before, uploaded before this, at most 9; none when the report has some.
    #[serde(default)]
    #[schema(max_items = 9)]
    pub before: Vec<Id<Photo>>,
    /// Photos from afterwards, uploaded before this, 1 to 9.
    #[serde(default)]
    #[schema(min_items = 1, max_items = 9)]
    pub photos: Vec<Id<Photo>>,
}

impl SelfHandlingBody {
    /// The photos from before, and the rest, or 422.
    pub fn parse(self) -> Result<(Vec<Id<Photo>>, Remark)> {
        let mut check = Check::new();
        if self.photos.is_empty() {
            check.refuse("photos", "自办自结须有处理后的照片");
        }
        if self.before.iter().any(|photo| self.photos.contains(photo)) {
            check.refuse("before", "同一张照片不能既是处理前又是处理后");
        }
        check_photos(&mut check, &self.before);
        let note = Some(check.text("note", &self.note, 1, LONGEST));
        let remark = Remark { note, ..Remark::check(&mut check, None, self.photos) };
        check.finish((self.before, remark))
    }
}

/// How an event ended.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "resolution": "resolved", "note": "示例:路灯已修复,感谢您的反映" }))]
pub struct ClosureBody {
    /// How; `converted` is given by the conversion only.
    pub resolution: Resolution,
    /// What the reporter is told, and whoever reported what was merged into it, 1 to 500 characters.
    #[schema(min_length = 1, max_length = 500)]
    pub note: String,
    /// A remark for the office, which the reporter does not read, at most 500 characters.
    #[schema(max_length = 500)]
    pub note_internal: Option<String>,
    /// Photos that were uploaded before, at most 9.
    #[serde(default)]
    #[schema(max_items = 9)]
    pub photos: Vec<Id<Photo>>,
}

impl ClosureBody {
    /// How it ended, and the words, or 422.
    pub fn parse(self) -> Result<(Resolution, Said)> {
        let mut check = Check::new();
        if self.resolution == Resolution::Converted {
            check.refuse("resolution", "转为其他案卷请使用“转为其他案卷”");
        }
        let note = Some(check.text("note", &self.note, 1, LONGEST));
        let internal = check.optional_text("note_internal", self.note_internal.as_deref(), LONGEST);
        let remark = Remark { note, ..Remark::check(&mut check, None, self.photos) };
        check.finish((self.resolution, Said { remark, internal }))
    }
}

/// Why an event is to begin again.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "reason": "示例:昨晚又不亮了", "photos": [] }))]
pub struct ReopeningBody {
    /// Why, 1 to 500 characters; the reporter reads it.
    #[schema(min_length = 1, max_length = 500)]
    pub reason: String,
    /// Photos that were uploaded before, at most 9.
    #[serde(default)]
    #[schema(max_items = 9)]
    pub photos: Vec<Id<Photo>>,
}

impl ReopeningBody {
    /// The reason and photos, or 422.
    pub fn parse(self) -> Result<Remark> {
        let mut check = Check::new();
        let note = Some(check.text("reason", &self.reason, 1, LONGEST));
        let remark = Remark { note, ..Remark::check(&mut check, None, self.photos) };
        check.finish(remark)
    }
}
