//! How far apart two reports of one matter may lie, in place and time: a table by category, with its reasons in decision
//! 0031. Total, so that a new category is not forgotten.

use crate::base::problem::{Problem, Result};
use crate::features::cases::CaseKind;
use crate::features::disputes::DisputeType;
use crate::features::events::EventCategory;
use crate::features::hazards::HazardField;

/// Within this of each other two reports may be one matter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Reach {
    /// Metres.
    pub radius_m: u32,
    /// Days between the two happenings, in either direction.
    pub days: u32,
}

const fn within(radius_m: u32, days: u32) -> Option<Reach> {
    Some(Reach { radius_m, days })
}

/// The category of a kind that `word` names, and its reach; none where place and time say nothing. 422 `category` for a
/// word that the kind does not know.
pub fn reach_of(kind: CaseKind, word: &str) -> Result<(&'static str, Option<Reach>)> {
    let unknown = |why: String| Problem::field("category", why);
    match kind {
        CaseKind::Event => word.parse().map(|of: EventCategory| (of.as_str(), of_event(of))),
        CaseKind::Hazard => word.parse().map(|of: HazardField| (of.as_str(), of_hazard(of))),
        CaseKind::Dispute => word.parse().map(|of: DisputeType| (of.as_str(), of_dispute(of))),
    }
    .map_err(unknown)
}

const fn of_event(category: EventCategory) -> Option<Reach> {
    match category {
        EventCategory::Facility | EventCategory::Safety => within(100, 60),
        EventCategory::Environment => within(150, 14),
        EventCategory::PublicOrder => within(200, 3),
        EventCategory::Livelihood => within(1000, 7),
        EventCategory::Disaster => within(1000, 3),
        EventCategory::Fraud => within(2000, 14),
        EventCategory::Dispute | EventCategory::Population => within(50, 30),
        EventCategory::Other => within(100, 14),
        // A question lies nowhere.
        EventCategory::Policy => None,
    }
}

const fn of_hazard(field: HazardField) -> Option<Reach> {
    match field {
        HazardField::RoadTraffic | HazardField::Construction | HazardField::Water | HazardField::School => {
            within(200, 90)
        }
        HazardField::Fire | HazardField::Gas | HazardField::Food => within(50, 60),
        HazardField::Electricity => within(100, 60),
        HazardField::SelfBuiltHouse => within(50, 180),
        HazardField::Geology | HazardField::Mine => within(500, 180),
        HazardField::ForestFire => within(1000, 7),
        HazardField::Fireworks | HazardField::FarmMachine => within(100, 30),
        HazardField::Hazmat => within(100, 90),
        HazardField::SpecialEquipment => within(50, 90),
        HazardField::Tourism => within(300, 90),
        HazardField::Other => within(100, 60),
    }
}

const fn of_dispute(of: DisputeType) -> Option<Reach> {
    match of {
        DisputeType::LandForest
        | DisputeType::WaterIrrigation
        | DisputeType::Environment
        | DisputeType::FarmProduction
        | DisputeType::Expropriation => within(500, 180),
        DisputeType::Traffic => within(200, 30),
        DisputeType::MarriageFamily
        | DisputeType::Neighbour
        | DisputeType::HouseHomestead
        | DisputeType::Damage
        | DisputeType::PropertyMgmt
        | DisputeType::VillageAffairs
        | DisputeType::Labour
        | DisputeType::Medical
        | DisputeType::Consumer
        | DisputeType::Other => within(50, 90),
        // Whose quarrel it is says everything, where it was registered nothing.
        DisputeType::ContractDebt | DisputeType::Ecommerce => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_reach_is_a_walk_and_a_season_at_most() {
        let events = EventCategory::ALL.iter().map(|of| (CaseKind::Event, of.as_str()));
        let hazards = HazardField::ALL.iter().map(|of| (CaseKind::Hazard, of.as_str()));
        let disputes = DisputeType::ALL.iter().map(|of| (CaseKind::Dispute, of.as_str()));
        for (kind, word) in events.chain(hazards).chain(disputes) {
            let (category, reach) = reach_of(kind, word).unwrap();
            assert_eq!(category, word);
            let sound =
                |reach: Reach| (50..=2000).contains(&reach.radius_m) && (3..=180).contains(&reach.days);
            assert!(reach.is_none_or(sound), "{kind} {word}");
        }
    }

    #[test]
    fn a_category_belongs_to_its_kind() {
        assert!(reach_of(CaseKind::Event, "gas").is_err() && reach_of(CaseKind::Hazard, "facility").is_err());
    }
}
