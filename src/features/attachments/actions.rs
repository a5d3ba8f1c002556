//! What people do with photos.

use std::fs::File;
use std::io::Read;
use std::time::Duration;

use serde_json::json;
use tokio::sync::Semaphore;
use uuid::Uuid;

use super::model::{Photo, PhotoRow, Size, Stage};
use super::{awaited, store};
use crate::base::hex::hex;
use crate::base::id::Id;
use crate::base::problem::{Code, Problem, Result};
use crate::features::cases::Case;
use crate::platform::access::policy::{SeeCases, UploadPhoto};
use crate::platform::access::{Actor, ActorKind, AreaInScope, Granted};
use crate::platform::audit;
use crate::platform::blobs::{BlobKey, Blobs};
use crate::platform::db::{Db, Tx};
use crate::platform::photo::{Limits, Picture};
use crate::platform::privacy::Vault;

/// Pictures that this process decodes at a time. One takes a core and, at 40 megapixels, 320 MB.
static DECODERS: Semaphore = Semaphore::const_new(2);
/// How long an upload waits for its turn before 503.
const TURN_WAIT: Duration = Duration::from_secs(5);

/// What an upload came to.
#[derive(Debug, Clone)]
pub enum Uploaded {
    /// The photo is new.
    New(PhotoRow),
    /// The phone sent the same photo before; nothing was written.
    Again(PhotoRow),
}

/// Takes a photo in: reads the picture, keeps both files, and only then writes the row.
///
/// The same id with the same content is [`Uploaded::Again`]; with other content, or someone else's, 409
/// `id_reused`. 413, 415 and 422 as [`Picture::read`] says, 503 when too many pictures wait.
pub async fn upload(
    db: &Db,
    blobs: &Blobs,
    vault: &Vault,
    limits: Limits,
    by: Granted<UploadPhoto>,
    id: Id<Photo>,
    file: File,
) -> Result<Uploaded> {
    let picture = read_picture(file, limits).await?;
    let source = source_of(by.actor(), &picture, vault);
    // Asked before the files are kept, so that a refused upload leaves none behind.
    if let Some(known) = db.read(move |c| store::of_same_id(c, id)).await? {
        let again = resent(known, by.actor(), &source)?;
        // Whoever sent it before may not have come to this: the process may have died in between.
        keep_again(blobs, picture).await?;
        return Ok(again);
    }
    for file in [&picture.stored, &picture.thumbnail] {
        blobs.put(&BlobKey::of(&file.bytes), file.bytes.clone()).await?;
    }
    let kept = picture.clone();
    let uploaded = db
        .write(move |tx| {
            if let Some(known) = store::of_same_id(tx, id)? {
                return resent(known, by.actor(), &source);
            }
            let mut photo = PhotoRow::uploaded(id, by.actor(), &picture, source.clone(), tx.now());
            awaited::welcome(tx, by.actor(), &mut photo)?;
            store::insert(tx, &photo)?;
            awaited::settle(tx, by.actor(), &photo)?;
            let details = json!({ "mime": photo.mime, "bytes": photo.bytes });
            audit::record(
                tx,
                by.actor(),
                "photo.upload",
                ("photo", id.to_string()),
                &photo.area_code,
                details,
            )?;
            Ok(Uploaded::New(photo))
        })
        .await?;
    keep_again(blobs, kept).await?;
    Ok(uploaded)
}

/// Puts back what is missing of a picture that a row names by now: a purge may have removed the same content, which
/// no row named then, after it was put.
async fn keep_again(blobs: &Blobs, picture: Picture) -> Result<()> {
    for file in [picture.stored, picture.thumbnail] {
        let key = BlobKey::of(&file.bytes);
        if !blobs.exists(&key).await? {
            blobs.put(&key, file.bytes).await?;
        }
    }
    Ok(())
}

/// What tells an upload from others. Of somebody who must not be known it is a keyed digest: whoever holds both the
/// database and somebody's phone must not find that a photo came from there.
fn source_of(by: &Actor, picture: &Picture, vault: &Vault) -> String {
    match by.kind() {
        ActorKind::Anonymous => hex(&vault.digest(picture.upload_sha256.as_bytes())),
        _ => picture.upload_sha256.clone(),
    }
}

fn resent(known: PhotoRow, by: &Actor, source_sha256: &str) -> Result<Uploaded> {
    if known.is_resent(by, source_sha256) {
        return Ok(Uploaded::Again(known));
    }
    Err(Problem::because(Code::IdReused, "这个编号已用于另一张照片,请换一个编号重新上传"))
}

/// The upload enters memory only when its turn has come, so that many uploads take no more memory than two.
async fn read_picture(mut file: File, limits: Limits) -> Result<Picture> {
    let turn = tokio::time::timeout(TURN_WAIT, DECODERS.acquire()).await;
    let turn = turn
        .map_err(|_| Problem::because(Code::Busy, "正在处理的照片较多,请稍后重试").retry_after(5))?
        .map_err(Problem::internal)?;
    let reading = tokio::task::spawn_blocking(move || {
        let _turn = turn;
        let mut upload = Vec::new();
        file.read_to_end(&mut upload).map_err(Problem::internal)?;
        Picture::read(&upload, &limits)
    });
    reading.await.map_err(|_| Problem::internal("reading a picture panicked"))?
}

/// The photo, when the caller may see it; 404 otherwise.
pub async fn find(db: &Db, by: Granted<SeeCases>, id: Id<Photo>) -> Result<PhotoRow> {
    db.read(move |c| store::find(c, by.scope(), id)).await
}

/// The file of a photo that the caller has been found to see.
pub(super) async fn content(blobs: &Blobs, photo: &PhotoRow, size: Size) -> Result<Vec<u8>> {
    let key =
        BlobKey::parse(photo.digest(size)).ok_or_else(|| Problem::internal("a photo without a digest"))?;
    let missing = || Problem::internal(format!("the blob of {} is missing", photo.id));
    blobs.get(&key).await?.ok_or_else(missing)
}

/// Ties photos to a case, in the transaction of the step that names them.
///
/// Each must be the caller's own upload and belong to no other case; 422 names those that do not. One that was
/// announced ([`super::announce`]) and is still on its way is tied when it arrives. A photo that the
/// case has already stays what it was: a photo from before the work does not become one from after it, and what was
/// shown to everybody does not become a paper. No photos cost nothing.
pub fn claim(
    tx: &mut Tx,
    by: &Actor,
    photos: &[Id<Photo>],
    area: &AreaInScope,
    case: Uuid,
    stage: Stage,
) -> Result<()> {
    if photos.is_empty() {
        return Ok(());
    }
    let case = Id::<Case>::from_uuid(case);
    let claimed = store::claim(tx, by, photos, area, case, stage)?;
    let mut left: Vec<_> = photos.iter().copied().filter(|photo| !claimed.contains(photo)).collect();
    if !left.is_empty() {
        let before = store::claimed_before(tx, by, &left, case)?;
        let stays =
            |photo| before.iter().any(|(id, was)| *id == photo && (stage != Stage::Paper || *was == stage));
        left.retain(|photo| !stays(*photo));
    }
    if !left.is_empty() {
        let waited_for = store::awaited::claim(tx, by, &left, area, case, stage)?;
        left.retain(|photo| !waited_for.contains(photo));
        if !waited_for.is_empty() {
            awaited::show(tx, case, stage)?;
        }
    }
    if left.is_empty() {
        return Ok(());
    }
    let left = left.iter().map(ToString::to_string).collect::<Vec<_>>().join("、");
    Err(Problem::field(stage.field(), format!("{left} 不存在、不是您上传的,或已作他用")))
}
