//! Photos after their case: a step that was taken offline names photos that are still on the phone. The case says so
//! (`awaiting_media`), and each is tied to it in the moment in which it arrives.

use super::model::{Photo, PhotoRow, Stage};
use super::store::{self, awaited};
use crate::base::id::Id;
use crate::base::problem::{Code, Problem, Result};
use crate::features::cases::{self, Case};
use crate::platform::access::{Actor, ActorKind};
use crate::platform::db::Tx;

/// Photos that one deed may announce: one for each item of the longest checklist.
pub const MOST_ANNOUNCED: usize = 60;

/// States that `by` will send these photos, each with the SHA-256 of its file, so that a step of the same transaction
/// may name them. Those that are here already need no waiting.
pub fn announce(tx: &mut Tx, by: &Actor, photos: &[(Id<Photo>, String)]) -> Result<()> {
    if photos.is_empty() {
        return Ok(());
    }
    // Announced first and looked for afterwards: an upload of the same photo at this moment waits for this row or has
    // been waited for, see `welcome`.
    awaited::announce(tx, by, photos)?;
    let ids: Vec<_> = photos.iter().map(|(id, _)| *id).collect();
    let here = store::present(tx, by, &ids)?;
    if here.is_empty() { Ok(()) } else { awaited::withdraw(tx, by, &here) }
}

/// A photo that is being taken in: when a case waits for it, it becomes that case's. 409 `id_reused` when it is not
/// the file that was announced under this id.
pub(super) fn welcome(tx: &mut Tx, by: &Actor, photo: &mut PhotoRow) -> Result<()> {
    if by.kind() == ActorKind::Anonymous {
        // What is done offline is done by name, so that no case waits for a photo of somebody who must not be known.
        return Ok(());
    }
    // Whoever announces it at this moment and this upload meet in one row, so that they cannot miss each other.
    awaited::announce(tx, by, &[(photo.id, photo.source_sha256.clone())])?;
    let Some(announced) = awaited::find(tx, by, photo.id)? else { return Ok(()) };
    if announced.sha256 != photo.source_sha256 {
        let why = "这张照片与离线登记时的不是同一文件,请换一个编号上传";
        return Err(Problem::because(Code::IdReused, why));
    }
    photo.case_id = announced.case_id;
    photo.area_code = announced.area_code;
    photo.stage = announced.stage;
    Ok(())
}

/// The photo is kept: its case waits for one less.
pub(super) fn settle(tx: &mut Tx, by: &Actor, photo: &PhotoRow) -> Result<()> {
    awaited::withdraw(tx, by, &[photo.id])?;
    photo.case_id.map_or(Ok(()), |case| show(tx, case, photo.stage))
}

/// Writes into the case file what it waits for. An inspection, which has none, asks when it is shown.
pub(super) fn show(tx: &mut Tx, case: Id<Case>, stage: Stage) -> Result<()> {
    if stage == Stage::Inspection {
        return Ok(());
    }
    cases::await_media(tx, case, |tx| awaited::of_case(tx, case))
}
