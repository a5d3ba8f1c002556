//! The ledger of places, and a campaign that has been at most of them: what failed is a hazard and is being put right.

use chrono::TimeDelta;
use serde_json::{Value, json};
use uuid::Uuid;

use super::Stage;
use super::cast::Cast;
use super::diary::{Body, Diary, Event, id_at, moment};
use super::dice::Dice;
use super::door::By;
use super::hazards::Course;
use super::outlines;
use super::places::{TOWN, grids, village_name, village_of};
use super::words::{CHECKS, PLACES};
use crate::base::clock::Timestamp;
use crate::base::geo::Datum;
use crate::base::id::Id;
use crate::features::hazards::{Campaign, Hazard, Inspection};
use crate::features::places::Place;
use crate::platform::access::{Role, Staff};

/// How many places each grid has.
const PER_GRID: usize = 2;
/// When the campaign began and when it ends, days from now.
const RUNS: (i64, i64) = (-45, 15);
/// One place in so many has not been visited yet.
const UNVISITED: usize = 5;
/// Something fails at one visit in so many.
const FAILS: usize = 3;
/// Two officers are at one visit in so many, and fine what fails.
const ENFORCED: usize = 8;

/// What was written down, for people.
pub struct Written {
    /// Places of the ledger.
    pub places: usize,
    /// Visits of the campaign.
    pub inspections: usize,
    /// Hazards that these found.
    pub found: usize,
}

/// A place of the ledger.
struct Site {
    id: Id<Place>,
    grid: String,
}

/// Writes the ledger and the campaign into the diary. The hazards are numbered from `first`.
pub fn plan(stage: &Stage, cast: &Cast, first: usize, dice: &mut Dice, diary: &mut Diary) -> Written {
    let sites = ledger(stage, cast, dice, diary);
    let campaign = organised(stage, cast, dice, diary);
    let visited: Vec<_> = sites.iter().enumerate().filter(|(n, _)| n % UNVISITED != UNVISITED - 1).collect();
    let mut written = Written { places: sites.len(), inspections: 0, found: 0 };
    for (n, (_, site)) in visited.iter().enumerate() {
        let span = (RUNS.0 + 2).unsigned_abs() as usize;
        let day = RUNS.0 + 1 + i64::try_from(n * span / visited.len()).unwrap_or(0);
        let visit = Visit { n, site, at: moment(stage.now, day, dice) };
        if visit.at.millis() < stage.now.millis() {
            written.inspections += 1;
            written.found += usize::from(visit.fails().is_some());
        }
        visit.write(stage, cast, (campaign, first + n), dice, diary);
    }
    written
}

fn ledger(stage: &Stage, cast: &Cast, dice: &mut Dice, diary: &mut Diary) -> Vec<Site> {
    let all = grids().into_iter().flat_map(|grid| std::iter::repeat_n(grid, PER_GRID));
    let write = |(n, grid): (usize, String)| {
        let (kind, name, spot, risk, days) = PLACES[n % PLACES.len()];
        let at = moment(stage.began(), 1 + i64::try_from(n / 10).unwrap_or(0), dice);
        let id = id_at(at, dice);
        let (lat, lng) = outlines::place_in(&grid, dice).to(Datum::Gcj02);
        let body = json!({
            "id": Id::<Place>::from_uuid(id), "area_code": grid, "name": format!("示例{name}{}号", n + 1),
            "kind": kind, "risk": risk, "address": format!("{}{spot}", village_name(village_of(&grid))),
            "point": { "lat": lat, "lng": lng, "datum": "gcj02" },
            "responsible": { "name": "示例负责人", "phone": format!("19920000{:03}", n + 1) },
            "safety_officer": { "name": "示例安全员" }, "check_every_days": days,
        });
        let leader = *dice.pick(&cast.with(Role::GridLeader, &grid));
        diary.at(at, event(id, leader, "/api/v1/places".to_owned(), body));
        Site { id: Id::from_uuid(id), grid }
    };
    all.enumerate().map(write).collect()
}

fn organised(stage: &Stage, cast: &Cast, dice: &mut Dice, diary: &mut Diary) -> Id<Campaign> {
    let at = moment(stage.now, RUNS.0, dice);
    let id = id_at(at, dice);
    let day = |days: i64| stage.now.local_date() + TimeDelta::days(days);
    let item = |(text, field, basis, ..): &(&str, &str, &str, &str, &str)| json!({ "text": text, "field": field, "basis": basis });
    let body = json!({
        "id": Id::<Campaign>::from_uuid(id), "name": "示例:重点场所火灾隐患排查整治", "field": "fire",
        "from": day(RUNS.0), "to": day(RUNS.1), "areas": [TOWN], "items": CHECKS.iter().map(item).collect::<Vec<_>>(),
    });
    let approver = *dice.pick(&cast.with(Role::Approver, TOWN));
    diary.at(at, event(id, approver, "/api/v1/campaigns".to_owned(), body));
    Id::from_uuid(id)
}

/// A visit of the campaign at a place.
struct Visit<'a> {
    n: usize,
    site: &'a Site,
    at: Timestamp,
}

impl Visit<'_> {
    /// Which item fails; none at most visits.
    fn fails(&self) -> Option<usize> {
        (self.n % FAILS == 1).then_some(self.n / FAILS % CHECKS.len())
    }

    fn write(
        &self,
        stage: &Stage,
        cast: &Cast,
        (campaign, order): (Id<Campaign>, usize),
        dice: &mut Dice,
        diary: &mut Diary,
    ) {
        let (id, hazard) = (id_at(self.at, dice), id_at(self.at, dice));
        let enforced = self.n % ENFORCED == 1;
        let (by, inspectors) = if enforced {
            (*dice.pick(&cast.with(Role::EnforcementOfficer, TOWN)), cast.ids(Role::EnforcementOfficer))
        } else {
            let worker = *dice.pick(&cast.with(Role::GridWorker, &self.site.grid));
            (worker, ids([worker, *dice.pick(&cast.with(Role::GridLeader, &self.site.grid))]))
        };
        let mut body = json!({
            "id": Id::<Inspection>::from_uuid(id), "area_code": self.site.grid, "place_id": self.site.id,
            "checklist": 1, "inspectors": inspectors, "results": self.results(hazard),
        });
        if enforced {
            body["enforcement"] = match self.fails() {
                Some(_) => {
                    let decision = format!("示例当罚{:03}号", self.n + 1);
                    json!({ "signature": "signed", "fine_fen": 20_000, "decision_no": decision })
                }
                None => json!({ "signature": "signed" }),
            };
        }
        diary.at(self.at, event(id, by, format!("/api/v1/campaigns/{campaign}/inspections"), body));
        if let Some(item) = self.fails() {
            let measures = CHECKS[item].4;
            Course::found(cast, order, (hazard, self.at), &self.site.grid, measures)
                .go_on(stage, diary, dice);
        }
    }

    fn results(&self, hazard: Uuid) -> Vec<Value> {
        let answer = |(n, (_, _, _, found, _)): (usize, &(&str, &str, &str, &str, &str))| match self.fails() {
            Some(item) if item == n => json!({
                "item": n + 1, "result": "fail", "remark": format!("示例:{found}"),
                "hazard": { "id": Id::<Hazard>::from_uuid(hazard) },
            }),
            _ => json!({ "item": n + 1, "result": "pass" }),
        };
        CHECKS.iter().enumerate().map(answer).collect()
    }
}

fn ids(people: [By; 2]) -> Vec<Id<Staff>> {
    let staff = people.into_iter().filter_map(|by| match by {
        By::Staff(id) => Some(Id::from_uuid(id)),
        By::Resident(_) | By::Nobody => None,
    });
    staff.collect()
}

fn event(matter: Uuid, by: By, path: String, body: Value) -> Event {
    let body: Body = Box::new(move |_, _| body.clone());
    Event { matter, by, path, versioned: false, body }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_item_fails_somewhere_and_somebody_is_fined_for_it() {
        let site = Site { id: Id::new(), grid: grids()[0].clone() };
        let visits = grids().len() * PER_GRID * (UNVISITED - 1) / UNVISITED;
        let visit = |n| Visit { n, site: &site, at: Timestamp::from_millis(0) };
        let failed: Vec<_> = (0..visits).filter_map(|n| visit(n).fails()).collect();
        assert!((0..CHECKS.len()).all(|item| failed.contains(&item)), "{failed:?}");
        assert!((0..visits).any(|n| n % ENFORCED == 1 && visit(n).fails().is_some()));
    }
}
