//! The JSON of ratings.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{Rating, RatingRow};
use crate::base::check::Check;
use crate::base::clock::Timestamp;
use crate::base::problem::Result;

/// What the reporter thinks.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "stars": 5, "words": "示例:修得很快" }))]
pub struct RatingBody {
    /// One (very dissatisfied) to five (very satisfied).
    #[schema(minimum = 1, maximum = 5)]
    pub stars: i32,
    /// Why, at most 500 characters.
    #[schema(max_length = 500)]
    pub words: Option<String>,
}

impl RatingBody {
    /// The rating, or 422.
    pub fn parse(self) -> Result<Rating> {
        let mut check = Check::new();
        let stars = check.range("stars", self.stars, 1, 5);
        let words = check.optional_text("words", self.words.as_deref(), 500);
        check.finish(Rating { stars, words })
    }
}

/// How a case was rated. It names nobody: who reported the case is not shown to anyone.
#[derive(Debug, Serialize, ToSchema)]
#[schema(example = json!({ "stars": 5, "words": "示例:修得很快", "at": "2026-03-05T01:30:00.000Z" }))]
pub struct RatingView {
    /// One to five.
    pub stars: i32,
    /// Why.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub words: Option<String>,
    /// When.
    pub at: Timestamp,
}

impl From<RatingRow> for RatingView {
    fn from(row: RatingRow) -> Self {
        Self { stars: row.stars, words: row.words, at: row.rated_at }
    }
}
