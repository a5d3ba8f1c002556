//! Papers (纸质原件): photos of what people signed and offices sent. A procedure reveals them, for a purpose and with an audit entry;
//! nothing else reads them.

use super::model::{Photo, PhotoRow};
use super::store;
use crate::base::id::Id;
use crate::base::problem::{Problem, Result};
use crate::features::cases::CaseFile;
use crate::platform::access::AreaScope;
use crate::platform::db::DbConnection;

/// A paper that the caller has been found to be shown.
#[derive(Debug, Clone)]
pub struct Paper(pub(super) PhotoRow);

/// Which papers a case has, oldest first. `scope` shows the case.
pub fn papers_of(c: &mut DbConnection, scope: &AreaScope, file: &CaseFile) -> Result<Vec<Id<Photo>>> {
    Ok(store::papers_of(c, scope, file)?.into_iter().map(|paper| paper.id).collect())
}

/// One paper of a case that `scope` shows; 404 when the case has no such paper. Whoever calls this writes the audit
/// entry.
pub fn find_paper(c: &mut DbConnection, scope: &AreaScope, file: &CaseFile, id: Id<Photo>) -> Result<Paper> {
    let found = store::papers_of(c, scope, file)?.into_iter().find(|paper| paper.id == id);
    found.map(Paper).ok_or_else(Problem::not_found)
}
