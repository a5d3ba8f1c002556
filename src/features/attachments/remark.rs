//! What most steps bring along: a remark and photos.

use serde::Deserialize;
use utoipa::ToSchema;

use super::model::{Photo, Stage};
use crate::base::check::Check;
use crate::base::id::Id;
use crate::base::problem::Result;

/// Photos of one report or step.
pub const MOST_PHOTOS: usize = 9;

/// The longest remark, in characters.
const LONGEST: usize = 500;

/// A remark and photos, after their checks.
#[derive(Debug, Clone, Default)]
pub struct Remark {
    /// For the reporter.
    pub note: Option<String>,
    /// Photos that were uploaded before.
    pub photos: Vec<Id<Photo>>,
}

impl Remark {
    /// The remark, with a complaint per field that is wrong.
    pub fn check(check: &mut Check, note: Option<&str>, photos: Vec<Id<Photo>>) -> Self {
        check_photos(check, &photos);
        Self { photos, ..Self::words(check, note) }
    }

    /// A remark without photos, for steps that bring none.
    pub fn words(check: &mut Check, note: Option<&str>) -> Self {
        Self { note: check.optional_text("note", note, LONGEST), photos: vec![] }
    }
}

/// Complains about more than [`MOST_PHOTOS`].
pub fn check_photos(check: &mut Check, photos: &[Id<Photo>]) {
    check_number(check, "photos", photos);
}

/// Complains about more papers than [`MOST_PHOTOS`].
pub fn check_papers(check: &mut Check, papers: &[Id<Photo>]) {
    check_number(check, Stage::Paper.field(), papers);
}

fn check_number(check: &mut Check, field: &str, photos: &[Id<Photo>]) {
    if photos.len() > MOST_PHOTOS {
        check.refuse(field, format!("最多 {MOST_PHOTOS} 张照片"));
    }
}

/// A step that brings a remark and photos.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "note": "示例:已更换立柱两根", "photos": [] }))]
pub struct RemarkBody {
    /// A remark that the reporter may read, at most 500 characters.
    #[schema(max_length = 500)]
    pub note: Option<String>,
    /// Photos that were uploaded before, at most 9.
    #[serde(default)]
    #[schema(max_items = 9)]
    pub photos: Vec<Id<Photo>>,
}

impl RemarkBody {
    /// The remark, or 422.
    pub fn parse(self) -> Result<Remark> {
        let mut check = Check::new();
        let remark = Remark::check(&mut check, self.note.as_deref(), self.photos);
        check.finish(remark)
    }
}
