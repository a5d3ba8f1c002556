//! That a dispute may turn violent.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::base::check::Check;
use crate::base::clock::Timestamp;
use crate::base::id::Id;
use crate::base::problem::Result;
use crate::base::sensitive::PersonName;
use crate::features::attachments::Remark;
use crate::features::disputes::actions::Clearing;
use crate::features::disputes::model::{
    DisputeLevel, DisputeRow, PoliceReport, PoliceReportId, PoliceReportRow,
};
use crate::platform::privacy::Vault;

/// Why violence is to be feared. The police must be told within two hours.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "reason": "示例:一方持械到对方门口扬言报复" }))]
pub struct ViolenceBody {
    /// Why, for the office, 1 to 500 characters.
    #[schema(min_length = 1, max_length = 500)]
    pub reason: String,
}

impl ViolenceBody {
    /// The reason, or 422.
    pub fn parse(self) -> Result<(String, Remark)> {
        let mut check = Check::new();
        let reason = check.text("reason", &self.reason, 1, 500);
        check.finish((reason, Remark::default()))
    }
}

/// That the police was told (人民调解法 25).
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({
    "told_at": "2026-11-22T02:30:00.000Z", "station": "示例派出所", "officer": "示例民警", "report_no": "示例警情001"
}))]
pub struct PoliceReportBody {
    /// When.
    pub told_at: Timestamp,
    /// Which station or department was told, 1 to 60 characters.
    #[schema(min_length = 1, max_length = 60)]
    pub station: String,
    /// Who took the call there, 1 to 40 characters; stored encrypted.
    #[schema(max_length = 40)]
    pub officer: Option<String>,
    /// The number that the police gave it, at most 40 characters; absent when it gave none.
    #[schema(max_length = 40)]
    pub report_no: Option<String>,
    /// A remark that the reporter may read, at most 500 characters.
    #[schema(max_length = 500)]
    pub note: Option<String>,
}

impl PoliceReportBody {
    /// The report and the remark, or 422.
    pub fn parse(self, now: Timestamp, vault: &Vault) -> Result<(PoliceReport, Remark)> {
        let mut check = Check::new();
        let told_at = check.past("told_at", self.told_at, now);
        let station = check.text("station", &self.station, 1, 60);
        let officer =
            self.officer.as_deref().and_then(|name| check.value("officer", PersonName::parse(name)));
        let officer_sealed = officer.map(|name| vault.seal_value(&name)).transpose()?;
        let report_no = check.optional_text("report_no", self.report_no.as_deref(), 40);
        let remark = Remark::words(&mut check, self.note.as_deref());
        check.finish((PoliceReport { told_at, station, officer_sealed, report_no }, remark))
    }
}

/// When the police was told, as the office sees it.
#[derive(Debug, Serialize, ToSchema)]
pub struct PoliceReportView {
    /// The entry.
    pub id: Id<PoliceReportId>,
    /// When.
    pub told_at: Timestamp,
    /// Which station or department.
    pub station: String,
    /// Who took the call there, masked.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "示**")]
    pub officer: Option<String>,
    /// The number that the police gave it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub report_no: Option<String>,
    /// When the server had it.
    pub recorded_at: Timestamp,
}

impl PoliceReportView {
    /// The view.
    pub fn of(row: PoliceReportRow, vault: &Vault) -> Result<Self> {
        let masked = |sealed: Vec<u8>| vault.open_value::<PersonName>(&sealed).map(|name| name.masked());
        Ok(Self {
            id: row.id,
            told_at: row.told_at,
            station: row.station,
            officer: row.officer_sealed.map(masked).transpose()?,
            report_no: row.report_no,
            recorded_at: row.recorded_at,
        })
    }
}

/// Why there is no risk of violence any more.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "reason": "示例:派出所已训诫,双方签订互不侵扰承诺", "level": "difficult" }))]
pub struct ClearingBody {
    /// Why, for the office, 1 to 500 characters.
    #[schema(min_length = 1, max_length = 500)]
    pub reason: String,
    /// How hard the dispute is to settle without it; as before, `major`, when absent.
    pub level: Option<DisputeLevel>,
}

impl ClearingBody {
    /// The reason and the level, or 422.
    pub fn parse(self) -> Result<(Clearing, Remark)> {
        let mut check = Check::new();
        let reason = check.text("reason", &self.reason, 1, 500);
        check.finish((Clearing { reason, level: self.level }, Remark::default()))
    }
}

/// A risk of violence as the office sees it.
#[derive(Debug, Serialize, ToSchema)]
pub struct ViolenceView {
    /// Whether there is one now.
    pub risk: bool,
    /// Since when.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub raised_at: Option<Timestamp>,
    /// When the police was told of it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub police_told_at: Option<Timestamp>,
}

impl ViolenceView {
    /// The view.
    pub fn of(row: &DisputeRow) -> Self {
        Self {
            risk: row.violence_raised_at.is_some(),
            raised_at: row.violence_raised_at,
            police_told_at: row.police_told_at,
        }
    }
}
