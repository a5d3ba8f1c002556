//! How a dispute ends otherwise than performed, and how its file is put away.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::base::check::Check;
use crate::base::id::Id;
use crate::base::problem::{Basis, Problem, Result};
use crate::features::attachments::{MOST_PHOTOS, Photo, Remark};
use crate::features::disputes::actions::Closing;
use crate::features::disputes::model::{
    Brought, Checklist, DisputeRow, Matter, Remedy, Transfer, TransferTarget, Unsettled, Withdrawal,
};

/// The most papers that are handed over.
const MOST_PAPERS: usize = 20;

/// That no agreement was reached, or that it was not kept.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "reason": "示例:双方对赔偿数额分歧过大", "remedies_told": true }))]
pub struct UnsettledBody {
    /// Why no agreement was reached, or what of it was not performed; 1 to 500 characters, required.
    #[schema(max_length = 500)]
    pub reason: Option<String>,
    /// Must be true. Without an agreement: whether both sides were told that arbitration, administration and the court
    /// remain open (人民调解法 26); of a broken one: whether they were told of the right to sue (32),
    /// or, when a court has confirmed it, of enforcement (33).
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

/// To whom a dispute that was not settled is handed, with which papers.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({
    "to": "court", "receiver": "示例区人民法院示例法庭", "handed_over": ["调解登记表 1 份", "调解记录 2 份"], "on": "2026-12-01"
}))]
pub struct TransferBody {
    /// Who goes on with it.
    pub to: TransferTarget,
    /// The name of that office, 1 to 60 characters.
    #[schema(min_length = 1, max_length = 60)]
    pub receiver: String,
    /// The papers that were handed over, 1 to 20 of at most 100 characters each.
    #[schema(min_items = 1, max_items = 20)]
    pub handed_over: Vec<String>,
    /// The day (Asia/Shanghai); today when absent.
    #[serde(default, deserialize_with = "crate::base::day::optional_day")]
    pub on: Option<NaiveDate>,
    /// The number of the receipt, at most 40 characters.
    #[schema(max_length = 40)]
    pub receipt_no: Option<String>,
    /// A remark that the reporter may read, at most 500 characters.
    #[schema(max_length = 500)]
    pub note: Option<String>,
}

impl TransferBody {
    /// The transfer and the remark, or 422.
    pub fn parse(self, today: NaiveDate) -> Result<(Transfer, Remark)> {
        let mut check = Check::new();
        if self.handed_over.len() > MOST_PAPERS {
            check.refuse("handed_over", format!("最多 {MOST_PAPERS} 项"));
        }
        let papers = self.handed_over.iter().take(MOST_PAPERS).enumerate();
        let handed_over =
            papers.map(|(n, paper)| check.text(&format!("handed_over[{n}]"), paper, 1, 100)).collect();
        let transfer = Transfer {
            to: self.to,
            receiver: check.text("receiver", &self.receiver, 1, 60),
            handed_over,
            on: self.on.unwrap_or(today),
            receipt_no: check.optional_text("receipt_no", self.receipt_no.as_deref(), 40),
        };
        let remark = Remark::words(&mut check, self.note.as_deref());
        check.finish((transfer, remark))
    }
}

/// To whom a dispute was handed.
#[derive(Debug, Serialize, ToSchema)]
pub struct TransferView {
    /// Who goes on with it.
    pub to: TransferTarget,
    /// The name of that office.
    pub receiver: String,
    /// The papers that were handed over.
    pub handed_over: Vec<String>,
    /// The day.
    pub on: NaiveDate,
    /// The number of the receipt.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub receipt_no: Option<String>,
}

impl TransferView {
    /// The view; none when it was handed to nobody.
    pub fn of(row: &DisputeRow) -> Result<Option<Self>> {
        let Some(doc) = &row.transfer else { return Ok(None) };
        let transfer = serde_json::from_value(doc.0.clone()).map_err(Problem::internal)?;
        let Transfer { to, receiver, handed_over, on, receipt_no } = transfer;
        Ok(Some(Self { to, receiver, handed_over, on, receipt_no }))
    }
}

/// Another way to one's right, and the law that opens it.
#[derive(Debug, Serialize, ToSchema)]
pub struct RemedyView {
    /// Which.
    pub remedy: Remedy,
    /// What people are told.
    #[schema(value_type = String, example = "向人民法院提起诉讼")]
    pub label: &'static str,
    /// The law.
    pub basis: Basis,
}

impl RemedyView {
    /// The ways that are open now.
    pub fn of(matter: &Matter) -> Vec<Self> {
        let (remedies, basis) = matter.remedies().unzip();
        let remedies = remedies.unwrap_or_default().iter().zip(basis.into_iter().cycle());
        remedies.map(|(&remedy, basis)| Self { remedy, label: remedy.label(), basis }).collect()
    }
}

/// What lies in the file, and where it is kept. What is ticked must really be there: a recorded session and, of a written
/// agreement, a photo of the paper; or photos of both are brought along.
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
    /// Photos of records of mediation that are on paper alone, uploaded before, at most 9; required where no session was
    /// recorded. Shown like the agreement.
    #[serde(default)]
    #[schema(max_items = 9)]
    pub record_papers: Vec<Id<Photo>>,
    /// Photos of the signed agreement, uploaded before, at most 9; required where a written agreement came without.
    #[serde(default)]
    #[schema(max_items = 9)]
    pub agreement_papers: Vec<Id<Photo>>,
    /// A remark that the reporter may read, at most 500 characters.
    #[schema(max_length = 500)]
    pub note: Option<String>,
}

impl ArchiveBody {
    /// Number, papers and remark, or 422.
    pub fn parse(self) -> Result<(Closing, Remark)> {
        let mut check = Check::new();
        for (field, photos) in
            [("record_papers", &self.record_papers), ("agreement_papers", &self.agreement_papers)]
        {
            if photos.len() > MOST_PHOTOS {
                check.refuse(field, format!("最多 {MOST_PHOTOS} 张照片"));
            }
        }
        let closing = Closing {
            no: check.text("archive_no", &self.archive_no, 1, 40),
            papers: Checklist { register: self.register, records: self.records, agreement: self.agreement },
            brought: Brought { records: self.record_papers, agreement: self.agreement_papers },
        };
        let remark = Remark::words(&mut check, self.note.as_deref());
        check.finish((closing, remark))
    }
}
