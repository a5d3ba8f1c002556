//! What is written down of a dispute as it goes: sessions, checks and visits, that the police was told. Appended, never
//! changed.

use diesel::prelude::*;

use crate::base::id::Id;
use crate::base::problem::Result;
use crate::features::cases::CaseFile;
use crate::features::disputes::model::{CheckRow, MediationSession, PoliceReportRow, SessionRow};
use crate::platform::access::{AreaInScope, AreaScope};
use crate::platform::db::schema::{mediation_sessions, performance_checks, police_reports};
use crate::platform::db::{Cols, DbConnection, Outcome, Tx};

/// Entries of one kind that are shown at once; a dispute with more is one gone wrong.
const MOST: i64 = 200;

/// Appends a session.
pub fn insert_session(tx: &mut Tx, _area: &AreaInScope, session: &SessionRow) -> Result<()> {
    diesel::insert_into(mediation_sessions::table).values(session).execute(&mut **tx)?;
    Ok(())
}

/// The sessions of a dispute that was found in `scope`, oldest first.
pub fn sessions_of(c: &mut DbConnection, scope: &AreaScope, file: &CaseFile) -> Result<Vec<SessionRow>> {
    debug_assert!(file.is_seen_by(scope));
    let sessions = mediation_sessions::table
        .filter(mediation_sessions::case_id.eq(file.id))
        .order((mediation_sessions::at, mediation_sessions::id))
        .limit(MOST);
    Ok(sessions.select(SessionRow::cols()).load(c)?)
}

/// Whether a dispute that was found in `scope` has a session at all.
pub fn has_sessions(c: &mut DbConnection, scope: &AreaScope, file: &CaseFile) -> Result<bool> {
    debug_assert!(file.is_seen_by(scope));
    let sessions = mediation_sessions::table.filter(mediation_sessions::case_id.eq(file.id));
    let first = sessions.select(mediation_sessions::id).first::<Id<MediationSession>>(c).or_none()?;
    Ok(first.is_some())
}

/// Appends a check or a visit.
pub fn insert_check(tx: &mut Tx, _area: &AreaInScope, check: &CheckRow) -> Result<()> {
    diesel::insert_into(performance_checks::table).values(check).execute(&mut **tx)?;
    Ok(())
}

/// The checks and visits of a dispute that was found in `scope`, oldest first.
pub fn checks_of(c: &mut DbConnection, scope: &AreaScope, file: &CaseFile) -> Result<Vec<CheckRow>> {
    debug_assert!(file.is_seen_by(scope));
    let checks = performance_checks::table
        .filter(performance_checks::case_id.eq(file.id))
        .order((performance_checks::checked_on, performance_checks::id))
        .limit(MOST);
    Ok(checks.select(CheckRow::cols()).load(c)?)
}

/// Appends that the police was told.
pub fn insert_police_report(tx: &mut Tx, _area: &AreaInScope, report: &PoliceReportRow) -> Result<()> {
    diesel::insert_into(police_reports::table).values(report).execute(&mut **tx)?;
    Ok(())
}

/// When the police was told of a dispute that was found in `scope`, oldest first.
pub fn police_reports_of(
    c: &mut DbConnection,
    scope: &AreaScope,
    file: &CaseFile,
) -> Result<Vec<PoliceReportRow>> {
    debug_assert!(file.is_seen_by(scope));
    let reports = police_reports::table
        .filter(police_reports::case_id.eq(file.id))
        .order((police_reports::told_at, police_reports::id))
        .limit(MOST);
    Ok(reports.select(PoliceReportRow::cols()).load(c)?)
}
