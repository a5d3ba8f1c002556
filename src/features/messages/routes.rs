//! HTTP: whoever is signed in, about what they were told themselves.

use actix_web::web::{Data, Json, Query};
use actix_web::{get, post};

use super::actions;
use super::wire::{MessageQuery, MessageView, ReadBody, UnreadView};
use crate::base::page::Page;
use crate::base::problem::Result;
use crate::platform::access::Actor;
use crate::platform::web::{App, Body, Errors, Mount};

/// Under which name the operations stand in the description.
const TAG: &str = "消息 Messages";

/// Mounts the routes of this slice.
pub fn routes(mount: &mut impl Mount) {
    mount.service(list_messages).service(count_unread_messages).service(read_messages);
}

/// 我的消息:所报事项的受理、退回、办结等,最新的在前。Lists what I was told about my cases.
#[utoipa::path(
    operation_id = "list_messages",
    tag = TAG,
    params(MessageQuery),
    responses((status = 200, description = "一页消息,最新的在前", body = inline(Page<MessageView>)), Errors),
    security(("bearer" = []))
)]
#[get("/api/v1/me/messages")]
pub async fn list_messages(
    by: Actor,
    query: Query<MessageQuery>,
    app: Data<App>,
) -> Result<Json<Page<MessageView>>> {
    let page = query.page().parse()?;
    let rows = actions::list(&app.db, &by, query.unread.unwrap_or(false), page).await?;
    Ok(Json(rows.map(MessageView::from)))
}

/// 未读消息数,数到 99 为止。Counts my unread messages, up to 99.
#[utoipa::path(
    operation_id = "count_unread_messages",
    tag = TAG,
    responses((status = 200, description = "未读数", body = UnreadView), Errors),
    security(("bearer" = []))
)]
#[get("/api/v1/me/messages/unread")]
pub async fn count_unread_messages(by: Actor, app: Data<App>) -> Result<Json<UnreadView>> {
    Ok(Json(UnreadView::of(actions::unread(&app.db, &by).await?)))
}

/// 标记已读:到某一条为止,或列出的各条;重复提交结果相同。Notes what I have read.
#[utoipa::path(
    operation_id = "read_messages",
    tag = TAG,
    request_body = ReadBody,
    responses((status = 200, description = "已标记,其余未读数", body = UnreadView), Errors),
    security(("bearer" = []))
)]
#[post("/api/v1/me/messages/read")]
pub async fn read_messages(by: Actor, body: Body<ReadBody>, app: Data<App>) -> Result<Json<UnreadView>> {
    let seen = body.0.parse()?;
    Ok(Json(UnreadView::of(actions::read(&app.db, &by, seen).await?)))
}
