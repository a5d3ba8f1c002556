//! Where the rows of a file come from: page by page, in the areas of whoever asked.

use super::asker::{Asker, Wanted};
use super::columns::cells;
use crate::base::clock::Timestamp;
use crate::base::page::Place;
use crate::base::problem::{Problem, Result};
use crate::features::cases::{self, CaseFilter};
use crate::features::fraud::{self, LedgerFilter};
use crate::platform::access::policy::ExportFraud;
use crate::platform::access::{AreaScope, Granted};
use crate::platform::db::DbConnection;
use crate::platform::privacy::Vault;
use crate::platform::sheet::Cells;

/// Rows of one page.
const PAGE: u32 = 200;

/// What a run reads.
#[derive(Clone)]
pub enum Source {
    /// Cases.
    Cases(AreaScope, CaseFilter),
    /// Leads.
    Leads(Granted<ExportFraud>, LedgerFilter),
    /// Dissuasions.
    Dissuasions(Granted<ExportFraud>, LedgerFilter),
}

impl Source {
    /// What `by` asked for on the day of `asked_at`; 404 when nothing of the area is theirs any more.
    pub fn of(by: &Asker, wanted: Wanted, asked_at: Timestamp) -> Result<Self> {
        let scope = by.scope().asked(wanted.area())?;
        match (by, wanted) {
            (Asker::Cases(_), Wanted::Cases(filter)) => Ok(Self::Cases(scope, filter.parse(asked_at)?)),
            (Asker::Fraud(by), Wanted::Leads(filter)) => Ok(Self::Leads(by.clone(), filter)),
            (Asker::Fraud(by), Wanted::Dissuasions(filter)) => Ok(Self::Dissuasions(by.clone(), filter)),
            (Asker::Cases(_), Wanted::Leads(_) | Wanted::Dissuasions(_))
            | (Asker::Fraud(_), Wanted::Cases(_)) => {
                Err(Problem::internal("an export by another permission than its own"))
            }
        }
    }

    /// The rows after a place, as cells, and the place from which to go on; none at the end.
    pub fn page(
        &self,
        c: &mut DbConnection,
        vault: &Vault,
        after: Option<Place>,
    ) -> Result<(Vec<Cells>, Option<Place>)> {
        match self {
            Self::Cases(scope, filter) => {
                let (files, next) = cases::files_page(c, scope, filter, after, PAGE)?;
                Ok((files.iter().map(cells).collect(), next))
            }
            Self::Leads(by, filter) => fraud::lead_lines(c, by, vault, filter, (after, PAGE)),
            Self::Dissuasions(by, filter) => fraud::dissuasion_lines(c, by, vault, filter, (after, PAGE)),
        }
    }
}
