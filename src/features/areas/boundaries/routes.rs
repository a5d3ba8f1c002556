//! Boundaries and points over HTTP.

use actix_web::web::{Data, Json, Path, Query};
use actix_web::{get, post, put};

use super::import::LARGEST;
use super::live::LiveMap;
use super::locate::{Asked, locate};
use super::wire::{
    BoundaryBody, BoundaryImport, BoundaryImportQuery, BoundaryQuery, BoundaryVersionView, BoundaryView,
    PointQuery, PointView, VersionsQuery, page,
};
use super::{actions, plan::Judged};
use crate::base::area_code::AreaCode;
use crate::base::geo::Datum;
use crate::base::page::Page;
use crate::base::problem::{Code, FieldError, Problem, Result};
use crate::platform::access::Granted;
use crate::platform::access::policy::{KeepAreas, SeeAreas};
use crate::platform::web::{App, Body, Digested, Errors, GeoJsonFile, IfMatch, Mount, Size, Versioned};

const TAG: &str = "区划与网格 Areas";

/// A boundary of 20,000 points, written out at length.
enum Outline {}

impl Size for Outline {
    const KIB: usize = 2048;
    const SECONDS: u64 = 20;
}

/// Mounts the routes of the map.
pub(in crate::features::areas) fn routes(mount: &mut impl Mount) {
    mount.service(locate_point).service(import_boundaries);
}

/// Mounts the routes of one area's boundary.
pub(in crate::features::areas) fn routes_of_one(area: &mut impl Mount) {
    area.service(get_boundary).service(put_boundary).service(list_boundary_versions);
}

/// 坐标属于哪个网格,依据是什么 · Says which grid a point lies in, today or on another day, and how sure that is.
#[utoipa::path(operation_id = "locate_point", tag = TAG, params(PointQuery),
    responses((status = 200, description = "成功", body = PointView), Errors), security(("bearer" = [])))]
#[get("/api/v1/areas/at")]
pub async fn locate_point(
    by: Granted<SeeAreas>,
    app: Data<App>,
    map: Data<LiveMap>,
    query: Query<PointQuery>,
) -> Result<Json<PointView>> {
    let (at, accuracy_m) = query.parse()?;
    let today = app.clock.now().local_date();
    let asked = Asked { at, accuracy_m, on: query.at.unwrap_or(today), scope: by.scope() };
    let map = map.now().await?;
    Ok(Json(PointView::of(&locate(&map, &asked), &asked, today)))
}

/// 查看网格边界 · Shows the boundary of a grid or micro-grid, today's or another day's.
#[utoipa::path(operation_id = "get_boundary", tag = TAG, params(("code" = AreaCode, Path, description = "区域代码"), BoundaryQuery),
    responses((status = 200, description = "成功", body = BoundaryView, headers(("ETag" = String))), (status = 304, description = "未变化"), Errors), security(("bearer" = [])))]
#[get("/boundary")]
pub async fn get_boundary(
    by: Granted<SeeAreas>,
    app: Data<App>,
    code: Path<AreaCode>,
    query: Query<BoundaryQuery>,
) -> Result<Digested<BoundaryView>> {
    let day = query.at.unwrap_or(app.clock.now().local_date());
    let (listed, shape) = actions::get(&app.db, by, code.clone(), day).await?;
    let datum = query.datum.unwrap_or(Datum::Wgs84);
    Ok(Digested(BoundaryView::of(code.into_inner(), listed, &shape, datum)))
}

/// 列出网格边界的各个版本 · Lists the boundaries of an area, newest version first.
#[utoipa::path(operation_id = "list_boundary_versions", tag = TAG, params(("code" = AreaCode, Path, description = "区域代码"), VersionsQuery),
    responses((status = 200, description = "成功", body = inline(Page<BoundaryVersionView>)), Errors), security(("bearer" = [])))]
#[get("/boundary/versions")]
pub async fn list_boundary_versions(
    by: Granted<SeeAreas>,
    app: Data<App>,
    code: Path<AreaCode>,
    query: Query<VersionsQuery>,
) -> Result<Json<Page<BoundaryVersionView>>> {
    let (before, fetch) = query.into_inner().parse()?;
    let rows = actions::list(&app.db, by, code.into_inner(), before, fetch).await?;
    Ok(Json(page(rows, fetch)))
}

/// 设定网格边界,自某日起生效 · Gives a grid or micro-grid another boundary from a day on; older ones are kept. `If-Match`
/// names the version of the area.
#[utoipa::path(operation_id = "put_boundary", tag = TAG, request_body = BoundaryBody,
    params(("code" = AreaCode, Path, description = "区域代码"), ("If-Match" = String, Header, description = "读取区域时的 ETag")),
    responses((status = 200, description = "已生效,或到日生效", body = BoundaryView, headers(("ETag" = String))), Errors), security(("bearer" = [])))]
#[put("/boundary")]
pub async fn put_boundary(
    by: Granted<KeepAreas>,
    app: Data<App>,
    map: Data<LiveMap>,
    code: Path<AreaCode>,
    version: IfMatch,
    body: Body<BoundaryBody, Outline>,
) -> Result<Versioned<BoundaryView>> {
    let today = app.clock.now().local_date();
    let outline = tokio::task::spawn_blocking(move || body.0.parse(today)).await;
    let outline = outline.map_err(Problem::internal)??;
    let (area, listed, shape) = actions::put(&map, by, code.into_inner(), version.0, outline).await?;
    Ok(Versioned::new(area.version, BoundaryView::of(area.code, listed, &shape, Datum::Wgs84)))
}

/// 导入网格边界 · Takes the boundaries of a GeoJSON FeatureCollection over, all or none; the same file again changes
/// nothing. Each feature names its grid in `properties.code`.
#[utoipa::path(operation_id = "import_boundaries", tag = TAG, params(BoundaryImportQuery),
    request_body(content = String, content_type = "application/geo+json", description = "FeatureCollection,属性 code 为网格代码"),
    responses((status = 200, description = "成功", body = BoundaryImport), Errors), security(("bearer" = [])))]
#[post("/api/v1/areas/boundaries/import")]
pub async fn import_boundaries(
    by: Granted<KeepAreas>,
    app: Data<App>,
    map: Data<LiveMap>,
    query: Query<BoundaryImportQuery>,
    file: GeoJsonFile<LARGEST>,
) -> Result<Json<BoundaryImport>> {
    let from = query.valid_from.unwrap_or(app.clock.now().local_date());
    let judged = actions::import(&map, &by, file.0, (query.datum()?, from), query.dry_run).await?;
    if !query.dry_run {
        faultless(&judged)?;
    }
    Ok(Json(BoundaryImport::of(&judged, query.dry_run)))
}

/// 422 with one entry per fault.
fn faultless(judged: &Judged) -> Result<()> {
    if judged.faults.is_empty() {
        return Ok(());
    }
    let others: Vec<_> = judged.faults.iter().filter_map(|fault| fault.other.clone()).collect();
    let only_clashes = others.len() == judged.faults.len();
    let errors: Vec<FieldError> = judged.faults.iter().map(FieldError::from).collect();
    let code = if only_clashes { Code::BoundaryConflict } else { Code::InvalidFields };
    Err(Problem::new(code).with_errors(errors).about(others))
}
