//! Whose an event may become, and where the caller belongs.

use super::model::Caller;
use crate::base::area_code::AreaCode;
use crate::base::clock::Timestamp;
use crate::base::id::Id;
use crate::base::problem::{Problem, Result};
use crate::features::staff;
use crate::platform::access::policy::{ApproveEvent, HandleEvent, TriageEvent};
use crate::platform::access::{ActorKind, AreaInScope, Granted, Permission, Role, Staff};
use crate::platform::db::{DbConnection, Tx};

/// What the rules need to know of whoever asks about an event in `area`.
pub fn caller<P: Permission>(
    c: &mut DbConnection,
    by: &Granted<P>,
    area: &AreaCode,
    now: Timestamp,
) -> Result<Caller> {
    let actor = by.actor();
    // Only those who handle belong to a station; everybody else is spared the question.
    let handles = actor.kind() == ActorKind::Staff && by.also::<HandleEvent>(area);
    let holder = if handles { staff::holder(c, Id::from_uuid(actor.id()), now)? } else { None };
    Ok(Caller {
        id: actor.id(),
        station: holder.and_then(|holder| holder.org),
        dispatches: by.also::<TriageEvent>(area),
        signs: by.also::<ApproveEvent>(area),
        now,
    })
}

/// The same caller in another area.
pub fn elsewhere<P: Permission>(caller: &Caller, by: &Granted<P>, area: &AreaCode) -> Caller {
    let (dispatches, signs) = (by.also::<TriageEvent>(area), by.also::<ApproveEvent>(area));
    Caller { dispatches, signs, ..caller.clone() }
}

/// 422 `station` unless it has an officer over `area`; 422 `handler` unless that is one of its officers there, or
/// somebody who walks the grid for it.
pub fn check(tx: &mut Tx, station: &str, handler: Option<Id<Staff>>, area: &AreaInScope) -> Result<()> {
    let now = tx.now();
    let there = staff::stations_over(tx, area, now)?;
    if !there.iter().any(|name| name == station) {
        let why = if there.is_empty() {
            "本地没有设承办人的站所".to_owned()
        } else {
            format!("本地没有这个站所,或该站所没有承办人;可选:{}", there.join("、"))
        };
        return Err(Problem::field("station", why));
    }
    let Some(handler) = handler else { return Ok(()) };
    let holder = staff::holder(tx, handler, now)?;
    let handles = holder.is_some_and(|holder| {
        let of_station = holder.org.as_deref() == Some(station);
        holder.posts.iter().any(|post| {
            let here = area.code().is_within(&post.area);
            here && (post.role == Role::GridWorker || post.role == Role::StationOfficer && of_station)
        })
    });
    if handles {
        Ok(())
    } else {
        Err(Problem::field("handler", "该人员不是这个站所的承办人,也不是本网格的网格员"))
    }
}
