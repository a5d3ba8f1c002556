//! People in plain text.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::base::check::Check;
use crate::base::problem::Result;
use crate::features::places::model::{Contact, People, PlacePerson};

/// Why people are to be shown in plain text, and which.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "purpose": "电话通知检查时间", "who": ["responsible"] }))]
pub struct PlaceRevealBody {
    /// 2 to 200 characters; kept in the audit log.
    #[schema(min_length = 2, max_length = 200)]
    pub purpose: String,
    /// At least one.
    #[schema(min_items = 1)]
    pub who: Vec<PlacePerson>,
}

impl PlaceRevealBody {
    /// The purpose and the people, each once; or 422.
    pub fn parse(mut self) -> Result<(String, Vec<PlacePerson>)> {
        let mut check = Check::new();
        let purpose = check.text("purpose", &self.purpose, 2, 200);
        if self.who.is_empty() {
            check.refuse("who", "至少选择一项");
        }
        self.who.sort();
        self.who.dedup();
        check.finish((purpose, self.who))
    }
}

/// Somebody in plain text.
#[derive(Serialize, ToSchema)]
pub struct RevealedPlaceContact {
    /// Who it is for the place.
    pub who: PlacePerson,
    /// The name, if known.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "示例甲")]
    pub name: Option<String>,
    /// The number, if known.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "13800005678")]
    pub phone: Option<String>,
}

/// Those who were asked for, in plain text.
#[derive(Serialize, ToSchema)]
pub struct RevealedPlace {
    /// One for each that was asked for.
    pub people: Vec<RevealedPlaceContact>,
}

impl RevealedPlace {
    /// Those of `people` that `who` names.
    pub fn of(people: &People, who: &[PlacePerson]) -> Self {
        let plain = |who: &PlacePerson| {
            let Contact { name, phone } = match who {
                PlacePerson::LegalPerson => &people.legal,
                PlacePerson::Responsible => &people.responsible,
                PlacePerson::SafetyOfficer => &people.safety,
            };
            let name = name.as_ref().map(|name| name.expose().to_owned());
            RevealedPlaceContact {
                who: *who,
                name,
                phone: phone.as_ref().map(|phone| phone.expose().to_owned()),
            }
        };
        Self { people: who.iter().map(plain).collect() }
    }
}
