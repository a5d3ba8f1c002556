//! Whoever asks for a file, by the permission that lets them have it, and what they asked for.

use serde_json::{Value, json};

use super::model::ExportSubject;
use super::wire::ExportFilter;
use crate::base::area_code::AreaCode;
use crate::base::problem::{Problem, Result};
use crate::features::fraud::LedgerFilter;
use crate::platform::access::policy::{ExportCases, ExportFraud};
use crate::platform::access::{Actor, AreaScope, Granted};
use crate::platform::privacy::{Field, Vault};

/// The permission by which somebody has a file made.
#[derive(Clone)]
pub enum Asker {
    /// Of cases.
    Cases(Granted<ExportCases>),
    /// Of one of the ledgers of fraud.
    Fraud(Granted<ExportFraud>),
}

impl Asker {
    /// By what the posts of `actor` allow now; 403 when none allows such a file.
    pub fn of(actor: &Actor, subject: ExportSubject) -> Result<Self> {
        match subject {
            ExportSubject::Cases => Granted::on_behalf(actor).map(Self::Cases),
            ExportSubject::Leads | ExportSubject::Dissuasions => Granted::on_behalf(actor).map(Self::Fraud),
        }
    }

    /// Who asks.
    pub fn actor(&self) -> &Actor {
        match self {
            Self::Cases(by) => by.actor(),
            Self::Fraud(by) => by.actor(),
        }
    }

    /// Where.
    pub fn scope(&self) -> &AreaScope {
        match self {
            Self::Cases(by) => by.scope(),
            Self::Fraud(by) => by.scope(),
        }
    }
}

/// What a file is to hold, and which part of it.
#[derive(Debug, Clone)]
pub enum Wanted {
    /// Cases.
    Cases(ExportFilter),
    /// Leads.
    Leads(LedgerFilter),
    /// Dissuasions.
    Dissuasions(LedgerFilter),
}

impl Wanted {
    /// What it is to hold.
    pub fn subject(&self) -> ExportSubject {
        match self {
            Self::Cases(_) => ExportSubject::Cases,
            Self::Leads(_) => ExportSubject::Leads,
            Self::Dissuasions(_) => ExportSubject::Dissuasions,
        }
    }

    /// The area that it is bounded to.
    pub fn area(&self) -> Option<&AreaCode> {
        match self {
            Self::Cases(filter) => filter.area.as_ref(),
            Self::Leads(filter) | Self::Dissuasions(filter) => filter.area.as_ref(),
        }
    }

    /// The filter as the audit log keeps it: without the words that are looked for, among which a name may be; and
    /// whether there are any.
    pub fn said(&self) -> (Value, bool) {
        match self {
            Self::Cases(filter) => {
                let words = filter.q.as_ref().is_some_and(|q| !q.trim().is_empty());
                (json!(ExportFilter { q: None, ..filter.clone() }), words)
            }
            Self::Leads(filter) | Self::Dissuasions(filter) => (json!(filter), false),
        }
    }

    /// Sealed, because somebody may look for a name.
    pub fn seal(&self, vault: &Vault) -> Result<Vec<u8>> {
        let filter = match self {
            Self::Cases(filter) => serde_json::to_string(filter),
            Self::Leads(filter) | Self::Dissuasions(filter) => serde_json::to_string(filter),
        };
        vault.seal(Field::Note, &filter.map_err(Problem::internal)?)
    }

    /// What [`Self::seal`] sealed.
    pub fn open(vault: &Vault, subject: ExportSubject, sealed: &[u8]) -> Result<Self> {
        let filter = vault.open(Field::Note, sealed)?;
        let opened = match subject {
            ExportSubject::Cases => serde_json::from_str(&filter).map(Self::Cases),
            ExportSubject::Leads => serde_json::from_str(&filter).map(Self::Leads),
            ExportSubject::Dissuasions => serde_json::from_str(&filter).map(Self::Dissuasions),
        };
        opened.map_err(Problem::internal)
    }
}
