//! What the approver's steps beside the ordinary way bring along.

use chrono::NaiveDate;
use serde::Deserialize;
use utoipa::ToSchema;

use crate::base::check::Check;
use crate::base::id::Id;
use crate::base::problem::Result;
use crate::features::attachments::{Photo, check_papers};
use crate::features::hazards::actions::Transfer;
use crate::features::hazards::supervision::Supervision;
use crate::platform::access::Staff;

/// The most that a reporter is rewarded with, fen: 300,000 yuan.
const LARGEST_REWARD: i64 = 30_000_000;

/// Who sees to it that a listed hazard is put right.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({
    "until": "2026-12-31", "supervisor": "staff_01h455vb4pex5vsknk084sn02q", "note": "示例:镇安委会挂牌督办"
}))]
pub struct HazardSupervisionBody {
    /// The day by which it is to be settled (Asia/Shanghai), within a year.
    #[serde(deserialize_with = "crate::base::day::day")]
    pub until: NaiveDate,
    /// Who supervises: an approver, a dispatcher or a station officer of the area.
    pub supervisor: Id<Staff>,
    /// A remark that the reporter may read, at most 500 characters.
    #[schema(max_length = 500)]
    pub note: Option<String>,
}

impl HazardSupervisionBody {
    /// The supervision, or 422.
    pub fn parse(self) -> Result<Supervision> {
        let mut check = Check::new();
        let note = check.optional_text("note", self.note.as_deref(), 500);
        check.finish(Supervision { until: self.until, supervisor: self.supervisor, note })
    }
}

/// To whom a major hazard goes.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({
    "office": "示例区应急管理局", "note": "示例:涉及跨镇河道,本镇无执法权限",
    "papers": ["photo_01h455vb4pex5vsknk084sn02q"]
}))]
pub struct HazardTransferBody {
    /// The district department, 2 to 60 characters.
    #[schema(min_length = 2, max_length = 60)]
    pub office: String,
    /// Why; the reporter is told. 1 to 500 characters.
    #[schema(min_length = 1, max_length = 500)]
    pub note: String,
    /// Photos of the papers that go with it, uploaded before this, 1 to 9; shown only through reveal.
    #[schema(min_items = 1, max_items = 9)]
    pub papers: Vec<Id<Photo>>,
}

impl HazardTransferBody {
    /// The transfer, or 422.
    pub fn parse(self) -> Result<Transfer> {
        let mut check = Check::new();
        if self.papers.is_empty() {
            check.refuse("papers", "移交须附移交材料的照片");
        }
        check_papers(&mut check, &self.papers);
        let office = check.text("office", &self.office, 2, 60);
        let note = check.text("note", &self.note, 1, 500);
        check.finish(Transfer { office, note, papers: self.papers })
    }
}

/// Why the district hands it back.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "note": "示例:区应急管理局函告由本镇继续整改" }))]
pub struct HazardReturnBody {
    /// What the district says; the reporter is told. 1 to 500 characters.
    #[schema(min_length = 1, max_length = 500)]
    pub note: String,
}

impl HazardReturnBody {
    /// The words, or 422.
    pub fn parse(self) -> Result<String> {
        let mut check = Check::new();
        let note = check.text("note", &self.note, 1, 500);
        check.finish(note)
    }
}

/// What the reporter is rewarded with.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "amount_fen": 50_000, "note": "示例:请凭本件编号到镇便民服务中心领取" }))]
pub struct HazardRewardBody {
    /// How much, fen, at least 1.
    #[schema(minimum = 1, maximum = 30_000_000)]
    pub amount_fen: i64,
    /// What the reporter is told, such as where to fetch it; at most 500 characters.
    #[schema(max_length = 500)]
    pub note: Option<String>,
}

impl HazardRewardBody {
    /// The sum and the words, or 422.
    pub fn parse(self) -> Result<(i64, Option<String>)> {
        let mut check = Check::new();
        let fen = check.range("amount_fen", self.amount_fen, 1, LARGEST_REWARD);
        let note = check.optional_text("note", self.note.as_deref(), 500);
        check.finish((fen, note))
    }
}
