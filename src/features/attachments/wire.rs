//! The form that a phone sends, and what it is answered.

use std::fs::File;
use std::io::{self, Seek};
use std::path::Path;
use std::time::Duration;

use actix_multipart::{Field, Multipart, MultipartError};
use actix_web::HttpRequest;
use actix_web::error::PayloadError;
use actix_web::http::header::CONTENT_LENGTH;
use futures_util::{StreamExt, TryStreamExt};
use serde::Serialize;
use tokio::io::AsyncWriteExt;
use utoipa::ToSchema;

use super::model::{Photo, PhotoRow, Stage};
use super::store;
use crate::base::clock::Timestamp;
use crate::base::geo::Datum;
use crate::base::id::Id;
use crate::base::problem::{Code, FieldError, Problem, Result};
use crate::features::cases::{self, Case, CaseKind};
use crate::platform::access::Granted;
use crate::platform::access::policy::SeeCases;
use crate::platform::db::Db;
use crate::platform::photo::Limits;

/// What a form may have besides the file: boundaries, headers, the other fields.
const FRAME: usize = 4 * 1024;
/// The most bytes of a field besides the file.
const WORD_LENGTH: usize = 64;
/// How long a phone may take to send the form: 12 MB at 1 Mbit/s, and some.
const DEADLINE: Duration = Duration::from_secs(120);

/// A photo on its way in, as `multipart/form-data`.
#[derive(Debug, ToSchema)]
pub struct PhotoUpload {
    /// Made by the phone; a resend has the same.
    pub id: Id<Photo>,
    /// A JPEG or PNG. It lies in a file without a name, which is gone with whoever holds it, a crash included.
    #[schema(value_type = String, format = Binary, content_media_type = "application/octet-stream")]
    pub file: File,
    /// Whether nobody may know who uploaded it, as for an anonymous report; `false` when absent.
    #[schema(required = false)]
    pub anonymous: bool,
}

impl PhotoUpload {
    /// Reads the form, the file to the disk of the folder `uploads` and never into memory.
    ///
    /// 413 as soon as the declared or the read length exceeds `limits`, 415 for another media type, 422 for a
    /// missing, repeated or unknown field, 400 when the form breaks off.
    pub async fn read(
        request: &HttpRequest,
        form: Multipart,
        limits: &Limits,
        uploads: &Path,
    ) -> Result<Self> {
        let length =
            request.headers().get(CONTENT_LENGTH).and_then(|length| length.to_str().ok()?.parse().ok());
        if length.is_some_and(|length: usize| length > limits.bytes.saturating_add(FRAME)) {
            return Err(too_large(limits));
        }
        let read = tokio::time::timeout(DEADLINE, Self::fields(form, limits, uploads)).await;
        read.map_err(|_| Problem::because(Code::BadRequest, "120 秒内没有收到完整的照片"))?
    }

    async fn fields(mut form: Multipart, limits: &Limits, uploads: &Path) -> Result<Self> {
        let (mut id, mut file, mut anonymous) = (None, None, None);
        while let Some(field) = form.next().await {
            let field = field.map_err(|error| refused(&error, limits))?;
            match field.name().unwrap_or_default() {
                "id" if id.is_none() => id = Some(read_id(field, limits).await?),
                "file" if file.is_none() => file = Some(read_file(field, limits, uploads).await?),
                "anonymous" if anonymous.is_none() => anonymous = Some(read_flag(field, limits).await?),
                name @ ("id" | "file" | "anonymous") => return Err(Problem::field(name, "只能有一个")),
                name => return Err(Problem::field(name, "没有这个字段")),
            }
        }
        let missing =
            |field: &str| FieldError { field: field.to_owned(), message: "不能为空".to_owned() };
        match (id, file) {
            (Some(id), Some(file)) => Ok(Self { id, file, anonymous: anonymous.unwrap_or(false) }),
            (None, Some(_)) => Err(Problem::fields(vec![missing("id")])),
            (Some(_), None) => Err(Problem::fields(vec![missing("file")])),
            (None, None) => Err(Problem::fields(vec![missing("id"), missing("file")])),
        }
    }
}

async fn read_id(field: Field, limits: &Limits) -> Result<Id<Photo>> {
    let text = read_word(field, "id", limits).await?;
    text.parse().map_err(|why: crate::base::id::NotAnId| Problem::field("id", why.to_string()))
}

async fn read_flag(field: Field, limits: &Limits) -> Result<bool> {
    let text = read_word(field, "anonymous", limits).await?;
    text.parse().map_err(|_| Problem::field("anonymous", "应为 true 或 false"))
}

async fn read_word(mut field: Field, name: &'static str, limits: &Limits) -> Result<String> {
    let mut text = Vec::new();
    while let Some(chunk) = field.try_next().await.map_err(|error| refused(&error, limits))? {
        if text.len() + chunk.len() > WORD_LENGTH {
            return Err(Problem::field(name, "内容过长"));
        }
        text.extend_from_slice(&chunk);
    }
    Ok(String::from_utf8_lossy(&text).into_owned())
}

async fn read_file(mut field: Field, limits: &Limits, uploads: &Path) -> Result<File> {
    let mut file = tokio::fs::File::from_std(tempfile::tempfile_in(uploads).map_err(not_kept)?);
    let mut room = limits.bytes;
    while let Some(chunk) = field.try_next().await.map_err(|error| refused(&error, limits))? {
        room = room.checked_sub(chunk.len()).ok_or_else(|| too_large(limits))?;
        file.write_all(&chunk).await.map_err(not_kept)?;
    }
    file.flush().await.map_err(not_kept)?;
    let mut file = file.into_std().await;
    file.rewind().map_err(not_kept)?;
    Ok(file)
}

pub(super) fn not_kept(why: io::Error) -> Problem {
    match why.kind() {
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => {
            Problem::new(Code::StorageFull).caused_by(why)
        }
        _ => Problem::internal(why),
    }
}

/// Whether `text` is how a SHA-256 is written here: 64 lower-case hexadecimal digits.
pub fn is_sha256(text: &str) -> bool {
    text.len() == 64 && text.bytes().all(|digit| matches!(digit, b'0'..=b'9' | b'a'..=b'f'))
}

fn too_large(limits: &Limits) -> Problem {
    Problem::because(Code::TooLarge, format!("照片不能超过 {} MB", limits.bytes / (1024 * 1024)))
}

fn refused(error: &MultipartError, limits: &Limits) -> Problem {
    let problem = match error {
        MultipartError::Payload(PayloadError::Overflow) => too_large(limits),
        MultipartError::ContentTypeMissing
        | MultipartError::ContentTypeParse
        | MultipartError::ContentTypeIncompatible
        | MultipartError::BoundaryMissing => {
            Problem::because(Code::UnsupportedMedia, "请以 multipart/form-data 上传照片")
        }
        _ => Problem::because(Code::BadRequest, "表单没有传完,或格式不正确"),
    };
    problem.caused_by(error.to_string())
}

/// A photo, without its pixels.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct PhotoView {
    /// The photo.
    pub id: Id<Photo>,
    /// Where the file is read; needs the same token.
    pub url: String,
    /// Where a JPEG of at most 320 pixels on its longer side is read; needs the same token.
    pub thumbnail_url: String,
    /// `image/jpeg` or `image/png`.
    pub mime: String,
    /// Pixels from left to right.
    pub width: i32,
    /// Pixels from top to bottom.
    pub height: i32,
    /// Size of the file.
    pub bytes: i64,
    /// When it was taken, if the camera said so.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub taken_at: Option<Timestamp>,
    /// Where it was taken, degrees north, if the camera said so.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub lat: Option<f64>,
    /// Where it was taken, degrees east, if the camera said so.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub lng: Option<f64>,
    /// Always `wgs84` in answers.
    pub datum: Datum,
    /// Which part of the work it shows.
    pub stage: Stage,
    /// When the server had it.
    pub created_at: Timestamp,
}

impl PhotoView {
    /// What the caller is shown of a photo.
    pub(super) fn of(photo: PhotoRow) -> Self {
        let url = format!("/api/v1/photos/{}", photo.id);
        Self {
            id: photo.id,
            thumbnail_url: format!("{url}/thumbnail"),
            url,
            mime: photo.mime,
            width: photo.width,
            height: photo.height,
            bytes: photo.bytes,
            taken_at: photo.taken_at,
            lat: photo.lat,
            lng: photo.lng,
            datum: Datum::Wgs84,
            stage: photo.stage,
            created_at: photo.created_at,
        }
    }
}

/// The photos of a case of this kind, oldest first, no papers; 404 when the case is hidden from the caller or of
/// another kind.
pub async fn photos_of(
    db: &Db,
    by: Granted<SeeCases>,
    kind: CaseKind,
    case: Id<Case>,
) -> Result<Vec<PhotoView>> {
    let photos = db.read(move |c| {
        let file = cases::find(c, by.scope(), case)?;
        if file.kind != kind {
            return Err(Problem::not_found());
        }
        store::of_case(c, by.scope(), &file)
    });
    Ok(photos.await?.into_iter().map(PhotoView::of).collect())
}
