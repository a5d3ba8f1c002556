//! Which entries of a ledger a list or a file holds, as far as it is the same for both ledgers.

use chrono::{Days, NaiveDate};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::base::area_code::AreaCode;
use crate::base::check::Check;
use crate::base::clock::Timestamp;
use crate::base::problem::Result;
use crate::features::fraud::store::Span;
use crate::features::fraud::store::dissuasions::DissuasionFilter;
use crate::features::fraud::store::leads::LeadFilter;
use crate::features::notices::FraudType;

/// Which entries of a ledger: of leads by the day on which they came, of dissuasions by that on which they happened.
#[derive(Debug, Clone, Default, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct LedgerFilter {
    /// Only inside this area.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "500114119201")]
    pub area: Option<AreaCode>,
    /// Only those of this fraud.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fraud_type: Option<FraudType>,
    /// The first day, in Asia/Shanghai.
    #[serde(
        default,
        deserialize_with = "crate::base::day::optional_day",
        skip_serializing_if = "Option::is_none"
    )]
    pub from: Option<NaiveDate>,
    /// The last day.
    #[serde(
        default,
        deserialize_with = "crate::base::day::optional_day",
        skip_serializing_if = "Option::is_none"
    )]
    pub to: Option<NaiveDate>,
}

impl LedgerFilter {
    /// 422 for a last day before the first.
    pub fn check(&self) -> Result<()> {
        let mut check = Check::new();
        if self.from.zip(self.to).is_some_and(|(from, to)| from > to) {
            check.refuse("to", "不能早于 from");
        }
        check.finish(())
    }

    fn span(&self) -> Span {
        let after = self.to.and_then(|day| day.checked_add_days(Days::new(1)));
        Span { from: self.from.map(Timestamp::start_of), until: after.map(Timestamp::start_of) }
    }

    /// The same of leads.
    pub fn leads(&self) -> LeadFilter {
        LeadFilter { fraud_type: self.fraud_type, span: self.span(), ..LeadFilter::default() }
    }

    /// The same of dissuasions.
    pub fn dissuasions(&self) -> DissuasionFilter {
        DissuasionFilter { fraud_type: self.fraud_type, span: self.span(), ..DissuasionFilter::default() }
    }
}
