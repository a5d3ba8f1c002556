//! The only file that names `case_links`.

use diesel::prelude::*;

use crate::base::clock::Timestamp;
use crate::base::id::Id;
use crate::base::problem::Result;
use crate::each;
use crate::features::cases::{Case, CaseFile, Reporter};
use crate::platform::access::{Actor, AreaScope};
use crate::platform::db::schema::case_links;
use crate::platform::db::{DbConnection, Tx};

/// A pair is one row, whichever of the two was linked to the other.
fn pair(one: Id<Case>, other: Id<Case>) -> (Id<Case>, Id<Case>) {
    if one <= other { (one, other) } else { (other, one) }
}

/// Links two cases that were found in `scope`; whether they were not linked yet.
pub fn link(
    tx: &mut Tx,
    _found_in: &AreaScope,
    by: &Actor,
    one: &CaseFile,
    other: &CaseFile,
) -> Result<bool> {
    let (first, second) = pair(one.id, other.id);
    let row = (
        case_links::one.eq(first),
        case_links::other.eq(second),
        case_links::area_code.eq(&one.area_code),
        case_links::linked_by.eq(Id::<Reporter>::from_uuid(by.id())),
        case_links::linked_at.eq(tx.now()),
    );
    let c: &mut DbConnection = tx;
    let rows = each!(c, c => diesel::insert_into(case_links::table)
        .values(row)
        .on_conflict((case_links::one, case_links::other))
        .do_nothing()
        .execute(c))?;
    Ok(rows == 1)
}

/// Takes the link between two cases away; whether there was one.
pub fn unlink(tx: &mut Tx, _found_in: &AreaScope, one: Id<Case>, other: Id<Case>) -> Result<bool> {
    Ok(diesel::delete(case_links::table.find(pair(one, other))).execute(&mut **tx)? == 1)
}

/// The cases that a case is linked to and since when, at most `most`; whether the caller sees them is asked of them.
pub fn linked_to(
    c: &mut DbConnection,
    _found_in: &AreaScope,
    case: Id<Case>,
    most: i64,
) -> Result<Vec<(Id<Case>, Timestamp)>> {
    let as_first = case_links::table.filter(case_links::one.eq(case)).limit(most);
    let as_second = case_links::table.filter(case_links::other.eq(case)).limit(most);
    let mut linked: Vec<(Id<Case>, Timestamp)> =
        as_first.select((case_links::other, case_links::linked_at)).load(c)?;
    linked
        .extend(as_second.select((case_links::one, case_links::linked_at)).load::<(Id<Case>, Timestamp)>(c)?);
    Ok(linked)
}
