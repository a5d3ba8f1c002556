//! Reading rounds, tasks and results.

use std::collections::HashMap;
use std::sync::Arc;

use chrono::NaiveDate;

use crate::base::area_code::AreaCode;
use crate::base::clock::Timestamp;
use crate::base::id::Id;
use crate::base::page::{Page, PageRequest, Place};
use crate::base::problem::Result;
use crate::features::attachments::{self, AwaitedPhoto};
use crate::features::households::{self, HouseholdSummary};
use crate::features::notices::{self, Brief, Notice, NoticeState, ReachStatus};
use crate::features::visits::model::{RoundRow, TaskRow, TaskState, Visit, VisitRow};
use crate::features::visits::store::{self, Stretch, results};
use crate::platform::access::policy::{SeeHouseholds, SeeNotices, SeeVisits};
use crate::platform::access::{AreaScope, Granted, Household};
use crate::platform::db::{Db, DbConnection};
use crate::platform::privacy::Vault;

/// A round with the title of its notice.
#[derive(Debug, Clone)]
pub struct Round {
    /// What the notice is called.
    pub title: String,
    /// The round.
    pub row: RoundRow,
}

/// The tasks that are still to be done, as a phone takes them along.
pub struct Packed {
    /// What is brought.
    pub notices: Vec<Brief>,
    /// To whom, notice by notice in the order of walking.
    pub tasks: Vec<ListedTask>,
    /// Whether there may be more.
    pub more: bool,
}

/// Whoever walks, or reads the results of a household, sees the notice and the households.
#[derive(Clone)]
pub struct Seen {
    /// The notices.
    pub notices: Granted<SeeNotices>,
    /// The households.
    pub households: Granted<SeeHouseholds>,
}

/// A task with all that follows from it.
pub struct ListedTask {
    /// The task.
    pub row: TaskRow,
    /// Whether it is open.
    pub state: TaskState,
    /// How far the notice is with the household.
    pub reach: Option<ReachStatus>,
    /// The day of its round.
    pub due_on: NaiveDate,
    /// The household, masked; none when it lies elsewhere by now.
    pub household: Option<HouseholdSummary>,
}

/// A task with its results.
pub struct TaskFile {
    /// The task.
    pub task: ListedTask,
    /// What came of each visit, in the order in which they came.
    pub results: Vec<VisitRow>,
}

/// Tasks of one look.
const LOOK: i64 = 200;
/// Tasks that are looked at for one page; a page that needs more is short and has a `next`.
const MOST_LOOKED_AT: usize = 1000;
/// The rounds that a pack follows.
const ROUNDS: u32 = 30;

/// A page of rounds in the caller's areas, the newest first.
pub async fn rounds(db: &Db, by: Granted<SeeNotices>, page: PageRequest) -> Result<Page<Round>> {
    db.read_lagging(move |c| {
        let rows = store::rounds(c, by.scope(), &page)?;
        let page = page.page(rows, |row| Place { at: row.opened_at, id: row.id.uuid() });
        let ids: Vec<_> = page.items.iter().map(|row| row.notice_id).collect();
        let titles = notices::briefs(c, by.scope(), &ids)?;
        let titles: HashMap<_, _> = titles.into_iter().map(|brief| (brief.id, brief.title)).collect();
        Ok(page.map(|row| Round { title: titles.get(&row.notice_id).cloned().unwrap_or_default(), row }))
    })
    .await
}

/// A page of the tasks of a notice in the order of walking, in the caller's areas or in `area`; those in `wanted` only.
/// Whoever may see no households sees how their tasks stand. 404 when the notice is not for the caller, and for an area
/// outside.
pub async fn tasks(
    db: &Db,
    vault: Arc<Vault>,
    (by, sees): (Granted<SeeVisits>, Granted<SeeNotices>),
    id: Id<Notice>,
    area: Option<AreaCode>,
    wanted: Option<TaskState>,
    page: PageRequest,
) -> Result<Page<ListedTask>> {
    db.read_lagging(move |c| {
        let notice = notices::read(c, &sees, id)?;
        let known = sees.scope().asked(area.as_ref())?;
        let seen = by.scope().asked(area.as_ref())?;
        let homes: Option<Granted<SeeHouseholds>> = Granted::to(by.actor()).ok();
        let most = usize::try_from(page.fetch()).unwrap_or(usize::MAX);
        let mut look = Stretch {
            notices: vec![id],
            after: page.after.map(|place| Id::from_uuid(place.id)),
            undone: wanted == Some(TaskState::Open),
            most: LOOK,
        };
        let cancelled = notice.row.state == NoticeState::Cancelled;
        let (mut found, mut next) = (Vec::new(), None);
        for looked_at in (LOOK as usize..=MOST_LOOKED_AT).step_by(LOOK as usize) {
            let rows = store::along(c, &seen, &look)?;
            let whole = rows.len() == LOOK as usize;
            let last = rows.last().map(|row| row.household_id);
            found.extend(judged(c, rows, |_| cancelled)?.into_iter().filter(|(row, state, _)| {
                known.holds(&row.area_code) && wanted.is_none_or(|wanted| wanted == *state)
            }));
            if !whole || found.len() >= most {
                break;
            }
            look.after = last;
            next = last.filter(|_| looked_at == MOST_LOOKED_AT).map(|last| place(last).encode());
        }
        let page = page.page(found, |(row, ..)| place(row.household_id));
        let homes = homes.as_ref().map(Granted::scope);
        let items = dressed(c, &vault, (&known, homes), page.items)?;
        Ok(Page { items, next: page.next.or(next) })
    })
    .await
}

/// The cursor of a task: the order is that of the way, which the store finds again by the household.
fn place(household: Id<Household>) -> Place {
    Place { at: Timestamp::from_millis(0), id: household.uuid() }
}

/// Tasks with what follows from how far the notices are with the households; a query for each notice.
fn judged(
    c: &mut DbConnection,
    rows: Vec<TaskRow>,
    cancelled: impl Fn(Id<Notice>) -> bool,
) -> Result<Vec<(TaskRow, TaskState, Option<ReachStatus>)>> {
    let mut of_notice = HashMap::<Id<Notice>, Vec<Id<Household>>>::new();
    for row in &rows {
        of_notice.entry(row.notice_id).or_default().push(row.household_id);
    }
    let mut reached = HashMap::new();
    for (notice, households) in of_notice {
        for reach in notices::reached(c, notice, &households)? {
            reached.insert((notice, reach.household_id), reach.status);
        }
    }
    let judge = |row: TaskRow| {
        let reach = reached.get(&(row.notice_id, row.household_id)).copied();
        let state = TaskState::of(row.result, reach, cancelled(row.notice_id));
        (row, state, reach)
    };
    Ok(rows.into_iter().map(judge).collect())
}

/// Tasks with their days and their households, masked, as far as `homes` holds them.
fn dressed(
    c: &mut DbConnection,
    vault: &Vault,
    (known, homes): (&AreaScope, Option<&AreaScope>),
    tasks: Vec<(TaskRow, TaskState, Option<ReachStatus>)>,
) -> Result<Vec<ListedTask>> {
    let mut days = HashMap::new();
    for (row, ..) in &tasks {
        if !days.contains_key(&row.round_id) {
            // One question for each notice: its rounds are few, and all of them come with it.
            let rounds = store::rounds_of(c, known, row.notice_id)?;
            days.extend(rounds.into_iter().map(|round| (round.id, round.due_on)));
        }
    }
    let ids: Vec<_> = tasks.iter().map(|(row, ..)| row.household_id).collect();
    let homes = homes.map(|homes| households::of_ids(c, homes, vault, &ids)).transpose()?.unwrap_or_default();
    let mut homes: HashMap<_, HouseholdSummary> =
        homes.into_iter().map(|(home, head)| (home.id, (home, head).into())).collect();
    let dress = |(row, state, reach): (TaskRow, TaskState, Option<ReachStatus>)| {
        let due_on = *days.get(&row.round_id)?;
        Some(ListedTask { household: homes.remove(&row.household_id), due_on, row, state, reach })
    };
    Ok(tasks.into_iter().filter_map(dress).collect())
}

/// The task of one household with its results; 404 outside of the caller's areas.
pub async fn task(
    db: &Db,
    vault: Arc<Vault>,
    by: Seen,
    id: Id<Notice>,
    household: Id<Household>,
) -> Result<TaskFile> {
    db.read(move |c| {
        let cancelled = notices::read(c, &by.notices, id)?.row.state == NoticeState::Cancelled;
        let row = store::task(c, by.households.scope(), id, household)?;
        let tasks = judged(c, vec![row], |_| cancelled)?;
        let scopes = (by.notices.scope(), Some(by.households.scope()));
        let task = dressed(c, &vault, scopes, tasks)?.pop();
        let task = task.ok_or_else(crate::base::problem::Problem::not_found)?;
        let results = results::of_task(c, by.households.scope(), id, household)?;
        Ok(TaskFile { task, results })
    })
    .await
}

/// One visit with what belongs to it.
pub struct VisitFile {
    /// The visit.
    pub row: VisitRow,
    /// Which one corrects it.
    pub corrected_by: Option<Id<Visit>>,
    /// Its photos that are still on the phone.
    pub awaited: Vec<AwaitedPhoto>,
}

/// One visit; 404 outside of the caller's areas.
pub async fn visit(db: &Db, by: Granted<SeeHouseholds>, id: Id<Visit>) -> Result<VisitFile> {
    db.read(move |c| {
        let row = results::find(c, by.scope(), id)?;
        let others = results::of_task(c, by.scope(), row.notice_id, row.household_id)?;
        let corrected_by = others.iter().find(|other| other.corrects == Some(id)).map(|other| other.id);
        let awaited = attachments::awaited_of_record(c, by.scope(), id.uuid())?;
        Ok(VisitFile { row, corrected_by, awaited })
    })
    .await
}

/// The open tasks in the caller's areas, notice by notice in the order of walking, with what the notices say; at most
/// `most` tasks are looked at.
pub fn open_tasks(c: &mut DbConnection, by: &Seen, vault: &Vault, most: i64) -> Result<Packed> {
    let seen = by.households.scope();
    let newest = store::rounds(c, seen, &PageRequest::first(ROUNDS))?;
    let mut ids: Vec<_> = newest.iter().map(|round| round.notice_id).collect();
    ids.sort();
    ids.dedup();
    let mut briefs = notices::briefs(c, by.notices.scope(), &ids)?;
    briefs.retain(|brief| brief.state == NoticeState::Published);
    let notices: Vec<_> = briefs.iter().map(|brief| brief.id).collect();
    let mut rows = store::along(c, seen, &Stretch { notices, after: None, undone: true, most: most + 1 })?;
    let more = rows.len() as i64 > most;
    rows.truncate(usize::try_from(most).unwrap_or(usize::MAX));
    let mut tasks = judged(c, rows, |_| false)?;
    tasks.retain(|(row, state, _)| *state == TaskState::Open && by.notices.scope().holds(&row.area_code));
    let tasks = dressed(c, vault, (by.notices.scope(), Some(seen)), tasks)?;
    Ok(Packed { notices: briefs, tasks, more })
}
