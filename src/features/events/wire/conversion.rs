//! What an event really is.

use serde::Deserialize;
use utoipa::ToSchema;

use super::intake::LONGEST;
use crate::base::check::Check;
use crate::base::problem::Result;
use crate::features::disputes::DisputeType;
use crate::features::events::actions::Destination;
use crate::features::hazards::HazardField;

crate::text_enum! {
    /// Into which kind of case an event can be turned.
    pub enum ConvertedKind {
        Hazard = "hazard" "安全隐患",
        Dispute = "dispute" "矛盾纠纷",
    }
}

/// What an event really is. Title, words, place and reporter go along; photos stay with the event.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({
    "to": "hazard", "field": "electricity", "note": "示例:线路老化有触电风险,已转安全隐患办理"
}))]
pub struct ConversionBody {
    /// The kind.
    pub to: ConvertedKind,
    /// Of a hazard: where the danger is.
    pub field: Option<HazardField>,
    /// Of a dispute: what it is about.
    pub dispute_type: Option<DisputeType>,
    /// What the reporter is told, 1 to 500 characters.
    #[schema(min_length = 1, max_length = 500)]
    pub note: String,
}

impl ConversionBody {
    /// What it becomes, and the words, or 422.
    pub fn parse(self) -> Result<(Destination, String)> {
        let mut check = Check::new();
        let note = check.text("note", &self.note, 1, LONGEST);
        if self.to != ConvertedKind::Hazard && self.field.is_some() {
            check.refuse("field", "只有转为安全隐患才填写领域");
        }
        if self.to != ConvertedKind::Dispute && self.dispute_type.is_some() {
            check.refuse("dispute_type", "只有转为矛盾纠纷才填写类型");
        }
        let to = match self.to {
            ConvertedKind::Hazard => self.field.map(Destination::Hazard),
            ConvertedKind::Dispute => self.dispute_type.map(Destination::Dispute),
        };
        if to.is_none() {
            let (field, what) = match self.to {
                ConvertedKind::Hazard => ("field", "隐患领域"),
                ConvertedKind::Dispute => ("dispute_type", "纠纷类型"),
            };
            check.refuse(field, format!("须填写{what}"));
        }
        check.finish_some(to.map(|to| (to, note)))
    }
}
