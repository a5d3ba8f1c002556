//! Cases that have to do with each other: linked by an officer, or merged. Also where the places differ: a pipe that
//! burst on the hill and the road that is under water in the valley.

use std::collections::BTreeMap;

use super::store;
use crate::base::clock::Timestamp;
use crate::base::id::Id;
use crate::base::problem::{Code, Problem, Result};
use crate::features::cases::{self, Case, CaseFile, CaseKind, PathCase, shown_id};
use crate::features::events;
use crate::platform::access::policy::{LinkCases, SeeCases};
use crate::platform::access::{AreaScope, Granted};
use crate::platform::audit;
use crate::platform::db::{Db, DbConnection, Tx};

/// The most cases that one case is linked to.
const MOST_LINKED: usize = 50;
/// The most merged events that are shown with their original.
const MOST_MERGED: i64 = 100;

crate::text_enum! {
    /// What another case is to this one.
    pub enum Link {
        /// This one repeats it.
        Original = "original" "原件",
        /// It repeats this one.
        Merged = "merged" "并入本件",
        Related = "related" "关联",
    }
}

/// Another case, and what it is to the one that was asked about.
#[derive(Debug, Clone)]
pub struct Linked {
    /// What it is.
    pub link: Link,
    /// The other case.
    pub file: CaseFile,
    /// When the two were linked; a merger stands in the timeline.
    pub since: Option<Timestamp>,
}

/// What a case is linked to, as far as the caller sees it: its original first, then what was merged into it, then what is
/// related.
pub async fn read(db: &Db, by: Granted<SeeCases>, named: PathCase) -> Result<Vec<Linked>> {
    db.read(move |c| {
        let file = named.find(c, by.scope())?;
        links_of(c, by.scope(), &file)
    })
    .await
}

fn links_of(c: &mut DbConnection, scope: &AreaScope, file: &CaseFile) -> Result<Vec<Linked>> {
    let mut links: Vec<(Link, Id<Case>, Option<Timestamp>)> = vec![];
    if file.kind == CaseKind::Event {
        let original = events::of_case(c, scope, file)?.merged_into;
        links.extend(original.map(|id| (Link::Original, id, None)));
        let merged = events::merged_into(c, scope, file, None, MOST_MERGED)?;
        links.extend(merged.into_iter().map(|row| (Link::Merged, row.case_id, None)));
    }
    let related = store::linked_to(c, scope, file.id, MOST_LINKED as i64)?;
    links.extend(related.into_iter().map(|(id, since)| (Link::Related, id, Some(since))));
    if links.is_empty() {
        return Ok(vec![]);
    }
    let ids: Vec<_> = links.iter().map(|(_, id, _)| *id).collect();
    let files = cases::of_ids(c, scope, &ids)?;
    let files: BTreeMap<_, _> = files.into_iter().map(|file| (file.id, file)).collect();
    let seen = links.into_iter().filter_map(|(link, id, since)| {
        let file = files.get(&id)?.clone();
        Some(Linked { link, file, since })
    });
    Ok(seen.collect())
}

/// Says that two cases have to do with each other, whatever their kinds; a second time changes nothing.
///
/// # Errors
/// 404 unless the caller sees both. 409 `guard_refused` for a case with itself, and beyond 50 links of either.
pub async fn link(db: &Db, by: Granted<LinkCases>, one: PathCase, other: PathCase) -> Result<Vec<Linked>> {
    db.write(move |tx| {
        let (one, other) = both(tx, by.scope(), one, other)?;
        if one.id == other.id {
            return Err(Problem::because(Code::GuardRefused, "不能与自己关联"));
        }
        if store::link(tx, by.scope(), by.actor(), &one, &other)? {
            for file in [&one, &other] {
                let links = store::linked_to(tx, by.scope(), file.id, MOST_LINKED as i64 + 1)?;
                if links.len() > MOST_LINKED {
                    let why = format!("{} 已关联 {MOST_LINKED} 件,不能再关联", file.no);
                    return Err(Problem::because(Code::GuardRefused, why));
                }
            }
            record(tx, &by, "case.link", &one, &other)?;
        }
        links_of(tx, by.scope(), &one)
    })
    .await
}

/// Takes the link back; a second time changes nothing. 404 unless the caller sees both.
pub async fn unlink(db: &Db, by: Granted<LinkCases>, one: PathCase, other: PathCase) -> Result<()> {
    db.write(move |tx| {
        let (one, other) = both(tx, by.scope(), one, other)?;
        if store::unlink(tx, by.scope(), one.id, other.id)? {
            record(tx, &by, "case.unlink", &one, &other)?;
        }
        Ok(())
    })
    .await
}

fn both(
    c: &mut DbConnection,
    scope: &AreaScope,
    one: PathCase,
    other: PathCase,
) -> Result<(CaseFile, CaseFile)> {
    Ok((one.find(c, scope)?, other.find(c, scope)?))
}

/// Writes it down once for each of the two, so that it is found by either.
fn record(
    tx: &mut Tx,
    by: &Granted<LinkCases>,
    action: &'static str,
    one: &CaseFile,
    other: &CaseFile,
) -> Result<()> {
    for (this, that) in [(one, other), (other, one)] {
        let object = (this.kind.as_str(), shown_id(this.kind, this.id));
        let details = serde_json::json!({ "other": shown_id(that.kind, that.id) });
        audit::record(tx, by.actor(), action, object, &this.area_code, details)?;
    }
    Ok(())
}
