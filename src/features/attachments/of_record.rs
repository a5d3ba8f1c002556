//! Photos of a record that is no case, such as an inspection or a lead: its slice finds the record and shows them.

use uuid::Uuid;

use super::model::{Photo, PhotoRow, Stage};
use super::paper::Paper;
use super::store;
use crate::base::id::Id;
use crate::base::problem::{Problem, Result};
use crate::features::cases::{Awaited, Case};
use crate::platform::access::{Actor, AreaInScope, AreaScope};
use crate::platform::db::{DbConnection, Tx};

/// A photo that the caller has been found to be shown.
#[derive(Debug, Clone)]
pub struct RecordPhoto(pub(super) PhotoRow);

/// The photo of a record that the caller found in `scope`; 404 when it has no such photo.
pub fn find_of_record(
    c: &mut DbConnection,
    scope: &AreaScope,
    record: Uuid,
    id: Id<Photo>,
) -> Result<RecordPhoto> {
    store::of_record(c, scope, record, id, Stage::Inspection).map(RecordPhoto)
}

/// Ties photos to a record as papers, which nobody is shown but by the record's own `reveal`; in the transaction that
/// makes the record. Each must be the caller's own upload and belong to nothing else; 422 at `field` names those that
/// do not. One that was announced and is still on its way is tied when it arrives ([`awaited_of_record`]).
pub fn claim_papers_of_record(
    tx: &mut Tx,
    by: &Actor,
    papers: &[Id<Photo>],
    area: &AreaInScope,
    record: Uuid,
    field: &'static str,
) -> Result<()> {
    if papers.is_empty() {
        return Ok(());
    }
    let record = Id::<Case>::from_uuid(record);
    let claimed = store::claim(tx, by, papers, area, record, Stage::Paper)?;
    let mut left: Vec<_> = papers.iter().copied().filter(|paper| !claimed.contains(paper)).collect();
    if !left.is_empty() {
        let waited_for = store::awaited::claim(tx, by, &left, area, record, Stage::Paper)?;
        left.retain(|paper| !waited_for.contains(paper));
    }
    if left.is_empty() {
        return Ok(());
    }
    let left = left.iter().map(ToString::to_string).collect::<Vec<_>>().join("、");
    Err(Problem::field(field, format!("{left} 不存在、不是您上传的,或已作他用")))
}

/// The photos and papers that a record, which the caller found in `scope`, names and that have not arrived, oldest first.
pub fn awaited_of_record(c: &mut DbConnection, _found_in: &AreaScope, record: Uuid) -> Result<Vec<Awaited>> {
    store::awaited::of_case(c, Id::from_uuid(record))
}

/// One paper of a record that the caller found in `scope`; 404 when it has no such paper. Whoever calls this writes the
/// audit entry.
pub fn find_paper_of_record(
    c: &mut DbConnection,
    scope: &AreaScope,
    record: Uuid,
    id: Id<Photo>,
) -> Result<Paper> {
    store::of_record(c, scope, record, id, Stage::Paper).map(Paper)
}
