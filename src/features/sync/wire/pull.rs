//! What a phone is sent to carry along.

use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::base::problem::{Problem, Result};
use crate::features::cases::{CaseKind, shown_id};
use crate::features::sync::carried::CarriedCase;
use crate::features::sync::cursor::Cursor;
use crate::features::sync::pull::Pulled;
use crate::platform::access::Granted;
use crate::platform::access::policy::SeeCases;
use crate::platform::web::App;

/// Changes of one page when the phone names no number.
const USUAL: u32 = 50;
/// The most.
const MOST: u32 = 100;

/// From where to go on.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct PullQuery {
    /// The `next` of the answer before, or the `cursor` of a pack; absent at first.
    #[param(max_length = 128)]
    pub cursor: Option<String>,
    /// How many changes at most, 1 to 100; 50 when absent.
    #[param(minimum = 1, maximum = 100)]
    pub limit: Option<u32>,
}

impl PullQuery {
    /// The cursor and the number of changes, or 422.
    pub fn parse(self) -> Result<(Option<Cursor>, i64)> {
        let limit = self.limit.unwrap_or(USUAL);
        if !(1..=MOST).contains(&limit) {
            return Err(Problem::field("limit", format!("应在 1 到 {MOST} 之间")));
        }
        Ok((self.cursor.as_deref().map(Cursor::decode).transpose()?, i64::from(limit)))
    }
}

/// What has changed in the worker's areas.
#[derive(Debug, Serialize, ToSchema)]
pub struct PullView {
    /// Drop all cases that you hold before you take these: it is the first page, or the worker's posts have changed, or the
    /// phone was silent for long.
    pub reset: bool,
    /// Cases as they are now; those that you hold are replaced.
    pub cases: Vec<CarriedCase>,
    /// Cases to drop: closed more than 30 days ago.
    pub tombstones: Vec<Tombstone>,
    /// Give this as `cursor` next time.
    pub next: String,
    /// Whether there is more now.
    pub more: bool,
}

/// A case to drop.
#[derive(Debug, Serialize, ToSchema)]
pub struct Tombstone {
    /// Its kind.
    pub kind: CaseKind,
    /// Under its kind's own prefix.
    #[schema(example = "hazard_01h455vb4pex5vsknk084sn02q")]
    pub id: String,
}

impl PullView {
    /// The view for `see`.
    pub fn of(pulled: Pulled, see: &Granted<SeeCases>, app: &App) -> Result<Self> {
        let Pulled { reset, cases, gone, next, more } = pulled;
        let cases = cases.into_iter().map(|case| case.view(see, app)).collect::<Result<_>>()?;
        let tombstones = gone.into_iter().map(|(kind, id)| Tombstone { kind, id: shown_id(kind, id) });
        Ok(Self { reset, cases, tombstones: tombstones.collect(), next: next.encode(), more })
    }
}
