//! Begin, go on, finish.

use std::fs::File;

use chrono::TimeDelta;
use sha2::{Digest, Sha256};
use tokio::io::{AsyncSeekExt, AsyncWriteExt};

use super::Upload;
use crate::base::hex::hex;
use crate::base::id::Id;
use crate::base::problem::{Code, Problem, Result};
use crate::features::attachments::actions::{self as photos, Uploaded};
use crate::features::attachments::model::{Photo, PhotoRow};
use crate::features::attachments::store;
use crate::features::attachments::store::uploads::{self, ChunkRow, UploadRow};
use crate::features::attachments::wire::not_kept;
use crate::platform::access::Granted;
use crate::platform::access::policy::UploadPhoto;
use crate::platform::blobs::{BlobKey, Blobs};
use crate::platform::web::App;

/// How long an upload may take; no longer than an unnamed blob is left alone (`sweep`).
pub(super) const LIFETIME: TimeDelta = TimeDelta::hours(24);
/// Uploads that one account may have under way.
const MOST: i64 = 100;
/// Bytes that they may come to.
const MOST_BYTES: i64 = 256 * 1024 * 1024;
/// The least bytes of a part that is not the last: it bounds how many parts there are.
const LEAST_PART: usize = 16 * 1024;
/// Seconds after which somebody with too much under way may try again.
const AGAIN: u32 = 60;

/// A photo that is to come.
#[derive(Debug, Clone)]
pub struct Announced {
    /// The photo.
    pub photo: Id<Photo>,
    /// Bytes.
    pub length: i32,
    /// SHA-256 of the file.
    pub sha256: String,
}

/// How far an upload is.
pub enum Progress {
    /// So much has come.
    UnderWay(UploadRow),
    /// The photo is here.
    Here(PhotoRow),
}

/// Begins, or finds what was begun before. The flag is true when the upload is new. 409 `id_reused` when the id is
/// another photo's, 413 when it is too long, 429 when too much is under way.
pub async fn begin(app: &App, by: Granted<UploadPhoto>, new: Announced) -> Result<(bool, Progress)> {
    let longest = app.photo_limits.bytes;
    if usize::try_from(new.length).is_ok_and(|length| length > longest) {
        let why = format!("照片不能超过 {} MB", longest / (1024 * 1024));
        return Err(Problem::because(Code::TooLarge, why));
    }
    let actor = by.actor().clone();
    let (made, progress) = app
        .db
        .write(move |tx| {
            if let Some(photo) = store::of_same_id(tx, new.photo)? {
                let same = photo.is_resent(&actor, &new.sha256);
                return if same { Ok((false, Progress::Here(photo))) } else { Err(reused()) };
            }
            let now = tx.now();
            if let Some(known) = uploads::of_photo(tx, &actor, new.photo)? {
                if known.expires_at > now {
                    let same = known.sha256 == new.sha256 && known.length == new.length;
                    return if same { Ok((false, Progress::UnderWay(known))) } else { Err(reused()) };
                }
                // Its time is over and the purge has not come yet, which would leave no room for another. What its
                // parts were is swept with what nobody names.
                uploads::remove(tx, known.id)?;
            }
            let (number, bytes) = uploads::under_way(tx, &actor)?;
            if number >= MOST || bytes + i64::from(new.length) > MOST_BYTES {
                let why = format!("未传完的照片过多(最多 {MOST} 张),请先把已开始的传完");
                return Err(Problem::because(Code::RateLimited, why).retry_after(AGAIN));
            }
            let row = UploadRow {
                id: Id::new(),
                area_code: actor.home().clone(),
                uploader_kind: actor.kind(),
                uploader_id: Id::from_uuid(actor.id()),
                photo_id: new.photo,
                sha256: new.sha256.clone(),
                length: new.length,
                received: 0,
                created_at: now,
                expires_at: now.plus(LIFETIME),
            };
            uploads::insert(tx, &row)?;
            Ok((true, Progress::UnderWay(row)))
        })
        .await?;
    // The last part came, and whoever sent it may never have been told, nor the photo taken in.
    match progress {
        Progress::UnderWay(row) if row.received == row.length => {
            Ok((false, Progress::Here(finish(app, by, row).await?)))
        }
        progress => Ok((made, progress)),
    }
}

fn reused() -> Problem {
    Problem::because(Code::IdReused, "这个编号已用于另一张照片,请换一个编号重新上传")
}

/// The caller's upload; 404 when there is none or its time is over.
pub async fn find(app: &App, by: &Granted<UploadPhoto>, id: Id<Upload>) -> Result<UploadRow> {
    let (by, now) = (by.actor().clone(), app.clock.now());
    let found = app.db.read(move |c| uploads::find(c, &by, id, now)).await?;
    found.ok_or_else(Problem::not_found)
}

/// Adds the part that begins at `offset`; with the last one the photo is taken in. 409 `offset_mismatch` when the upload
/// is not so far or further, 413 for more than was announced, 422 for less than [`LEAST_PART`].
pub async fn go_on(
    app: &App,
    by: Granted<UploadPhoto>,
    id: Id<Upload>,
    offset: i32,
    part: Vec<u8>,
) -> Result<Progress> {
    let upload = find(app, &by, id).await?;
    if offset != upload.received {
        return Err(mismatch(upload.received));
    }
    let length = i32::try_from(part.len()).map_err(Problem::internal)?;
    let end = offset.saturating_add(length);
    if end > upload.length {
        return Err(Problem::because(Code::TooLarge, "传来的内容比登记的长度多"));
    }
    if part.len() < LEAST_PART && end < upload.length {
        let why = format!("除最后一块外,每块至少 {} KB", LEAST_PART / 1024);
        return Err(Problem::because(Code::InvalidFields, why));
    }
    if length > 0 {
        let content = [head(id, offset).as_slice(), &part].concat();
        let key = BlobKey::of(&content);
        app.blobs.put(&key, content).await?;
        let chunk = ChunkRow { upload_id: id, start: offset, length, blob: key.sha256().to_owned() };
        if !app.db.write(move |tx| uploads::add(tx, &chunk)).await? {
            return Err(mismatch(find(app, &by, id).await?.received));
        }
    }
    let upload = UploadRow { received: end, ..upload };
    if end < upload.length {
        return Ok(Progress::UnderWay(upload));
    }
    finish(app, by, upload).await.map(Progress::Here)
}

fn mismatch(received: i32) -> Problem {
    Problem::because(Code::OffsetMismatch, format!("已收到 {received} 字节,请从这里续传"))
}

/// What stands before the bytes of a part in its blob: no two parts have the same content, so that a blob is never two
/// uploads', nor a photo's.
fn head(id: Id<Upload>, offset: i32) -> [u8; 20] {
    let mut head = [0; 20];
    head[..16].copy_from_slice(id.uuid().as_bytes());
    head[16..].copy_from_slice(&offset.to_be_bytes());
    head
}

/// Takes the whole in as a photo. What can never become one is forgotten, so that it may be sent anew; what failed for
/// another reason stays, and is finished by the next [`begin`].
async fn finish(app: &App, by: Granted<UploadPhoto>, upload: UploadRow) -> Result<PhotoRow> {
    let actor = by.actor().clone();
    let taken = match assemble(app, &upload).await {
        Ok(file) => {
            let (id, limits) = (upload.photo_id, app.photo_limits);
            photos::upload(&app.db, &app.blobs, &app.vault, limits, by, id, file).await
        }
        Err(problem) => Err(problem),
    };
    let hopeless = |problem: &Problem| problem.code().status() < 500 && problem.code() != Code::RateLimited;
    if taken.as_ref().err().is_none_or(hopeless) {
        forget(app, upload.id).await?;
    }
    if taken.is_err() {
        // Another request of the same phone may have taken it in meanwhile, and its parts with it.
        let id = upload.photo_id;
        let here = app.db.read(move |c| store::of_same_id(c, id)).await?;
        if let Some(photo) = here.filter(|photo| photo.is_resent(&actor, &upload.sha256)) {
            return Ok(photo);
        }
    }
    match taken? {
        Uploaded::New(photo) | Uploaded::Again(photo) => Ok(photo),
    }
}

/// The whole file under no name, on the disk that holds the data; 422 when it is not what was announced.
async fn assemble(app: &App, upload: &UploadRow) -> Result<File> {
    let id = upload.id;
    let chunks = app.db.read(move |c| uploads::chunks(c, id)).await?;
    let mut file = tokio::fs::File::from_std(tempfile::tempfile_in(&app.uploads).map_err(not_kept)?);
    let mut digest = Sha256::new();
    for chunk in chunks {
        let key = BlobKey::parse(&chunk.blob).ok_or_else(|| Problem::internal("a part without a digest"))?;
        let lost = || Problem::because(Code::NotFound, "已传的部分丢失,请重新上传这张照片");
        let content = app.blobs.get(&key).await?.ok_or_else(lost)?;
        let part = content.get(head(id, chunk.start).len()..).unwrap_or_default();
        digest.update(part);
        file.write_all(part).await.map_err(not_kept)?;
    }
    if hex(&digest.finalize()) != upload.sha256 {
        return Err(Problem::field("sha256", "收到的内容与登记的 sha256 不一致,请重新上传"));
    }
    file.rewind().await.map_err(not_kept)?;
    Ok(file.into_std().await)
}

async fn forget(app: &App, id: Id<Upload>) -> Result<()> {
    let blobs = app.db.write(move |tx| uploads::remove(tx, id)).await?;
    delete(&app.blobs, &blobs).await
}

/// Deletes the blobs of parts, which are nobody else's.
pub(super) async fn delete(blobs: &Blobs, digests: &[String]) -> Result<()> {
    for key in digests.iter().filter_map(|digest| BlobKey::parse(digest)) {
        blobs.delete(&key).await?;
    }
    Ok(())
}
