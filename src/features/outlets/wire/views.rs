//! What clients get: never an address, a key or a secret.

use std::collections::BTreeMap;

use serde::Serialize;
use utoipa::ToSchema;

use crate::base::area_code::AreaCode;
use crate::base::clock::Timestamp;
use crate::base::id::Id;
use crate::base::problem::Result;
use crate::features::attachments::Photo;
use crate::features::notices::Notice;
use crate::features::outlets::actions::Summary;
use crate::features::outlets::model::{Exposure, ExposureRow, ExposureState, Outlet, OutletKind, OutletRow};
use crate::platform::access::Staff;

/// A place where notices are shown.
#[derive(Debug, Serialize, ToSchema)]
#[schema(example = json!({
    "id": "outlet_01h455vb4pex5vsknk084sn02q", "area_code": "500114119201", "kind": "loudspeaker",
    "name": "示例村一组村村响", "site": "示例村一组院坝", "audience": 260, "in_use": true, "machine": true, "signed": true,
    "version": 1, "created_at": "2026-01-05T01:30:00.000Z", "updated_at": "2026-01-05T01:30:00.000Z"
}))]
pub struct OutletView {
    /// The outlet.
    pub id: Id<Outlet>,
    /// Whom it is for.
    pub area_code: AreaCode,
    /// What it is.
    pub kind: OutletKind,
    /// What it is called.
    pub name: String,
    /// Where it stands.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub site: Option<String>,
    /// How many people it may reach, by estimate.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub audience: Option<i32>,
    /// Whether it is in use.
    pub in_use: bool,
    /// Whether a machine is told: its address or key is known.
    pub machine: bool,
    /// Whether the calls to it are signed.
    pub signed: bool,
    /// Counts changes; give it as `If-Match`.
    pub version: i32,
    /// When it was written down.
    pub created_at: Timestamp,
    /// When it was last changed.
    pub updated_at: Timestamp,
}

impl From<OutletRow> for OutletView {
    fn from(row: OutletRow) -> Self {
        Self {
            id: row.id,
            area_code: row.area_code,
            kind: row.kind,
            name: row.name,
            site: row.site,
            audience: row.audience,
            in_use: row.in_use,
            machine: row.target_sealed.is_some(),
            signed: row.secret_sealed.is_some(),
            version: row.version,
            created_at: row.created_at,
            updated_at: row.updated_at,
        }
    }
}

/// A showing of a notice on an outlet.
#[derive(Debug, Serialize, ToSchema)]
#[schema(example = json!({
    "id": "exposure_01h455vb4pex5vsknk084sn02q", "notice_id": "notice_01h455vb4pex5vsknk084sn02q",
    "outlet_id": "outlet_01h455vb4pex5vsknk084sn02q", "area_code": "500114119201", "kind": "loudspeaker",
    "state": "sent", "times": 3, "audience": 260, "shown_at": "2026-03-02T01:00:00.000Z",
    "recorded_by": "staff_01h455vb4pex5vsknk084sn02q", "created_at": "2026-03-02T01:00:00.000Z"
}))]
pub struct ExposureView {
    /// The showing.
    pub id: Id<Exposure>,
    /// What was shown.
    pub notice_id: Id<Notice>,
    /// Where.
    pub outlet_id: Id<Outlet>,
    /// Whom it is for.
    pub area_code: AreaCode,
    /// What the outlet is.
    pub kind: OutletKind,
    /// How it fares.
    pub state: ExposureState,
    /// How often, or how many leaflets.
    pub times: i32,
    /// How many people the outlet may reach, by the estimate of that day.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub audience: Option<i32>,
    /// When; of what waits: since when.
    pub shown_at: Timestamp,
    /// In words.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
    /// What a machine shows.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
    /// What the last try came to, in the machine's words.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub outcome: Option<String>,
    /// Who wrote it down or asked for it.
    pub recorded_by: Id<Staff>,
    /// When it was written down.
    pub created_at: Timestamp,
    /// Photos that prove it, each read at `/exposures/{id}/photos/{photo}`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(required = false)]
    pub photos: Vec<Id<Photo>>,
}

impl ExposureView {
    /// The view.
    pub fn of(row: ExposureRow) -> Result<Self> {
        Ok(Self {
            photos: row.photos()?,
            id: row.id,
            notice_id: row.notice_id,
            outlet_id: row.outlet_id,
            area_code: row.area_code,
            kind: row.kind,
            state: row.state,
            times: row.times,
            audience: row.audience,
            shown_at: row.shown_at,
            note: row.note,
            text: row.text,
            outcome: row.outcome,
            recorded_by: row.recorded_by,
            created_at: row.created_at,
        })
    }
}

/// The showings that were asked for.
#[derive(Debug, Serialize, ToSchema)]
pub struct BroadcastView {
    /// One for each outlet; those that were asked for before are as they are.
    pub exposures: Vec<ExposureView>,
}

/// Where a notice was shown. No part of its coverage: nobody knows which household looked.
#[derive(Debug, Serialize, ToSchema)]
#[schema(example = json!({
    "notice_id": "notice_01h455vb4pex5vsknk084sn02q",
    "kinds": [{ "kind": "loudspeaker", "outlets": 24, "showings": 24, "times": 72, "audience": 6100 }]
}))]
pub struct ExposureSummary {
    /// The notice.
    pub notice_id: Id<Notice>,
    /// Kind by kind, in the order of the closed list; those on which nothing was shown are left out.
    pub kinds: Vec<KindSummary>,
}

/// What all outlets of one kind have shown.
#[derive(Debug, Serialize, ToSchema)]
pub struct KindSummary {
    /// Of which kind.
    pub kind: OutletKind,
    /// How many outlets.
    pub outlets: i64,
    /// Entries.
    pub showings: i64,
    /// How often, or how many leaflets, all together.
    pub times: i64,
    /// Whom they may reach by estimate, each outlet once. People who meet several are in it several times.
    pub audience: i64,
}

impl ExposureSummary {
    /// The view.
    pub fn of(notice_id: Id<Notice>, kinds: BTreeMap<OutletKind, Summary>) -> Self {
        let view = |(kind, sum): (OutletKind, Summary)| KindSummary {
            kind,
            outlets: sum.outlets,
            showings: sum.showings,
            times: sum.times,
            audience: sum.audience,
        };
        Self { notice_id, kinds: kinds.into_iter().map(view).collect() }
    }
}
