//! Areas over HTTP.

use actix_web::web::{Data, Json, Path, Query};
use actix_web::{get, patch, post};

use super::actions;
use super::boundaries::{self, LiveMap};
use super::import::LARGEST;
use super::wire::{AreaImport, AreaQuery, AreaView, ChangeArea, CreateArea, ImportQuery, page};
use crate::base::area_code::AreaCode;
use crate::base::page::Page;
use crate::base::problem::Result;
use crate::platform::access::Granted;
use crate::platform::access::policy::{KeepAreas, SeeAreas};
use crate::platform::sheet::faultless;
use crate::platform::web::{App, Body, Created, Errors, IfMatch, Mount, Spreadsheet, Versioned};

const TAG: &str = "区划与网格 Areas";

/// Mounts the routes of this slice.
pub fn routes(mount: &mut impl Mount) {
    boundaries::routes(mount);
    mount.service(list_areas).service(create_area).service(import_areas).of_one(
        "/api/v1/areas/{code}",
        |area| {
            area.service(get_area).service(change_area).service(close_area);
            boundaries::routes_of_one(area);
        },
    );
}

/// 列出辖区内的区域 · Lists areas by code, with a keyset cursor.
#[utoipa::path(operation_id = "list_areas", tag = TAG, params(AreaQuery), responses((status = 200, description = "成功", body = Page<AreaView>), Errors), security(("bearer" = [])))]
#[get("/api/v1/areas")]
pub async fn list_areas(
    by: Granted<SeeAreas>,
    app: Data<App>,
    query: Query<AreaQuery>,
) -> Result<Json<Page<AreaView>>> {
    let (filter, fetch) = query.into_inner().parse()?;
    Ok(Json(page(actions::list(&app.db, by, filter, fetch).await?, fetch)))
}

/// 查看一个区域 · Shows an area, open or closed.
#[utoipa::path(operation_id = "get_area", tag = TAG, params(("code" = AreaCode, Path, description = "区域代码")),
    responses((status = 200, description = "成功", body = AreaView, headers(("ETag" = String))), (status = 304, description = "未变化"), Errors), security(("bearer" = [])))]
#[get("")]
pub async fn get_area(
    by: Granted<SeeAreas>,
    app: Data<App>,
    code: Path<AreaCode>,
) -> Result<Versioned<AreaView>> {
    let area = actions::get(&app.db, by, code.into_inner()).await?;
    Ok(Versioned::new(area.version, area.into()))
}

/// 新建村(社区)、网格或微网格 · Makes an area below the town; the code makes a resend the same area.
#[utoipa::path(operation_id = "create_area", tag = TAG, request_body = CreateArea,
    responses((status = 201, description = "已建立", body = AreaView, headers(("ETag" = String), ("Location" = String))), (status = 200, description = "此前已建立,返回同一记录", body = AreaView), Errors), security(("bearer" = [])))]
#[post("/api/v1/areas")]
pub async fn create_area(
    by: Granted<KeepAreas>,
    app: Data<App>,
    body: Body<CreateArea>,
) -> Result<Created<AreaView>> {
    let area = body.0.parse(app.clock.now().local_date())?;
    let (area, made) = actions::create(&app.db, by, area).await?;
    let (place, version) = (format!("/api/v1/areas/{}", area.code), area.version);
    let answer = if made { Created::at } else { Created::again };
    Ok(answer(place, version, area.into()))
}

/// 修改区域名称或网格类型 · Renames an area or gives a grid another kind.
#[utoipa::path(operation_id = "change_area", tag = TAG, request_body = ChangeArea,
    params(("code" = AreaCode, Path, description = "区域代码"), ("If-Match" = String, Header, description = "读取时的 ETag")),
    responses((status = 200, description = "成功", body = AreaView, headers(("ETag" = String))), Errors), security(("bearer" = [])))]
#[patch("")]
pub async fn change_area(
    by: Granted<KeepAreas>,
    app: Data<App>,
    map: Data<LiveMap>,
    code: Path<AreaCode>,
    version: IfMatch,
    body: Body<ChangeArea>,
) -> Result<Versioned<AreaView>> {
    let (name, grid_kind) = body.0.parse()?;
    let area = actions::change(&app.db, &map, by, code.into_inner(), version.0, (name, grid_kind)).await?;
    Ok(Versioned::new(area.version, area.into()))
}

/// 停用村(社区)、网格或微网格 · Closes an area that nothing in use depends on, as of today.
#[utoipa::path(operation_id = "close_area", tag = TAG,
    params(("code" = AreaCode, Path, description = "区域代码"), ("If-Match" = String, Header, description = "读取时的 ETag")),
    responses((status = 200, description = "成功", body = AreaView, headers(("ETag" = String))), Errors), security(("bearer" = [])))]
#[post("/closure")]
pub async fn close_area(
    by: Granted<KeepAreas>,
    app: Data<App>,
    code: Path<AreaCode>,
    version: IfMatch,
) -> Result<Versioned<AreaView>> {
    let area = actions::close(&app.db, by, code.into_inner(), version.0).await?;
    Ok(Versioned::new(area.version, area.into()))
}

/// 导入区划和网格代码 · Takes a list of areas over, all or none; the same list again changes nothing.
#[utoipa::path(operation_id = "import_areas", tag = TAG, params(ImportQuery),
    request_body(content((String = "text/csv"), (Vec<u8> = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")),
        description = "列:code、name、level、parent"),
    responses((status = 200, description = "成功", body = AreaImport), Errors), security(("bearer" = [])))]
#[post("/api/v1/areas/import")]
pub async fn import_areas(
    by: Granted<KeepAreas>,
    app: Data<App>,
    query: Query<ImportQuery>,
    file: Spreadsheet<LARGEST>,
) -> Result<Json<AreaImport>> {
    let plan = actions::import(&app.db, &by, file.0, query.dry_run).await?;
    if !query.dry_run {
        faultless(&plan.errors)?;
    }
    Ok(Json(AreaImport::of(plan, query.dry_run)))
}
