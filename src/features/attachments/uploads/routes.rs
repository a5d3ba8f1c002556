//! HTTP: grant, input, one action, answer.

use actix_web::web::Data;
use actix_web::{HttpResponse, head, patch, post};

use super::Upload;
use super::actions::{self, Progress};
use super::wire::{self, Part, UploadBody, UploadView};
use crate::base::id::Id;
use crate::base::problem::Result;
use crate::features::attachments::turns::Turn;
use crate::platform::access::Granted;
use crate::platform::access::policy::UploadPhoto;
use crate::platform::web::{App, Body, Errors, Mount, PathId};

/// Mounts the routes of uploads.
pub fn routes(mount: &mut impl Mount) {
    mount.service(create_upload).service(get_upload_offset).service(add_part);
}

/// 登记一张要分块上传的照片;重发返回同一登记和已收到的位置,照片已收齐的返回照片。24 小时内须传完。
/// Begins an upload in parts, or finds it again.
#[utoipa::path(
    operation_id = "create_upload",
    tag = "照片 Photos",
    request_body = UploadBody,
    responses(
        (status = 201, description = "已登记,从 Upload-Offset 开始传", body = UploadView, headers(("Upload-Offset" = i32), ("Location" = String))),
        (status = 200, description = "此前已登记或已收齐", body = UploadView, headers(("Upload-Offset" = i32))),
        Errors
    ),
    security(("bearer" = []))
)]
#[post("/api/v1/uploads")]
pub async fn create_upload(
    by: Granted<UploadPhoto>,
    body: Body<UploadBody>,
    app: Data<App>,
) -> Result<HttpResponse> {
    let _turn = Turn::take(by.actor().id())?;
    let new = body.0.parse()?;
    let length = new.length;
    let (made, progress) = actions::begin(&app, by, new).await?;
    let answer = if made { HttpResponse::Created() } else { HttpResponse::Ok() };
    Ok(UploadView::of(progress, length).answer(answer))
}

/// 已收到多少字节,见 Upload-Offset。How far an upload is.
#[utoipa::path(
    operation_id = "get_upload_offset",
    tag = "照片 Photos",
    params(("id" = Id<Upload>, Path)),
    responses(
        (status = 200, description = "位置在响应头中", headers(("Upload-Offset" = i32), ("Upload-Length" = i32), ("Upload-Expires" = String))),
        Errors
    ),
    security(("bearer" = []))
)]
#[head("/api/v1/uploads/{id}")]
pub async fn get_upload_offset(
    by: Granted<UploadPhoto>,
    id: PathId<Upload>,
    app: Data<App>,
) -> Result<HttpResponse> {
    Ok(wire::head(&actions::find(&app, &by, id.0).await?))
}

/// 传一块(16 KB 到 1 MB,最后一块可更小),从 Upload-Offset 开始;收齐后照片按直接上传的办法收下,已有案卷等待的随即归入。
/// Adds a part; with the last one the photo is taken in.
#[utoipa::path(
    operation_id = "add_upload_part",
    tag = "照片 Photos",
    params(("id" = Id<Upload>, Path), ("Upload-Offset" = i32, Header, description = "这一块从第几个字节开始")),
    request_body(content = Vec<u8>, content_type = "application/offset+octet-stream", description = "这一块的字节"),
    responses(
        (status = 200, description = "已收到;收齐时 kept 为照片", body = UploadView, headers(("Upload-Offset" = i32))),
        Errors
    ),
    security(("bearer" = []))
)]
#[patch("/api/v1/uploads/{id}")]
pub async fn add_part(
    by: Granted<UploadPhoto>,
    id: PathId<Upload>,
    part: Part,
    app: Data<App>,
) -> Result<HttpResponse> {
    let _turn = Turn::take(by.actor().id())?;
    let end = part.offset.saturating_add(i32::try_from(part.bytes.len()).unwrap_or(i32::MAX));
    let progress = actions::go_on(&app, by, id.0, part.offset, part.bytes).await?;
    let length = match &progress {
        Progress::UnderWay(row) => row.length,
        Progress::Here(_) => end,
    };
    Ok(UploadView::of(progress, length).answer(HttpResponse::Ok()))
}
