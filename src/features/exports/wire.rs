//! JSON shapes.

use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::asker::Wanted;
use super::model::{Export, ExportFailure, ExportFormat, ExportRow, ExportState, ExportSubject};
use crate::base::area_code::AreaCode;
use crate::base::check::Check;
use crate::base::clock::Timestamp;
use crate::base::id::Id;
use crate::base::page::PageQuery;
use crate::base::problem::{Problem, Result};
use crate::features::cases::{CaseFilter, CaseKind, CaseQuery, Phase, View};
use crate::features::fraud::LedgerFilter;
use crate::platform::privacy::Vault;

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

crate::text_enum! {
    /// A ledger of fraud that a file may hold.
    pub enum FraudLedger {
        Leads = "leads" "涉诈线索",
        Dissuasions = "dissuasions" "劝阻台账",
    }
}

/// A request for a file of one of the ledgers of fraud.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "ledger": "dissuasions", "format": "xlsx", "purpose": "示例:年度总结", "filter": { "from": "2026-01-01" } }))]
pub struct FraudExportBody {
    /// Which ledger.
    pub ledger: FraudLedger,
    /// What kind of file.
    pub format: ExportFormat,
    /// Whether a CSV begins with a byte order mark, without which Excel takes it for GBK; yes when absent.
    pub bom: Option<bool>,
    /// What for; it stands in the file and in the audit log. 2 to 200 characters.
    #[schema(min_length = 2, max_length = 200)]
    pub purpose: String,
    /// Which entries; all that I may export when absent.
    #[serde(default)]
    pub filter: LedgerFilter,
}

/// [`ExportBody`] or [`FraudExportBody`] after its checks.
#[derive(Debug, Clone)]
pub struct Asked {
    /// What kind of file.
    pub format: ExportFormat,
    /// Whether a CSV begins with a byte order mark.
    pub mark: bool,
    /// What for.
    pub purpose: String,
    /// What it is to hold.
    pub wanted: Wanted,
    /// All of it, to know a resend by.
    pub fingerprint: Vec<u8>,
}

impl ExportBody {
    /// What is asked for at `now`, or 422.
    pub fn parse(self, now: Timestamp) -> Result<Asked> {
        let fingerprint = serde_json::to_vec(&("export", &self)).map_err(Problem::internal)?;
        let mut check = Check::new();
        let purpose = check.text("purpose", &self.purpose, 2, 200);
        refuse_filter(&mut check, self.filter.parse(now).map(drop));
        let (mark, wanted) = (self.bom.unwrap_or(true), Wanted::Cases(self.filter));
        check.finish(Asked { format: self.format, mark, purpose, wanted, fingerprint })
    }
}

impl FraudExportBody {
    /// What is asked for, or 422.
    pub fn parse(self) -> Result<Asked> {
        let fingerprint = serde_json::to_vec(&("fraud_export", &self)).map_err(Problem::internal)?;
        let mut check = Check::new();
        let purpose = check.text("purpose", &self.purpose, 2, 200);
        refuse_filter(&mut check, self.filter.check());
        let wanted = match self.ledger {
            FraudLedger::Leads => Wanted::Leads(self.filter),
            FraudLedger::Dissuasions => Wanted::Dissuasions(self.filter),
        };
        let mark = self.bom.unwrap_or(true);
        check.finish(Asked { format: self.format, mark, purpose, wanted, fingerprint })
    }
}

/// Complains of each field of a filter that is wrong.
fn refuse_filter(check: &mut Check, filter: Result<()>) {
    let Err(problem) = filter else { return };
    problem.errors().iter().for_each(|e| check.refuse(format!("filter.{}", e.field), e.message.clone()));
}

/// An export as whoever asked for it sees it.
#[derive(Debug, Serialize, ToSchema)]
pub struct ExportView {
    /// The export.
    pub id: Id<Export>,
    /// What it holds.
    pub subject: ExportSubject,
    /// What kind of file.
    pub format: ExportFormat,
    /// What for.
    pub purpose: String,
    /// Which cases; absent in a file of a ledger.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub filter: Option<ExportFilter>,
    /// Which entries of a ledger; absent in a file of cases.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ledger_filter: Option<LedgerFilter>,
    /// How far it is.
    pub state: ExportState,
    /// Rows written so far.
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
        let (filter, ledger_filter) = match Wanted::open(vault, row.subject, &row.filter_sealed)? {
            Wanted::Cases(filter) => (Some(filter), None),
            Wanted::Leads(filter) | Wanted::Dissuasions(filter) => (None, Some(filter)),
        };
        Ok(Self {
            filter,
            ledger_filter,
            subject: row.subject,
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
