//! HTTP for signing in and for oneself.

use actix_web::{HttpResponse, Responder, delete, get, post, web};

use super::model::EndedWhy;
use super::wire::{
    ArrivedView, DeviceInput, MeView, PasswordChange, PasswordSignIn, RefreshInput, SessionView,
    TicketReport, TokenPair, WeChatPhone, WeChatSignIn, bounded, phone,
};
use super::{displays, me, own, refresh, sign_in, tickets, wechat};
use crate::base::problem::{ProblemBody, Result};
use crate::features::staff;
use crate::platform::access::{Actor, Session};
use crate::platform::web::{App, Body, Errors, IdempotencyKey, Mount, PathId};

const AUTH: &str = "登录 Sign-in";
const ME: &str = "本人 Me";

/// Mounts the operations of this slice below `/api/v1`.
pub fn routes(mount: &mut impl Mount) {
    mount
        .service(sign_in_with_password)
        .service(change_password)
        .service(sign_in_with_wechat)
        .service(tell_wechat_phone)
        .service(refresh_tokens)
        .service(sign_out)
        .service(get_me)
        .service(list_my_sessions)
        .service(end_my_session)
        .service(report_wx_tickets);
    displays::routes(mount);
}

/// 工作人员凭手机号和密码登录
#[utoipa::path(tag = AUTH, operation_id = "sign_in_with_password", security(()), request_body = PasswordSignIn,
    responses((status = 200, description = "成功", body = TokenPair), (status = 423, description = "连续 5 次密码错误,锁定 30 分钟",
        body = ProblemBody<'static>, content_type = "application/problem+json", headers(("Retry-After" = u32))), Errors))]
#[post("/api/v1/auth/password")]
async fn sign_in_with_password(app: web::Data<App>, body: Body<PasswordSignIn>) -> Result<impl Responder> {
    let PasswordSignIn { phone: number, password, device } = body.0;
    let device = DeviceInput::parse(Some(device))?;
    let tokens = sign_in::by_password(&app, phone(&number)?, password, device).await?;
    Ok(web::Json(TokenPair::from(tokens)))
}

/// 修改密码(凭原密码;初始密码和到期密码也由此修改),其他登录随即失效
#[utoipa::path(tag = AUTH, operation_id = "change_password", security(()), request_body = PasswordChange,
    responses((status = 204, description = "已办理"), (status = 423, description = "连续 5 次密码错误,锁定 30 分钟",
        body = ProblemBody<'static>, content_type = "application/problem+json", headers(("Retry-After" = u32))), Errors))]
#[post("/api/v1/auth/password/change")]
async fn change_password(app: web::Data<App>, body: Body<PasswordChange>) -> Result<impl Responder> {
    let PasswordChange { phone: number, password, new_password } = body.0;
    staff::change_password(&app, phone(&number)?, password, new_password).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// 微信登录;首次登录还须授权手机号
#[utoipa::path(tag = AUTH, operation_id = "sign_in_with_wechat", security(()), request_body = WeChatSignIn,
    responses((status = 200, description = "成功", body = ArrivedView), (status = 502, description = "微信接口出错,请重试",
        body = ProblemBody<'static>, content_type = "application/problem+json"), Errors))]
#[post("/api/v1/auth/wechat")]
async fn sign_in_with_wechat(app: web::Data<App>, body: Body<WeChatSignIn>) -> Result<impl Responder> {
    let WeChatSignIn { code, device } = body.0;
    bounded("code", &code)?;
    let arrived = wechat::arrive(&app, &code, DeviceInput::parse(device)?).await?;
    Ok(web::Json(ArrivedView::from(arrived)))
}

/// 授权手机号,绑定微信并登录
#[utoipa::path(tag = AUTH, operation_id = "tell_wechat_phone", security(()), request_body = WeChatPhone,
    responses((status = 200, description = "成功", body = TokenPair), (status = 502, description = "微信接口出错,请重试",
        body = ProblemBody<'static>, content_type = "application/problem+json"), Errors))]
#[post("/api/v1/auth/wechat/phone")]
async fn tell_wechat_phone(app: web::Data<App>, body: Body<WeChatPhone>) -> Result<impl Responder> {
    let WeChatPhone { link, code, device } = body.0;
    bounded("link", &link)?;
    bounded("code", &code)?;
    let tokens = wechat::tell_phone(&app, &link, &code, DeviceInput::parse(device)?).await?;
    Ok(web::Json(TokenPair::from(tokens)))
}

/// 换取新的令牌;同一刷新令牌重复使用将终止该登录
#[utoipa::path(tag = AUTH, operation_id = "refresh_tokens", security(()), request_body = RefreshInput,
    responses((status = 200, description = "成功", body = TokenPair), Errors))]
#[post("/api/v1/auth/refresh")]
async fn refresh_tokens(app: web::Data<App>, body: Body<RefreshInput>) -> Result<impl Responder> {
    let tokens = refresh::refresh(&app, &body.0.refresh_token).await?;
    Ok(web::Json(TokenPair::from(tokens)))
}

/// 退出本设备的登录
#[utoipa::path(tag = AUTH, operation_id = "sign_out", responses((status = 204, description = "已办理"), Errors))]
#[post("/api/v1/auth/sign-out")]
async fn sign_out(by: Actor, app: web::Data<App>) -> Result<impl Responder> {
    own::sign_out(&app, by).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// 本人信息、岗位和权限
#[utoipa::path(tag = ME, operation_id = "get_me", responses((status = 200, description = "成功", body = MeView), Errors))]
#[get("/api/v1/me")]
async fn get_me(by: Actor, app: web::Data<App>) -> Result<impl Responder> {
    let masked = me::masked(&app, &by).await?;
    let held = me::permissions(by.posts());
    Ok(web::Json(MeView::new(&by, masked, held)))
}

/// 本人的登录设备(最近 100 个)
#[utoipa::path(tag = ME, operation_id = "list_my_sessions", responses((status = 200, description = "成功", body = [SessionView]), Errors))]
#[get("/api/v1/me/sessions")]
async fn list_my_sessions(by: Actor, app: web::Data<App>) -> Result<impl Responder> {
    let sessions = own::list(&app, &by).await?;
    Ok(web::Json(sessions.into_iter().map(|one| SessionView::new(one, &by)).collect::<Vec<_>>()))
}

/// 终止本人在某一设备上的登录
#[utoipa::path(tag = ME, operation_id = "end_my_session", params(("id" = String, Path)),
    responses((status = 204, description = "已办理"), Errors))]
#[delete("/api/v1/me/sessions/{id}")]
async fn end_my_session(by: Actor, id: PathId<Session>, app: web::Data<App>) -> Result<impl Responder> {
    own::end(&app, by, id.0, EndedWhy::Revoked).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// 登记微信订阅消息的授权结果
#[utoipa::path(tag = ME, operation_id = "report_wx_tickets", request_body = TicketReport,
    params(("Idempotency-Key" = String, Header, description = "新的随机值,重发时保持不变")),
    responses((status = 204, description = "已办理"), Errors))]
#[post("/api/v1/me/wx-tickets")]
async fn report_wx_tickets(
    by: Actor,
    key: IdempotencyKey,
    app: web::Data<App>,
    body: Body<TicketReport>,
) -> Result<impl Responder> {
    tickets::report(&app, by, key, body.0.parse()?).await?;
    Ok(HttpResponse::NoContent().finish())
}
