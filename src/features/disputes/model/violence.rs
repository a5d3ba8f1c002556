//! That a dispute may turn violent, and that the police was told (人民调解法 25).

use diesel::prelude::*;

use crate::base::area_code::AreaCode;
use crate::base::clock::Timestamp;
use crate::base::id::Id;
use crate::features::cases::{Case, CaseFile, Reporter};
use crate::platform::db::schema::police_reports;

crate::id_kind! {
    /// An entry that the police was told.
    PoliceReportId = "police_report";
}

/// Who was told, after the checks.
#[derive(Debug, Clone)]
pub struct PoliceReport {
    /// When.
    pub told_at: Timestamp,
    /// Which station or department.
    pub station: String,
    /// Who took the call there, sealed.
    pub officer_sealed: Option<Vec<u8>>,
    /// The number that the police gave it, if it gave one.
    pub report_no: Option<String>,
}

/// The same as it is stored.
#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = police_reports, treat_none_as_default_value = false)]
pub struct PoliceReportRow {
    /// The entry.
    pub id: Id<PoliceReportId>,
    /// The dispute's case.
    pub case_id: Id<Case>,
    /// As in the file.
    pub area_code: AreaCode,
    /// When the police was told.
    pub told_at: Timestamp,
    /// Which station or department.
    pub station: String,
    /// Who took the call there, sealed.
    pub officer_sealed: Option<Vec<u8>>,
    /// The number that the police gave it.
    pub report_no: Option<String>,
    /// Who wrote it down.
    pub recorded_by: Id<Reporter>,
    /// When the server had it.
    pub recorded_at: Timestamp,
}

impl PoliceReport {
    /// The row, written down by `by`.
    pub fn into_row(self, file: &CaseFile, by: Id<Reporter>, now: Timestamp) -> PoliceReportRow {
        PoliceReportRow {
            id: Id::new(),
            case_id: file.id,
            area_code: file.area_code.clone(),
            told_at: self.told_at,
            station: self.station,
            officer_sealed: self.officer_sealed,
            report_no: self.report_no,
            recorded_by: by,
            recorded_at: now,
        }
    }
}
