//! Inspections as clients see them.

use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::base::area_code::AreaCode;
use crate::base::clock::Timestamp;
use crate::base::geo::Datum;
use crate::base::id::Id;
use crate::base::page::{PageQuery, PageRequest};
use crate::base::problem::Result;
use crate::features::campaigns::model::{Finding, InspectionFile, InspectionRow, Signature};
use crate::features::cases::{Awaited, PlaceView};
use crate::features::hazards::{Campaign, Inspection};
use crate::features::places::Place;
use crate::platform::access::Staff;

/// Which inspections of a campaign to list.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct InspectionQuery {
    /// Only those of this place.
    pub place_id: Option<Id<Place>>,
    /// How many rows, 1 to 100; 20 when absent.
    #[param(minimum = 1, maximum = 100)]
    pub limit: Option<u32>,
    /// The `next` of the page before.
    #[param(max_length = 64)]
    pub cursor: Option<String>,
}

impl InspectionQuery {
    /// The place and the page, or 422.
    pub fn parse(self) -> Result<(Option<Id<Place>>, PageRequest)> {
        let page = PageQuery { limit: self.limit, cursor: self.cursor }.parse()?;
        Ok((self.place_id, page))
    }
}

/// Which file of a photo.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct PhotoQuery {
    /// Whether a JPEG of at most 320 pixels on its longer side will do.
    pub thumbnail: Option<bool>,
}

/// An inspection in a list.
#[derive(Debug, Serialize, ToSchema)]
pub struct InspectionSummary {
    /// The inspection.
    pub id: Id<Inspection>,
    /// The campaign.
    pub campaign_id: Id<Campaign>,
    /// Where.
    pub area_code: AreaCode,
    /// The place of the ledger; absent at a spot.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub place_id: Option<Id<Place>>,
    /// The spot; absent at a place.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub spot: Option<PlaceView>,
    /// How many items failed.
    pub failed: i32,
    /// Whether it was enforcement.
    pub enforcement: bool,
    /// When it was.
    pub inspected_at: Timestamp,
    /// When the server had it.
    pub created_at: Timestamp,
}

impl From<InspectionRow> for InspectionSummary {
    fn from(row: InspectionRow) -> Self {
        let spot = row.place_id.is_none().then(|| PlaceView {
            address: row.address,
            lat: row.lat,
            lng: row.lng,
            datum: row.lat.map(|_| Datum::Wgs84),
            accuracy_m: None,
        });
        Self {
            id: row.id,
            campaign_id: row.campaign_id,
            area_code: row.area_code,
            place_id: row.place_id,
            spot,
            failed: row.failed,
            enforcement: row.enforcement,
            inspected_at: row.inspected_at,
            created_at: row.created_at,
        }
    }
}

/// An inspection; it never changes, but for photos that arrive later.
#[derive(Debug, Serialize, ToSchema)]
pub struct InspectionView {
    /// When and where.
    #[serde(flatten)]
    pub inspection: InspectionSummary,
    /// The number of the checklist that was used.
    pub checklist: i32,
    /// The answers.
    pub results: Vec<Finding>,
    /// The photos of items that did not fail which are still on the phone; absent when nothing is missing.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(required = false)]
    pub awaiting_media: Vec<Awaited>,
    /// Who was there.
    pub inspectors: Vec<Id<Staff>>,
    /// Whether the record was signed; only of enforcement.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub signature: Option<Signature>,
    /// Why not.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub refusal: Option<String>,
    /// The fine on the spot, fen.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fine_fen: Option<i64>,
    /// The number of its decision.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub decision_no: Option<String>,
}

impl InspectionView {
    /// The view.
    pub fn of(file: InspectionFile) -> Result<Self> {
        let InspectionFile { mut row, awaited } = file;
        Ok(Self {
            awaiting_media: awaited,
            checklist: row.checklist,
            results: row.answers()?,
            inspectors: row.crew()?,
            signature: row.signature,
            refusal: row.refusal.take(),
            fine_fen: row.fine_fen,
            decision_no: row.decision_no.take(),
            inspection: row.into(),
        })
    }
}
