//! Lists of hazards.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::base::area_code::AreaCode;
use crate::base::id::Id;
use crate::base::page::{PageQuery, PageRequest};
use crate::base::problem::{Problem, Result};
use crate::features::cases::CaseSummary;
use crate::features::hazards::model::{Grade, HazardFile, HazardState};
use crate::features::hazards::store::Listing;
use crate::features::places::Place;

/// What a list of hazards may be asked for: either `supervised` or a place. All hazards are `/cases?kind=hazard`.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct HazardQuery {
    /// Only those that are listed for supervision (挂牌督办).
    pub supervised: Option<bool>,
    /// Only those at this place of the ledger, closed ones too.
    pub place_id: Option<Id<Place>>,
    /// Only inside this area.
    #[param(example = "500114119201001")]
    pub area: Option<AreaCode>,
    /// How many rows, 1 to 100; 20 when absent.
    #[param(minimum = 1, maximum = 100)]
    pub limit: Option<u32>,
    /// The `next` of the page before.
    #[param(max_length = 64)]
    pub cursor: Option<String>,
}

impl HazardQuery {
    /// The list, its area and the page, or 422.
    pub fn parse(self) -> Result<(Listing, Option<AreaCode>, PageRequest)> {
        let listing = match (self.supervised.unwrap_or(false), self.place_id) {
            (true, None) => Listing::Supervised,
            (false, Some(place)) => Listing::At(place),
            (true, Some(_)) | (false, None) => {
                let message =
                    "请在 supervised=true 和 place_id 中选一项;全部隐患见 /api/v1/cases?kind=hazard";
                return Err(Problem::field("supervised", message));
            }
        };
        let page = PageQuery { limit: self.limit, cursor: self.cursor }.parse()?;
        Ok((listing, self.area, page))
    }
}

/// A hazard in a list.
#[derive(Debug, Serialize, ToSchema)]
pub struct HazardSummary {
    /// The file, as lists of cases show it.
    #[serde(flatten)]
    pub case: CaseSummary,
    /// How far the procedure is.
    pub state: HazardState,
    /// How bad; absent before grading.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub grade: Option<Grade>,
    /// The day by which it is to be settled, while it is listed for supervision.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub supervised_until: Option<NaiveDate>,
    /// The place of the ledger at which it is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub place_id: Option<Id<Place>>,
}

impl From<HazardFile> for HazardSummary {
    fn from(HazardFile { file, row }: HazardFile) -> Self {
        Self {
            case: file.into(),
            state: row.state,
            grade: row.grade,
            supervised_until: row.supervised_until,
            place_id: row.place_id,
        }
    }
}
