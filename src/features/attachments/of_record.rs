//! Photos of a record that is no case, such as an inspection: its slice finds the record and shows them.

use uuid::Uuid;

use super::model::{Photo, PhotoRow};
use super::store;
use crate::base::id::Id;
use crate::base::problem::Result;
use crate::platform::access::AreaScope;
use crate::platform::db::DbConnection;

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
    store::of_record(c, scope, record, id).map(RecordPhoto)
}
