//! The steps that need a few words.

use chrono::NaiveDate;
use serde::Deserialize;
use utoipa::ToSchema;

use crate::base::check::Check;
use crate::base::id::Id;
use crate::base::problem::Result;
use crate::features::attachments::{Photo, Remark};
use crate::features::disputes::model::{Checklist, MediationMode, Performance, Unsettled, Withdrawal};
use crate::platform::access::Staff;

/// Who mediates and how.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "mode": "on_site", "note": "示例:到场调解" }))]
pub struct MediationBody {
    /// A mediator with a post there; the caller when absent.
    pub mediator: Option<Id<Staff>>,
    /// How.
    pub mode: MediationMode,
    /// A remark that the reporter may read, at most 500 characters.
    #[schema(max_length = 500)]
    pub note: Option<String>,
}

impl MediationBody {
    /// Mediator, mode and remark, or 422.
    pub fn parse(self) -> Result<(Option<Id<Staff>>, MediationMode, Remark)> {
        let mut check = Check::new();
        let remark = Remark::words(&mut check, self.note.as_deref());
        check.finish((self.mediator, self.mode, remark))
    }
}

/// That an agreement was performed.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "performed_on": "2026-12-20", "return_visit": "示例:回访双方,均无异议" }))]
pub struct PerformanceBody {
    /// The day on which it was performed (Asia/Shanghai).
    #[serde(deserialize_with = "crate::base::day::day")]
    pub performed_on: NaiveDate,
    /// What the visit afterwards found, for the office, 1 to 500 characters; required (人民调解法 31).
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
    pub fn parse(self) -> Result<(Performance, Remark)> {
        let mut check = Check::new();
        let return_visit = check.optional_text("return_visit", self.return_visit.as_deref(), 500);
        let remark = Remark::check(&mut check, self.note.as_deref(), self.photos);
        check.finish((Performance { performed_on: self.performed_on, return_visit }, remark))
    }
}

/// That no agreement was reached, or that it was not kept.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "reason": "示例:双方对赔偿数额分歧过大", "remedies_told": true }))]
pub struct UnsettledBody {
    /// Why no agreement was reached, or what of it was not performed; 1 to 500 characters, required.
    #[schema(max_length = 500)]
    pub reason: Option<String>,
    /// Must be true. Without an agreement: whether both sides were told that arbitration, administration and the court
    /// remain open (人民调解法 26); of a broken one: whether they were told of the right to sue (32).
    #[serde(default)]
    pub remedies_told: bool,
    /// A remark that the reporter may read, at most 500 characters.
    #[schema(max_length = 500)]
    pub note: Option<String>,
}

impl UnsettledBody {
    /// What came to nothing and the remark, or 422.
    pub fn parse(self) -> Result<(Unsettled, Remark)> {
        let mut check = Check::new();
        let reason = check.optional_text("reason", self.reason.as_deref(), 500);
        let remark = Remark::words(&mut check, self.note.as_deref());
        check.finish((Unsettled { reason, remedies_told: self.remedies_told }, remark))
    }
}

/// That mediation is not wanted any more.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "reason": "示例:申请人称双方已自行和解" }))]
pub struct WithdrawalBody {
    /// Who asked for it and why, 1 to 500 characters; required (人民调解法 23).
    #[schema(max_length = 500)]
    pub reason: Option<String>,
    /// A remark that the reporter may read, at most 500 characters.
    #[schema(max_length = 500)]
    pub note: Option<String>,
}

impl WithdrawalBody {
    /// Withdrawal and remark, or 422.
    pub fn parse(self) -> Result<(Withdrawal, Remark)> {
        let mut check = Check::new();
        let reason = check.optional_text("reason", self.reason.as_deref(), 500);
        let remark = Remark::words(&mut check, self.note.as_deref());
        check.finish((Withdrawal { reason }, remark))
    }
}

/// What lies in the file, and where it is kept.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "archive_no": "示例调〔2026〕12号", "register": true, "records": true, "agreement": true }))]
pub struct ArchiveBody {
    /// The number under which it is kept, 1 to 40 characters.
    #[schema(min_length = 1, max_length = 40)]
    pub archive_no: String,
    /// Whether the register is in it; must be true (人民调解法 27).
    #[serde(default)]
    pub register: bool,
    /// Whether the records of mediation are in it; must be true.
    #[serde(default)]
    pub records: bool,
    /// Whether the agreement or its record is in it; must be true where the parties agreed.
    #[serde(default)]
    pub agreement: bool,
    /// A remark that the reporter may read, at most 500 characters.
    #[schema(max_length = 500)]
    pub note: Option<String>,
}

impl ArchiveBody {
    /// Number, papers and remark, or 422.
    pub fn parse(self) -> Result<(String, Checklist, Remark)> {
        let mut check = Check::new();
        let no = check.text("archive_no", &self.archive_no, 1, 40);
        let papers = Checklist { register: self.register, records: self.records, agreement: self.agreement };
        let remark = Remark::words(&mut check, self.note.as_deref());
        check.finish((no, papers, remark))
    }
}
