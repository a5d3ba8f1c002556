//! What is said while an event is handled.

use serde::Deserialize;
use utoipa::ToSchema;

use super::intake::LONGEST;
use crate::base::check::Check;
use crate::base::id::Id;
use crate::base::problem::Result;
use crate::features::attachments::{Photo, Remark};
use crate::features::events::actions::{Dispatch, Said};
use crate::platform::access::Staff;

/// Whose an event becomes.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({
    "station": "示例应急站", "note": "示例:已派应急站处置", "note_internal": "示例:请先断电再检修"
}))]
pub struct DispatchBody {
    /// The station, as its officers' accounts name it, see `GET /events/{id}/stations`.
    #[schema(min_length = 1, max_length = 40)]
    pub station: String,
    /// Who is to handle it: an officer of the station, or somebody who walks the grid for it; whoever of the station
    /// takes it up when absent.
    pub handler: Option<Id<Staff>>,
    /// A remark that the reporter may read, at most 500 characters.
    #[schema(max_length = 500)]
    pub note: Option<String>,
    /// A remark for the station, which the reporter does not read, at most 500 characters.
    #[schema(max_length = 500)]
    pub note_internal: Option<String>,
}

impl DispatchBody {
    /// Whose it becomes, and the words, or 422.
    pub fn parse(self) -> Result<(Dispatch, Said)> {
        let mut check = Check::new();
        let station = check.text("station", &self.station, 1, 40);
        let remark = Remark::words(&mut check, self.note.as_deref());
        let internal = check.optional_text("note_internal", self.note_internal.as_deref(), LONGEST);
        check.finish((Dispatch { station, handler: self.handler }, Said { remark, internal }))
    }
}

/// A reason for the office.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "reason": "示例:该路段由公路站养护" }))]
pub struct ReasonBody {
    /// Why, 1 to 500 characters; the reporter does not read it.
    #[schema(min_length = 1, max_length = 500)]
    pub reason: String,
}

impl ReasonBody {
    /// The reason, or 422.
    pub fn parse(self) -> Result<String> {
        let mut check = Check::new();
        let reason = check.text("reason", &self.reason, 1, LONGEST);
        check.finish(reason)
    }
}

/// That an event was handled.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({
    "note": "示例:已更换灯头,当晚恢复照明", "photos": ["photo_01h455vb4pex5vsknk084sn02q"]
}))]
pub struct CompletionBody {
    /// What was done, for the reporter, 1 to 500 characters.
    #[schema(min_length = 1, max_length = 500)]
    pub note: String,
    /// A remark for the office, which the reporter does not read, at most 500 characters.
    #[schema(max_length = 500)]
    pub note_internal: Option<String>,
    /// Photos from afterwards, uploaded before this, at most 9; one at least where the category requires it.
    #[serde(default)]
    #[schema(max_items = 9)]
    pub photos: Vec<Id<Photo>>,
}

impl CompletionBody {
    /// The words and photos, or 422.
    pub fn parse(self) -> Result<Said> {
        let mut check = Check::new();
        let note = Some(check.text("note", &self.note, 1, LONGEST));
        let internal = check.optional_text("note_internal", self.note_internal.as_deref(), LONGEST);
        let remark = Remark { note, ..Remark::check(&mut check, None, self.photos) };
        check.finish(Said { remark, internal })
    }
}

/// Why an event is sent back to whoever handled it.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "reason": "示例:现场仍有一盏不亮", "photos": [] }))]
pub struct ReworkBody {
    /// What is missing, 1 to 500 characters; the reporter does not read it.
    #[schema(min_length = 1, max_length = 500)]
    pub reason: String,
    /// Photos that were uploaded before, at most 9.
    #[serde(default)]
    #[schema(max_items = 9)]
    pub photos: Vec<Id<Photo>>,
}

impl ReworkBody {
    /// The reason and photos, or 422.
    pub fn parse(self) -> Result<Said> {
        let mut check = Check::new();
        let internal = Some(check.text("reason", &self.reason, 1, LONGEST));
        let remark = Remark::check(&mut check, None, self.photos);
        check.finish(Said { remark, internal })
    }
}
