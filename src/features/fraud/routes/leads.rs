//! Reporting and reading leads, and revealing what they hide.

use actix_web::http::header::{CACHE_CONTROL, ETAG};
use actix_web::web::{Data, Json, Path, Query};
use actix_web::{HttpResponse, get, post};

use crate::base::id::Id;
use crate::base::page::Page;
use crate::base::problem::Result;
use crate::features::attachments::Photo;
use crate::features::fraud::actions::leads as actions;
use crate::features::fraud::model::FraudLead;
use crate::features::fraud::reveal;
use crate::features::fraud::wire::{FraudRevealBody, LeadQuery, LeadRecord, ReportLeadBody, RevealedLead};
use crate::platform::access::Granted;
use crate::platform::access::policy::{ReportLead, RevealSuspect, SeeLeads};
use crate::platform::web::{App, Body, Created, Errors, Mount, PathId, etag};

/// Under which name the operations stand in the description.
pub(super) const TAG: &str = "涉诈线索 Fraud leads";

/// Mounts the routes of leads that are no steps.
pub fn routes(mount: &mut impl Mount) {
    mount.service(list_fraud_leads).service(report_fraud_lead);
}

/// Mounts what shows one lead.
pub fn routes_of_one(lead: &mut impl Mount) {
    lead.service(get_fraud_lead).service(reveal_fraud_lead).service(reveal_fraud_lead_screenshot);
}

/// 涉诈线索,最新的在前;居民、网格员、代办员只看到本人上报的。Lists leads, newest first.
#[utoipa::path(
    operation_id = "list_fraud_leads",
    tag = TAG,
    params(LeadQuery),
    responses((status = 200, description = "一页线索,最新的在前", body = inline(Page<LeadRecord>)), Errors),
    security(("bearer" = []))
)]
#[get("/api/v1/fraud_leads")]
pub async fn list_fraud_leads(
    by: Granted<SeeLeads>,
    query: Query<LeadQuery>,
    app: Data<App>,
) -> Result<Json<Page<LeadRecord>>> {
    let (within, filter, page) = query.into_inner().parse()?;
    let Page { items, next } = actions::list(&app.db, by.clone(), within, filter, page).await?;
    let items = items.into_iter().map(|lead| LeadRecord::of(lead, &by, &app.vault)).collect::<Result<_>>()?;
    Ok(Json(Page { items, next }))
}

/// 查看一条线索:涉诈号码等已脱敏,附办理情况和答复。Reads one lead, masked, and how it fares.
#[utoipa::path(
    operation_id = "get_fraud_lead",
    tag = TAG,
    params(("id" = Id<FraudLead>, Path)),
    responses((status = 200, description = "线索", body = LeadRecord), Errors),
    security(("bearer" = []))
)]
#[get("")]
pub async fn get_fraud_lead(
    by: Granted<SeeLeads>,
    id: PathId<FraudLead>,
    app: Data<App>,
) -> Result<HttpResponse> {
    let lead = actions::get(&app.db, by.clone(), id.0).await?;
    // No 304: how often its suspect was reported changes without the lead.
    let tag = etag(lead.row.version);
    let mut answer = HttpResponse::Ok();
    answer.insert_header((ETAG, tag)).insert_header((CACHE_CONTROL, "no-store"));
    Ok(answer.json(LeadRecord::of(lead, &by, &app.vault)?))
}

/// 上报涉诈线索:电话号码、链接、应用或账号;重发同一编号返回同一记录。Reports a lead; a resend answers the same record.
#[utoipa::path(
    operation_id = "report_fraud_lead",
    tag = TAG,
    request_body = ReportLeadBody,
    responses(
        (status = 201, description = "已上报", body = LeadRecord),
        (status = 200, description = "此前已上报,返回同一记录", body = LeadRecord),
        Errors
    ),
    security(("bearer" = []))
)]
#[post("/api/v1/fraud_leads")]
pub async fn report_fraud_lead(
    by: Granted<ReportLead>,
    sees: Granted<SeeLeads>,
    body: Body<ReportLeadBody>,
    app: Data<App>,
) -> Result<Created<LeadRecord>> {
    let new = body.0.parse(app.clock.now(), &app.vault)?;
    let (new, lead) = actions::report(&app.db, app.vault.clone(), (by, sees.clone()), new).await?;
    let (version, location) = (lead.row.version, format!("/api/v1/fraud_leads/{}", lead.row.id));
    Ok(Created::made(new, location, version, LeadRecord::of(lead, &sees, &app.vault)?))
}

/// 查看线索明文:涉诈号码等、经过、上报人编号;须说明用途并记入审计。Shows what a lead hides, for a purpose.
#[utoipa::path(
    operation_id = "reveal_fraud_lead",
    tag = TAG,
    params(("id" = Id<FraudLead>, Path)),
    request_body = FraudRevealBody,
    responses((status = 200, description = "明文", body = RevealedLead), Errors),
    security(("bearer" = []))
)]
#[post("/reveal")]
pub async fn reveal_fraud_lead(
    by: Granted<RevealSuspect>,
    sees: Granted<SeeLeads>,
    id: PathId<FraudLead>,
    body: Body<FraudRevealBody>,
    app: Data<App>,
) -> Result<Json<RevealedLead>> {
    let purpose = body.0.parse()?;
    Ok(Json(reveal::lead(&app.db, app.vault.clone(), (by, sees), id.0, purpose).await?.into()))
}

/// 查看线索截图;须说明用途并记入审计。Shows a screenshot of a lead, for a purpose.
#[utoipa::path(
    operation_id = "reveal_fraud_lead_screenshot",
    tag = TAG,
    params(
        ("id" = Id<FraudLead>, Path),
        ("photo" = Id<Photo>, Path, description = "截图编号,见线索明文的 screenshots")
    ),
    request_body = FraudRevealBody,
    responses(
        (status = 200, description = "截图", content((Vec<u8> = "image/jpeg"), (Vec<u8> = "image/png"))),
        Errors
    ),
    security(("bearer" = []))
)]
#[post("/screenshots/{photo}/reveal")]
pub async fn reveal_fraud_lead_screenshot(
    by: Granted<RevealSuspect>,
    sees: Granted<SeeLeads>,
    path: Path<(Id<FraudLead>, Id<Photo>)>,
    body: Body<FraudRevealBody>,
    app: Data<App>,
) -> Result<HttpResponse> {
    let purpose = body.0.parse()?;
    let shot = reveal::screenshot(&app.db, (by, sees), path.into_inner(), purpose).await?;
    shot.answer(&app.blobs).await
}
