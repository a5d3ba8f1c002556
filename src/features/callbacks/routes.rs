//! HTTP for gateways. The answers are what they want to hear; people see these addresses only when they set them up.

use actix_web::http::header::ContentType;
use actix_web::{HttpResponse, Responder, get, post, web};

use super::actions;
use crate::base::problem::{Problem, Result};
use crate::platform::push::sms::SmsGateway;
use crate::platform::push::wechat::callback::Signed;
use crate::platform::web::{App, Errors, Mount, RawBody, Size};

const CALLBACKS: &str = "回调 Callbacks";
/// What WeChat takes for "heard".
const SUCCESS: &str = "success";

/// A push: 64 KiB, and a second less than WeChat waits for the answer.
#[derive(Debug)]
pub enum Pushed {}

impl Size for Pushed {
    const KIB: usize = 64;
    const SECONDS: u64 = 4;
}

/// Mounts the operations of this slice at `/api/v1/callbacks`.
pub fn routes(mount: &mut impl Mount) {
    mount.service(check_wechat_callback).service(take_wechat_event).service(take_sms_receipts);
}

/// 微信公众平台核对消息推送的地址:原样返回 echostr
#[utoipa::path(tag = CALLBACKS, operation_id = "check_wechat_callback", security(()),
    params(("signature" = String, Query), ("timestamp" = String, Query), ("nonce" = String, Query), ("echostr" = String, Query)),
    responses((status = 200, description = "核对无误", body = String, content_type = "text/plain"), Errors))]
#[get("/api/v1/callbacks/wechat")]
async fn check_wechat_callback(app: web::Data<App>, asked: web::Query<Signed>) -> Result<impl Responder> {
    let echo = actions::greet(&app, &asked)?;
    Ok(HttpResponse::Ok().content_type(ContentType::plaintext()).body(echo))
}

/// 微信消息推送:订阅结果、送达结果、撤回授权(小程序和服务号用同一个地址)
#[utoipa::path(tag = CALLBACKS, operation_id = "take_wechat_event", security(()),
    request_body(content = String, content_type = "text/xml"),
    params(("signature" = String, Query), ("timestamp" = String, Query), ("nonce" = String, Query),
        ("msg_signature" = Option<String>, Query, description = "加密推送的签名")),
    responses((status = 200, description = "已收到", body = String, content_type = "text/plain"), Errors))]
#[post("/api/v1/callbacks/wechat")]
async fn take_wechat_event(
    app: web::Data<App>,
    asked: web::Query<Signed>,
    body: RawBody<Pushed>,
) -> Result<impl Responder> {
    actions::take_event(&app, &asked, &body.0).await?;
    Ok(HttpResponse::Ok().content_type(ContentType::plaintext()).body(SUCCESS))
}

/// 短信网关推送的送达回执
#[utoipa::path(tag = CALLBACKS, operation_id = "take_sms_receipts", security(()),
    request_body(content = String, content_type = "application/json"),
    params(("gateway" = SmsGateway, Path, description = "网关"), ("secret" = String, Path, description = "设置 sms.callback_secret 的值")),
    responses((status = 200, description = "已收到", body = Object), Errors))]
#[post("/api/v1/callbacks/sms/{gateway}/{secret}")]
async fn take_sms_receipts(
    app: web::Data<App>,
    path: web::Path<(String, String)>,
    body: RawBody<Pushed>,
) -> Result<impl Responder> {
    let (gateway, secret) = path.into_inner();
    let gateway: SmsGateway = gateway.parse().map_err(|_| Problem::not_found())?;
    actions::take_receipts(&app, gateway, &secret, &body.0).await?;
    Ok(web::Json(gateway.thanks()))
}
