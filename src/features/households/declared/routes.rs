//! HTTP for one's own declarations.

use actix_web::web::{Data, Json};
use actix_web::{get, put};

use super::actions;
use super::wire::{DeclarationBody, DeclarationView};
use crate::base::problem::Result;
use crate::platform::access::Granted;
use crate::platform::access::policy::ReadFeed;
use crate::platform::web::{App, Body, Errors, Mount};

const TAG: &str = "居民端 Residents";

/// Mounts the routes of residents.
pub fn routes(mount: &mut impl Mount) {
    mount.service(get_declaration).service(put_declaration);
}

/// 我的标签自述。Shows what the caller has said of themselves.
#[utoipa::path(operation_id = "get_declaration", tag = TAG,
    responses((status = 200, description = "成功", body = DeclarationView), Errors), security(("bearer" = [])))]
#[get("/api/v1/me/declaration")]
pub async fn get_declaration(by: Granted<ReadFeed>, app: Data<App>) -> Result<Json<DeclarationView>> {
    Ok(Json(actions::read(&app.db, by).await?.into()))
}

/// 修改我的标签自述(整体替换);只有本人可以填写,可以随时清空或选择不接收定向通知。Replaces what the caller says of themselves.
#[utoipa::path(operation_id = "put_declaration", tag = TAG, request_body = DeclarationBody,
    responses((status = 200, description = "成功", body = DeclarationView), Errors), security(("bearer" = [])))]
#[put("/api/v1/me/declaration")]
pub async fn put_declaration(
    by: Granted<ReadFeed>,
    app: Data<App>,
    body: Body<DeclarationBody>,
) -> Result<Json<DeclarationView>> {
    Ok(Json(actions::declare(&app.db, by, body.0.parse()).await?.into()))
}
