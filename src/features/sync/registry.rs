//! THE table of what can be done offline: each operation, whether it makes its record, and the slice's own function
//! that does it. A new one is a word in `model::Operation`, a row here, and a function in the slice's `offline.rs`.

use futures_util::future::LocalBoxFuture;
use serde_json::Value;
use uuid::Uuid;

use super::model::Operation;
use crate::base::area_code::AreaCode;
use crate::base::id::{Id, Kind};
use crate::base::problem::{Code, Problem, Result};
use crate::features::campaigns;
use crate::features::cases::Intake;
use crate::features::disputes::{self, Dispute};
use crate::features::events::{self, Event};
use crate::features::fraud::{self, Dissuasion, FraudLead};
use crate::features::hazards::{self, Hazard, Inspection};
use crate::features::households;
use crate::features::visits::{self, Visit};
use crate::platform::access::{Actor, Granted, Household};
use crate::platform::web::{App, Deed, Done};

/// How a deed is done: as online, in the transaction that its database begins.
type Act = fn(Deed, Intake) -> LocalBoxFuture<'static, Result<Done>>;

/// One operation.
pub struct Row {
    /// What it is about.
    pub entity: Entity,
    /// Whether it makes its record rather than taking a step on one.
    pub makes: bool,
    /// How it is done.
    pub act: Act,
}

/// What an operation may be about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Entity {
    /// A hazard.
    Hazard,
    /// A dispute.
    Dispute,
    /// An event.
    Event,
    /// A household.
    Household,
    /// What came of a visit.
    Visit,
    /// A lead about a fraud.
    Lead,
    /// An entry of the ledger of dissuasions.
    Dissuasion,
    /// An inspection of a campaign.
    Inspection,
}

macro_rules! table {
    ($($operation:ident $how:ident $entity:ident $slice:ident::$act:ident($deed:ident $(, $intake:ident)?);)+) => {
        impl Operation {
            /// Its row.
            pub const fn row(self) -> &'static Row {
                match self { $(Self::$operation => {
                    const ROW: Row = Row {
                        entity: Entity::$entity,
                        makes: table!(@ $how),
                        act: |$deed, table!(# $($intake)?)| Box::pin($slice::offline::$act($deed $(, $intake)?)),
                    };
                    &ROW
                }),+ }
            }
        }
    };
    (@ makes) => { true };
    (@ takes) => { false };
    (# $intake:ident) => { $intake };
    (#) => { _ };
}

table! {
    HazardReport makes Hazard hazards::report(deed, intake);
    HazardFixOnSpot takes Hazard hazards::fix_on_spot(deed);
    HazardRectify takes Hazard hazards::rectify(deed);
    HazardSubmit takes Hazard hazards::submit(deed);
    HazardReinspect takes Hazard hazards::reinspect(deed);
    DisputeRegister makes Dispute disputes::register(deed, intake);
    DisputeAsk takes Dispute disputes::ask(deed);
    DisputeAccept takes Dispute disputes::accept(deed);
    DisputeMediate takes Dispute disputes::mediate(deed);
    DisputeAgree takes Dispute disputes::agree(deed);
    DisputePerform takes Dispute disputes::begin_performance(deed);
    DisputeFulfil takes Dispute disputes::fulfil(deed);
    DisputeRefuse takes Dispute disputes::refuse(deed);
    EventReport makes Event events::report(deed, intake);
    EventSelfHandle takes Event events::self_handle(deed);
    EventHandle takes Event events::handle(deed);
    EventFinish takes Event events::finish(deed);
    HouseholdCreate makes Household households::create(deed);
    HouseholdJoin takes Household households::join(deed);
    VisitRecord makes Visit visits::record(deed);
    LeadReport makes Lead fraud::report_lead(deed);
    DissuasionRecord makes Dissuasion fraud::record_dissuasion(deed);
    InspectionRecord makes Inspection campaigns::record(deed, intake);
}

impl Row {
    /// Whether a person may make another record of it. Not of a household or an inspection: its persons, or its hazards, are
    /// written down already, and would be there twice.
    pub fn may_be_made_anew(&self) -> bool {
        self.makes && !matches!(self.entity, Entity::Household | Entity::Inspection)
    }
}

impl Entity {
    /// The field of the body that names its photos.
    pub fn photos(self) -> &'static str {
        match self {
            Self::Lead => "screenshots",
            Self::Visit => "papers",
            Self::Hazard
            | Self::Dispute
            | Self::Event
            | Self::Household
            | Self::Dissuasion
            | Self::Inspection => "photos",
        }
    }

    /// Whether a conflict over it is its author's alone: what is suspected of whom, only few may read.
    pub fn is_secret(self) -> bool {
        self == Self::Lead
    }

    /// The id in `record`, when it is an id of such a thing.
    pub fn id_of(self, record: &str) -> Option<Uuid> {
        fn id<K: Kind>(record: &str) -> Option<Uuid> {
            record.parse().ok().map(Id::<K>::uuid)
        }
        match self {
            Self::Hazard => id::<Hazard>(record),
            Self::Dispute => id::<Dispute>(record),
            Self::Event => id::<Event>(record),
            Self::Household => id::<Household>(record),
            Self::Visit => id::<Visit>(record),
            Self::Lead => id::<FraudLead>(record),
            Self::Dissuasion => id::<Dissuasion>(record),
            Self::Inspection => id::<Inspection>(record),
        }
    }

    /// The id as clients know it.
    pub fn shown(self, id: Uuid) -> String {
        match self {
            Self::Hazard => Id::<Hazard>::from_uuid(id).to_string(),
            Self::Dispute => Id::<Dispute>::from_uuid(id).to_string(),
            Self::Event => Id::<Event>::from_uuid(id).to_string(),
            Self::Household => Id::<Household>::from_uuid(id).to_string(),
            Self::Visit => Id::<Visit>::from_uuid(id).to_string(),
            Self::Lead => Id::<FraudLead>::from_uuid(id).to_string(),
            Self::Dissuasion => Id::<Dissuasion>::from_uuid(id).to_string(),
            Self::Inspection => Id::<Inspection>::from_uuid(id).to_string(),
        }
    }
}

/// A record as somebody is shown it.
#[derive(Debug)]
pub struct Shown {
    /// As its `GET` answers it, masked.
    pub view: Value,
    /// Where it lies.
    pub area: Option<AreaCode>,
    /// Which version it has.
    pub version: Option<i32>,
}

/// The record as `by` is shown it; none when it is hidden from them.
pub async fn show(app: &App, by: &Actor, entity: Entity, record: &str) -> Result<Option<Shown>> {
    let view = match entity {
        Entity::Hazard => json(hazards::offline::show(app, Granted::to(by)?, record).await),
        Entity::Dispute => json(disputes::offline::show(app, Granted::to(by)?, record).await),
        Entity::Event => json(events::offline::show(app, Granted::to(by)?, record).await),
        Entity::Household => json(households::offline::show(app, Granted::to(by)?, record).await),
        Entity::Visit => json(visits::offline::show(app, Granted::to(by)?, record).await),
        Entity::Lead => json(fraud::offline::show_lead(app, Granted::to(by)?, record).await),
        Entity::Dissuasion => json(fraud::offline::show_dissuasion(app, Granted::to(by)?, record).await),
        Entity::Inspection => json(campaigns::offline::show(app, Granted::to(by)?, record).await),
    };
    match view {
        Ok(view) => Ok(Some(Shown {
            area: view["area_code"].as_str().and_then(|code| code.parse().ok()),
            version: view["version"].as_i64().and_then(|version| i32::try_from(version).ok()),
            view,
        })),
        Err(problem) if matches!(problem.code(), Code::NotFound | Code::Forbidden) => Ok(None),
        Err(problem) => Err(problem),
    }
}

fn json<T: serde::Serialize>(view: Result<T>) -> Result<Value> {
    serde_json::to_value(view?).map_err(Problem::internal)
}
