//! What is looked at: numbered items, in numbered lists.
//!
//! A list that an inspection was answered by never changes; another one takes its place. A list that none was answered
//! by goes when another takes its place, and its number with it: a phone that still holds it is told, because its
//! answers would be those to other questions.

use diesel::prelude::*;
use serde::{Deserialize, Serialize};

use crate::base::clock::Timestamp;
use crate::base::id::Id;
use crate::base::problem::{Problem, Result};
use crate::features::hazards::{Campaign, HazardField};
use crate::platform::db::Doc;
use crate::platform::db::schema::checklists;

/// The most items of one list.
pub const MOST_ITEMS: usize = 60;

/// Something to look at; its number is its place in the list, from 1.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Item {
    /// What is asked.
    pub text: String,
    /// The field of the hazard when it fails; the campaign's when absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub field: Option<HazardField>,
    /// The rule that demands it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub basis: Option<String>,
}

/// The items of a list, in order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Checklist(pub Vec<Item>);

impl Checklist {
    /// As it is stored.
    pub fn written(&self) -> Result<Doc> {
        serde_json::to_value(self).map(Doc).map_err(Problem::internal)
    }
}

/// A list as it is stored.
#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = checklists, treat_none_as_default_value = false)]
pub struct ChecklistRow {
    /// The campaign.
    pub campaign_id: Id<Campaign>,
    /// Its number in the campaign, from 1.
    pub number: i32,
    /// The items.
    pub items: Doc,
    /// When an inspection was first answered by it; frozen since.
    pub used_at: Option<Timestamp>,
    /// When it was written.
    pub created_at: Timestamp,
}

impl ChecklistRow {
    /// What it asks.
    pub fn checklist(&self) -> Result<Checklist> {
        serde_json::from_value(self.items.0.clone()).map_err(Problem::internal)
    }
}
