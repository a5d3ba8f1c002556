//! Personal data in plain text.

use actix_web::web::{Data, Json, Path};
use actix_web::{HttpResponse, post};

use super::TAG;
use crate::base::id::Id;
use crate::base::problem::Result;
use crate::features::attachments::Photo;
use crate::features::disputes::model::Dispute;
use crate::features::disputes::reveal;
use crate::features::disputes::wire::{DisputeRevealBody, PaperRevealBody, RevealedDispute};
use crate::platform::access::Granted;
use crate::platform::access::policy::RevealPersonal;
use crate::platform::web::{App, Body, Errors, PathId};

/// 查看当事人或协议明文;须说明用途并记入审计。Shows personal data in plain text, for a purpose.
#[utoipa::path(
    operation_id = "reveal_dispute",
    tag = TAG,
    params(("id" = Id<Dispute>, Path)),
    request_body = DisputeRevealBody,
    responses((status = 200, description = "明文", body = RevealedDispute), Errors),
    security(("bearer" = []))
)]
#[post("/reveal")]
pub async fn reveal_dispute(
    by: Granted<RevealPersonal>,
    id: PathId<Dispute>,
    body: Body<DisputeRevealBody>,
    app: Data<App>,
) -> Result<Json<RevealedDispute>> {
    let request = body.0.parse()?;
    let revealed = reveal::reveal(&app.db, app.vault.clone(), by, id.0, request).await?;
    Ok(Json(revealed.into()))
}

/// 查看协议原件的照片;须说明用途并记入审计。Shows a photo of the signed paper, for a purpose.
#[utoipa::path(
    operation_id = "reveal_dispute_paper",
    tag = TAG,
    params(("id" = Id<Dispute>, Path), ("paper" = Id<Photo>, Path, description = "协议原件的编号,见协议明文的 papers")),
    request_body = PaperRevealBody,
    responses(
        (status = 200, description = "照片", content((Vec<u8> = "image/jpeg"), (Vec<u8> = "image/png"))),
        Errors
    ),
    security(("bearer" = []))
)]
#[post("/papers/{paper}/reveal")]
pub async fn reveal_dispute_paper(
    by: Granted<RevealPersonal>,
    path: Path<(Id<Dispute>, Id<Photo>)>,
    body: Body<PaperRevealBody>,
    app: Data<App>,
) -> Result<HttpResponse> {
    let ((id, paper), purpose) = (path.into_inner(), body.0.parse()?);
    reveal::reveal_paper(&app.db, by, id, paper, purpose).await?.answer(&app.blobs).await
}
