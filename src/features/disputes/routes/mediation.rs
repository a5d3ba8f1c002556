//! Mediating: by whom, each session, and that it came to nothing.

use actix_web::web::{Data, Json};
use actix_web::{get, post};

use super::{Shown, TAG, Taken, shown};
use crate::base::id::Id;
use crate::base::problem::Result;
use crate::features::disputes::actions;
use crate::features::disputes::model::Dispute;
use crate::features::disputes::wire::{
    DisputeView, ExtensionBody, MediationBody, ReplacementBody, SessionBody, SessionView, TransferBody,
    UnsettledBody,
};
use crate::platform::access::policy::{Mediate, SeeCases};
use crate::platform::access::{ActorKind, Granted};
use crate::platform::web::{App, Body, Errors, IfMatch, PathId};

/// 开始调解;调解员可有多名,应在本地任职,且不是本件当事人。Begins mediation.
#[utoipa::path(
    operation_id = "start_mediation",
    tag = TAG,
    params(("id" = Id<Dispute>, Path), IfMatch),
    request_body = MediationBody,
    responses((status = 200, description = "调解中", body = DisputeView), Errors),
    security(("bearer" = []))
)]
#[post("/mediation")]
pub async fn start_mediation(step: Taken<Mediate>, body: Body<MediationBody>, app: Data<App>) -> Shown {
    let (beginning, remark) = body.0.parse()?;
    shown(&step.see, &app, actions::mediate(&app, step.by, step.at, beginning, remark).await?)
}

/// 更换调解员;当事人要求更换的,退出的调解员不得再调解本件。Lets others mediate.
#[utoipa::path(
    operation_id = "replace_mediators",
    tag = TAG,
    params(("id" = Id<Dispute>, Path), IfMatch),
    request_body = ReplacementBody,
    responses((status = 200, description = "已更换", body = DisputeView), Errors),
    security(("bearer" = []))
)]
#[post("/mediators")]
pub async fn replace_mediators(step: Taken<Mediate>, body: Body<ReplacementBody>, app: Data<App>) -> Shown {
    let (replacement, remark) = body.0.parse()?;
    shown(&step.see, &app, actions::replace(&app, step.by, step.at, replacement, remark).await?)
}

/// 登记一次调解过程;有当事人拒绝在案的不得再调解。Writes down a session.
#[utoipa::path(
    operation_id = "record_session",
    tag = TAG,
    params(("id" = Id<Dispute>, Path), IfMatch),
    request_body = SessionBody,
    responses((status = 200, description = "已登记", body = DisputeView), Errors),
    security(("bearer" = []))
)]
#[post("/sessions")]
pub async fn record_session(step: Taken<Mediate>, body: Body<SessionBody>, app: Data<App>) -> Shown {
    let (session, remark) = body.0.parse(app.clock.now(), &app.vault)?;
    shown(&step.see, &app, actions::hold(&app, step.by, step.at, session, remark).await?)
}

/// 延长调解期限;须经双方当事人同意,限一次。Goes on mediating for some days more.
#[utoipa::path(
    operation_id = "extend_mediation",
    tag = TAG,
    params(("id" = Id<Dispute>, Path), IfMatch),
    request_body = ExtensionBody,
    responses((status = 200, description = "已延长", body = DisputeView), Errors),
    security(("bearer" = []))
)]
#[post("/extension")]
pub async fn extend_mediation(step: Taken<Mediate>, body: Body<ExtensionBody>, app: Data<App>) -> Shown {
    let (extension, remark) = body.0.parse()?;
    shown(&step.see, &app, actions::extend(&app, step.by, step.at, extension, remark).await?)
}

/// 调解不成;须告知其他救济途径。Ends mediation without an agreement.
#[utoipa::path(
    operation_id = "fail_mediation",
    tag = TAG,
    params(("id" = Id<Dispute>, Path), IfMatch),
    request_body = UnsettledBody,
    responses((status = 200, description = "调解不成", body = DisputeView), Errors),
    security(("bearer" = []))
)]
#[post("/failure")]
pub async fn fail_mediation(step: Taken<Mediate>, body: Body<UnsettledBody>, app: Data<App>) -> Shown {
    let (failure, remark) = body.0.parse()?;
    shown(&step.see, &app, actions::fail(&app, step.by, step.at, failure, remark).await?)
}

/// 调解不成后移送信访、法院、公安或者其他调解组织。Hands what was not settled to somebody who can go on with it.
#[utoipa::path(
    operation_id = "transfer_dispute",
    tag = TAG,
    params(("id" = Id<Dispute>, Path), IfMatch),
    request_body = TransferBody,
    responses((status = 200, description = "已移送", body = DisputeView), Errors),
    security(("bearer" = []))
)]
#[post("/transfer")]
pub async fn transfer_dispute(step: Taken<Mediate>, body: Body<TransferBody>, app: Data<App>) -> Shown {
    let (transfer, remark) = body.0.parse(app.clock.now().local_date())?;
    shown(&step.see, &app, actions::transfer(&app, step.by, step.at, transfer, remark).await?)
}

/// 调解过程,不含内容;内容见 reveal 的 records。Lists the sessions, without what was said.
#[utoipa::path(
    operation_id = "list_sessions",
    tag = TAG,
    params(("id" = Id<Dispute>, Path)),
    responses((status = 200, description = "调解过程,最早的在前", body = Vec<SessionView>), Errors),
    security(("bearer" = []))
)]
#[get("/sessions")]
pub async fn list_sessions(
    by: Granted<SeeCases>,
    id: PathId<Dispute>,
    app: Data<App>,
) -> Result<Json<Vec<SessionView>>> {
    let office = by.actor().kind() != ActorKind::Resident;
    let sessions = actions::sessions(&app.db, by, id.0).await?.into_iter();
    Ok(Json(sessions.map(|row| SessionView::of(row, office)).collect()))
}
