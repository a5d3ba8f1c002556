//! What a grid worker writes down of visits out where there is no signal: the same body, permission and action as online,
//! in the transaction that the deed's database begins. And the open tasks of their grids, for a phone to take along.

use super::actions::{self, Seen};
use super::wire::{VisitBody, VisitView};
use crate::base::problem::{Problem, Result};
use crate::platform::access::policy::{RecordVisit, SeeHouseholds, SeeNotices};
use crate::platform::access::{Actor, Granted};
use crate::platform::db::DbConnection;
use crate::platform::privacy::Vault;
use crate::platform::web::{App, Deed, Done};

pub use super::actions::{ListedTask as Task, Packed};
pub use super::wire::{PackedNotice, TaskView};

/// 登记走访结果。
pub async fn record(deed: Deed) -> Result<Done> {
    let by = deed.by::<RecordVisit>()?;
    let body: VisitBody = deed.body()?;
    deed.makes(body.id)?;
    let visit = body.parse(deed.done_at, &deed.app.vault)?;
    let (new, _) = actions::record(&deed.app.db, by, visit).await?;
    Ok(Done { new, version: 1 })
}

/// The visit as `see` is shown it; 404 when the id names none that they may see.
pub async fn show(app: &App, see: Granted<SeeHouseholds>, record: &str) -> Result<VisitView> {
    let id = record.parse().map_err(|_| Problem::not_found())?;
    VisitView::of_file(actions::visit(&app.db, see, id).await?, &app.vault)
}

/// Whoever takes tasks along.
#[derive(Clone)]
pub struct Walker(Seen);

impl Walker {
    /// The actor, when their posts show notices and households; none otherwise.
    pub fn of(actor: &Actor) -> Option<Self> {
        let notices: Granted<SeeNotices> = Granted::to(actor).ok()?;
        let households: Granted<SeeHouseholds> = Granted::to(actor).ok()?;
        Some(Self(Seen { notices, households }))
    }
}

/// The open tasks in the areas of `by`, notice by notice in the order of walking, and what these notices say; at most
/// `most` tasks are looked at, in a query or two for each notice.
pub fn read(c: &mut DbConnection, by: &Walker, vault: &Vault, most: i64) -> Result<Packed> {
    actions::open_tasks(c, &by.0, vault, most)
}
