//! HTTP for residents.

use actix_web::web::{Data, Json, Query};
use actix_web::{get, post};

use super::actions;
use super::wire::{FeedItem, FeedNotice, WhyView};
use crate::base::id::Id;
use crate::base::page::{Page, PageQuery};
use crate::base::problem::Result;
use crate::features::notices::model::Notice;
use crate::features::notices::reach::{ReachStatus, Receipt};
use crate::platform::access::Granted;
use crate::platform::access::policy::ReadFeed;
use crate::platform::web::{App, Digested, Errors, Mount, PathId};

/// Mounts the routes of residents.
pub fn routes(mount: &mut impl Mount) {
    mount
        .service(list_feed)
        .service(get_feed_notice)
        .service(read_notice)
        .service(acknowledge_notice)
        .service(explain_notice);
}

/// 本户的通知,最新的在前;未变化时返回 304。Lists what was published for the caller's home, newest first.
// No counter could stand for a page: it moves with what is published and cancelled in six areas, with every receipt
// of the household and with the hour, and asking all of them costs as much as the page. The tag is its content.
#[utoipa::path(
    operation_id = "list_feed",
    tag = "居民端 Residents",
    params(PageQuery),
    responses((status = 200, description = "一页通知", body = inline(Page<FeedItem>)), (status = 304, description = "未变化"), Errors),
    security(("bearer" = []))
)]
#[get("/api/v1/me/feed")]
pub async fn list_feed(
    by: Granted<ReadFeed>,
    query: Query<PageQuery>,
    app: Data<App>,
) -> Result<Digested<Page<FeedItem>>> {
    let page = actions::page(&app.db, by, query.parse()?).await?;
    Ok(Digested(page.map(FeedItem::from)))
}

/// 通知全文。Reads one notice; this alone does not count as read.
#[utoipa::path(
    operation_id = "get_feed_notice",
    tag = "居民端 Residents",
    params(("id" = Id<Notice>, Path)),
    responses((status = 200, description = "通知", body = FeedNotice), Errors),
    security(("bearer" = []))
)]
#[get("/api/v1/me/feed/{id}")]
pub async fn get_feed_notice(
    by: Granted<ReadFeed>,
    id: PathId<Notice>,
    app: Data<App>,
) -> Result<Json<FeedNotice>> {
    let (row, reach) = actions::read(&app.db, by, id.0).await?;
    Ok(Json(FeedNotice::of(row, reach)?))
}

/// 标记已读;重复提交返回同一回执。Notes that the household has read it.
#[utoipa::path(
    operation_id = "read_notice",
    tag = "居民端 Residents",
    params(("id" = Id<Notice>, Path)),
    responses((status = 200, description = "回执", body = Receipt), Errors),
    security(("bearer" = []))
)]
#[post("/api/v1/me/feed/{id}/read")]
pub async fn read_notice(by: Granted<ReadFeed>, id: PathId<Notice>, app: Data<App>) -> Result<Json<Receipt>> {
    Ok(Json(actions::mark(&app.db, by, id.0, ReachStatus::Read).await?))
}

/// 签收;重复提交返回同一回执。Notes that the household has acknowledged it.
#[utoipa::path(
    operation_id = "acknowledge_notice",
    tag = "居民端 Residents",
    params(("id" = Id<Notice>, Path)),
    responses((status = 200, description = "回执", body = Receipt), Errors),
    security(("bearer" = []))
)]
#[post("/api/v1/me/feed/{id}/acknowledgement")]
pub async fn acknowledge_notice(
    by: Granted<ReadFeed>,
    id: PathId<Notice>,
    app: Data<App>,
) -> Result<Json<Receipt>> {
    Ok(Json(actions::mark(&app.db, by, id.0, ReachStatus::Acknowledged).await?))
}

/// 我为什么收到这条通知。Explains why a notice stands in the caller's feed.
#[utoipa::path(
    operation_id = "explain_notice",
    tag = "居民端 Residents",
    params(("id" = Id<Notice>, Path)),
    responses((status = 200, description = "说明", body = WhyView), Errors),
    security(("bearer" = []))
)]
#[get("/api/v1/me/why/{id}")]
pub async fn explain_notice(
    by: Granted<ReadFeed>,
    id: PathId<Notice>,
    app: Data<App>,
) -> Result<Json<WhyView>> {
    let (row, areas) = actions::why(&app.db, by, id.0).await?;
    Ok(Json(WhyView::of(&row, areas)))
}
