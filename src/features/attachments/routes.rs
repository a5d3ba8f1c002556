//! HTTP: grant, input, one action, answer.

use actix_multipart::Multipart;
use actix_web::http::header::{
    CACHE_CONTROL, CONTENT_DISPOSITION, ETAG, EntityTag, LOCATION, X_CONTENT_TYPE_OPTIONS,
};
use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse, HttpResponseBuilder, get, post};

use super::actions::{self, Uploaded};
use super::model::{Photo, PhotoRow, Size};
use super::of_record::RecordPhoto;
use super::paper::Paper;
use super::turns::Turn;
use super::wire::{PhotoUpload, PhotoView};
use crate::base::id::Id;
use crate::base::problem::Result;
use crate::platform::access::Granted;
use crate::platform::access::policy::{SeeCases, UploadPhoto};
use crate::platform::blobs::Blobs;
use crate::platform::web::{App, Errors, LogLine, Mount, PathId, is_held};

/// A photo never changes; nobody between us and the caller may keep it.
const KEEP: &str = "private, max-age=31536000, immutable";

/// Mounts the routes of this slice.
pub fn routes(mount: &mut impl Mount) {
    mount.service(upload_photo).service(get_photo).service(get_photo_thumbnail);
}

/// 上传一张照片(JPG 或 PNG);重发同一编号、同一文件返回同一记录。24 小时内未被上报或办理引用的照片会被删除。
/// 同一账号同时上传的照片最多 9 张。匿名上报所用的照片须以 anonymous=true 上传,不记录上传人和拍摄的时间、位置。
/// Uploads a photo; a resend answers the same record.
#[utoipa::path(
    operation_id = "upload_photo",
    tag = "照片 Photos",
    request_body(content = PhotoUpload, content_type = "multipart/form-data"),
    responses(
        (status = 201, description = "已保存", body = PhotoView),
        (status = 200, description = "此前已保存,返回同一记录", body = PhotoView),
        Errors
    ),
    security(("bearer" = []))
)]
#[post("/api/v1/photos")]
pub async fn upload_photo(
    by: Granted<UploadPhoto>,
    request: HttpRequest,
    form: Multipart,
    line: LogLine,
    app: Data<App>,
) -> Result<HttpResponse> {
    let _turn = Turn::take(by.actor().id())?;
    let PhotoUpload { id, file, anonymous } =
        PhotoUpload::read(&request, form, &app.photo_limits, &app.uploads).await?;
    let by = if anonymous { line.without_name(by)? } else { by };
    let uploaded = actions::upload(&app.db, &app.blobs, &app.vault, app.photo_limits, by, id, file).await?;
    let (mut answer, photo) = match uploaded {
        Uploaded::New(photo) => (HttpResponse::Created(), photo),
        Uploaded::Again(photo) => (HttpResponse::Ok(), photo),
    };
    let view = PhotoView::of(photo);
    Ok(answer.insert_header((LOCATION, view.url.as_str())).json(view))
}

/// 照片原图(已去除相机信息)。The picture, without what the camera wrote into it.
#[utoipa::path(
    operation_id = "get_photo",
    tag = "照片 Photos",
    params(("id" = Id<Photo>, Path)),
    responses(
        (status = 200, description = "照片", content((Vec<u8> = "image/jpeg"), (Vec<u8> = "image/png"))),
        (status = 304, description = "未变化"),
        Errors
    ),
    security(("bearer" = []))
)]
#[get("/api/v1/photos/{id}")]
pub async fn get_photo(
    by: Granted<SeeCases>,
    id: PathId<Photo>,
    request: HttpRequest,
    app: Data<App>,
) -> Result<HttpResponse> {
    file(&app, by, id.0, &request, Size::Full).await
}

/// 照片缩略图,最长边 320 像素。A JPEG of at most 320 pixels on its longer side.
#[utoipa::path(
    operation_id = "get_photo_thumbnail",
    tag = "照片 Photos",
    params(("id" = Id<Photo>, Path)),
    responses(
        (status = 200, description = "缩略图", content((Vec<u8> = "image/jpeg"))),
        (status = 304, description = "未变化"),
        Errors
    ),
    security(("bearer" = []))
)]
#[get("/api/v1/photos/{id}/thumbnail")]
pub async fn get_photo_thumbnail(
    by: Granted<SeeCases>,
    id: PathId<Photo>,
    request: HttpRequest,
    app: Data<App>,
) -> Result<HttpResponse> {
    file(&app, by, id.0, &request, Size::Thumbnail).await
}

async fn file(
    app: &App,
    by: Granted<SeeCases>,
    id: Id<Photo>,
    request: &HttpRequest,
    size: Size,
) -> Result<HttpResponse> {
    let photo = actions::find(&app.db, by, id).await?;
    let tag = EntityTag::new_strong(photo.digest(size).to_owned());
    let held = is_held(request, &tag.to_string());
    let mut answer = if held { HttpResponse::NotModified() } else { HttpResponse::Ok() };
    answer.insert_header((CACHE_CONTROL, KEEP));
    answer.insert_header((ETAG, tag.to_string()));
    if held {
        return Ok(answer.finish());
    }
    fill(answer, &app.blobs, &photo, size).await
}

impl RecordPhoto {
    /// The picture; `thumbnail` at most 320 pixels on its longer side.
    pub async fn answer(self, blobs: &Blobs, thumbnail: bool) -> Result<HttpResponse> {
        let mut answer = HttpResponse::Ok();
        answer.insert_header((CACHE_CONTROL, KEEP));
        let size = if thumbnail { Size::Thumbnail } else { Size::Full };
        fill(answer, blobs, &self.0, size).await
    }
}

impl Paper {
    /// The picture, for its reader alone: nothing on its way or on the device may keep it.
    pub async fn answer(self, blobs: &Blobs) -> Result<HttpResponse> {
        let mut answer = HttpResponse::Ok();
        answer.insert_header((CACHE_CONTROL, "no-store"));
        fill(answer, blobs, &self.0, Size::Full).await
    }
}

/// Puts the picture into an answer.
async fn fill(
    mut answer: HttpResponseBuilder,
    blobs: &Blobs,
    photo: &PhotoRow,
    size: Size,
) -> Result<HttpResponse> {
    let mime = photo.mime(size);
    let extension = if mime == "image/png" { "png" } else { "jpg" };
    answer.insert_header((CONTENT_DISPOSITION, format!("inline; filename=\"{}.{extension}\"", photo.id)));
    answer.insert_header((X_CONTENT_TYPE_OPTIONS, "nosniff"));
    answer.content_type(mime);
    Ok(answer.body(actions::content(blobs, photo, size).await?))
}
