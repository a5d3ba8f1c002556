//! Photos that come in parts: what is to come, and what has come of it.

use diesel::dsl::{count_star, sum};
use diesel::prelude::*;

use crate::base::area_code::AreaCode;
use crate::base::clock::Timestamp;
use crate::base::id::Id;
use crate::base::problem::Result;
use crate::features::attachments::model::{Photo, Uploader};
use crate::features::attachments::uploads::Upload;
use crate::platform::access::{Actor, ActorKind};
use crate::platform::db::schema::{upload_chunks, uploads};
use crate::platform::db::{Cols, DbConnection, Outcome, Tx};

/// An upload as it is stored.
#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = uploads, treat_none_as_default_value = false)]
pub struct UploadRow {
    pub id: Id<Upload>,
    pub area_code: AreaCode,
    pub uploader_kind: ActorKind,
    pub uploader_id: Id<Uploader>,
    pub photo_id: Id<Photo>,
    pub sha256: String,
    pub length: i32,
    pub received: i32,
    pub created_at: Timestamp,
    pub expires_at: Timestamp,
}

/// A part of an upload; its bytes are in the blob.
#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = upload_chunks)]
pub struct ChunkRow {
    pub upload_id: Id<Upload>,
    pub start: i32,
    pub length: i32,
    pub blob: String,
}

fn own(by: &Actor) -> Id<Uploader> {
    Id::from_uuid(by.id())
}

/// The caller's upload, unless its time is over.
pub fn find(c: &mut DbConnection, by: &Actor, id: Id<Upload>, now: Timestamp) -> Result<Option<UploadRow>> {
    let own = uploads::table.find(id).filter(uploads::uploader_id.eq(own(by)));
    own.filter(uploads::expires_at.gt(now)).select(UploadRow::cols()).first(c).or_none()
}

/// The caller's upload of this photo, also one whose time is over.
pub fn of_photo(c: &mut DbConnection, by: &Actor, photo: Id<Photo>) -> Result<Option<UploadRow>> {
    let own = uploads::table.filter(uploads::uploader_id.eq(own(by)).and(uploads::photo_id.eq(photo)));
    own.select(UploadRow::cols()).first(c).or_none()
}

/// How many uploads the caller has under way, and their lengths together.
pub fn under_way(c: &mut DbConnection, by: &Actor) -> Result<(i64, i64)> {
    let own = uploads::table.filter(uploads::uploader_id.eq(own(by)));
    let (number, lengths): (_, Option<i64>) = own.select((count_star(), sum(uploads::length))).first(c)?;
    Ok((number, lengths.unwrap_or(0)))
}

/// Inserts a new upload; the later of two that make the same one at once tries again and finds it.
pub fn insert(tx: &mut Tx, row: &UploadRow) -> Result<()> {
    diesel::insert_into(uploads::table).values(row).execute(&mut **tx).or_again()?;
    Ok(())
}

/// Adds a part, if nobody has added one since the caller looked; whether that was so.
pub fn add(tx: &mut Tx, chunk: &ChunkRow) -> Result<bool> {
    let here = uploads::table.find(chunk.upload_id).filter(uploads::received.eq(chunk.start));
    let grown = uploads::received.eq(chunk.start + chunk.length);
    if diesel::update(here).set(grown).execute(&mut **tx)? == 0 {
        return Ok(false);
    }
    diesel::insert_into(upload_chunks::table).values(chunk).execute(&mut **tx)?;
    Ok(true)
}

/// The parts of an upload, in order.
pub fn chunks(c: &mut DbConnection, id: Id<Upload>) -> Result<Vec<ChunkRow>> {
    let parts = upload_chunks::table.filter(upload_chunks::upload_id.eq(id));
    Ok(parts.order(upload_chunks::start).select(ChunkRow::cols()).load(c)?)
}

/// Forgets an upload; answers the blobs of its parts.
pub fn remove(tx: &mut Tx, id: Id<Upload>) -> Result<Vec<String>> {
    let parts = diesel::delete(upload_chunks::table.filter(upload_chunks::upload_id.eq(id)));
    let blobs = parts.returning(upload_chunks::blob).get_results(&mut **tx)?;
    diesel::delete(uploads::table.find(id)).execute(&mut **tx)?;
    Ok(blobs)
}

/// Uploads whose time was over at `now`, at most `most`.
pub fn expired(c: &mut DbConnection, now: Timestamp, most: i64) -> Result<Vec<Id<Upload>>> {
    let over = uploads::table.filter(uploads::expires_at.le(now)).order(uploads::expires_at).limit(most);
    Ok(over.select(uploads::id).load(c)?)
}
