//! The agreement while it is being drafted.

use diesel::prelude::*;

use crate::base::area_code::AreaCode;
use crate::base::clock::Timestamp;
use crate::base::id::Id;
use crate::base::problem::Result;
use crate::each;
use crate::features::cases::{Case, CaseFile, Reporter};
use crate::platform::access::{AreaInScope, AreaScope};
use crate::platform::db::schema::agreement_drafts;
use crate::platform::db::{Cols, DbConnection, Outcome, Tx};

/// A draft as it is stored.
#[derive(Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = agreement_drafts, primary_key(case_id), treat_none_as_default_value = false)]
struct Row {
    case_id: Id<Case>,
    area_code: AreaCode,
    draft_sealed: Vec<u8>,
    drafted_by: Id<Reporter>,
    drafted_at: Timestamp,
}

/// The draft of a dispute that was found in `scope`, sealed; none when nobody has made one.
pub fn draft_of(c: &mut DbConnection, scope: &AreaScope, file: &CaseFile) -> Result<Option<Vec<u8>>> {
    debug_assert!(file.is_seen_by(scope));
    let row = agreement_drafts::table.find(file.id).select(Row::cols()).first::<Row>(c).or_none()?;
    Ok(row.map(|row| row.draft_sealed))
}

/// Writes a draft in the place of an older one.
pub fn put_draft(
    tx: &mut Tx,
    area: &AreaInScope,
    file: &CaseFile,
    sealed: Vec<u8>,
    by: Id<Reporter>,
) -> Result<()> {
    let row = Row {
        case_id: file.id,
        area_code: area.code().clone(),
        draft_sealed: sealed,
        drafted_by: by,
        drafted_at: tx.now(),
    };
    each!(*tx, c => diesel::insert_into(agreement_drafts::table)
        .values(&row)
        .on_conflict(agreement_drafts::case_id)
        .do_update()
        .set(&row)
        .execute(c))?;
    Ok(())
}
