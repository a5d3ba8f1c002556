//! Reads the views of open clocks and alerts, and keeps the addresses of calendar feeds; the only file that names them.

use chrono::{NaiveDate, TimeDelta};
use diesel::prelude::*;

use super::model::{DueScope, OpenClock, Ripening, ShownAlert, Whose};
use crate::base::area_code::AreaCode;
use crate::base::clock::Timestamp;
use crate::base::id::Id;
use crate::base::page::Place;
use crate::base::problem::{Problem, Result};
use crate::features::cases::{self, Reporter};
use crate::features::clocks::{Alert, Clock, ClockState, Level, Officer};
use crate::platform::access::{Actor, AreaScope, Staff};
use crate::platform::db::schema::{calendar_feeds, open_clocks, shown_alerts};
use crate::platform::db::{Cols, Condition, DbConnection, MultiBackend, Outcome, Tx, after, before, prefix};

/// How long an alert of which somebody took note, or whose clock ended, is still listed, counted from when it was told.
const LISTED: TimeDelta = TimeDelta::days(30);

/// The open clocks that `scope` shows. By no index on areas: SQLite, which keeps no statistics here, would walk all
/// cases of an area, closed ones included, where the open clocks have an index in the order that is asked for.
fn visible(scope: &AreaScope) -> Condition<open_clocks::table> {
    use open_clocks::{area_code, confidential, reporter_id};
    cases::shown_to(scope, scope.inside(area_code.concat("")), (reporter_id, confidential, area_code))
}

/// At most `limit` open clocks that are due after `place`, until `until`; the earliest first.
pub fn due(
    c: &mut DbConnection,
    whose: &Whose,
    scope: &AreaScope,
    (until, place): (Option<NaiveDate>, Option<Place>),
    limit: i64,
) -> Result<Vec<OpenClock>> {
    let mut query = open_clocks::table
        .filter(visible(scope))
        .order((open_clocks::due_at, open_clocks::id))
        .limit(limit)
        .select(OpenClock::cols())
        .into_boxed::<MultiBackend>();
    if let Whose::Desk(by) = whose {
        query = query.filter(open_clocks::handler_id.eq(Id::<Reporter>::from_uuid(by.actor().id())));
    }
    if let Some(day) = until {
        query = query.filter(open_clocks::due_at.le(Timestamp::end_of(day)));
    }
    if let Some(place) = place {
        query = query.filter(after::<Clock, open_clocks::table>("due_at, id", place));
    }
    Ok(query.load(c)?)
}

/// At most `limit` running clocks that have come to a point of their way, the longest waiting first, after `place`.
pub fn ripe(
    c: &mut DbConnection,
    scope: &AreaScope,
    now: Timestamp,
    place: Option<Place>,
    limit: i64,
) -> Result<Vec<Ripening>> {
    let mut query = open_clocks::table
        .filter(open_clocks::next_at.le(now).and(open_clocks::state.eq(ClockState::Running)))
        .filter(scope.inside(open_clocks::area_code))
        .order((open_clocks::next_at, open_clocks::id))
        .limit(limit)
        .select(Ripening::cols())
        .into_boxed::<MultiBackend>();
    if let Some(place) = place {
        query = query.filter(after::<Clock, open_clocks::table>("next_at, id", place));
    }
    Ok(query.load(c)?)
}

/// The alerts that `actor` holds: told to them, and, apart from these, to each level of which they hold the role where the
/// case lay. No alert is in two of them.
fn held(actor: &Actor) -> Vec<Condition<shown_alerts::table>> {
    let me = Id::<Officer>::from_uuid(actor.id());
    let mut held: Vec<Condition<shown_alerts::table>> =
        vec![Box::new(shown_alerts::handler_id.assume_not_null().eq(me))];
    for &level in Level::ALL {
        let posts = actor.posts().iter().filter(|post| post.role == level.role());
        let areas: Vec<AreaCode> = posts.map(|post| post.area.clone()).collect();
        if !areas.is_empty() {
            let of_level = shown_alerts::level.assume_not_null().eq(level);
            held.push(Box::new(of_level.and(prefix::within(shown_alerts::area_code, &areas))));
        }
    }
    held
}

/// The alerts of cases that `scope` shows.
fn shown_alerts_in(scope: &AreaScope) -> Condition<shown_alerts::table> {
    use shown_alerts::{case_area, confidential, reporter_id};
    cases::shown_to(scope, scope.inside(case_area.concat("")), (reporter_id, confidential, case_area))
}

/// At most `limit` alerts that `actor` holds, open ones or others, told before `place`; the latest first.
pub fn alerts(
    c: &mut DbConnection,
    scope: &AreaScope,
    actor: &Actor,
    (open, place): (bool, Option<Place>),
    (now, limit): (Timestamp, i64),
) -> Result<Vec<ShownAlert>> {
    let mut all = Vec::new();
    // Each has its own range of an index, already in order; asked for together, all alerts there are would be walked.
    for held in held(actor) {
        let mut query = shown_alerts::table
            .filter(held.and(shown_alerts_in(scope)))
            .order((shown_alerts::told_at.desc(), shown_alerts::id.desc()))
            .limit(limit)
            .select(ShownAlert::cols())
            .into_boxed::<MultiBackend>();
        query = if open {
            query.filter(shown_alerts::closed_at.is_null())
        } else {
            query
                .filter(shown_alerts::closed_at.is_not_null())
                .filter(shown_alerts::told_at.gt(now.plus(-LISTED)))
        };
        if let Some(place) = place {
            query = query.filter(before::<Alert, shown_alerts::table>("told_at, id", place));
        }
        all.extend(query.load::<ShownAlert>(c)?);
    }
    all.sort_by_key(|alert| std::cmp::Reverse((alert.told_at, alert.id)));
    all.truncate(usize::try_from(limit).unwrap_or(usize::MAX));
    Ok(all)
}

/// The alert, when `actor` holds it; 404 otherwise.
pub fn alert(c: &mut DbConnection, scope: &AreaScope, actor: &Actor, id: Id<Alert>) -> Result<ShownAlert> {
    let either = |one: Condition<shown_alerts::table>, other| -> Condition<shown_alerts::table> {
        Box::new(one.or(other))
    };
    let held = held(actor).into_iter().reduce(either).ok_or_else(Problem::not_found)?;
    let row = shown_alerts::table.filter(shown_alerts::id.eq(id)).filter(held.and(shown_alerts_in(scope)));
    row.select(ShownAlert::cols()).first(c).or_not_found()
}

/// The address under which a calendar program fetches somebody's times.
#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = calendar_feeds)]
pub struct Feed {
    /// Whose.
    pub staff_id: Id<Staff>,
    /// SHA-256 of its secret.
    pub token_hash: Vec<u8>,
    /// Which times.
    pub scope: DueScope,
    /// Since when.
    pub created_at: Timestamp,
}

/// Keeps the one feed of somebody in place of an older one.
pub fn put_feed(tx: &mut Tx, feed: &Feed) -> Result<()> {
    remove_feed(tx, feed.staff_id)?;
    diesel::insert_into(calendar_feeds::table).values(feed).execute(&mut **tx).or_again()?;
    Ok(())
}

/// Ends the feed of somebody; whether there was one.
pub fn remove_feed(tx: &mut Tx, of: Id<Staff>) -> Result<bool> {
    Ok(diesel::delete(calendar_feeds::table.find(of)).execute(&mut **tx)? == 1)
}

/// The feed of somebody; 404 without one.
pub fn feed_of(c: &mut DbConnection, of: Id<Staff>) -> Result<Feed> {
    calendar_feeds::table.find(of).select(Feed::cols()).first(c).or_not_found()
}

/// The feed whose secret has this hash.
pub fn feed_with(c: &mut DbConnection, token_hash: &[u8]) -> Result<Option<Feed>> {
    let feed = calendar_feeds::table.filter(calendar_feeds::token_hash.eq(token_hash));
    feed.select(Feed::cols()).first(c).or_none()
}
