//! The only files that name `attachments`, and what is on its way to it.

pub mod awaited;
pub mod uploads;

use std::collections::{BTreeMap, BTreeSet};

use diesel::prelude::*;
use uuid::Uuid;

use super::model::{Photo, PhotoRow, Stage, Uploader};
use crate::base::clock::Timestamp;
use crate::base::id::Id;
use crate::base::problem::{Problem, Result};
use crate::features::cases::{self, Case, CaseFile};
use crate::platform::access::{Actor, AreaInScope, AreaScope};
use crate::platform::db::schema::attachments;
use crate::platform::db::{Cols, DbConnection, Outcome, Tx};

/// The photo, when the viewer uploaded it or `scope` shows its case; 404 otherwise, and for a paper in any case.
pub fn find(c: &mut DbConnection, scope: &AreaScope, id: Id<Photo>) -> Result<PhotoRow> {
    let photo = of_same_id(c, id)?.filter(|photo| photo.stage != Stage::Paper);
    let photo = photo.ok_or_else(Problem::not_found)?;
    if !scope.is_own(photo.uploader_id.uuid()) {
        let case = photo.case_id.ok_or_else(Problem::not_found)?;
        cases::find(c, scope, case)?;
    }
    Ok(photo)
}

/// The photo that already has this id, whoever's it is: a phone's resend must be told from a clash.
pub fn of_same_id(c: &mut DbConnection, id: Id<Photo>) -> Result<Option<PhotoRow>> {
    attachments::table.find(id).select(PhotoRow::cols()).first(c).or_none()
}

/// The photos of a case that was found in `scope`, oldest first; no papers.
pub fn of_case(c: &mut DbConnection, scope: &AreaScope, file: &CaseFile) -> Result<Vec<PhotoRow>> {
    debug_assert!(file.is_seen_by(scope));
    let photos = attachments::table
        .filter(attachments::case_id.eq(file.id))
        .filter(attachments::stage.ne(Stage::Paper))
        .order((attachments::created_at.asc(), attachments::id.asc()));
    Ok(photos.select(PhotoRow::cols()).load(c)?)
}

/// The first photo from before the work of each of `cases`, which were found in `scope`; one query for all.
pub fn first_of(
    c: &mut DbConnection,
    _found_in: &AreaScope,
    cases: &[Id<Case>],
) -> Result<BTreeMap<Id<Case>, Id<Photo>>> {
    let photos = attachments::table
        .filter(attachments::case_id.eq_any(cases))
        .filter(attachments::stage.eq(Stage::Before))
        .order((attachments::created_at.desc(), attachments::id.desc()))
        .select((attachments::case_id.assume_not_null(), attachments::id));
    // The oldest comes last and stays.
    Ok(photos.load::<(Id<Case>, Id<Photo>)>(c)?.into_iter().collect())
}

/// The papers of a case that was found in `scope`, oldest first. For those to whom they are revealed.
pub fn papers_of(c: &mut DbConnection, scope: &AreaScope, file: &CaseFile) -> Result<Vec<PhotoRow>> {
    debug_assert!(file.is_seen_by(scope));
    let papers = attachments::table
        .filter(attachments::case_id.eq(file.id))
        .filter(attachments::stage.eq(Stage::Paper))
        .order((attachments::created_at.asc(), attachments::id.asc()));
    Ok(papers.select(PhotoRow::cols()).load(c)?)
}

/// A photo of a record that is no case and that the caller found in `scope`; 404 when it has no such photo.
pub fn of_record(
    c: &mut DbConnection,
    _found_in: &AreaScope,
    record: Uuid,
    id: Id<Photo>,
    stage: Stage,
) -> Result<PhotoRow> {
    let photo = attachments::table
        .filter(attachments::id.eq(id))
        .filter(attachments::case_id.eq(Id::<Case>::from_uuid(record)))
        .filter(attachments::stage.eq(stage));
    photo.select(PhotoRow::cols()).first(c).or_not_found()
}

/// Whether a case that was found in `scope` has a photo of this part of the work, or waits for one.
pub fn has(c: &mut DbConnection, _found_in: &AreaScope, case: Id<Case>, stage: Stage) -> Result<bool> {
    let photos =
        attachments::table.filter(attachments::case_id.eq(case)).filter(attachments::stage.eq(stage));
    let here = photos.select(attachments::id).first::<Id<Photo>>(c).or_none()?.is_some();
    Ok(here || awaited::has(c, case, stage)?)
}

/// Which of `photos` the caller has uploaded.
pub fn present(c: &mut DbConnection, by: &Actor, photos: &[Id<Photo>]) -> Result<Vec<Id<Photo>>> {
    let own = attachments::table
        .filter(attachments::id.eq_any(photos))
        .filter(attachments::uploader_kind.eq(by.kind()))
        .filter(attachments::uploader_id.eq(Id::<Uploader>::from_uuid(by.id())));
    Ok(own.select(attachments::id).load(c)?)
}

/// Inserts a new photo. Two transactions with the same id meet in the primary key; the later one tries again and
/// finds the row.
pub fn insert(tx: &mut Tx, photo: &PhotoRow) -> Result<()> {
    diesel::insert_into(attachments::table).values(photo).execute(&mut **tx).or_again()?;
    Ok(())
}

/// Ties those of `photos` to `case` that `by` uploaded and no case has yet; answers which.
pub fn claim(
    tx: &mut Tx,
    by: &Actor,
    photos: &[Id<Photo>],
    area: &AreaInScope,
    case: Id<Case>,
    stage: Stage,
) -> Result<Vec<Id<Photo>>> {
    let free = attachments::table
        .filter(attachments::id.eq_any(photos))
        .filter(attachments::uploader_kind.eq(by.kind()))
        .filter(attachments::uploader_id.eq(Id::<Uploader>::from_uuid(by.id())))
        .filter(attachments::case_id.is_null());
    let claimed = (
        attachments::case_id.eq(Some(case)),
        attachments::area_code.eq(area.code()),
        attachments::stage.eq(stage),
    );
    Ok(diesel::update(free).set(claimed).returning(attachments::id).get_results(&mut **tx)?)
}

/// Which of `photos` belong to `case` already and were uploaded by `by`, with the stage that they have.
pub fn claimed_before(
    tx: &mut Tx,
    by: &Actor,
    photos: &[Id<Photo>],
    case: Id<Case>,
) -> Result<Vec<(Id<Photo>, Stage)>> {
    let theirs = attachments::table
        .filter(attachments::id.eq_any(photos))
        .filter(attachments::uploader_kind.eq(by.kind()))
        .filter(attachments::uploader_id.eq(Id::<Uploader>::from_uuid(by.id())))
        .filter(attachments::case_id.eq(case));
    Ok(theirs.select((attachments::id, attachments::stage)).load(&mut **tx)?)
}

/// Deletes at most `most` photos that no case has and that came before `until`; answers the digests of their files.
pub fn delete_unclaimed(tx: &mut Tx, until: Timestamp, most: i64) -> Result<Vec<(String, String)>> {
    let old: Vec<Id<Photo>> = attachments::table
        .filter(attachments::case_id.is_null())
        .filter(attachments::created_at.lt(until))
        .order(attachments::created_at.asc())
        .limit(most)
        .select(attachments::id)
        .load(&mut **tx)?;
    // Asked again in the statement that deletes: a step may claim one in between.
    let still = attachments::table.filter(attachments::id.eq_any(old)).filter(attachments::case_id.is_null());
    let files = (attachments::sha256, attachments::thumb_sha256);
    Ok(diesel::delete(still).returning(files).get_results(&mut **tx)?)
}

/// Which of these digests some photo has, as its file or its thumbnail.
pub fn referenced(c: &mut DbConnection, digests: &[String]) -> Result<BTreeSet<String>> {
    let files = attachments::table.filter(attachments::sha256.eq_any(digests));
    let thumbnails = attachments::table.filter(attachments::thumb_sha256.eq_any(digests));
    let mut found: BTreeSet<String> = files.select(attachments::sha256).load(c)?.into_iter().collect();
    found.extend(thumbnails.select(attachments::thumb_sha256).load::<String>(c)?);
    Ok(found)
}
