//! The JSON that every kind of case shares.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::assignment::AssignmentView;
use super::model::{Awaited, CaseFile, CaseKind, Confidential, Phase, Place, Source, Urgency, shown_id};
use super::search::Words;
use super::store::Listed;
use crate::base::area_code::AreaCode;
use crate::base::check::Check;
use crate::base::clock::Timestamp;
use crate::base::geo::{Datum, Wgs84};
use crate::base::page::PageQuery;
use crate::base::problem::{Problem, Result};
use crate::features::clocks::ClockView;
use crate::platform::access::{Actor, ActorKind};

/// Where it happened, as a phone sends it. Coordinates always name their datum.
#[derive(Debug, Clone, Default, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PlaceBody {
    /// In words; a place, not a person's address. At most 120 characters.
    #[schema(example = "示例村二组水渠旁", max_length = 120)]
    pub address: Option<String>,
    /// Degrees north, -90 to 90; together with `lng` and `datum`.
    #[schema(example = 29.42, minimum = -90, maximum = 90)]
    pub lat: Option<f64>,
    /// Degrees east, -180 to 180.
    #[schema(example = 108.71, minimum = -180, maximum = 180)]
    pub lng: Option<f64>,
    /// What the two are given in.
    pub datum: Option<Datum>,
    /// How far off they may be, metres, 0 to 100,000.
    #[schema(example = 12.5, minimum = 0, maximum = 100_000)]
    pub accuracy_m: Option<f64>,
}

impl PlaceBody {
    /// The place, with a complaint per field that is wrong.
    pub fn check(&self, check: &mut Check) -> Place {
        let address = check.optional_text("place.address", self.address.as_deref(), 120);
        let at = Wgs84::checked(check, "place", (self.lat, self.lng, self.datum));
        let accuracy_m =
            self.accuracy_m.map(|metres| check.range("place.accuracy_m", metres, 0.0, 100_000.0));
        Place { address, at, accuracy_m }
    }
}

/// Where it happened, WGS-84.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct PlaceView {
    /// In words.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub address: Option<String>,
    /// Degrees north.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub lat: Option<f64>,
    /// Degrees east.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub lng: Option<f64>,
    /// Always `wgs84` in answers.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub datum: Option<Datum>,
    /// How far off, metres.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub accuracy_m: Option<f64>,
}

/// What every report says, whatever its kind; borrowed from the procedure's own body.
#[derive(Debug)]
pub struct CaseBody<'a> {
    /// In short.
    pub title: &'a str,
    /// In full.
    pub detail: &'a str,
    /// Where.
    pub place: Option<&'a PlaceBody>,
    /// How the township came to know; by who reports when absent.
    pub source: Option<Source>,
    /// When it happened; now when absent.
    pub occurred_at: Option<Timestamp>,
    /// When the phone took it down; now when absent.
    pub reported_at: Option<Timestamp>,
}

/// [`CaseBody`] after its checks.
#[derive(Debug, Clone)]
pub struct CheckedBody {
    /// 1 to 60 characters.
    pub title: String,
    /// 1 to 2,000 characters.
    pub detail: String,
    /// Where.
    pub place: Place,
    /// How the township came to know.
    pub source: Source,
    /// When it happened.
    pub occurred_at: Timestamp,
    /// When the phone took it down.
    pub reported_at: Timestamp,
}

impl CaseBody<'_> {
    /// Checks the shared fields; complaints go to `check`.
    pub fn check(&self, check: &mut Check, by: &Actor, now: Timestamp) -> CheckedBody {
        let usual = match by.kind() {
            // One source for all who must not be known: another would tell whether a worker took it down.
            ActorKind::Resident | ActorKind::Anonymous => Source::ResidentReport,
            _ => Source::GridPatrol,
        };
        let occurred_at = check.past("occurred_at", self.occurred_at.unwrap_or(now), now);
        let reported_at = check.past("reported_at", self.reported_at.unwrap_or(now), now);
        let of_residents = matches!(by.kind(), ActorKind::Resident | ActorKind::Anonymous);
        if of_residents && self.source.is_some_and(|source| source != Source::ResidentReport) {
            check.refuse("source", "居民上报和匿名上报的来源只能是 resident_report");
        }
        CheckedBody {
            title: check.text("title", self.title, 1, 60),
            detail: check.text("detail", self.detail, 1, 2000),
            place: self.place.map(|place| place.check(check)).unwrap_or_default(),
            source: self.source.unwrap_or(usual),
            occurred_at,
            reported_at,
        }
    }
}

/// A step that this caller may take now, or may not and why. A phone draws its buttons from these.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Action {
    /// The step's name.
    #[schema(example = "grade")]
    pub step: &'static str,
    /// What the button says.
    #[schema(example = "定级")]
    pub label: &'static str,
    /// Where to POST it, with `If-Match`.
    #[schema(example = "/api/v1/hazards/hazard_01h455vb4pex5vsknk084sn02q/grading")]
    pub href: String,
    /// The fields that the body must have.
    #[schema(value_type = Vec<String>, example = json!(["grade"]))]
    pub fields: &'static [&'static str],
    /// Why it cannot be taken now although the role could; absent when it can.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    pub blocked: Option<&'static str>,
}

/// The file as every kind of case shows it.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct CaseView {
    /// Unique in the country.
    #[schema(example = "YH-500114119-2026-00042")]
    pub no: String,
    /// Where it lies.
    pub area_code: AreaCode,
    /// In short.
    pub title: String,
    /// In full.
    pub detail: String,
    /// How the township came to know.
    pub source: Source,
    /// How soon.
    pub urgency: Urgency,
    /// Who may see it.
    pub confidential: Confidential,
    /// How far it is.
    pub phase: Phase,
    /// Where it happened.
    pub place: PlaceView,
    /// How it came to its area; absent without coordinates, and in a town without boundaries.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub assignment: Option<AssignmentView>,
    /// Whether staff or a resident reported it, or somebody who must not be known; persons are not named.
    pub reporter: ActorKind,
    /// When it happened.
    pub occurred_at: Timestamp,
    /// When the phone took it down.
    pub reported_at: Timestamp,
    /// When the server had it.
    pub received_at: Timestamp,
    /// When it was closed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub closed_at: Option<Timestamp>,
    /// The first day on which something is due (Asia/Shanghai), from `clocks`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub due_on: Option<NaiveDate>,
    /// The times that ran and run for it: the latest of each rule.
    pub clocks: Vec<ClockView>,
    /// Counts the steps; give it as `If-Match`.
    pub version: i32,
    /// The case that this one came out of, when it was first taken for a matter of another kind.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "event_01h455vb4pex5vsknk084sn02q")]
    pub origin: Option<String>,
    /// Photos that it names and that are still on somebody's phone; absent when nothing is missing.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(required = false)]
    pub awaiting_media: Vec<Awaited>,
}

impl From<CaseFile> for CaseView {
    fn from(file: CaseFile) -> Self {
        let awaiting_media = file.awaited();
        let place = PlaceView {
            datum: file.lat.map(|_| Datum::Wgs84),
            address: file.address,
            lat: file.lat,
            lng: file.lng,
            accuracy_m: file.accuracy_m,
        };
        let assignment = file.assignment.map(|kept| AssignmentView::of(kept.0));
        Self {
            origin: file.origin_kind.zip(file.origin_id).map(|(kind, id)| shown_id(kind, id)),
            no: file.no,
            area_code: file.area_code,
            title: file.title,
            detail: file.detail,
            source: file.source,
            urgency: file.urgency,
            confidential: file.confidential,
            phase: file.phase,
            place,
            assignment,
            reporter: file.reporter_kind,
            occurred_at: file.occurred_at,
            reported_at: file.reported_at,
            received_at: file.received_at,
            closed_at: file.closed_at,
            due_on: file.due_on,
            clocks: file.clocks.view(),
            version: file.version,
            awaiting_media,
        }
    }
}

/// A case in a list.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct CaseSummary {
    /// Under its kind's own prefix: `hazard_…`, `dispute_…`, `event_…`.
    #[schema(example = "hazard_01h455vb4pex5vsknk084sn02q")]
    pub id: String,
    /// Unique in the country.
    pub no: String,
    /// The procedure; its record is at `/api/v1/hazards/{id}`, `/api/v1/disputes/{id}` or `/api/v1/events/{id}`.
    pub kind: CaseKind,
    /// Where it lies.
    pub area_code: AreaCode,
    /// The procedure's own category.
    #[schema(example = "road_traffic")]
    pub category: String,
    /// In short.
    pub title: String,
    /// How soon.
    pub urgency: Urgency,
    /// How far it is.
    pub phase: Phase,
    /// When the server had it.
    pub received_at: Timestamp,
    /// The first day on which something is due.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub due_on: Option<NaiveDate>,
    /// Counts the steps.
    pub version: i32,
    /// Whether somebody else reported it and the caller has met the same; its record is not theirs to read, but
    /// `/api/v1/cases/{id}/me_too` is.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    #[schema(required = false)]
    pub me_too: bool,
}

impl From<Listed> for CaseSummary {
    fn from(row: Listed) -> Self {
        Self {
            id: shown_id(row.kind, row.id),
            no: row.no,
            kind: row.kind,
            area_code: row.area_code,
            category: row.category,
            title: row.title,
            urgency: row.urgency,
            phase: row.phase,
            received_at: row.received_at,
            due_on: row.due_on,
            version: row.version,
            me_too: false,
        }
    }
}

impl From<CaseFile> for CaseSummary {
    fn from(file: CaseFile) -> Self {
        Self {
            id: shown_id(file.kind, file.id),
            no: file.no,
            kind: file.kind,
            area_code: file.area_code,
            category: file.category,
            title: file.title,
            urgency: file.urgency,
            phase: file.phase,
            received_at: file.received_at,
            due_on: file.due_on,
            version: file.version,
            me_too: false,
        }
    }
}

crate::text_enum! {
    /// Which cases a list shows.
    pub enum View {
        Grids = "grids" "我辖区的",
        Mine = "mine" "我上报的",
        Desk = "desk" "在我手上的",
    }
}

/// What a list of cases may be asked for.
#[derive(Debug, Clone, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct CaseQuery {
    /// `grids` (default): in my areas; `mine`: reported by me, or met by me too; `desk`: open and on my desk.
    pub view: Option<View>,
    /// Only inside this area.
    #[param(example = "500114119201001")]
    pub area: Option<AreaCode>,
    /// Only this kind.
    pub kind: Option<CaseKind>,
    /// Only this phase.
    pub phase: Option<Phase>,
    /// Only this category: a hazard's field, a dispute's type, an event's category.
    #[param(max_length = 40, example = "road_traffic")]
    pub category: Option<String>,
    /// Only open cases past their day.
    pub overdue: Option<bool>,
    /// Only cases in whose number, title, detail or address each of these words occurs, at most 8 words. Width, case and
    /// punctuation make no difference; a word of one character is a word. A page may then be short although a `next`
    /// follows.
    #[param(max_length = 64, example = "燃气 泄漏")]
    pub q: Option<String>,
    /// How many rows, 1 to 100; 20 when absent.
    #[param(minimum = 1, maximum = 100)]
    pub limit: Option<u32>,
    /// The `next` of the page before.
    #[param(max_length = 64)]
    pub cursor: Option<String>,
}

/// [`CaseQuery`] after its checks, without area and page.
#[derive(Debug, Clone)]
pub struct CaseFilter {
    /// Which cases.
    pub view: View,
    /// Only this kind.
    pub kind: Option<CaseKind>,
    /// Only this phase.
    pub phase: Option<Phase>,
    /// Only this category.
    pub category: Option<String>,
    /// Only open cases that were due before this day.
    pub overdue_on: Option<NaiveDate>,
    /// Only those with these words.
    pub words: Option<Words>,
}

impl CaseFilter {
    /// Whether it asks for what changes while a case is worked on, so that no index of texts can know it.
    pub fn changes(&self) -> bool {
        self.phase.is_some() || self.overdue_on.is_some() || self.view == View::Desk
    }
}

impl CaseQuery {
    /// The filter, or 422.
    pub fn filter(&self, today: NaiveDate) -> Result<CaseFilter> {
        if self.category.as_ref().is_some_and(|c| c.len() > 40 || c.contains('\0')) {
            return Err(Problem::field("category", "没有这个类别"));
        }
        Ok(CaseFilter {
            view: self.view.unwrap_or(View::Grids),
            kind: self.kind,
            phase: self.phase,
            category: self.category.clone(),
            overdue_on: self.overdue.unwrap_or(false).then_some(today),
            words: self.q.as_deref().map(Words::parse).transpose()?.flatten(),
        })
    }

    /// The page asked for.
    pub fn page(&self) -> PageQuery {
        PageQuery { limit: self.limit, cursor: self.cursor.clone() }
    }
}
