//! Which events are not handled before a photo shows it.

use super::EventCategory;

/// Each category, whether a photo from afterwards is required, and why.
const TABLE: &[(EventCategory, bool, &str)] = &[
    (EventCategory::Environment, true, "what was cleaned can be seen"),
    (EventCategory::Facility, true, "what was repaired can be seen"),
    (EventCategory::Safety, true, "that a danger is gone must be seen before it is believed"),
    (EventCategory::Disaster, true, "the place and what protects it can be seen"),
    (EventCategory::Dispute, false, "would show people who quarrel"),
    (EventCategory::PublicOrder, false, "would show people, and evidence belongs to the police"),
    (EventCategory::Fraud, false, "would show accounts and conversations of victims"),
    (EventCategory::Population, false, "would show papers with personal data"),
    (EventCategory::Livelihood, false, "often ends in a paper or a payment"),
    (EventCategory::Policy, false, "ends in an answer"),
    (EventCategory::Other, false, "nobody knows beforehand what there is to see"),
];

/// Whether an event of `category` is reported as handled only with a photo from afterwards.
pub fn wants_after_photo(category: EventCategory) -> bool {
    TABLE.iter().any(|(of, wants, _)| *of == category && *wants)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_category_stands_in_the_table_once_with_a_reason() {
        for category in EventCategory::ALL {
            let rows: Vec<_> = TABLE.iter().filter(|(of, ..)| of == category).collect();
            assert!(matches!(rows[..], [(_, _, why)] if !why.is_empty()), "{category}");
        }
    }
}
