//! What is said when an event repeats another, or turns out not to.

use serde::Deserialize;
use utoipa::ToSchema;

use super::intake::LONGEST;
use crate::base::check::Check;
use crate::base::problem::Result;

/// Which event is repeated.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({
    "original_no": "SJ-500114119-2026-00042", "note": "示例:与此前上报的同一路灯,并案办理"
}))]
pub struct MergerBody {
    /// The number of the original.
    #[schema(min_length = 1, max_length = 40)]
    pub original_no: String,
    /// What the reporter is told, 1 to 500 characters.
    #[schema(min_length = 1, max_length = 500)]
    pub note: String,
}

impl MergerBody {
    /// The number of the original and the words, or 422.
    pub fn parse(self) -> Result<(String, String)> {
        let mut check = Check::new();
        let no = check.text("original_no", &self.original_no, 1, 40);
        let note = check.text("note", &self.note, 1, LONGEST);
        check.finish((no, note))
    }
}

/// Why an event is merged no more.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "note": "示例:经核对不是同一盏路灯,单独办理" }))]
pub struct SeparationBody {
    /// What the reporter is told, 1 to 500 characters.
    #[schema(min_length = 1, max_length = 500)]
    pub note: String,
}

impl SeparationBody {
    /// The words, or 422.
    pub fn parse(self) -> Result<String> {
        let mut check = Check::new();
        let note = check.text("note", &self.note, 1, LONGEST);
        check.finish(note)
    }
}
