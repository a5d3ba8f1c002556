//! HTTP for accounts and posts.

use actix_web::{HttpResponse, Responder, delete, get, post, web};

use super::posts::PostId;
use super::wire::{
    NewPassword, NewPost, NewStaff, PostView, RevealedStaff, StaffFilter, StaffRevealRequest, StaffView,
};
use super::{accounts, passwords, posts};
use crate::base::page::{Page, PageQuery};
use crate::base::problem::Result;
use crate::platform::access::policy::{KeepPosts, KeepStaff, RevealStaff, SeeStaff};
use crate::platform::access::{Granted, Staff};
use crate::platform::web::{App, Body, Created, Errors, IdempotencyKey, IfMatch, Mount, PathId, Versioned};

const TAG: &str = "工作人员 Staff";

/// Mounts the operations of this slice below `/api/v1`.
pub fn routes(mount: &mut impl Mount) {
    mount
        .service(list_staff)
        .service(add_staff)
        .of_one("/api/v1/staff/{id}", |member| {
            member
                .service(get_staff)
                .service(suspend_staff)
                .service(reactivate_staff)
                .service(reset_password)
                .service(reveal_staff)
                .service(list_posts)
                .service(appoint_staff);
        })
        .service(end_post);
}

fn location(id: impl std::fmt::Display) -> String {
    format!("/api/v1/staff/{id}")
}

/// 工作人员列表
#[utoipa::path(tag = TAG, operation_id = "list_staff", params(PageQuery, StaffFilter),
    responses((status = 200, description = "成功", body = Page<StaffView>), Errors))]
#[get("/api/v1/staff")]
async fn list_staff(
    by: Granted<SeeStaff>,
    app: web::Data<App>,
    page: web::Query<PageQuery>,
    filter: web::Query<StaffFilter>,
) -> Result<impl Responder> {
    let filter = filter.into_inner();
    let members = accounts::list(&app, by, filter.area, filter.status, page.parse()?).await?;
    Ok(web::Json(members.map(StaffView::from)))
}

/// 新建工作人员账号
#[utoipa::path(tag = TAG, operation_id = "add_staff", request_body = NewStaff,
    params(("Idempotency-Key" = String, Header, description = "新的随机值,重发时保持不变")),
    responses((status = 201, description = "已建立", body = StaffView), Errors))]
#[post("/api/v1/staff")]
async fn add_staff(
    by: Granted<KeepStaff>,
    key: IdempotencyKey,
    app: web::Data<App>,
    body: Body<NewStaff>,
) -> Result<impl Responder> {
    let member = accounts::add(&app, by, key, body.0.parse()?).await?;
    Ok(Created::at(location(member.id), member.version, StaffView::from(member)))
}

/// 查看工作人员
#[utoipa::path(tag = TAG, operation_id = "get_staff", params(("id" = String, Path)),
    responses((status = 200, description = "成功", body = StaffView), Errors))]
#[get("")]
async fn get_staff(by: Granted<SeeStaff>, id: PathId<Staff>, app: web::Data<App>) -> Result<impl Responder> {
    let member = accounts::get(&app, by, id.0).await?;
    Ok(Versioned::new(member.version, StaffView::from(member)))
}

/// 停用账号
#[utoipa::path(tag = TAG, operation_id = "suspend_staff",
    params(("id" = String, Path), ("If-Match" = String, Header)),
    responses((status = 200, description = "成功", body = StaffView), Errors))]
#[post("/suspension")]
async fn suspend_staff(
    by: Granted<KeepStaff>,
    id: PathId<Staff>,
    seen: IfMatch,
    app: web::Data<App>,
) -> Result<impl Responder> {
    let member = accounts::suspend(&app, by, id.0, seen.0).await?;
    Ok(Versioned::new(member.version, StaffView::from(member)))
}

/// 恢复账号
#[utoipa::path(tag = TAG, operation_id = "reactivate_staff",
    params(("id" = String, Path), ("If-Match" = String, Header)),
    responses((status = 200, description = "成功", body = StaffView), Errors))]
#[post("/reactivation")]
async fn reactivate_staff(
    by: Granted<KeepStaff>,
    id: PathId<Staff>,
    seen: IfMatch,
    app: web::Data<App>,
) -> Result<impl Responder> {
    let member = accounts::reactivate(&app, by, id.0, seen.0).await?;
    Ok(Versioned::new(member.version, StaffView::from(member)))
}

/// 重置密码(本人首次登录前须修改)
#[utoipa::path(tag = TAG, operation_id = "reset_password", request_body = NewPassword,
    params(("id" = String, Path), ("If-Match" = String, Header)),
    responses((status = 200, description = "成功", body = StaffView), Errors))]
#[post("/password")]
async fn reset_password(
    by: Granted<KeepStaff>,
    id: PathId<Staff>,
    seen: IfMatch,
    app: web::Data<App>,
    body: Body<NewPassword>,
) -> Result<impl Responder> {
    let member = passwords::reset(&app, by, id.0, seen.0, body.0.password).await?;
    Ok(Versioned::new(member.version, StaffView::from(member)))
}

/// 查看工作人员姓名和电话明文(须说明用途,记入审计)
#[utoipa::path(tag = TAG, operation_id = "reveal_staff", request_body = StaffRevealRequest, params(("id" = String, Path)),
    responses((status = 200, description = "成功", body = RevealedStaff), Errors))]
#[post("/reveal")]
async fn reveal_staff(
    by: Granted<RevealStaff>,
    id: PathId<Staff>,
    app: web::Data<App>,
    body: Body<StaffRevealRequest>,
) -> Result<impl Responder> {
    let (purpose, fields) = body.0.parse()?;
    let names = fields.iter().map(|field| field.as_str()).collect();
    let member = accounts::reveal(&app, by, id.0, purpose, names).await?;
    Ok(web::Json(RevealedStaff::of(&member, &fields)))
}

/// 岗位及任免历史
#[utoipa::path(tag = TAG, operation_id = "list_posts", params(("id" = String, Path)),
    responses((status = 200, description = "成功", body = [PostView]), Errors))]
#[get("/posts")]
async fn list_posts(by: Granted<SeeStaff>, id: PathId<Staff>, app: web::Data<App>) -> Result<impl Responder> {
    let history = posts::history(&app, by, id.0).await?;
    Ok(web::Json(history.into_iter().map(PostView::from).collect::<Vec<_>>()))
}

/// 任命岗位
#[utoipa::path(tag = TAG, operation_id = "appoint_staff", request_body = NewPost,
    params(("id" = String, Path), ("Idempotency-Key" = String, Header, description = "新的随机值,重发时保持不变")),
    responses((status = 201, description = "已建立", body = PostView), Errors))]
#[post("/posts")]
async fn appoint_staff(
    by: Granted<KeepPosts>,
    id: PathId<Staff>,
    key: IdempotencyKey,
    app: web::Data<App>,
    body: Body<NewPost>,
) -> Result<impl Responder> {
    let post = posts::appoint(&app, by, key, id.0, body.0.role, body.0.area).await?;
    Ok(HttpResponse::Created().json(PostView::from(post)))
}

/// 免去岗位(历史保留)
#[utoipa::path(tag = TAG, operation_id = "end_post", params(("id" = String, Path)),
    responses((status = 204, description = "已办理"), Errors))]
#[delete("/api/v1/posts/{id}")]
async fn end_post(by: Granted<KeepPosts>, id: PathId<PostId>, app: web::Data<App>) -> Result<impl Responder> {
    posts::end(&app, by, id.0).await?;
    Ok(HttpResponse::NoContent().finish())
}
