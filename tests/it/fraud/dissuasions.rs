//! The ledger of dissuasions: written down, corrected, never deleted.

use serde_json::json;
use wangge::base::id::Id;
use wangge::platform::access::{Resident, Role, Staff};

use super::{entry, ids, records};
use crate::town::{EAST, NEXT_VILLAGE, TOWN, Town, WEST};

const LIST: &str = "/api/v1/dissuasions";

#[actix_web::test]
async fn an_entry_is_written_once_and_shows_nobody_by_name() {
    let town = Town::new();
    let worker = town.staff(Role::GridWorker, EAST);
    let body = entry(EAST, 3_000_000, 2_000_000);
    let recorded = records(&town, &worker, body.clone()).await;
    assert_eq!((recorded.status, recorded.text("outsider_name")), (201, "示**".into()), "{recorded:?}");
    assert_eq!(recorded.text("note"), "示例:来电 138****5678 自称办案");
    let me = Id::<Staff>::from_uuid(worker.id).to_string();
    assert_eq!((recorded.text("dissuaded_by"), recorded.text("recorded_by")), (me.clone(), me));
    let again = records(&town, &worker, body.clone()).await;
    assert_eq!((again.status, again.text("id")), (200, recorded.text("id")));
    let mut other = body;
    other["saved_fen"] = json!(3_000_000);
    assert_eq!(records(&town, &worker, other).await.told(), (409, "id_reused"));
}

#[actix_web::test]
async fn money_is_never_negative_and_no_more_is_saved_than_was_at_risk() {
    let town = Town::new();
    let worker = town.staff(Role::GridWorker, EAST);
    for (at_risk, saved, result, fields) in [
        (-1, 0, "stopped", vec!["at_risk_fen", "saved_fen"]),
        (100, -1, "stopped", vec!["saved_fen"]),
        (100, 101, "stopped", vec!["saved_fen"]),
        (100, 1, "failed", vec!["saved_fen"]),
        (10_000_000_000_001, 0, "failed", vec!["at_risk_fen"]),
    ] {
        let mut body = entry(EAST, at_risk, saved);
        body["result"] = json!(result);
        let refused = records(&town, &worker, body).await;
        assert_eq!((refused.status, refused.fields()), (422, fields), "{at_risk} {saved} {result}");
    }
    let mut failed = entry(EAST, 100, 0);
    failed["result"] = json!("failed");
    assert_eq!(records(&town, &worker, failed).await.status, 201);
}

#[actix_web::test]
async fn whoever_was_dissuaded_lives_in_the_areas_or_is_named_and_whoever_dissuaded_works_there() {
    let town = Town::new();
    let (worker, near, far) = (town.staff(Role::GridWorker, EAST), town.resident(EAST), town.resident(WEST));
    let id = |resident: &crate::town::Person| Id::<Resident>::from_uuid(resident.id).to_string();
    let mut body = entry(EAST, 100, 100);
    body["resident_id"] = json!(id(&near));
    assert_eq!(records(&town, &worker, body.clone()).await.fields(), ["resident_id"], "one of the two");
    body.as_object_mut().unwrap().remove("outsider_name");
    let recorded = records(&town, &worker, body.clone()).await;
    assert_eq!(recorded.text("household_id"), near.household.unwrap().to_string(), "{recorded:?}");
    let mut elsewhere = entry(EAST, 100, 100);
    elsewhere.as_object_mut().unwrap().remove("outsider_name");
    assert_eq!(records(&town, &worker, elsewhere.clone()).await.fields(), ["resident_id"], "somebody");
    elsewhere["resident_id"] = json!(id(&far));
    assert_eq!(records(&town, &worker, elsewhere).await.fields(), ["resident_id"], "of another grid");
    let staff = |person: &crate::town::Person| Id::<Staff>::from_uuid(person.id).to_string();
    let mut with = entry(EAST, 100, 100);
    with["dissuaded_by"] = json!(staff(&town.staff(Role::GridWorker, WEST)));
    assert_eq!(records(&town, &worker, with.clone()).await.fields(), ["dissuaded_by"]);
    with["dissuaded_by"] = json!(staff(&town.staff(Role::StationOfficer, TOWN)));
    assert_eq!(records(&town, &worker, with).await.status, 201);
    assert_eq!(records(&town, &worker, entry(WEST, 1, 1)).await.fields(), ["area_code"]);
    assert_eq!(
        records(&town, &town.staff(Role::StationOfficer, TOWN), entry(TOWN, 1, 1)).await.fields(),
        ["area_code"]
    );
}

#[actix_web::test]
async fn a_correction_names_its_reason_and_what_was_said_before_stays() {
    let town = Town::new();
    let (worker, leader) = (town.staff(Role::GridWorker, EAST), town.staff(Role::GridLeader, "500114119201"));
    let first = entry(EAST, 3_000_000, 3_000_000);
    let id = records(&town, &worker, first.clone()).await.text("id");
    let url = format!("{LIST}/{id}");
    let mut right = first.clone();
    (right["at_risk_fen"], right["saved_fen"], right["outsider_name"]) =
        (json!(300_000), json!(300_000), json!("示例乙"));
    let reasonless = json!({ "reason": " ", "entry": right });
    assert_eq!(worker.step(&town, &format!("{url}/correction"), 1, reasonless).await.fields(), ["reason"]);
    let mut moved = right.clone();
    moved["area_code"] = json!(WEST);
    let moved = json!({ "reason": "示例:区域有误", "entry": moved });
    assert_eq!(leader.step(&town, &format!("{url}/correction"), 1, moved).await.fields(), ["area_code"]);
    let body = json!({ "reason": "示例:金额多记一位", "entry": right });
    let corrected = worker.step(&town, &format!("{url}/correction"), 1, body.clone()).await;
    assert_eq!((corrected.version(), &corrected.body["saved_fen"]), (2, &json!(300_000)), "{corrected:?}");
    assert_eq!(
        worker.step(&town, &format!("{url}/correction"), 1, body).await.told(),
        (412, "stale_version")
    );
    let older = leader.get(&town, &format!("{url}/versions")).await;
    let older = older.body["items"].as_array().unwrap();
    assert_eq!(
        (older.len(), &older[0]["version"], &older[0]["saved_fen"]),
        (1, &json!(1), &json!(3_000_000))
    );
    assert_eq!(
        (&older[0]["reason"], &older[0]["outsider_name"]),
        (&json!("示例:金额多记一位"), &json!("示**"))
    );
    assert_eq!(
        records(&town, &worker, first).await.status,
        200,
        "a resend of what was sent first is known still"
    );
    let gone = town.ask(worker.signs(actix_web::test::TestRequest::delete(), &url)).await;
    assert_eq!(gone.status, 405, "nothing is deleted");
}

#[actix_web::test]
async fn workers_read_their_own_and_leaders_office_and_police_what_lies_in_their_areas() {
    let town = Town::new();
    let (worker, colleague) = (town.staff(Role::GridWorker, EAST), town.staff(Role::GridWorker, EAST));
    let mut earlier = entry(EAST, 1, 1);
    earlier["happened_at"] = json!("2026-03-01T00:30:00.000Z");
    let mine = records(&town, &worker, entry(EAST, 1, 1)).await.text("id");
    let theirs = records(&town, &colleague, earlier).await.text("id");
    let next = town.staff(Role::GridWorker, NEXT_VILLAGE);
    let next = records(&town, &next, entry(NEXT_VILLAGE, 1, 1)).await.text("id");
    assert_eq!(ids(&worker.get(&town, LIST).await), std::slice::from_ref(&mine));
    assert_eq!(worker.get(&town, &format!("{LIST}/{theirs}")).await.told(), (404, "not_found"));
    assert_eq!(worker.get(&town, &format!("{LIST}/{theirs}/versions")).await.told(), (404, "not_found"));
    let leader = town.staff(Role::GridLeader, "500114119201");
    assert_eq!(ids(&leader.get(&town, LIST).await), [mine.clone(), theirs.clone()], "the latest first");
    for role in
        [Role::Dispatcher, Role::StationOfficer, Role::PublicityOfficer, Role::Approver, Role::Auditor]
    {
        let all = town.staff(role, TOWN).get(&town, LIST).await;
        assert_eq!(ids(&all), [next.clone(), mine.clone(), theirs.clone()], "{role}");
    }
    let police = town.staff(Role::StationOfficer, TOWN);
    let first = police.get(&town, &format!("{LIST}?limit=2")).await;
    let rest = police.get(&town, &format!("{LIST}?limit=2&cursor={}", first.text("next"))).await;
    assert_eq!(ids(&rest), std::slice::from_ref(&theirs));
    for (role, area) in
        [(Role::Mediator, TOWN), (Role::DistrictViewer, "500114"), (Role::VillageAgent, "500114119201")]
    {
        assert_eq!(town.staff(role, area).get(&town, LIST).await.told(), (403, "forbidden"), "{role}");
    }
    assert_eq!(town.resident(EAST).get(&town, LIST).await.told(), (403, "forbidden"));

    let reveal = format!("{LIST}/{mine}/reveal");
    let purpose = json!({ "purpose": "示例:回访" });
    let revealed = leader.post(&town, &reveal, purpose.clone()).await;
    assert_eq!(revealed.text("outsider_name"), "示例甲");
    assert!(revealed.text("note").contains("13800005678"));
    assert_eq!(colleague.post(&town, &reveal, purpose).await.told(), (404, "not_found"));
}
