//! What a phone says of a photo that is to come, and what it is told.

use actix_web::HttpRequest;
use actix_web::dev::Payload;
use actix_web::http::header::CONTENT_TYPE;
use actix_web::web::BytesMut;
use actix_web::{FromRequest, HttpResponse, HttpResponseBuilder};
use futures_util::StreamExt;
use futures_util::future::LocalBoxFuture;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::Upload;
use super::actions::{Announced, Progress};
use crate::base::check::Check;
use crate::base::clock::Timestamp;
use crate::base::id::Id;
use crate::base::problem::{Code, Problem, Result};
use crate::features::attachments::model::Photo;
use crate::features::attachments::store::uploads::UploadRow;
use crate::features::attachments::wire::{PhotoView, is_sha256};

/// Bytes that have come.
pub const OFFSET: &str = "Upload-Offset";
/// Bytes of the whole.
pub const LENGTH: &str = "Upload-Length";
/// When it is forgotten.
const EXPIRES: &str = "Upload-Expires";
/// The media type of a part.
const MEDIA: &str = "application/offset+octet-stream";
/// The most bytes of a part.
const LARGEST_PART: usize = 1024 * 1024;
/// How long a part may take.
const DEADLINE: std::time::Duration = std::time::Duration::from_secs(120);

/// A photo that will be sent in parts.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({
    "photo": "photo_01h455vb4pex5vsknk084sn02q", "length": 482133,
    "sha256": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
}))]
pub struct UploadBody {
    /// The photo's id, made by the phone; a resend has the same.
    pub photo: Id<Photo>,
    /// Bytes of the file.
    #[schema(minimum = 1)]
    pub length: i32,
    /// SHA-256 of the file, 64 lower-case hexadecimal digits.
    #[schema(min_length = 64, max_length = 64)]
    pub sha256: String,
}

impl UploadBody {
    /// What is to come, or 422.
    pub fn parse(self) -> Result<Announced> {
        let mut check = Check::new();
        check.range("length", self.length, 1, i32::MAX);
        if !is_sha256(&self.sha256) {
            check.refuse("sha256", "应为 64 位小写十六进制数字");
        }
        check.finish(Announced { photo: self.photo, length: self.length, sha256: self.sha256 })
    }
}

/// How far an upload is. Once the photo is here it stands in `kept`, and the upload is over.
#[derive(Debug, Serialize, ToSchema)]
pub struct UploadView {
    /// The upload; absent when the photo is here.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id: Option<Id<Upload>>,
    /// The photo's id.
    pub photo: Id<Photo>,
    /// Bytes of the whole.
    pub length: i32,
    /// Bytes that have come; go on from there.
    pub offset: i32,
    /// When it is forgotten unless it is finished.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub expires_at: Option<Timestamp>,
    /// The photo, taken in.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub kept: Option<PhotoView>,
}

impl UploadView {
    /// The view of an upload, or of the photo that came of it; `length` is what was announced.
    pub fn of(progress: Progress, length: i32) -> Self {
        match progress {
            Progress::UnderWay(row) => Self {
                id: Some(row.id),
                photo: row.photo_id,
                length: row.length,
                offset: row.received,
                expires_at: Some(row.expires_at),
                kept: None,
            },
            Progress::Here(photo) => Self {
                id: None,
                photo: photo.id,
                length,
                offset: length,
                expires_at: None,
                kept: Some(PhotoView::of(photo)),
            },
        }
    }

    /// The answer, with the offset in a header too.
    pub fn answer(self, mut answer: HttpResponseBuilder) -> HttpResponse {
        answer.insert_header((OFFSET, self.offset.to_string()));
        if let Some(id) = self.id {
            answer.insert_header(("Location", format!("/api/v1/uploads/{id}")));
        }
        answer.json(self)
    }
}

/// The answer to `HEAD`: offset, length and end in headers.
pub fn head(row: &UploadRow) -> HttpResponse {
    let mut answer = HttpResponse::Ok();
    answer.insert_header((OFFSET, row.received.to_string()));
    answer.insert_header((LENGTH, row.length.to_string()));
    answer.insert_header((EXPIRES, row.expires_at.rfc3339()));
    answer.finish()
}

/// A part of a photo: where it begins, and its bytes.
///
/// 400 without `Upload-Offset` or when it does not arrive whole within two minutes, 413 above 1 MiB, 415 for another
/// media type.
#[derive(Debug)]
pub struct Part {
    /// Where it begins.
    pub offset: i32,
    /// Its bytes.
    pub bytes: Vec<u8>,
}

impl FromRequest for Part {
    type Error = Problem;
    type Future = LocalBoxFuture<'static, Result<Self>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let header = |name: &str| request.headers().get(name).and_then(|value| value.to_str().ok());
        let is_part = header(CONTENT_TYPE.as_str()) == Some(MEDIA);
        let offset = header(OFFSET).and_then(|offset| offset.parse::<u32>().ok());
        let offset = offset.and_then(|offset| i32::try_from(offset).ok());
        let payload = payload.take();
        Box::pin(async move {
            if !is_part {
                return Err(Problem::because(Code::UnsupportedMedia, format!("请以 {MEDIA} 的类型发送")));
            }
            let missing = || Problem::because(Code::BadRequest, "请在 Upload-Offset 中写明从第几个字节开始");
            let offset = offset.ok_or_else(missing)?;
            let bytes = tokio::time::timeout(DEADLINE, collect(payload)).await;
            let bytes =
                bytes.map_err(|_| Problem::because(Code::BadRequest, "2 分钟内没有收到完整的一块"))??;
            Ok(Self { offset, bytes: bytes.to_vec() })
        })
    }
}

async fn collect(mut payload: Payload) -> Result<BytesMut> {
    let mut bytes = BytesMut::new();
    while let Some(chunk) = payload.next().await {
        let broken = |why: actix_web::error::PayloadError| {
            Problem::because(Code::BadRequest, "这一块没有传完,请重传").caused_by(why.to_string())
        };
        let chunk = chunk.map_err(broken)?;
        if bytes.len() + chunk.len() > LARGEST_PART {
            return Err(Problem::because(Code::TooLarge, "每块不能超过 1 MB"));
        }
        bytes.extend_from_slice(&chunk);
    }
    Ok(bytes)
}
