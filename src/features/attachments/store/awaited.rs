//! Photos that a case names and that are still on somebody's phone.

use diesel::prelude::*;

use crate::base::area_code::AreaCode;
use crate::base::clock::Timestamp;
use crate::base::id::Id;
use crate::base::problem::Result;
use crate::each;
use crate::features::attachments::model::{Photo, Stage, Uploader};
use crate::features::cases::{Awaited, Case};
use crate::platform::access::{Actor, ActorKind, AreaInScope};
use crate::platform::db::schema::awaited_photos::{self, dsl};
use crate::platform::db::{Cols, DbConnection, Outcome, Tx};

/// A photo that was announced by its digest.
#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = awaited_photos, treat_none_as_default_value = false)]
pub struct AwaitedRow {
    pub uploader_id: Id<Uploader>,
    pub photo_id: Id<Photo>,
    pub area_code: AreaCode,
    pub case_id: Option<Id<Case>>,
    pub stage: Stage,
    pub uploader_kind: ActorKind,
    pub sha256: String,
    pub created_at: Timestamp,
}

fn own(by: &Actor) -> Id<Uploader> {
    Id::from_uuid(by.id())
}

/// Writes down that `by` will send these photos, in the transaction of the step that names them; one that is on its
/// way already stays as it is.
pub fn announce(tx: &mut Tx, by: &Actor, photos: &[(Id<Photo>, String)]) -> Result<()> {
    let now = tx.now();
    let row = |(photo, sha256): &(Id<Photo>, String)| AwaitedRow {
        uploader_id: own(by),
        photo_id: *photo,
        area_code: by.home().clone(),
        case_id: None,
        stage: Stage::Before,
        uploader_kind: by.kind(),
        sha256: sha256.clone(),
        created_at: now,
    };
    let rows: Vec<_> = photos.iter().map(row).collect();
    each!(*tx, c => diesel::insert_into(dsl::awaited_photos)
        .values(&rows)
        .on_conflict((dsl::uploader_id, dsl::photo_id))
        .do_nothing()
        .execute(c))?;
    Ok(())
}

/// Ties those of `photos` to `case` that `by` announced and no other case waits for; answers which.
pub fn claim(
    tx: &mut Tx,
    by: &Actor,
    photos: &[Id<Photo>],
    area: &AreaInScope,
    case: Id<Case>,
    stage: Stage,
) -> Result<Vec<Id<Photo>>> {
    let announced = dsl::awaited_photos
        .filter(dsl::uploader_id.eq(own(by)).and(dsl::photo_id.eq_any(photos)))
        .filter(dsl::case_id.is_null());
    let claimed = (dsl::case_id.eq(Some(case)), dsl::area_code.eq(area.code()), dsl::stage.eq(stage));
    diesel::update(announced).set(claimed).execute(&mut **tx)?;
    // Also those that an earlier step of the same case named.
    let waited_for = dsl::awaited_photos
        .filter(dsl::uploader_id.eq(own(by)).and(dsl::photo_id.eq_any(photos)))
        .filter(dsl::case_id.eq(case));
    Ok(waited_for.select(dsl::photo_id).load(&mut **tx)?)
}

/// Whether a case waits for a photo of this part of the work.
pub fn has(c: &mut DbConnection, case: Id<Case>, stage: Stage) -> Result<bool> {
    let waits = dsl::awaited_photos.filter(dsl::case_id.eq(case)).filter(dsl::stage.eq(stage));
    Ok(waits.select(dsl::photo_id).first::<Id<Photo>>(c).or_none()?.is_some())
}

/// What a case waits for, oldest first.
pub fn of_case(c: &mut DbConnection, case: Id<Case>) -> Result<Vec<Awaited>> {
    let rows = dsl::awaited_photos
        .filter(dsl::case_id.eq(case))
        .order((dsl::created_at, dsl::photo_id))
        .select((dsl::photo_id, dsl::sha256))
        .load::<(Id<Photo>, String)>(c)?;
    Ok(rows.into_iter().map(|(photo, sha256)| Awaited { photo: photo.to_string(), sha256 }).collect())
}

/// What `by` announced under this id.
pub fn find(c: &mut DbConnection, by: &Actor, photo: Id<Photo>) -> Result<Option<AwaitedRow>> {
    dsl::awaited_photos.find((own(by), photo)).select(AwaitedRow::cols()).first(c).or_none()
}

/// Nobody waits any more for these photos of `by`.
pub fn withdraw(tx: &mut Tx, by: &Actor, photos: &[Id<Photo>]) -> Result<()> {
    let theirs = dsl::awaited_photos.filter(dsl::uploader_id.eq(own(by)).and(dsl::photo_id.eq_any(photos)));
    diesel::delete(theirs).execute(&mut **tx)?;
    Ok(())
}

/// Forgets announcements that no case took up, made before `until`.
pub fn forget_unclaimed(tx: &mut Tx, until: Timestamp) -> Result<usize> {
    let old = dsl::awaited_photos.filter(dsl::case_id.is_null()).filter(dsl::created_at.lt(until));
    Ok(diesel::delete(old).execute(&mut **tx)?)
}
