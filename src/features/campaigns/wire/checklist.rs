//! Checklists.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::base::check::Check;
use crate::base::problem::Result;
use crate::features::campaigns::model::{Checklist, ChecklistRow, Item, MOST_ITEMS};
use crate::features::hazards::HazardField;

/// Something to look at.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ChecklistItem {
    /// What is asked, 1 to 200 characters.
    #[schema(min_length = 1, max_length = 200, example = "灭火器在有效期内")]
    pub text: String,
    /// The field of the hazard when it fails; the campaign's when absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub field: Option<HazardField>,
    /// The rule that demands it, at most 120 characters.
    #[schema(max_length = 120, example = "消防法 第十六条")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub basis: Option<String>,
}

/// Another checklist.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "items": [{ "text": "灭火器在有效期内" }, { "text": "疏散通道畅通", "basis": "消防法 第二十八条" }] }))]
pub struct ChecklistBody {
    /// The items in order, 1 to 60.
    #[schema(min_items = 1, max_items = 60)]
    pub items: Vec<ChecklistItem>,
}

impl ChecklistBody {
    /// The list, or 422.
    pub fn parse(self) -> Result<Checklist> {
        let mut check = Check::new();
        let list = check_items(&mut check, "items", &self.items);
        check.finish(list)
    }
}

/// The items of `field`; complaints go to `check`.
pub fn check_items(check: &mut Check, field: &str, items: &[ChecklistItem]) -> Checklist {
    if items.is_empty() || items.len() > MOST_ITEMS {
        check.refuse(field, format!("检查表应有 1 到 {MOST_ITEMS} 项"));
    }
    let item = |(n, item): (usize, &ChecklistItem)| Item {
        text: check.text(&format!("{field}[{n}].text"), &item.text, 1, 200),
        field: item.field,
        basis: check.optional_text(&format!("{field}[{n}].basis"), item.basis.as_deref(), 120),
    };
    Checklist(items.iter().take(MOST_ITEMS).enumerate().map(item).collect())
}

/// A checklist as clients see it.
#[derive(Debug, Serialize, ToSchema)]
pub struct ChecklistView {
    /// Its number in the campaign; an inspection names it.
    pub number: i32,
    /// Whether an inspection was answered by it, so that it does not change any more.
    pub frozen: bool,
    /// The items; the number of one is its place, from 1.
    pub items: Vec<ChecklistItem>,
}

impl ChecklistView {
    /// The view.
    pub fn of(row: &ChecklistRow) -> Result<Self> {
        let items = row.checklist()?.0.into_iter();
        let items = items.map(|item| ChecklistItem { text: item.text, field: item.field, basis: item.basis });
        Ok(Self { number: row.number, frozen: row.used_at.is_some(), items: items.collect() })
    }
}
