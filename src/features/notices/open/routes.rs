//! HTTP for everybody.

use actix_web::http::header::{ACCESS_CONTROL_ALLOW_ORIGIN, CACHE_CONTROL, ETAG, HeaderValue};
use actix_web::web::{Data, Query};
use actix_web::{HttpRequest, HttpResponse, get};
use sha2::{Digest, Sha256};

use super::cap::{self, CapMessage, Sender};
use super::wire::{CapQuery, PublicNotice};
use super::{actions, atom};
use crate::base::area_code::AreaCode;
use crate::base::hex::hex;
use crate::base::id::Id;
use crate::base::page::PageQuery;
use crate::base::problem::{Problem, Result};
use crate::features::areas::LiveMap;
use crate::features::notices::model::Notice;
use crate::platform::web::{App, Errors, Mount, PathId, is_held};

/// Under which name the operations stand in the description.
const TAG: &str = "公开 Public";
/// A minute: a cancellation must not wait for long.
const KEEP: &str = "public, max-age=60";

/// Mounts what everybody may read.
pub fn routes(mount: &mut impl Mount) {
    mount.under("/api/v1/public", |mount| {
        mount.service(get_public_notice).service(get_public_notice_cap).service(list_public_notices);
    });
}

/// An answer that anybody may keep and that asks again with its tag.
fn cacheable(request: &HttpRequest, media: &'static str, content: Vec<u8>) -> HttpResponse {
    let tag = format!("\"{}\"", hex(&Sha256::digest(&content)[..16]));
    let held = is_held(request, &tag);
    let mut answer = if held { HttpResponse::NotModified() } else { HttpResponse::Ok() };
    answer.insert_header((ETAG, tag)).insert_header((CACHE_CONTROL, KEEP));
    // Pages of others may show it: it is for everybody, and nobody's sign-in goes with it.
    answer.insert_header((ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*")));
    if held { answer.finish() } else { answer.content_type(media).body(content) }
}

/// 公开的通知页面数据,用于分享;未变化时返回 304。A notice that was published, for sharing.
#[utoipa::path(
    operation_id = "get_public_notice",
    tag = TAG,
    params(("id" = Id<Notice>, Path)),
    responses(
        (status = 200, description = "通知", body = PublicNotice),
        (status = 304, description = "未变化"),
        Errors
    ),
    security(())
)]
#[get("/api/v1/public/notices/{id}")]
pub async fn get_public_notice(
    id: PathId<Notice>,
    request: HttpRequest,
    app: Data<App>,
) -> Result<HttpResponse> {
    let notice = actions::find(&app.db, id.0).await?;
    let page = PublicNotice::of(notice, &Sender { url: &app.public_url }, app.clock.now());
    let content = serde_json::to_vec(&page).map_err(Problem::internal)?;
    Ok(cacheable(&request, "application/json", content))
}

/// 通知的 CAP 1.2 报文;撤回后默认为撤回报文,message=alert 仍可取得原报文。The same as CAP 1.2.
#[utoipa::path(
    operation_id = "get_public_notice_cap",
    tag = TAG,
    params(("id" = Id<Notice>, Path), CapQuery),
    responses(
        (status = 200, description = "CAP 1.2 报文", content((String = "application/cap+xml"))),
        (status = 304, description = "未变化"),
        Errors
    ),
    security(())
)]
#[get("/api/v1/public/notices/{id}/cap")]
pub async fn get_public_notice_cap(
    id: PathId<Notice>,
    query: Query<CapQuery>,
    request: HttpRequest,
    app: Data<App>,
    map: Data<LiveMap>,
) -> Result<HttpResponse> {
    let notice = actions::find(&app.db, id.0).await?;
    let latest = if notice.row.cancelled_at.is_some() { CapMessage::Cancel } else { CapMessage::Alert };
    let map = map.now().await?;
    let sender = Sender { url: &app.public_url };
    let content = cap::message(&notice, query.message.unwrap_or(latest), &sender, &map)?;
    Ok(cacheable(&request, atom::CAP_MEDIA, content))
}

/// 一个乡镇、村或网格的通知(Atom),最新的在前,用 next 链接翻页。The notices of an area as an Atom feed.
#[utoipa::path(
    operation_id = "list_public_notices",
    tag = TAG,
    params(("code" = AreaCode, Path, description = "乡镇、村(社区)、网格的区划代码", example = "500114119"), PageQuery),
    responses(
        (status = 200, description = "Atom 供稿", content((String = "application/atom+xml"))),
        (status = 304, description = "未变化"),
        Errors
    ),
    security(())
)]
#[get("/api/v1/public/areas/{code}/notices.atom")]
pub async fn list_public_notices(
    code: actix_web::web::Path<String>,
    query: Query<PageQuery>,
    request: HttpRequest,
    app: Data<App>,
) -> Result<HttpResponse> {
    let area: AreaCode = code.parse().map_err(|_| Problem::not_found())?;
    let feed = actions::feed(&app.db, area, query.parse()?).await?;
    let limit = query.limit.map(|limit| format!("limit={limit}"));
    let with = |cursor: Option<&str>| {
        let cursor = cursor.map(|cursor| format!("cursor={cursor}"));
        let parts: Vec<String> = limit.clone().into_iter().chain(cursor).collect();
        if parts.is_empty() { String::new() } else { format!("?{}", parts.join("&")) }
    };
    let next = feed.page.next.as_deref().map(|next| with(Some(next)));
    let asked = with(query.cursor.as_deref());
    let content = atom::document(&feed, &asked, next.as_deref(), &Sender { url: &app.public_url })?;
    Ok(cacheable(&request, "application/atom+xml; charset=utf-8", content))
}
