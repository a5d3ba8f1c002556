//! The only files that name `cases`, `case_numbers`, `case_ratings` and `me_toos`.

pub mod following;
mod lists;
pub mod me_too;
pub mod near;
pub mod ratings;
pub mod sought;

pub use lists::{Listed, followed, list, with_texts};

use chrono::NaiveDate;
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Text};

use super::model::{Awaited, Case, CaseFile, CaseKind, Phase};
use super::sight;
use crate::base::area_code::{AreaCode, AreaLevel};
use crate::base::clock::Timestamp;
use crate::base::id::Id;
use crate::base::problem::{Problem, Result};
use crate::features::clocks::Faces;
use crate::platform::access::{AreaInScope, AreaScope};
use crate::platform::db::schema::{case_numbers, cases};
use crate::platform::db::{Cols, Condition, DbConnection, Doc, MultiBackend, Outcome, Tx};
use crate::{each, prepared};

/// The rows that `scope` shows; [`CaseFile::is_seen_by`] is the same rule for a row at hand.
fn visible(scope: &AreaScope) -> Condition<cases::table> {
    shown_to(scope, within(scope))
}

fn shown_to(scope: &AreaScope, inside: Condition<cases::table>) -> Condition<cases::table> {
    sight::shown_to(scope, inside, (cases::reporter_id, cases::confidential, cases::area_code))
}

fn within(scope: &AreaScope) -> Condition<cases::table> {
    match scope.prefixes() {
        // Cases lie in grids or coarser areas (`site`), so for a grid equality is enough, and lets the index
        // (area_code, phase, received_at, id) hand out a page already in order.
        [grid] if grid.level() >= AreaLevel::Grid => Box::new(cases::area_code.eq(grid.clone())),
        _ => scope.inside(cases::area_code),
    }
}

/// [`within`] in a form that no index answers: SQLite, which keeps no statistics here, would otherwise walk all
/// cases of the areas (200,000 of them took 0.2 s) where the few that are late have an index of their own.
fn within_unindexed(scope: &AreaScope) -> Condition<cases::table> {
    scope.inside(cases::area_code.concat(""))
}

/// The case, when `scope` shows it; 404 otherwise.
pub fn find(c: &mut DbConnection, scope: &AreaScope, id: Id<Case>) -> Result<CaseFile> {
    let file = of_same_id(c, id)?.ok_or_else(Problem::not_found)?;
    Some(file).filter(|file: &CaseFile| file.is_seen_by(scope)).ok_or_else(Problem::not_found)
}

/// The case that already has this id, whoever's it is: a phone's resend must be told from a clash, also
/// when the other case lies outside of the caller's areas.
pub fn of_same_id(c: &mut DbConnection, id: Id<Case>) -> Result<Option<CaseFile>> {
    each!(c, c => cases::table.find(id).select(CaseFile::cols()).get_result(c)).or_none()
}

/// Inserts a new file; `false` when its id is taken, also by a transaction that commits meanwhile.
pub fn insert(tx: &mut Tx, _area: &AreaInScope, file: &CaseFile) -> Result<bool> {
    let c: &mut DbConnection = tx;
    let rows = each!(c, c => {
        let case = diesel::insert_into(cases::table).values(file);
        prepared!(case.on_conflict(cases::id).do_nothing()).execute(c)
    })?;
    Ok(rows == 1)
}

/// Writes what a step made of `file`, if the row still has its version and shows its clocks; whether it had. Clocks of an old
/// case are started without a step ([`show_clocks`]), and must not be written over.
pub fn advance(tx: &mut Tx, scope: &AreaScope, file: &CaseFile, moved: &CaseFile) -> Result<bool> {
    debug_assert!(file.is_seen_by(scope));
    let as_read = cases::version.eq(file.version).and(cases::clocks.eq(&file.clocks));
    let row = cases::table.filter(cases::id.eq(file.id).and(as_read));
    let change = (
        cases::phase.eq(moved.phase),
        cases::confidential.eq(moved.confidential),
        cases::handler_id.eq(moved.handler_id),
        cases::due_on.eq(moved.due_on),
        cases::clocks.eq(&moved.clocks),
        cases::closed_at.eq(moved.closed_at),
        cases::version.eq(moved.version),
        cases::updated_at.eq(moved.updated_at),
    );
    let changed = each!(*tx, c => prepared!(diesel::update(row).set(change)).execute(c))?;
    Ok(changed == 1)
}

/// Writes what the clocks of a file that was found in scope, and is held, show from now on.
pub fn show_clocks(tx: &mut Tx, scope: &AreaScope, file: &CaseFile, clocks: &Faces) -> Result<()> {
    debug_assert!(file.is_seen_by(scope));
    diesel::update(cases::table.find(file.id))
        .set((cases::due_on.eq(clocks.due_on()), cases::clocks.eq(clocks)))
        .execute(&mut **tx)?;
    Ok(())
}

/// Writes the area that a file was moved into, if the row still has the version that `moved` names; whether it had.
pub fn place(tx: &mut Tx, scope: &AreaScope, moved: &CaseFile) -> Result<bool> {
    let row =
        cases::table.filter(cases::id.eq(moved.id).and(cases::version.eq(moved.version)).and(visible(scope)));
    Ok(diesel::update(row).set(cases::area_code.eq(&moved.area_code)).execute(&mut **tx)? == 1)
}

/// The case with this number, when `scope` shows it, kept as it is until the transaction ends: of two that look at
/// each other, one waits and sees what the other made of it.
pub fn hold_by_no(tx: &mut Tx, scope: &AreaScope, no: &str) -> Result<Option<CaseFile>> {
    let row = cases::table.filter(cases::no.eq(no).and(visible(scope)));
    diesel::update(row).set(cases::version.eq(cases::version)).execute(&mut **tx)?;
    let row = cases::table.filter(cases::no.eq(no).and(visible(scope)));
    row.select(CaseFile::cols()).first(&mut **tx).or_none()
}

/// Keeps a case that was found in scope as it is until the transaction ends, so that of two who look at it and then act,
/// one waits for the other.
pub fn hold(tx: &mut Tx, _found_in: &AreaScope, case: Id<Case>) -> Result<()> {
    lock(tx, case)
}

/// Locks the row; on SQLite there is one writer anyway.
fn lock(tx: &mut Tx, case: Id<Case>) -> Result<()> {
    if tx.is_postgres() {
        diesel::update(cases::table.find(case)).set(cases::version.eq(cases::version)).execute(&mut **tx)?;
    }
    Ok(())
}

/// Writes down which photos a case still waits for, as `missing` finds them once no other transaction can change them.
/// Its version stays: what a phone has yet to send is no step of the procedure.
pub fn await_media(
    tx: &mut Tx,
    case: Id<Case>,
    missing: impl FnOnce(&mut Tx) -> Result<Vec<Awaited>>,
) -> Result<()> {
    // Two photos that arrive at once would each leave the other's in the list.
    lock(tx, case)?;
    let missing = missing(tx)?;
    let list = (!missing.is_empty()).then(|| serde_json::to_value(&missing)).transpose();
    let list = list.map_err(Problem::internal)?.map(Doc);
    diesel::update(cases::table.find(case)).set(cases::awaiting_media.eq(list)).execute(&mut **tx)?;
    Ok(())
}

/// Those of `ids` that `scope` shows and that came between `from` and `to`, the latest first.
pub fn among(
    c: &mut DbConnection,
    scope: &AreaScope,
    ids: &[Id<Case>],
    (from, to): (Timestamp, Timestamp),
) -> Result<Vec<Listed>> {
    let found = cases::table
        .filter(cases::id.eq_any(ids))
        .filter(cases::received_at.between(from, to))
        .filter(shown_to(scope, within_unindexed(scope)))
        .order((cases::received_at.desc(), cases::id.desc()));
    Ok(found.select(Listed::cols()).load(c)?)
}

/// How many open cases in `scope` are past their day; counts at most `most`.
pub fn overdue(c: &mut DbConnection, scope: &AreaScope, today: NaiveDate, most: i64) -> Result<i64> {
    let late = cases::table
        .filter(cases::due_on.lt(today))
        .filter(cases::closed_at.is_null())
        .filter(shown_to(scope, within_unindexed(scope)))
        .limit(most)
        .select(cases::id)
        .into_boxed::<MultiBackend>();
    Ok(late.load::<Id<Case>>(c)?.len() as i64)
}

/// Takes `block` numbers of a series; answers the first.
pub fn reserve_numbers(tx: &mut Tx, town: &AreaCode, kind: CaseKind, year: i32, block: i64) -> Result<i64> {
    use case_numbers::dsl;
    let series = (dsl::town_code.eq(town), dsl::kind.eq(kind.as_str()), dsl::year.eq(year));
    let next: i64 = each!(&mut **tx, c => diesel::insert_into(case_numbers::table)
        .values((series, dsl::next.eq(1 + block)))
        .on_conflict((dsl::town_code, dsl::kind, dsl::year))
        .do_update()
        .set(dsl::next.eq(dsl::next + block))
        .returning(dsl::next)
        .get_result(c))?;
    Ok(next - block)
}

/// What counting the cases themselves gives.
#[derive(QueryableByName)]
pub struct Tally {
    #[diesel(sql_type = Text)]
    pub area_code: AreaCode,
    #[diesel(sql_type = Text)]
    pub kind: CaseKind,
    #[diesel(sql_type = Text)]
    pub phase: Phase,
    #[diesel(sql_type = Text)]
    pub category: String,
    #[diesel(sql_type = Text)]
    pub month: String,
    #[diesel(sql_type = BigInt)]
    pub n: i64,
}

/// Counts every case; for `wangge counters verify` only. As text, because diesel cannot group by an
/// expression that each database spells in its own way.
pub fn tally(c: &mut DbConnection) -> Result<Vec<Tally>> {
    let month = if c.is_postgres() {
        "to_char(received_at AT TIME ZONE 'Asia/Shanghai', 'YYYY-MM')"
    } else {
        "strftime('%Y-%m', received_at, '+8 hours')"
    };
    let count = format!(
        "SELECT area_code, kind, phase, category, {month} AS month, COUNT(*) AS n FROM cases \
         GROUP BY area_code, kind, phase, category, {month}"
    );
    Ok(diesel::sql_query(count).load(c)?)
}
