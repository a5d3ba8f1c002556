//! A year of hazards: most put right and cancelled, a few sent back, a few overdue, the newest still open.

use chrono::{NaiveDate, TimeDelta};
use serde_json::{Value, json};
use uuid::Uuid;

use super::Stage;
use super::cast::Cast;
use super::diary::{Body, Diary, Event, id_at, moment};
use super::dice::Dice;
use super::door::By;
use super::outlines;
use super::places::{TOWN, grids, village_name, village_of};
use super::words::HAZARDS;
use crate::base::clock::Timestamp;
use crate::base::geo::Datum;
use crate::base::id::Id;
use crate::features::hazards::Hazard;
use crate::platform::access::{Role, Staff};

/// How many are found in the year.
const COUNT: usize = 260;
/// Every one of these is left lying after its order, so that it is overdue.
const FORGOTTEN: [usize; 6] = [214, 221, 227, 233, 238, 243];

/// The newest that nobody has graded yet, and those that wait for their order.
const UNGRADED: [usize; 5] = [251, 254, 256, 258, 259];
const UNORDERED: [usize; 4] = [245, 249, 252, 255];

/// Writes the year's hazards into the diary; answers how many.
pub fn plan(stage: &Stage, cast: &Cast, dice: &mut Dice, diary: &mut Diary) -> usize {
    for n in 0..COUNT {
        let day = i64::try_from(1 + n * 362 / COUNT).unwrap_or(0);
        let at = moment(stage.began(), day, dice);
        Course::of(cast, n, at, dice).write(stage, diary, dice);
    }
    COUNT
}

/// How one of them goes.
pub struct Course<'a> {
    cast: &'a Cast,
    n: usize,
    id: Uuid,
    at: Timestamp,
    grid: String,
    grade: &'static str,
    words: (&'static str, &'static str, &'static str, &'static str, &'static str),
}

impl<'a> Course<'a> {
    fn of(cast: &'a Cast, n: usize, at: Timestamp, dice: &mut Dice) -> Self {
        let grade = match dice.below(100) {
            0..5 => "major",
            5..25 => "key",
            _ => "general",
        };
        let grid = dice.pick(&grids()).clone();
        Self { cast, n, id: id_at(at, dice), at, grid, grade, words: *dice.pick(&HAZARDS) }
    }

    /// One that an inspection found: general, and the `n`th of the year.
    pub fn found(
        cast: &'a Cast,
        n: usize,
        (id, at): (Uuid, Timestamp),
        grid: &str,
        measures: &'static str,
    ) -> Self {
        Self { cast, n, id, at, grid: grid.to_owned(), grade: "general", words: ("", "", "", measures, "") }
    }

    fn write(&self, stage: &Stage, diary: &mut Diary, dice: &mut Dice) {
        let worker = *dice.pick(&self.cast.with(Role::GridWorker, &self.grid));
        diary.at(self.at, self.event(worker, None, self.report(dice)));
        if !UNGRADED.contains(&self.n) {
            self.go_on(stage, diary, dice);
        }
    }

    /// What follows the report.
    pub fn go_on(&self, stage: &Stage, diary: &mut Diary, dice: &mut Dice) {
        let one = |role, area: &str, dice: &mut Dice| *dice.pick(&self.cast.with(role, area));
        let worker = one(Role::GridWorker, &self.grid, dice);
        let leader = one(Role::GridLeader, &self.grid, dice);
        let officer = one(Role::StationOfficer, TOWN, dice);
        let approver = one(Role::Approver, TOWN, dice);
        let major = self.grade == "major";
        let mut at = self.at;
        let mut step = |days: i64, by: By, noun: &'static str, body: Body, dice: &mut Dice| {
            at = moment(at, days, dice).max(at.plus(TimeDelta::minutes(20)));
            diary.at(at, self.event(by, Some(noun), body));
        };
        let (grade, n) = (self.grade, self.n);
        let grading = move |_: NaiveDate, _: &Value| json!({ "grade": grade });
        step(dice.between(0, 1), officer, "grading", Box::new(grading), dice);
        if UNORDERED.contains(&n) {
            return;
        }
        let orderer = if major { approver } else { officer };
        step(dice.between(0, 1), orderer, "order", self.order(), dice);
        if FORGOTTEN.contains(&n) {
            return;
        }
        step(dice.between(0, 2), worker, "rectification", said("示例:已通知责任人,开始整改"), dice);
        step(dice.between(1, 4), worker, "submission", said("示例:整改完成,请复查"), dice);
        let inspector = if major { approver } else { leader };
        let others = if major { self.cast.ids(Role::StationOfficer) } else { vec![] };
        if dice.luck(8) {
            step(dice.between(1, 3), inspector, "reinspection", inspected(false, &others), dice);
            step(dice.between(1, 3), worker, "submission", said("示例:按意见补做,请再次复查"), dice);
        }
        step(dice.between(1, 5), inspector, "reinspection", inspected(true, &others), dice);
        stage.bar.tick();
    }

    fn event(&self, by: By, step: Option<&str>, body: Body) -> Event {
        let path = match step {
            Some(noun) => format!("/api/v1/hazards/{}/{noun}", Id::<Hazard>::from_uuid(self.id)),
            None => "/api/v1/hazards".to_owned(),
        };
        Event { matter: self.id, by, path, versioned: step.is_some(), body }
    }

    fn report(&self, dice: &mut Dice) -> Body {
        let (field, title, detail, _, place) = self.words;
        let urgency = if self.grade == "general" { "normal" } else { "urgent" };
        let (lat, lng) = outlines::place_in(&self.grid, dice).to(Datum::Gcj02);
        let address = format!("{}{place}", village_name(village_of(&self.grid)));
        let body = json!({
            "id": Id::<Hazard>::from_uuid(self.id), "area_code": self.grid, "field": field, "title": title,
            "detail": format!("示例:{detail}。"), "urgency": urgency,
            "place": { "address": address, "lat": lat, "lng": lng, "datum": "gcj02", "accuracy_m": 15 },
        });
        Box::new(move |_, _| body.clone())
    }

    fn order(&self) -> Body {
        let (grade, measures, n) = (self.grade, self.words.3, self.n);
        Box::new(move |today, _| {
            let days = match grade {
                "general" => 7,
                "key" => 15,
                _ => 30,
            };
            json!({
                "due": today + TimeDelta::days(days), "order_no": format!("示例责改{:03}号", n + 1),
                "responsible": "示例责任人", "measures": measures, "funds_fen": 50_000,
                "emergency_plan": "示例:设专人看守,出现险情立即撤人", "interim_measures": "示例:拉警戒线并张贴告示",
                "district_informed_on": today,
            })
        })
    }
}

fn said(note: &'static str) -> Body {
    Box::new(move |_, _| json!({ "note": note }))
}

fn inspected(passed: bool, inspectors: &[Id<Staff>]) -> Body {
    let note = if passed { "示例:现场复查合格" } else { "示例:警示标志未设置,退回整改" };
    let body = json!({ "passed": passed, "note": note, "inspectors": inspectors });
    Box::new(move |_, _| body.clone())
}
