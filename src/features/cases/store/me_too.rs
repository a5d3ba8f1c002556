//! The only file that names `me_toos`: who else has met what a case is about.

use diesel::prelude::*;
use diesel::sql_types::Text;

use crate::base::area_code::AreaCode;
use crate::base::clock::Timestamp;
use crate::base::column::{Instant, Uid};
use crate::base::id::Id;
use crate::base::problem::Result;
use crate::each;
use crate::features::cases::model::{Case, CaseFile, Reporter};
use crate::platform::access::{Actor, ActorKind, AreaScope};
use crate::platform::db::schema::{cases, me_toos};
use crate::platform::db::{DbConnection, Outcome, Tx};

#[derive(Insertable)]
#[diesel(table_name = me_toos)]
struct NewRow<'a> {
    case_id: Id<Case>,
    person_id: Id<Reporter>,
    person_kind: ActorKind,
    area_code: &'a AreaCode,
    added_at: Timestamp,
}

/// Adds whoever acts to a case that they were shown; whether they were not there yet.
pub fn add(tx: &mut Tx, by: &Actor, file: &CaseFile) -> Result<bool> {
    let row = NewRow {
        case_id: file.id,
        person_id: Id::from_uuid(by.id()),
        person_kind: by.kind(),
        area_code: &file.area_code,
        added_at: tx.now(),
    };
    let c: &mut DbConnection = tx;
    let rows = each!(c, c => diesel::insert_into(me_toos::table)
        .values(&row)
        .on_conflict((me_toos::case_id, me_toos::person_id))
        .do_nothing()
        .execute(c))?;
    Ok(rows == 1)
}

/// Adds the people of `from` to the case that it became and that nobody follows yet.
pub fn carry_over(tx: &mut Tx, _found_in: &AreaScope, from: &CaseFile, to: &CaseFile) -> Result<()> {
    let people = me_toos::table.filter(me_toos::case_id.eq(from.id)).select((
        to.id.into_sql::<Uid>(),
        me_toos::person_id,
        me_toos::person_kind,
        (&to.area_code).into_sql::<Text>(),
        tx.now().into_sql::<Instant>(),
    ));
    let columns =
        (me_toos::case_id, me_toos::person_id, me_toos::person_kind, me_toos::area_code, me_toos::added_at);
    each!(*tx, c => people.insert_into(me_toos::table).into_columns(columns).execute(c))?;
    Ok(())
}

/// Takes whoever acts off again; whether they were there.
pub fn remove(tx: &mut Tx, by: &Actor, case: Id<Case>) -> Result<bool> {
    let row = me_toos::table.find((case, Id::<Reporter>::from_uuid(by.id())));
    Ok(diesel::delete(row).execute(&mut **tx)? == 1)
}

/// How many there are, counted up to `most`. A bounded reading of the key in place of a number in the case's row.
pub fn count(c: &mut DbConnection, _shown_in: &AreaScope, case: Id<Case>, most: i64) -> Result<usize> {
    let people = me_toos::table.filter(me_toos::case_id.eq(case)).limit(most).select(me_toos::person_id);
    Ok(people.load::<Id<Reporter>>(c)?.len())
}

/// Whether whoever acts is one of them.
pub fn is_one(c: &mut DbConnection, by: &Actor, case: Id<Case>) -> Result<bool> {
    let row = me_toos::table.find((case, Id::<Reporter>::from_uuid(by.id())));
    Ok(row.select(me_toos::case_id).first::<Id<Case>>(c).or_none()?.is_some())
}

/// Whether there is anybody.
pub fn has_any(c: &mut DbConnection, _shown_in: &AreaScope, case: Id<Case>) -> Result<bool> {
    let anybody = me_toos::table.filter(me_toos::case_id.eq(case)).select(me_toos::person_id);
    Ok(anybody.first::<Id<Reporter>>(c).or_none()?.is_some())
}

/// How many open cases the viewer of `scope` was added to, counted up to `most`.
pub fn open_of(c: &mut DbConnection, scope: &AreaScope, most: i64) -> Result<usize> {
    let person = Id::<Reporter>::from_uuid(scope.viewer());
    // Of each of theirs it is asked: SQLite would read all cases for a list of those that are open.
    let open = cases::table.filter(cases::id.eq(me_toos::case_id)).filter(cases::closed_at.is_null());
    let theirs =
        me_toos::table.filter(me_toos::person_id.eq(person)).filter(diesel::dsl::exists(open)).limit(most);
    Ok(theirs.select(me_toos::case_id).load::<Id<Case>>(c)?.len())
}

/// The cases that somebody was added to, the latest first, at most `most`.
pub fn cases_of(c: &mut DbConnection, person: Id<Reporter>, most: i64) -> Result<Vec<Id<Case>>> {
    let theirs = me_toos::table.filter(me_toos::person_id.eq(person)).order(me_toos::added_at.desc());
    Ok(theirs.limit(most).select(me_toos::case_id).load(c)?)
}

/// The people of a case after `after`, at most `most`, in the order of their ids.
pub fn people(
    c: &mut DbConnection,
    _shown_in: &AreaScope,
    case: Id<Case>,
    after: Option<Id<Reporter>>,
    most: i64,
) -> Result<Vec<(ActorKind, Id<Reporter>)>> {
    let after = after.unwrap_or_else(|| Id::from_uuid(uuid::Uuid::nil()));
    let people = me_toos::table
        .filter(me_toos::case_id.eq(case))
        .filter(me_toos::person_id.gt(after))
        .order(me_toos::person_id)
        .limit(most);
    Ok(people.select((me_toos::person_kind, me_toos::person_id)).load(c)?)
}
