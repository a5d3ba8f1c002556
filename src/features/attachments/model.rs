//! What is known of a photo.

use diesel::prelude::*;

use crate::base::area_code::AreaCode;
use crate::base::clock::Timestamp;
use crate::base::id::Id;
use crate::features::cases::Case;
use crate::platform::access::{Actor, ActorKind};
use crate::platform::db::schema::attachments;
use crate::platform::photo::Picture;

crate::id_kind! {
    /// A photo.
    Photo = "photo";
    /// Whoever uploaded a photo, staff or resident.
    Uploader = "uploader";
}

crate::text_enum! {
    /// Which part of the work a photo shows.
    pub enum Stage {
        Before = "before" "处理前",
        During = "during" "处理中",
        After = "after" "处理后",
        /// Shows no work but a signed paper or somebody's screen, with names and all: left out of every list and address of photos, and
        /// read only by way of its procedure's `reveal`.
        Paper = "paper" "纸质原件",
        /// Belongs to what is no case and shows it by its own address: an inspection, a showing of a notice.
        Inspection = "inspection" "检查",
    }
}

impl Stage {
    /// The field of a body that names photos of this stage.
    pub(super) const fn field(self) -> &'static str {
        match self {
            Self::Before | Self::During | Self::After | Self::Inspection => "photos",
            Self::Paper => "papers",
        }
    }
}

/// A photo as it is stored; the pixels lie in the blobs that the digests name.
#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = attachments, treat_none_as_default_value = false)]
pub struct PhotoRow {
    /// Made by the phone.
    pub id: Id<Photo>,
    /// The case's area; until it belongs to a case, where the uploader belongs.
    pub area_code: AreaCode,
    /// The case that it was claimed for.
    pub case_id: Option<Id<Case>>,
    /// Which part of the work it shows.
    pub stage: Stage,
    /// `staff`, `resident` or `anonymous`.
    pub uploader_kind: ActorKind,
    /// Who uploaded it; an alias, when that must not be known.
    pub uploader_id: Id<Uploader>,
    /// SHA-256 of the upload as it came, or a keyed digest in its place: a resend has the same, another content has
    /// not.
    pub source_sha256: String,
    /// SHA-256 of the kept file; its blob's key.
    pub sha256: String,
    /// SHA-256 of the thumbnail; its blob's key.
    pub thumb_sha256: String,
    /// Media type of the kept file; thumbnails are always JPEG.
    pub mime: String,
    /// Size of the kept file.
    pub bytes: i64,
    /// Pixels.
    pub width: i32,
    /// Pixels.
    pub height: i32,
    /// When it was taken, if the camera said so.
    pub taken_at: Option<Timestamp>,
    /// Where it was taken, WGS-84 degrees, if the camera said so.
    pub lat: Option<f64>,
    /// Where it was taken, WGS-84 degrees, if the camera said so.
    pub lng: Option<f64>,
    /// When the server had it.
    pub created_at: Timestamp,
}

impl PhotoRow {
    /// The row of a picture that `by` has just uploaded and that belongs to no case yet; `source` tells the upload
    /// from others. Where and when it was taken is not kept of somebody who must not be known: it may be the window
    /// at which they live.
    pub(super) fn uploaded(
        id: Id<Photo>,
        by: &Actor,
        picture: &Picture,
        source: String,
        now: Timestamp,
    ) -> Self {
        let stored = &picture.stored;
        let named = by.kind() != ActorKind::Anonymous;
        let taken_where = picture.taken_where.filter(|_| named);
        Self {
            id,
            area_code: by.home().clone(),
            case_id: None,
            stage: Stage::Before,
            uploader_kind: by.kind(),
            uploader_id: Id::from_uuid(by.id()),
            source_sha256: source,
            sha256: stored.sha256.clone(),
            thumb_sha256: picture.thumbnail.sha256.clone(),
            mime: stored.format.mime().to_owned(),
            bytes: i64::try_from(stored.bytes.len()).unwrap_or(i64::MAX),
            width: i32::try_from(stored.width).unwrap_or(i32::MAX),
            height: i32::try_from(stored.height).unwrap_or(i32::MAX),
            taken_at: picture.taken_at.filter(|_| named),
            lat: taken_where.map(|at| at.lat),
            lng: taken_where.map(|at| at.lng),
            created_at: now,
        }
    }

    /// Whether the same person sent the same file under the same id before.
    pub(super) fn is_resent(&self, by: &Actor, source_sha256: &str) -> bool {
        let same_person = self.uploader_kind == by.kind() && self.uploader_id.uuid() == by.id();
        same_person && self.source_sha256 == source_sha256
    }
}

/// Which file of a photo is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Size {
    /// The kept file.
    Full,
    /// At most 320 pixels on its longer side, JPEG.
    Thumbnail,
}

impl PhotoRow {
    /// The digest of the file in this size, which is its blob's key and its `ETag`.
    pub(super) fn digest(&self, size: Size) -> &str {
        match size {
            Size::Full => &self.sha256,
            Size::Thumbnail => &self.thumb_sha256,
        }
    }

    /// The media type of the file in this size.
    pub(super) fn mime(&self, size: Size) -> &str {
        match size {
            Size::Full => &self.mime,
            Size::Thumbnail => "image/jpeg",
        }
    }
}
