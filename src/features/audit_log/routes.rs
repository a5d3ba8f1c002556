//! HTTP for auditors.

use actix_web::web::{Data, Json, Query};
use actix_web::{Responder, get};

use super::actions;
use super::wire::{AuditQuery, AuditView};
use crate::base::page::{Page, PageQuery};
use crate::base::problem::Result;
use crate::platform::access::Granted;
use crate::platform::access::policy::SeeAudit;
use crate::platform::web::{App, Errors, Mount};

/// Mounts the operation of this slice below `/api/v1`.
pub fn routes(mount: &mut impl Mount) {
    mount.service(list_audit);
}

/// 审计记录,最新的在前;查阅本身也会记录
///
/// Who did what to which record. After a breach: `actor`, `action=personal.reveal` and the days answer whose
/// personal data somebody saw in plain text; answers that are masked leave no entry.
#[utoipa::path(tag = "审计 Audit", operation_id = "list_audit", params(PageQuery, AuditQuery),
    responses((status = 200, description = "成功", body = Page<AuditView>), Errors))]
#[get("/api/v1/audit")]
async fn list_audit(
    by: Granted<SeeAudit>,
    app: Data<App>,
    page: Query<PageQuery>,
    query: Query<AuditQuery>,
) -> Result<impl Responder> {
    let query = query.into_inner();
    let (sought, asked) = query.parse()?;
    let found = actions::list(&app.db, by, query.area, sought, page.parse()?, asked).await?;
    Ok(Json(found.map(AuditView::from)))
}
