//! "Me too" (我也遇到): whoever has met the same adds themselves to a case in place of reporting it once more. They follow
//! it in their list, are told once when it is closed, and learn nothing of whoever reported it.
//!
//! Staff may do so where they see the case. A resident sees cases of others only here: what is public, in their own
//! village, in the few words that [`MeToo`] has.

use serde::{Deserialize, Serialize};

use super::model::{Case, CaseFile, Phase, Reporter};
use super::named::PathCase;
pub use super::store::me_too::people;
use super::store::{self, me_too, near};
use crate::base::area_code::AreaLevel;
use crate::base::clock::Timestamp;
use crate::base::id::Id;
use crate::base::problem::{Code, Problem, Result};
use crate::platform::access::policy::{JoinCase, SeeCases};
use crate::platform::access::{Actor, AreaScope, Granted};
use crate::platform::audit;
use crate::platform::db::{Db, DbConnection, Tx};
use crate::platform::outbox::{self, Job};

/// The most people of a case that are counted.
pub const MOST_COUNTED: usize = 999;
/// The most open cases that one person follows, and the most that their list shows.
pub(super) const MOST_FOLLOWED: i64 = 200;

/// A case as those see it who have met the same.
#[derive(Debug, Clone)]
pub struct MeToo {
    /// The case.
    pub file: CaseFile,
    /// How many have, at most one more than [`MOST_COUNTED`].
    pub people: usize,
    /// Whether whoever asks is one of them.
    pub mine: bool,
}

/// What a resident is shown of the cases of others lies in their own village; staff where they see cases.
/// Nothing where that is outside of `scope`.
pub fn neighbourhood(by: &Actor, scope: &AreaScope) -> Option<AreaScope> {
    if !scope.only_own() {
        return Some(scope.clone());
    }
    let village = by.home().at(AreaLevel::Village).unwrap_or_else(|| by.home().clone());
    scope.narrowed_to(&village)
}

/// A case that `by` sees or reported, or that is public in a resident's village; 404 otherwise.
fn find(c: &mut DbConnection, by: &Actor, scope: &AreaScope, named: PathCase) -> Result<CaseFile> {
    let scope = neighbourhood(by, scope).ok_or_else(Problem::not_found)?;
    let file = near::find_near(c, &scope, named.id)?.filter(|file| file.kind == named.kind);
    file.ok_or_else(Problem::not_found)
}

fn shown(c: &mut DbConnection, by: &Actor, scope: &AreaScope, file: CaseFile) -> Result<MeToo> {
    let people = me_too::count(c, scope, file.id, MOST_COUNTED as i64 + 1)?;
    let mine = me_too::is_one(c, by, file.id)?;
    Ok(MeToo { file, people, mine })
}

/// How many have met the same, and whether the caller is one of them.
pub async fn read(db: &Db, by: Granted<SeeCases>, named: PathCase) -> Result<MeToo> {
    db.read(move |c| {
        let file = find(c, by.actor(), by.scope(), named)?;
        shown(c, by.actor(), by.scope(), file)
    })
    .await
}

/// Adds the caller; a second time changes nothing.
///
/// # Errors
/// 404 as the case is not theirs to see. 409 `guard_refused` for their own report, for a case that is closed, and beyond
/// 200 open cases.
pub async fn join(db: &Db, by: Granted<JoinCase>, named: PathCase) -> Result<MeToo> {
    db.write(move |tx| {
        let (actor, scope) = (by.actor(), by.scope());
        // Whoever is closing it would not see a follower that comes at the same moment, and nobody would tell them.
        let seen = find(tx, actor, scope, named)?;
        store::hold(tx, scope, seen.id)?;
        let file = find(tx, actor, scope, named)?;
        if !me_too::is_one(tx, actor, file.id)? {
            guard(tx, scope, &file)?;
            if me_too::add(tx, actor, &file)? {
                record(tx, actor, &file, "case.me_too")?;
            }
        }
        shown(tx, actor, scope, file)
    })
    .await
}

fn guard(c: &mut DbConnection, scope: &AreaScope, file: &CaseFile) -> Result<()> {
    let refused = |why: &'static str| Err(Problem::because(Code::GuardRefused, why));
    if scope.is_own(file.reporter_id.uuid()) {
        return refused("这是您自己上报的");
    }
    if file.phase == Phase::Closed {
        return refused("案卷已结案;仍未解决的请重新上报");
    }
    // What is closed cannot be given up, so it does not count.
    if me_too::open_of(c, scope, MOST_FOLLOWED)? as i64 >= MOST_FOLLOWED {
        return refused("最多关注 200 件,请先取消一些");
    }
    Ok(())
}

/// Takes the caller off again, while the case is open; a second time changes nothing. 409 `guard_refused` afterwards:
/// they have been told how it ended.
pub async fn leave(db: &Db, by: Granted<JoinCase>, named: PathCase) -> Result<MeToo> {
    db.write(move |tx| {
        let (actor, scope) = (by.actor(), by.scope());
        let file = find(tx, actor, scope, named)?;
        if file.phase == Phase::Closed {
            return Err(Problem::because(Code::GuardRefused, "案卷已结案,不能再取消"));
        }
        if me_too::remove(tx, actor, file.id)? {
            record(tx, actor, &file, "case.me_too_withdrawn")?;
        }
        shown(tx, actor, scope, file)
    })
    .await
}

fn record(tx: &mut Tx, by: &Actor, file: &CaseFile, action: &'static str) -> Result<()> {
    let object = (file.kind.as_str(), super::shown_id(file.kind, file.id));
    audit::record(tx, by, action, object, &file.area_code, serde_json::json!({}))
}

/// Tells those who have met the same that the case is closed; whoever handles it tells each of them once.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub struct TellFollowers {
    /// The case.
    pub case: Id<Case>,
    /// When it was closed; another time, or none, means that it has begun again.
    pub closed_at: Timestamp,
    /// After whom to go on.
    pub after: Option<Id<Reporter>>,
}

impl Job for TellFollowers {
    const KIND: &'static str = "case.tell_followers";
}

/// Whoever follows `from` follows from now on what it became, and is told when that is over, too; unless fewer people may see
/// it: then they hear how `from` ended and no more.
pub fn follow_on(tx: &mut Tx, scope: &AreaScope, from: &CaseFile, became: &CaseFile) -> Result<()> {
    if became.confidential > from.confidential {
        return Ok(());
    }
    me_too::carry_over(tx, scope, from, became)
}

/// Has the followers of a case told that has just been closed.
pub(super) fn on_closing(tx: &mut Tx, scope: &AreaScope, file: &CaseFile) -> Result<()> {
    let Some(closed_at) = file.closed_at else { return Ok(()) };
    if me_too::has_any(tx, scope, file.id)? {
        outbox::add(tx, &TellFollowers { case: file.id, closed_at, after: None })?;
    }
    Ok(())
}
