//! What was written down of a dispute, and what it has to do with others.

use chrono::TimeDelta;

use crate::base::id::Id;
use crate::base::problem::{Problem, Result};
use crate::features::cases::{self, CaseFile, CaseKind, CaseSummary};
use crate::features::disputes::model::{CheckRow, Dispute, PoliceReportRow, SessionRow};
use crate::features::disputes::store;
use crate::platform::access::policy::{ReportViolence, SeeCases};
use crate::platform::access::{AreaScope, Granted};
use crate::platform::db::{Db, DbConnection};

/// Days within which disputes of the same parties belong together.
const RECURRENCE: TimeDelta = TimeDelta::days(180);

/// The sessions of a dispute, oldest first.
pub async fn sessions(db: &Db, by: Granted<SeeCases>, id: Id<Dispute>) -> Result<Vec<SessionRow>> {
    db.read(move |c| {
        let file = file(c, by.scope(), id)?;
        store::sessions_of(c, by.scope(), &file)
    })
    .await
}

/// The checks and visits of a dispute, oldest first.
pub async fn checks(db: &Db, by: Granted<SeeCases>, id: Id<Dispute>) -> Result<Vec<CheckRow>> {
    db.read(move |c| {
        let file = file(c, by.scope(), id)?;
        store::checks_of(c, by.scope(), &file)
    })
    .await
}

/// When the police was told of a dispute, oldest first.
pub async fn police_reports(
    db: &Db,
    by: Granted<ReportViolence>,
    id: Id<Dispute>,
) -> Result<Vec<PoliceReportRow>> {
    db.read(move |c| {
        let file = file(c, by.scope(), id)?;
        store::police_reports_of(c, by.scope(), &file)
    })
    .await
}

/// Other disputes that the caller may see, within 180 days before or after this one, in which somebody has the phone of
/// a party of it; the latest first. They show that something lies deeper, and say nothing about anybody.
pub async fn recurrences(db: &Db, by: Granted<SeeCases>, id: Id<Dispute>) -> Result<Vec<CaseSummary>> {
    db.read(move |c| {
        let file = file(c, by.scope(), id)?;
        let (_, parties) = store::of_case(c, by.scope(), &file)?;
        let phones: Vec<_> = parties.into_iter().filter_map(|party| party.phone_index).collect();
        if phones.is_empty() {
            return Ok(vec![]);
        }
        let others = store::with_phones(c, by.scope(), &file, phones)?;
        let (from, to) = (file.received_at.plus(-RECURRENCE), file.received_at.plus(RECURRENCE));
        cases::among(c, by.scope(), &others, from, to)
    })
    .await
}

/// The file of a dispute; 404 when it is hidden from the caller or of another kind.
fn file(c: &mut DbConnection, scope: &AreaScope, id: Id<Dispute>) -> Result<CaseFile> {
    let file = cases::find(c, scope, id.same_as())?;
    if file.kind == CaseKind::Dispute { Ok(file) } else { Err(Problem::not_found()) }
}
