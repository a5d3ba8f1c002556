//! Who reported is shown to nobody but themselves: not to those concerned, not to whoever handles it, not to auditors.

use std::io::Read;

use actix_web::test::{TestRequest, read_body};
use diesel::prelude::*;
use flate2::read::GzDecoder;
use serde_json::{Value, json};
use wangge::base::id::Id;
use wangge::base::sensitive::Phone;
use wangge::platform::access::{Resident, Role, Staff};
use wangge::platform::db::schema::residents;

use super::{Case, Crew};
use crate::contract::access_table::TABLE;
use crate::contract::places::area_of;
use crate::town::{EAST, Person, TOWN, Town};

/// How somebody could be told: their ids without prefix, the bare number of their account, name, phone.
fn traces(who: &Person) -> Vec<String> {
    let bare = |id: String| id.split_once('_').unwrap().1.to_owned();
    let resident = Id::<Resident>::from_uuid(who.id);
    vec![
        bare(resident.to_string()),
        who.id.to_string(),
        who.id.simple().to_string(),
        bare(who.household.unwrap().to_string()),
        who.phone.clone(),
        "示例居民".to_owned(),
    ]
}

/// Every address that reads something about cases, with the cases put in. What is kept of households and staff is
/// theirs whether they report or not.
fn readings(cases: &[&str]) -> Vec<String> {
    let mut paths = Vec::new();
    for row in TABLE {
        let Some(path) = row.operation.strip_prefix("GET ") else { continue };
        if path.starts_with("/api/v1/households") || path.starts_with("/api/v1/staff") {
            continue;
        }
        let query = if row.sends.starts_with('?') { row.sends } else { "" };
        let path = format!("{}{query}", path.replace("{code}", EAST).replace("{year}", "2026"));
        for case in cases {
            let kind = case.split_once('_').unwrap().0;
            let takes = path.contains("/cases/") || path.contains(&format!("/{kind}s/"));
            let path = if takes { path.replace("{id}", case) } else { path.clone() };
            if !path.contains('{') && !paths.contains(&path) {
                paths.push(path);
            }
        }
    }
    assert!(paths.len() > 40, "{paths:?}");
    paths
}

/// What `who` is answered at each of `paths`, as it comes, the households of a pack left out.
async fn answers(town: &Town, who: &Person, paths: &[String]) -> Vec<(u16, String)> {
    let mut found = Vec::new();
    for path in paths {
        let answer = town.send(who.signs(TestRequest::get(), path)).await;
        let status = answer.status().as_u16();
        let media = answer.headers().get("Content-Type").map(|media| media.to_str().unwrap().to_owned());
        // A stream has no end; what it sends is in the unit tests of its frames.
        if media.is_some_and(|media| media.contains("event-stream")) {
            continue;
        }
        let bytes = read_body(answer).await;
        let mut text = String::from_utf8_lossy(&bytes).into_owned();
        if path == "/api/v1/sync/pack" && status == 200 {
            text.clear();
            GzDecoder::new(&bytes[..]).read_to_string(&mut text).unwrap();
            let mut pack: Value = serde_json::from_str(&text).unwrap();
            pack.as_object_mut().unwrap().remove("households").unwrap();
            text = pack.to_string();
        }
        found.push((status, text));
    }
    found
}

#[actix_web::test]
async fn no_answer_to_anybody_else_says_who_reported() {
    let town = Town::new();
    let (crew, reporter) = (Crew::of(&town), town.resident(EAST));
    let (officer, mediator) = (town.staff(Role::StationOfficer, TOWN), town.staff(Role::Mediator, EAST));
    let mut event = Case::event(&town, &reporter).await;
    event.goes(&crew.dispatcher, "return", json!({ "note": "示例:请补充" })).await;
    event
        .goes(
            &reporter,
            "supplement",
            json!({ "note": "示例:村口", "photos": [reporter.photo(&town).await] }),
        )
        .await;
    event.is_closed(&crew).await;
    assert_eq!(event.rates(&reporter, json!({ "stars": 2, "words": "示例" })).await.status, 200);
    let mut hazard = Case::hazard(&town, &reporter).await;
    hazard.goes(&officer, "grading", json!({ "grade": "general" })).await;
    let mut dispute = Case::dispute(&town, &reporter).await;
    dispute.is_mediated(&mediator).await;
    let converted = {
        let mut event = Case::event(&town, &reporter).await;
        let to = json!({ "to": "dispute", "dispute_type": "neighbour", "note": "示例" });
        event.goes(&crew.dispatcher, "conversion", to).await.text("became")
    };
    let paths = readings(&[&event.id, &hazard.id, &dispute.id, &converted]);
    let traces = traces(&reporter);
    let (mut read, mut leaks) = (0, Vec::new());
    for &role in Role::ALL {
        let neighbour = role == Role::Resident;
        let who = if neighbour { town.resident(EAST) } else { town.staff(role, area_of(role)) };
        for ((status, text), path) in answers(&town, &who, &paths).await.iter().zip(&paths) {
            read += usize::from(*status == 200);
            leaks.extend(
                traces
                    .iter()
                    .filter(|trace| text.contains(*trace))
                    .map(|trace| format!("{role} {path}: {trace}")),
            );
        }
    }
    assert!(leaks.is_empty(), "{}", leaks.join("\n"));
    assert!(read > 200, "only {read} answers had something in them");
}

#[actix_web::test]
async fn nobody_who_takes_a_step_is_answered_who_reported() {
    let town = Town::new();
    let (crew, reporter) = (Crew::of(&town), town.resident(EAST));
    let (officer, mediator) = (town.staff(Role::StationOfficer, TOWN), town.staff(Role::Mediator, EAST));
    let mut answers = Vec::new();
    let mut event = Case::event(&town, &reporter).await;
    for (who, noun, body) in [
        (&crew.dispatcher, "acceptance", json!({})),
        (&crew.dispatcher, "dispatch", json!({ "station": super::STATION })),
        (&crew.officer, "handling", json!({})),
        (&crew.officer, "completion", json!({ "note": "示例" })),
        (&crew.worker, "closure", json!({ "resolution": "resolved", "note": "示例" })),
    ] {
        answers.push(event.goes(who, noun, body).await.body.to_string());
    }
    let mut hazard = Case::hazard(&town, &reporter).await;
    answers.push(hazard.goes(&officer, "grading", json!({ "grade": "general" })).await.body.to_string());
    let mut dispute = Case::dispute(&town, &reporter).await;
    dispute.is_mediated(&mediator).await;
    answers.push(dispute.tries(&mediator, "failure", json!({})).await.body.to_string());
    for trace in traces(&reporter) {
        assert!(answers.iter().all(|answer| !answer.contains(&trace)), "{trace}");
    }
}

#[actix_web::test]
async fn an_auditor_does_not_find_reports_by_asking_for_a_resident() {
    let town = Town::new();
    let (reporter, auditor) = (town.resident(EAST), town.staff(Role::Auditor, TOWN));
    let event = Case::event(&town, &reporter).await;
    let id = Id::<Resident>::from_uuid(reporter.id);
    let found = auditor.get(&town, &format!("/api/v1/audit?actor={id}")).await;
    assert_eq!(found.body["items"], json!([]), "{found:?}");
    let entries = auditor.get(&town, &format!("/api/v1/audit?object_id={}", event.id)).await;
    let entry = &entries.body["items"][0];
    assert_eq!(
        (entry["actor_kind"].as_str(), entry.get("actor"), entry.get("session")),
        (Some("resident"), None, None)
    );
    // What staff do is theirs to answer for.
    let crew = Crew::of(&town);
    let own = Case::event(&town, &crew.worker).await;
    let entries = auditor.get(&town, &format!("/api/v1/audit?object_id={}", own.id)).await;
    let worker = Id::<Staff>::from_uuid(crew.worker.id).to_string();
    assert_eq!(entries.body["items"][0]["actor"], worker);
}

#[actix_web::test]
async fn a_mediator_who_reported_at_home_is_refused_without_saying_so_to_others() {
    let town = Town::new();
    let (mediator, colleague) = (town.staff(Role::Mediator, EAST), town.staff(Role::Mediator, TOWN));
    let at_home = town.resident(EAST);
    let vault = &town.house.app.vault;
    let phone = Phone::parse(&mediator.phone).unwrap();
    let change = (
        residents::phone_sealed.eq(Some(vault.seal_value(&phone).unwrap())),
        residents::phone_index.eq(Some(vault.index_value(&phone))),
    );
    let row = residents::table.find(Id::<Resident>::from_uuid(at_home.id));
    diesel::update(row).set(change).execute(&mut town.connect()).unwrap();
    let mut dispute = Case::dispute(&town, &at_home).await;
    let own = dispute
        .tries(&mediator, "consents", json!({ "parties": [{ "side": "third", "name": "示例丙" }] }))
        .await;
    assert!(own.text("detail").contains("上报人"), "{own:?}");
    let parties = colleague.get(&town, &dispute.url).await.body["parties"].clone();
    let answers: Vec<_> =
        parties.as_array().unwrap().iter().map(|p| json!({ "party": p["id"], "consents": true })).collect();
    dispute.goes(&colleague, "acceptance", json!({ "answers": answers, "level": "simple" })).await;
    let named = json!({ "mode": "on_site", "mediator": Id::<Staff>::from_uuid(mediator.id).to_string() });
    let refused = dispute.tries(&colleague, "mediation", named).await;
    assert_eq!(refused.told(), (409, "guard_refused"), "{refused:?}");
    assert!(!refused.text("detail").contains("上报"), "{refused:?}");
}
