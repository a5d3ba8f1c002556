//! Towards an agreement: drafted, printed, and written down as it was made.

use actix_web::http::header::{CACHE_CONTROL, CONTENT_DISPOSITION, X_CONTENT_TYPE_OPTIONS};
use actix_web::web::{Data, Json};
use actix_web::{HttpResponse, get, post};

use super::{Shown, TAG, Taken, shown};
use crate::base::id::Id;
use crate::base::problem::Result;
use crate::features::disputes::model::Dispute;
use crate::features::disputes::wire::{AgreementBody, DisputeView, DraftBody, DraftRevealBody, DraftView};
use crate::features::disputes::{actions, reveal};
use crate::platform::access::Granted;
use crate::platform::access::policy::{Mediate, RevealPersonal};
use crate::platform::web::{App, Body, Errors, IfMatch, PathId, Versioned};

/// 拟定协议:保存要素,逐项指出缺少的内容和可疑之处;要素可以不全。Keeps a draft, and says what it lacks.
#[utoipa::path(
    operation_id = "draft_agreement",
    tag = TAG,
    params(("id" = Id<Dispute>, Path), IfMatch),
    request_body = DraftBody,
    responses((status = 200, description = "已保存", body = DraftView), Errors),
    security(("bearer" = []))
)]
#[post("/draft")]
pub async fn draft_agreement(
    step: Taken<Mediate>,
    body: Body<DraftBody>,
    app: Data<App>,
) -> Result<Versioned<DraftView>> {
    let (draft, remark) = body.0.parse()?;
    let drafted = actions::draft(&app, step.by, step.at, draft, remark).await?;
    Ok(Versioned::new(drafted.version, drafted.into()))
}

/// 协议草稿缺少的内容和可疑之处;全文须打印。Says what the draft lacks; what it says is had by printing it.
#[utoipa::path(
    operation_id = "get_draft",
    tag = TAG,
    params(("id" = Id<Dispute>, Path)),
    responses((status = 200, description = "草稿的缺漏", body = DraftView), Errors),
    security(("bearer" = []))
)]
#[get("/draft")]
pub async fn get_draft(by: Granted<Mediate>, id: PathId<Dispute>, app: Data<App>) -> Result<Json<DraftView>> {
    Ok(Json(actions::read_draft(&app, by, id.0).await?.into()))
}

/// 打印协议书或口头协议登记表(纯文本或 Word);含姓名明文,须说明用途并记入审计。Prints the draft, for a purpose.
#[utoipa::path(
    operation_id = "print_draft",
    tag = TAG,
    params(("id" = Id<Dispute>, Path)),
    request_body = DraftRevealBody,
    responses(
        (
            status = 200,
            description = "协议书",
            content(
                (String = "text/plain"),
                (Vec<u8> = "application/vnd.openxmlformats-officedocument.wordprocessingml.document")
            )
        ),
        Errors
    ),
    security(("bearer" = []))
)]
#[post("/draft/reveal")]
pub async fn print_draft(
    by: Granted<RevealPersonal>,
    id: PathId<Dispute>,
    body: Body<DraftRevealBody>,
    app: Data<App>,
) -> Result<HttpResponse> {
    let (purpose, format) = body.0.parse()?;
    let printed = reveal::print_draft(&app, by, id.0, purpose, format).await?;
    let mut answer = HttpResponse::Ok();
    answer.content_type(printed.media);
    answer.insert_header((CONTENT_DISPOSITION, format!("attachment; filename=\"{}\"", printed.name)));
    // It names people: nothing on its way or on the device may keep it.
    answer.insert_header((CACHE_CONTROL, "no-store"));
    answer.insert_header((X_CONTENT_TYPE_OPTIONS, "nosniff"));
    Ok(answer.body(printed.bytes))
}

/// 登记调解协议;没有填写的内容取自草稿。Writes down what was agreed.
#[utoipa::path(
    operation_id = "record_agreement",
    tag = TAG,
    params(("id" = Id<Dispute>, Path), IfMatch),
    request_body = AgreementBody,
    responses((status = 200, description = "已达成协议", body = DisputeView), Errors),
    security(("bearer" = []))
)]
#[post("/agreement")]
pub async fn record_agreement(step: Taken<Mediate>, body: Body<AgreementBody>, app: Data<App>) -> Shown {
    let (settlement, papers, remark) = body.0.parse(app.clock.now().local_date())?;
    shown(&step.see, &app, actions::agree(&app, step.by, step.at, settlement, papers, remark).await?)
}
