//! Tells what is to be told, on the timetable.
//!
//! Bounded batches, each in a transaction of its own: the alerts and the step to the next point commit together. Two nodes that do
//! this at once, and one that does it again after a crash, tell each point once; see `clocks::tell`.

use super::model::Ripening;
use super::store;
use crate::base::clock::Timestamp;
use crate::base::id::Id;
use crate::base::page::Place;
use crate::base::problem::Result;
use crate::features::cases::Confidential;
use crate::features::clocks::{self, Due, Level, Ripe, Tells, Whom};
use crate::platform::access::policy::SeeDue;
use crate::platform::access::{AreaScope, system};
use crate::platform::db::{Db, Tx};

/// Clocks of one transaction, three or four statements each.
const BATCH: i64 = 200;

/// Tells everything that is to be told by now; answers how many alerts that made.
pub async fn tell_due(db: &Db) -> Result<usize> {
    let by = system::<SeeDue>("tells what is due, wherever the case lies");
    let (mut place, mut told) = (None, 0);
    loop {
        let (scope, now) = (by.scope().clone(), db.clock().now());
        // An idle town must not write to its disk.
        if db.read(move |c| store::ripe(c, &scope, now, place, 1)).await?.is_empty() {
            return Ok(told);
        }
        let scope = by.scope().clone();
        let (last, n) = db.write(move |tx| batch(tx, &scope, place)).await?;
        told += n;
        metrics::counter!("wangge_alerts_told_total").increment(n as u64);
        // Nobody is left when another node has been faster.
        let Some(last) = last else { return Ok(told) };
        place = Some(last);
    }
}

/// One batch of the clocks after `place`; the last of them, and how many alerts they made.
fn batch(tx: &mut Tx, scope: &AreaScope, place: Option<Place>) -> Result<(Option<Place>, usize)> {
    let now = tx.now();
    let (mut last, mut told) = (None, 0);
    for clock in store::ripe(tx, scope, now, place, BATCH)? {
        let Some(at) = clock.next_at else { continue };
        last = Some(Place { at, id: clock.id.uuid() });
        if let Some(ripe) = ripe(&clock, at) {
            told += clocks::tell(tx, &ripe, |tells| clock.whom(tells))?;
        }
    }
    Ok((last, told))
}

/// What is told of; none when this version does not know the clock's points, as after going back to one without the
/// year's rest days: it waits, and the others do not wait for it.
fn ripe(clock: &Ripening, at: Timestamp) -> Option<Ripe> {
    let due = Due { on: clock.due_on, legal_on: clock.legal_due_on, at: clock.due_at };
    if let Err(problem) = clock.rule.points(due) {
        tracing::warn!(?problem, clock = %clock.id, "the points of a clock are not known");
        return None;
    }
    let (area, rule) = (clock.area_code.clone(), clock.rule);
    Some(Ripe { clock: clock.id, case: clock.case_id, area, rule, due, at })
}

impl Ripening {
    /// Who is told.
    fn whom(&self, tells: Tells) -> Whom {
        match (tells, self.handler_id.map(Id::uuid)) {
            (Tells::Handler, Some(handler)) => Whom::Handler(handler),
            // On nobody's desk it waits for whoever may go on with it; the leader of the grids knows whom to send.
            (Tells::Handler, None) => Whom::Level(self.seen_from(Level::Village)),
            (Tells::Above(level), _) => Whom::Level(self.seen_from(level)),
        }
    }

    /// `level`, or the leader where that level may not see the case: what is told must not be more than may be seen.
    fn seen_from(&self, level: Level) -> Level {
        let sees = match self.confidential {
            Confidential::Public | Confidential::Internal => true,
            Confidential::Private => level.role().sees_private(),
            Confidential::Sealed => level.role().sees_sealed(),
        };
        if sees { level } else { Level::Leader }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::features::clocks::Rule;

    fn clock(confidential: Confidential, handler: Option<uuid::Uuid>) -> Ripening {
        let day = chrono::NaiveDate::from_ymd_opt(2026, 3, 14).unwrap();
        Ripening {
            id: Id::new(),
            rule: Rule::Mediate,
            due_on: day,
            legal_due_on: None,
            due_at: Timestamp::end_of(day),
            next_at: None,
            case_id: Id::new(),
            area_code: "500114119201001".parse().unwrap(),
            confidential,
            handler_id: handler.map(Id::from_uuid),
        }
    }

    #[test]
    fn the_handler_is_warned_or_whoever_may_send_one() {
        let me = uuid::Uuid::now_v7();
        assert_eq!(clock(Confidential::Internal, Some(me)).whom(Tells::Handler), Whom::Handler(me));
        let nobodys = clock(Confidential::Internal, None).whom(Tells::Handler);
        assert_eq!(nobodys, Whom::Level(Level::Village));
    }

    #[test]
    fn what_few_may_see_is_told_to_the_leader_in_place_of_those_who_may_not() {
        for hidden in [Confidential::Private, Confidential::Sealed] {
            for &level in Level::ALL {
                let told = clock(hidden, None).whom(Tells::Above(level));
                assert_eq!(told, Whom::Level(Level::Leader), "{hidden} {level}");
            }
        }
        for &level in Level::ALL {
            let told = clock(Confidential::Public, None).whom(Tells::Above(level));
            assert_eq!(told, Whom::Level(level));
        }
    }
}
