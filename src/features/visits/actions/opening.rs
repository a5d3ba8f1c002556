//! Opening the visits of a notice.

use chrono::NaiveDate;
use serde_json::json;

use super::reading::Round;
use crate::base::id::Id;
use crate::base::problem::{Code, Problem, Result};
use crate::features::areas;
use crate::features::notices::{self, Notice, NoticeState};
use crate::features::visits::store;
use crate::features::visits::writing::WriteVisits;
use crate::platform::access::Granted;
use crate::platform::access::policy::{OpenVisits, SeeNotices};
use crate::platform::audit;
use crate::platform::db::Db;
use crate::platform::outbox;

/// Opens the visits of a published notice in those of its areas, or parts of them, that the caller holds: tasks are
/// written by a job. Opened again it adds the households that are missing and moves the day for all. 404 where the caller
/// holds none of its areas, 409 before publication and after cancellation.
pub async fn open(
    db: &Db,
    (by, sees): (Granted<OpenVisits>, Granted<SeeNotices>),
    id: Id<Notice>,
    due_on: NaiveDate,
) -> Result<Vec<Round>> {
    db.write(move |tx| {
        let notice = notices::read(tx, &sees, id)?;
        let held = notice.areas.iter().filter_map(|area| by.scope().narrowed_to(area));
        let parts: Vec<_> = held.flat_map(|scope| scope.prefixes().to_vec()).collect();
        if parts.is_empty() {
            return Err(Problem::not_found());
        }
        if notice.row.state != NoticeState::Published {
            let detail = format!("通知现为“{}”,不能组织走访", notice.row.state.label());
            return Err(Problem::because(Code::StepNotAllowed, detail));
        }
        let mut rounds = Vec::with_capacity(parts.len());
        for part in &parts {
            // A grid that was closed since has no households.
            let area = areas::of_record(by.scope(), part)?;
            let round = store::open(tx, &area, id, due_on, Id::from_uuid(by.actor().id()))?;
            outbox::add(tx, &WriteVisits { round: round.id, after: None })?;
            let details = json!({ "notice": id, "due_on": due_on });
            let object = ("visit_round", round.id.to_string());
            audit::record(tx, by.actor(), "visit.open", object, &round.area_code, details)?;
            rounds.push(Round { title: notice.row.title.clone(), row: round });
        }
        Ok(rounds)
    })
    .await
}
