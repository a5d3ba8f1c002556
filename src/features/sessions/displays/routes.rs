//! HTTP for displays and for those who keep them.

use actix_web::{HttpResponse, Responder, delete, get, post, web};

use super::actions;
use super::wire::{DisplaySignIn, DisplayToken, DisplayView, NewDisplay};
use crate::base::page::{Page, PageQuery};
use crate::base::problem::{ProblemBody, Result};
use crate::platform::access::policy::KeepDisplays;
use crate::platform::access::{Display, Granted};
use crate::platform::web::{App, Body, Errors, IdempotencyKey, Mount, PathId};

const TAG: &str = "看板设备 Displays";

/// Mounts the operations below `/api/v1`.
pub fn routes(mount: &mut impl Mount) {
    mount.service(sign_in_display).service(list_displays).service(add_display).service(revoke_display);
}

/// 看板设备凭编号和密钥登录;令牌到期前再次登录即可
#[utoipa::path(tag = TAG, operation_id = "sign_in_display", security(()), request_body = DisplaySignIn,
    responses((status = 200, description = "成功", body = DisplayToken), (status = 423, description = "连续 5 次密钥错误,锁定 30 分钟",
        body = ProblemBody<'static>, content_type = "application/problem+json", headers(("Retry-After" = u32))), Errors))]
#[post("/api/v1/auth/display")]
async fn sign_in_display(app: web::Data<App>, body: Body<DisplaySignIn>) -> Result<impl Responder> {
    let (id, secret) = body.0.parse();
    Ok(web::Json(DisplayToken::from(actions::sign_in(&app, id, secret).await?)))
}

/// 看板设备列表
#[utoipa::path(tag = TAG, operation_id = "list_displays", params(PageQuery),
    responses((status = 200, description = "成功", body = Page<DisplayView>), Errors))]
#[get("/api/v1/displays")]
async fn list_displays(
    by: Granted<KeepDisplays>,
    app: web::Data<App>,
    page: web::Query<PageQuery>,
) -> Result<impl Responder> {
    let displays = actions::list(&app, by, page.parse()?).await?;
    Ok(web::Json(displays.map(|display| DisplayView::new(display, None))))
}

/// 新建看板设备;密钥只在此时显示一次
#[utoipa::path(tag = TAG, operation_id = "add_display", request_body = NewDisplay,
    params(("Idempotency-Key" = String, Header, description = "新的随机值,重发时保持不变")),
    responses((status = 201, description = "已建立", body = DisplayView),
        (status = 200, description = "重发:已建立,密钥不再显示", body = DisplayView), Errors))]
#[post("/api/v1/displays")]
async fn add_display(
    by: Granted<KeepDisplays>,
    key: IdempotencyKey,
    app: web::Data<App>,
    body: Body<NewDisplay>,
) -> Result<impl Responder> {
    let (name, area) = body.0.parse()?;
    let (display, secret) = actions::add(&app, by, key, name, area).await?;
    let mut answer = if secret.is_some() { HttpResponse::Created() } else { HttpResponse::Ok() };
    Ok(answer.json(DisplayView::new(display, secret.as_ref())))
}

/// 停用看板设备,其登录随即失效
#[utoipa::path(tag = TAG, operation_id = "revoke_display", params(("id" = String, Path)),
    responses((status = 204, description = "已停用"), Errors))]
#[delete("/api/v1/displays/{id}")]
async fn revoke_display(
    by: Granted<KeepDisplays>,
    id: PathId<Display>,
    app: web::Data<App>,
) -> Result<impl Responder> {
    actions::revoke(&app, by, id.0).await?;
    Ok(HttpResponse::NoContent().finish())
}
