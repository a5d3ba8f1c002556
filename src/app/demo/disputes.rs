//! A year of disputes: the ninety of the report, all settled and archived.

use chrono::{Datelike, NaiveDate, TimeDelta};
use serde_json::{Value, json};
use uuid::Uuid;

use super::Stage;
use super::cast::Cast;
use super::diary::{Body, Diary, Event, id_at, moment};
use super::dice::Dice;
use super::door::By;
use super::places::{TOWN, grids, village_name};
use super::words::DISPUTES;
use crate::base::clock::Timestamp;
use crate::base::id::Id;
use crate::features::attachments::Photo;
use crate::features::disputes::Dispute;
use crate::platform::access::Role;

const COUNT: usize = 90;
/// The last of them begins early enough to be archived by now.
const LAST_DAY: usize = 330;

/// Writes the year's disputes into the diary; answers how many.
pub fn plan(stage: &Stage, cast: &Cast, dice: &mut Dice, diary: &mut Diary) -> usize {
    for n in 0..COUNT {
        let day = i64::try_from(1 + n * LAST_DAY / COUNT).unwrap_or(0);
        let at = moment(stage.began(), day, dice);
        write(cast, n, at, dice, diary);
    }
    COUNT
}

fn write(cast: &Cast, n: usize, at: Timestamp, dice: &mut Dice, diary: &mut Diary) {
    let grid = dice.pick(&grids()).clone();
    let id = id_at(at, dice);
    let worker = *dice.pick(&cast.with(Role::GridWorker, &grid));
    let mediator = *dice.pick(&cast.with(Role::Mediator, TOWN));
    let form = *dice.pick(&["written_agreement", "written_agreement", "oral_agreement", "immediate"]);
    diary.at(at, event(id, worker, None, registration(id, &grid, dice)));
    let mut at = at;
    let mut step = |diary: &mut Diary, days: i64, noun: &'static str, body: Body, dice: &mut Dice| {
        at = moment(at, days, dice).max(at.plus(TimeDelta::minutes(20)));
        diary.at(at, event(id, mediator, Some(noun), body));
        at
    };
    let level = *dice.pick(&["simple", "general", "general", "difficult"]);
    let mode = *dice.pick(&["on_site", "on_site", "committee", "joint"]);
    let accepted = fixed(json!({ "level": level, "note": "示例:双方同意调解" }));
    step(diary, dice.between(0, 2), "acceptance", accepted, dice);
    let begun = fixed(json!({ "mode": mode, "committee": "示例镇人民调解委员会", "note": "示例:到场调解" }));
    step(diary, dice.between(0, 2), "mediation", begun, dice);
    let held = step(diary, dice.between(0, 1), "sessions", session(mode), dice);
    let paper = Id::from_uuid(id_at(held, dice));
    if form == "written_agreement" {
        diary.photo(held.plus(TimeDelta::minutes(10)), mediator, paper);
    }
    step(diary, dice.between(1, 6), "agreement", agreement(form, paper), dice);
    step(diary, dice.between(0, 2), "performance", fixed(json!({})), dice);
    step(diary, dice.between(1, 8), "fulfilment", fulfilment(), dice);
    step(diary, dice.between(1, 5), "archive", archive(n), dice);
}

fn event(id: Uuid, by: By, step: Option<&str>, body: Body) -> Event {
    let path = match step {
        Some(noun) => format!("/api/v1/disputes/{}/{noun}", Id::<Dispute>::from_uuid(id)),
        None => "/api/v1/disputes".to_owned(),
    };
    Event { matter: id, by, path, versioned: step.is_some(), body }
}

fn fixed(body: Value) -> Body {
    Box::new(move |_, _| body.clone())
}

fn registration(id: Uuid, grid: &str, dice: &mut Dice) -> Body {
    let (kind, title, detail) = *dice.pick(&DISPUTES);
    let amount = dice.luck(60).then(|| dice.between(2, 80) * 10_000);
    fixed(json!({
        "id": Id::<Dispute>::from_uuid(id), "area_code": grid, "dispute_type": kind, "title": title,
        "detail": format!("示例:{detail}。"), "amount_fen": amount,
        "place": { "address": format!("{}示例{}组", village_name(grid), dice.between(1, 7)) },
        "parties": [
            { "side": "applicant", "name": "示例甲方", "phone": format!("1992{:07}", dice.below(9_999_999)), "consents": true },
            { "side": "respondent", "name": "示例乙方", "consents": true },
        ],
    }))
}

/// Everybody is there, and whoever has the case on the desk mediates.
fn session(mode: &'static str) -> Body {
    Box::new(move |today: NaiveDate, before: &Value| {
        let parties = before["parties"].as_array().map(Vec::as_slice).unwrap_or_default();
        let attendees: Vec<_> = parties.iter().map(|party| party["id"].clone()).collect();
        json!({
            "at": Timestamp::start_of(today), "place": "示例村委会调解室", "mode": mode, "open": false,
            "mediators": [before["mediator"]], "attendees": attendees,
            "summary": "示例:双方陈述经过,愿意各让一步", "result": "agreed",
        })
    })
}

/// The parties that sign are those that the answer before names.
fn agreement(form: &'static str, paper: Id<Photo>) -> Body {
    Box::new(move |today: NaiveDate, before: &Value| {
        let parties = before["parties"].as_array().map(Vec::as_slice).unwrap_or_default();
        let signed: Vec<_> = parties.iter().map(|party| party["id"].clone()).collect();
        let papers = if form == "written_agreement" { vec![paper] } else { vec![] };
        json!({
            "form": form, "parties": "示例甲方与示例乙方,均为示例村村民", "facts": "示例:双方对起因和责任无异议",
            "items": ["示例:一方清理复原,另一方不再追究", "示例:今后相互提前告知"],
            "signed": { "parties": signed, "mediator": true, "seal": true },
            "personal_status": "none", "papers": papers, "effective_on": today, "performance_due_on": today + TimeDelta::days(20),
        })
    })
}

fn fulfilment() -> Body {
    Box::new(|today, _| json!({ "performed_on": today, "return_visit": "示例:回访双方,均无异议" }))
}

fn archive(n: usize) -> Body {
    Box::new(move |today, _| {
        json!({
            "archive_no": format!("示例调〔{}〕{}号", today.year(), n + 1),
            "register": true, "records": true, "agreement": true,
        })
    })
}
