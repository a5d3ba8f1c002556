//! Personal data in plain text.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::base::check::Check;
use crate::base::id::Id;
use crate::base::problem::Result;
use crate::features::attachments::Photo;
use crate::features::hazards::reveal::Revealed;

/// Why something is to be shown in plain text.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "purpose": "示例:送达整改指令" }))]
pub struct HazardRevealBody {
    /// 2 to 200 characters; kept in the audit log.
    #[schema(min_length = 2, max_length = 200)]
    pub purpose: String,
}

impl HazardRevealBody {
    /// The purpose, or 422.
    pub fn parse(self) -> Result<String> {
        let mut check = Check::new();
        let purpose = check.text("purpose", &self.purpose, 2, 200);
        check.finish(purpose)
    }
}

/// What the view of a hazard masks or hides.
#[derive(Serialize, ToSchema)]
pub struct RevealedHazard {
    /// Whom the order names as responsible.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "示例甲")]
    pub responsible: Option<String>,
    /// Photos of the papers with which it was handed to the district, each read at `papers/{paper}/reveal`.
    pub papers: Vec<Id<Photo>>,
}

impl From<Revealed> for RevealedHazard {
    fn from(revealed: Revealed) -> Self {
        let responsible = revealed.responsible.map(|name| name.expose().to_owned());
        Self { responsible, papers: revealed.papers }
    }
}

/// Who reported a hazard.
#[derive(Serialize, ToSchema)]
pub struct RevealedReporter {
    /// The account or the resident.
    #[schema(example = "resident_01h455vb4pex5vsknk084sn02q")]
    pub reporter: String,
}
