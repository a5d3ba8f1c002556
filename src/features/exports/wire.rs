//! JSON shapes.

use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::model::{Export, ExportFailure, ExportFormat, ExportRow, ExportState};
use crate::base::area_code::AreaCode;
use crate::base::check::Check;
use crate::base::clock::Timestamp;
use crate::base::id::Id;
use crate::base::page::PageQuery;
use crate::base::problem::{Problem, Result};
use crate::features::cases::{CaseFilter, CaseKind, CaseQuery, Phase, View};
use crate::platform::privacy::{Field, Vault};

/// Which cases, as `GET /api/v1/cases` asks for them.
#[derive(Debug, Clone, Default, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ExportFilter {
    /// `grids` (default): in my areas; `mine`: reported by me; `desk`: open and on my desk.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub view: Option<View>,
    /// Only inside this area.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "500114119201")]
    pub area: Option<AreaCode>,
    /// Only this kind.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub kind: Option<CaseKind>,
    /// Only this phase.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub phase: Option<Phase>,
    /// Only this category, a hazard's field, a dispute's type, an event's category.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 40, example = "gas")]
    pub category: Option<String>,
    /// Only open cases past their day, on the day of the request.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub overdue: Option<bool>,
    /// Only cases with these words.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 64, example = "燃气 泄漏")]
    pub q: Option<String>,
}

impl ExportFilter {
    /// The filter on the day of `asked_at`, or 422.
    pub fn parse(&self, asked_at: Timestamp) -> Result<CaseFilter> {
        let Self { view, area, kind, phase, category, overdue, q } = self.clone();
        let query = CaseQuery { view, area, kind, phase, category, overdue, q, ..CaseQuery::default() };
        query.filter(asked_at.local_date())
    }

    /// Sealed, because somebody may look for a name.
    pub fn seal(&self, vault: &Vault) -> Result<Vec<u8>> {
        vault.seal(Field::Note, &serde_json::to_string(self).map_err(Problem::internal)?)
    }

    /// What [`Self::seal`] sealed.
    pub fn open(vault: &Vault, sealed: &[u8]) -> Result<Self> {
        serde_json::from_str(&vault.open(Field::Note, sealed)?).map_err(Problem::internal)
    }
}

/// A request for a file of cases.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "format": "xlsx", "purpose": "示例:月度会商", "filter": { "kind": "hazard", "phase": "working" } }))]
pub struct ExportBody {
    /// What kind of file.
    pub format: ExportFormat,
    /// Whether a CSV begins with a byte order mark, without which Excel takes it for GBK; yes when absent.
    pub bom: Option<bool>,
    /// What for; it stands in the file and in the audit log. 2 to 200 characters.
    #[schema(min_length = 2, max_length = 200)]
    pub purpose: String,
    /// Which cases; all that I may see when absent.
    #[serde(default)]
    pub filter: ExportFilter,
}

/// [`ExportBody`] after its checks.
#[derive(Debug, Clone)]
pub struct Asked {
    /// What kind of file.
    pub format: ExportFormat,
    /// Whether a CSV begins with a byte order mark.
    pub mark: bool,
    /// What for.
    pub purpose: String,
    /// Which cases.
    pub filter: ExportFilter,
    /// All of it, to know a resend by.
    pub fingerprint: Vec<u8>,
}

impl ExportBody {
    /// What is asked for at `now`, or 422.
    pub fn parse(self, now: Timestamp) -> Result<Asked> {
        let fingerprint = serde_json::to_vec(&("export", &self)).map_err(Problem::internal)?;
        let mut check = Check::new();
        let purpose = check.text("purpose", &self.purpose, 2, 200);
        if let Err(problem) = self.filter.parse(now) {
            problem
                .errors()
                .iter()
                .for_each(|e| check.refuse(format!("filter.{}", e.field), e.message.clone()));
        }
        let mark = self.bom.unwrap_or(true);
        check.finish(Asked { format: self.format, mark, purpose, filter: self.filter, fingerprint })
    }
}

/// An export as whoever asked for it sees it.
#[derive(Debug, Serialize, ToSchema)]
pub struct ExportView {
    /// The export.
    pub id: Id<Export>,
    /// What kind of file.
    pub format: ExportFormat,
    /// What for.
    pub purpose: String,
    /// Which cases.
    pub filter: ExportFilter,
    /// How far it is.
    pub state: ExportState,
    /// Cases written so far.
    pub rows: i32,
    /// Length of the file, when it is ready.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub bytes: Option<i64>,
    /// Why it came to nothing.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub failure: Option<ExportFailure>,
    /// The same in words.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    pub detail: Option<&'static str>,
    /// When it was asked for.
    pub created_at: Timestamp,
    /// When it was ready, or came to nothing.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub finished_at: Option<Timestamp>,
    /// Until when it may be downloaded.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub expires_at: Option<Timestamp>,
    /// Where the file is read, with the same sign-in, when it is ready.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "/api/v1/exports/export_01h455vb4pex5vsknk084sn02q/file")]
    pub file: Option<String>,
}

impl ExportView {
    /// The view of a row.
    pub fn of(row: ExportRow, vault: &Vault) -> Result<Self> {
        let ready = row.state == ExportState::Ready;
        Ok(Self {
            filter: ExportFilter::open(vault, &row.filter_sealed)?,
            file: ready.then(|| format!("/api/v1/exports/{}/file", row.id)),
            bytes: ready.then_some(row.bytes),
            detail: row.failure.map(ExportFailure::label),
            id: row.id,
            format: row.format,
            purpose: row.purpose,
            state: row.state,
            rows: row.rows,
            failure: row.failure,
            created_at: row.created_at,
            finished_at: row.finished_at,
            expires_at: row.expires_at,
        })
    }
}

/// Which page of one's exports.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ExportQuery {
    /// How many rows, 1 to 100; 20 when absent.
    #[param(minimum = 1, maximum = 100)]
    pub limit: Option<u32>,
    /// The `next` of the page before.
    #[param(max_length = 64)]
    pub cursor: Option<String>,
}

impl ExportQuery {
    /// The page asked for.
    pub fn page(self) -> PageQuery {
        PageQuery { limit: self.limit, cursor: self.cursor }
    }
}
