//! The figures.

use actix_web::get;
use actix_web::web::{Data, Json, Query};

use crate::base::problem::Result;
use crate::features::fraud::figures;
use crate::features::fraud::wire::{FiguresQuery, FraudFigures};
use crate::platform::access::Granted;
use crate::platform::access::policy::SeeFraudFigures;
use crate::platform::web::{App, Errors, Mount};

/// Mounts the figures.
pub fn routes(mount: &mut impl Mount) {
    mount.service(get_fraud_figures);
}

/// 涉诈线索和劝阻的统计:按周、诈骗类型、年度、下级区域;只有汇总数。Counts leads and dissuasions; aggregates only.
#[utoipa::path(
    operation_id = "get_fraud_figures",
    tag = "看板 Dashboard",
    params(FiguresQuery),
    responses((status = 200, description = "统计", body = FraudFigures), Errors),
    security(("bearer" = []))
)]
#[get("/api/v1/fraud_figures")]
pub async fn get_fraud_figures(
    by: Granted<SeeFraudFigures>,
    query: Query<FiguresQuery>,
    app: Data<App>,
) -> Result<Json<FraudFigures>> {
    let (area, weeks) = query.into_inner().parse()?;
    Ok(Json(figures::read(&app.db, by, area, weeks).await?.into()))
}
