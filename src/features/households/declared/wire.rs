//! The JSON of declarations.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::features::households::model::{Declared, DeclaredTag};

/// What a resident says of themselves; all of it is replaced.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "tags": ["elder", "online_shopper"], "no_targeting": false }))]
pub struct DeclarationBody {
    /// None at all is fine.
    #[schema(max_items = 11)]
    tags: Vec<DeclaredTag>,
    /// Whether they want no notice that is aimed at some of a place; those for everybody reach them all the same.
    no_targeting: bool,
}

impl DeclarationBody {
    /// The declaration; a tag that is named twice counts once.
    pub fn parse(self) -> Declared {
        let mut tags = self.tags;
        tags.sort();
        tags.dedup();
        Declared { tags, no_targeting: self.no_targeting, birth_year: None }
    }
}

/// A tag that may be declared.
#[derive(Debug, Serialize, ToSchema)]
pub struct TagView {
    /// Its word.
    pub tag: DeclaredTag,
    /// What it says.
    #[schema(example = "常网购")]
    pub label: &'static str,
    /// Whether the caller has declared it.
    pub declared: bool,
}

/// What the caller has said of themselves.
#[derive(Debug, Serialize, ToSchema)]
#[schema(example = json!({
    "tags": [{ "tag": "elder", "label": "老年人", "declared": true }], "no_targeting": false
}))]
pub struct DeclarationView {
    /// All that may be declared.
    pub tags: Vec<TagView>,
    /// Whether they want no notice that is aimed at some of a place.
    pub no_targeting: bool,
}

impl From<Declared> for DeclarationView {
    fn from(said: Declared) -> Self {
        let view =
            |tag: &DeclaredTag| TagView { tag: *tag, label: tag.label(), declared: said.tags.contains(tag) };
        Self { tags: DeclaredTag::ALL.iter().map(view).collect(), no_targeting: said.no_targeting }
    }
}
