//! Households and residents over HTTP.

use actix_web::web::{Data, Json, Path, Query};
use actix_web::{delete, get, patch, post};

use super::actions::{self, Register};
use super::ledger::LARGEST;
use super::model::{Home, HouseholdId, ResidentId};
use super::wire::{
    ChangeHousehold, ChangeResident, CreateHousehold, HouseholdImport, HouseholdQuery, HouseholdSummary,
    HouseholdView, ImportQuery, NameHead, NewResident, RevealRequest, RevealedHousehold,
};
use crate::base::page::Page;
use crate::base::problem::Result;
use crate::platform::access::policy::{ImportHouseholds, KeepHouseholds, RevealPersonal, SeeHouseholds};
use crate::platform::access::{Granted, Household};
use crate::platform::sheet::faultless;
use crate::platform::web::{App, Body, Created, Errors, IfMatch, Mount, PathId, Spreadsheet, Versioned};

const TAG: &str = "住户与居民 Households";

/// Mounts the routes of this slice.
pub fn routes(mount: &mut impl Mount) {
    mount.service(list_households).service(create_household).service(import_households).of_one(
        "/api/v1/households/{id}",
        |household| {
            household
                .service(get_household)
                .service(change_household)
                .service(add_resident)
                .service(change_resident)
                .service(remove_resident)
                .service(name_head)
                .service(reveal_household);
        },
    );
}

fn register(app: &App) -> Register {
    Register { db: app.db.clone(), vault: app.vault.clone() }
}

fn versioned(home: Home) -> Versioned<HouseholdView> {
    Versioned::new(home.household.version, home.into())
}

/// 列出住户(个人信息脱敏) · Lists households with their heads, newest first, masked.
#[utoipa::path(operation_id = "list_households", tag = TAG, params(HouseholdQuery),
    responses((status = 200, description = "成功", body = Page<HouseholdSummary>), Errors), security(("bearer" = [])))]
#[get("/api/v1/households")]
pub async fn list_households(
    by: Granted<SeeHouseholds>,
    app: Data<App>,
    query: Query<HouseholdQuery>,
) -> Result<Json<Page<HouseholdSummary>>> {
    let (area, page) = query.into_inner().parse()?;
    let page = actions::list(register(&app), by, area, page).await?;
    Ok(Json(page.map(HouseholdSummary::from)))
}

/// 查看住户及其成员(个人信息脱敏) · Shows a household with its persons, masked.
#[utoipa::path(operation_id = "get_household", tag = TAG, params(("id" = HouseholdId, Path, description = "住户编号")),
    responses((status = 200, description = "成功", body = HouseholdView, headers(("ETag" = String))), (status = 304, description = "未变化"), Errors), security(("bearer" = [])))]
#[get("")]
pub async fn get_household(
    by: Granted<SeeHouseholds>,
    app: Data<App>,
    id: PathId<Household>,
) -> Result<Versioned<HouseholdView>> {
    Ok(versioned(actions::get(register(&app), by, id.0).await?))
}

/// 登记住户及其成员 · Writes a household down; the phone's own id makes a resend the same household.
#[utoipa::path(operation_id = "create_household", tag = TAG, request_body = CreateHousehold,
    responses((status = 201, description = "已建立", body = HouseholdView, headers(("ETag" = String), ("Location" = String))),
        (status = 200, description = "此前已建立,返回同一记录", body = HouseholdView), Errors), security(("bearer" = [])))]
#[post("/api/v1/households")]
pub async fn create_household(
    by: Granted<KeepHouseholds>,
    app: Data<App>,
    body: Body<CreateHousehold>,
) -> Result<Created<HouseholdView>> {
    let (home, made) = actions::create(register(&app), by, body.0.parse()?).await?;
    let (place, version) = (format!("/api/v1/households/{}", home.household.id), home.household.version);
    let answer = if made { Created::at } else { Created::again };
    Ok(answer(place, version, home.into()))
}

/// 修改住户信息 · Changes a household, not its persons.
#[utoipa::path(operation_id = "change_household", tag = TAG, request_body = ChangeHousehold,
    params(("id" = HouseholdId, Path, description = "住户编号"), ("If-Match" = String, Header, description = "读取时的 ETag")),
    responses((status = 200, description = "成功", body = HouseholdView, headers(("ETag" = String))), Errors), security(("bearer" = [])))]
#[patch("")]
pub async fn change_household(
    by: Granted<KeepHouseholds>,
    app: Data<App>,
    id: PathId<Household>,
    version: IfMatch,
    body: Body<ChangeHousehold>,
) -> Result<Versioned<HouseholdView>> {
    let next = body.0.parse()?;
    Ok(versioned(actions::change(register(&app), by, (id.0, version.0), next).await?))
}

/// 添加家庭成员 · Adds a person to a household.
#[utoipa::path(operation_id = "add_resident", tag = TAG, request_body = NewResident,
    params(("id" = HouseholdId, Path, description = "住户编号"), ("If-Match" = String, Header, description = "读取时的 ETag")),
    responses((status = 200, description = "成功", body = HouseholdView, headers(("ETag" = String))), Errors), security(("bearer" = [])))]
#[post("/residents")]
pub async fn add_resident(
    by: Granted<KeepHouseholds>,
    app: Data<App>,
    id: PathId<Household>,
    version: IfMatch,
    body: Body<NewResident>,
) -> Result<Versioned<HouseholdView>> {
    let resident = body.0.parse()?;
    Ok(versioned(actions::join(register(&app), by, (id.0, version.0), resident).await?))
}

/// 修改家庭成员信息 · Changes a person of a household.
#[utoipa::path(operation_id = "change_resident", tag = TAG, request_body = ChangeResident,
    params(("id" = HouseholdId, Path, description = "住户编号"), ("resident" = ResidentId, Path, description = "居民编号"),
        ("If-Match" = String, Header, description = "读取住户时的 ETag")),
    responses((status = 200, description = "成功", body = HouseholdView, headers(("ETag" = String))), Errors), security(("bearer" = [])))]
#[patch("/residents/{resident}")]
pub async fn change_resident(
    by: Granted<KeepHouseholds>,
    app: Data<App>,
    path: Path<(HouseholdId, ResidentId)>,
    version: IfMatch,
    body: Body<ChangeResident>,
) -> Result<Versioned<HouseholdView>> {
    let ((id, resident), next) = (path.into_inner(), body.0.parse()?);
    Ok(versioned(actions::change_resident(register(&app), by, (id, version.0), resident, next).await?))
}

/// 移除已离开本户的成员 · Forgets a person who left the household.
#[utoipa::path(operation_id = "remove_resident", tag = TAG,
    params(("id" = HouseholdId, Path, description = "住户编号"), ("resident" = ResidentId, Path, description = "居民编号"),
        ("If-Match" = String, Header, description = "读取住户时的 ETag")),
    responses((status = 200, description = "成功", body = HouseholdView, headers(("ETag" = String))), Errors), security(("bearer" = [])))]
#[delete("/residents/{resident}")]
pub async fn remove_resident(
    by: Granted<KeepHouseholds>,
    app: Data<App>,
    path: Path<(HouseholdId, ResidentId)>,
    version: IfMatch,
) -> Result<Versioned<HouseholdView>> {
    let (id, resident) = path.into_inner();
    Ok(versioned(actions::leave(register(&app), by, (id, version.0), resident).await?))
}

/// 更换户主 · Names another person of the household as its head.
#[utoipa::path(operation_id = "name_head", tag = TAG, request_body = NameHead,
    params(("id" = HouseholdId, Path, description = "住户编号"), ("If-Match" = String, Header, description = "读取时的 ETag")),
    responses((status = 200, description = "成功", body = HouseholdView, headers(("ETag" = String))), Errors), security(("bearer" = [])))]
#[post("/head")]
pub async fn name_head(
    by: Granted<KeepHouseholds>,
    app: Data<App>,
    id: PathId<Household>,
    version: IfMatch,
    body: Body<NameHead>,
) -> Result<Versioned<HouseholdView>> {
    let NameHead { resident_id, former_becomes } = body.0;
    let household = (id.0, version.0);
    let home = actions::name_head(register(&app), by, household, resident_id, former_becomes).await?;
    Ok(versioned(home))
}

/// 查看个人信息明文(须说明用途,记入审计) · Shows personal data in plain text, for a purpose that is audited.
#[utoipa::path(operation_id = "reveal_household", tag = TAG, request_body = RevealRequest,
    params(("id" = HouseholdId, Path, description = "住户编号")),
    responses((status = 200, description = "成功", body = RevealedHousehold), Errors), security(("bearer" = [])))]
#[post("/reveal")]
pub async fn reveal_household(
    by: Granted<RevealPersonal>,
    sees: Granted<SeeHouseholds>,
    app: Data<App>,
    id: PathId<Household>,
    body: Body<RevealRequest>,
) -> Result<Json<RevealedHousehold>> {
    let (purpose, fields) = body.0.parse()?;
    let names = fields.iter().map(|field| field.as_str()).collect();
    let home = actions::reveal(register(&app), (by, sees), id.0, purpose, names).await?;
    Ok(Json(RevealedHousehold::of(&home, &fields)))
}

/// 导入住户台账 · Takes a household ledger over, all or nothing; the same ledger again changes nothing.
#[utoipa::path(operation_id = "import_households", tag = TAG, params(ImportQuery),
    request_body(content((String = "text/csv"), (Vec<u8> = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")),
        description = "每人一行。列:网格编码、户编号、姓名、与户主关系、身份证号、性别、出生年份、电话、住址、智能手机"),
    responses((status = 200, description = "成功", body = HouseholdImport), Errors), security(("bearer" = [])))]
#[post("/api/v1/households/import")]
pub async fn import_households(
    by: Granted<ImportHouseholds>,
    app: Data<App>,
    query: Query<ImportQuery>,
    file: Spreadsheet<LARGEST>,
) -> Result<Json<HouseholdImport>> {
    let plan = super::import(register(&app), by, file.0, query.dry_run).await?;
    if !query.dry_run {
        faultless(&plan.errors)?;
    }
    Ok(Json(HouseholdImport::of(plan, query.dry_run)))
}
