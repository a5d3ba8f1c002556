//! Sessions of a mediation: appended while it goes on, and never against a recorded refusal.

use serde_json::json;
use wangge::platform::access::Role;

use super::{VILLAGE, basis, blocked, mediating, new_id, party, registers, registration, session, url};
use crate::town::{EAST, TOWN, Town};

#[actix_web::test]
async fn a_session_is_written_down_and_its_words_are_shown_for_a_purpose_alone() {
    let town = Town::new();
    let mediator = town.staff(Role::Mediator, VILLAGE);
    let dispute = mediating(&town, &mediator).await;
    let path = format!("{}/sessions", url(&dispute));
    assert_eq!(mediator.get(&town, &path).await.body, json!([]));
    let held = mediator.step(&town, &path, 3, session(&dispute, &mediator)).await;
    assert_eq!((held.status, held.text("state"), held.version()), (200, "mediating".into(), 4), "{held:?}");
    let mut alone = session(&dispute, &mediator);
    alone["attendees"] = json!([party(&dispute, 1)]);
    (alone["result"], alone["open"], alone["at"]) =
        ("continued".into(), true.into(), "2026-03-01T06:00:00Z".into());
    assert_eq!(mediator.step(&town, &path, 4, alone).await.status, 200);

    let listed = town.staff(Role::Dispatcher, TOWN).get(&town, &path).await;
    let (first, second) = (&listed.body[0], &listed.body[1]);
    assert_eq!(
        (&first["result"], &first["open"]),
        (&json!("continued"), &json!(true)),
        "the earlier one first"
    );
    assert_eq!(first["attendees"], json!([party(&dispute, 1)]));
    assert_eq!(second["place"], "示例村委会调解室");
    assert_eq!(second["mediators"], json!([super::staff_id(&mediator)]));
    assert!(!listed.body.to_string().contains("各让一步"), "{listed:?}");

    let ask = json!({ "purpose": "核对调解记录", "fields": ["records"] });
    let plain = mediator.post(&town, &format!("{}/reveal", url(&dispute)), ask.clone()).await;
    assert_eq!(plain.body["records"]["sessions"][1]["summary"], "示例:双方各让一步", "{plain:?}");
    assert_eq!(plain.body["records"]["sessions"][0]["id"], first["id"]);
    let other = town.staff(Role::Dispatcher, TOWN);
    let refused = other.post(&town, &format!("{}/reveal", url(&dispute)), ask).await;
    assert_eq!(refused.told(), (403, "forbidden"));
}

#[actix_web::test]
async fn a_session_is_of_this_disputes_mediators_and_parties_and_not_in_the_future() {
    let town = Town::new();
    let mediator = town.staff(Role::Mediator, VILLAGE);
    let dispute = mediating(&town, &mediator).await;
    let path = format!("{}/sessions", url(&dispute));
    let colleague = town.staff(Role::Mediator, VILLAGE);
    for (field, value) in [
        ("mediators", json!([super::staff_id(&colleague)])),
        ("mediators", json!([])),
        ("attendees", json!(["party_01h455vb4pex5vsknk084sn02q"])),
        ("attendees", json!([])),
        ("at", json!("2026-03-03T01:00:00Z")),
        ("place", json!(" ")),
        ("summary", json!("")),
    ] {
        let mut body = session(&dispute, &mediator);
        body[field] = value;
        let refused = mediator.step(&town, &path, 3, body).await;
        assert_eq!((refused.status, refused.fields()), (422, vec![field]), "{refused:?}");
    }
}

#[actix_web::test]
async fn no_session_is_held_before_mediation_begins_or_after_it_has_ended() {
    let town = Town::new();
    let (worker, mediator) = (town.staff(Role::GridWorker, EAST), town.staff(Role::Mediator, VILLAGE));
    let early = registers(&town, &worker, registration(&new_id(), EAST)).await;
    let path = format!("{}/sessions", url(&early));
    let refused = mediator.step(&town, &path, 1, session(&early, &mediator)).await;
    assert_eq!(refused.told(), (409, "step_not_allowed"));
    let agreed = super::agreed(&town, &mediator).await;
    let path = format!("{}/sessions", url(&agreed));
    let late = mediator.step(&town, &path, agreed.version(), session(&agreed, &mediator)).await;
    assert_eq!(late.told(), (409, "step_not_allowed"));
}

#[actix_web::test]
async fn a_refusal_on_record_stops_sessions_and_agreements_until_the_party_is_asked_anew() {
    let town = Town::new();
    let mediator = town.staff(Role::Mediator, VILLAGE);
    let dispute = mediating(&town, &mediator).await;
    let url = url(&dispute);
    let says = |consents: bool| json!({ "answers": [{ "party": party(&dispute, 1), "consents": consents }] });
    let recorded = mediator.step(&town, &format!("{url}/consents"), 3, says(false)).await;
    assert_eq!((recorded.text("state"), recorded.version()), ("mediating".into(), 4), "{recorded:?}");
    for step in ["hold", "agree"] {
        assert!(blocked(&recorded, step).unwrap().contains("明确拒绝"), "{step}");
    }
    let held = mediator.step(&town, &format!("{url}/sessions"), 4, session(&dispute, &mediator)).await;
    assert_eq!((held.told(), basis(&held)), ((409, "guard_refused"), ("人民调解法", "第十七条")), "{held:?}");
    let agreed = mediator.step(&town, &format!("{url}/agreement"), 4, super::agreement(&dispute)).await;
    assert_eq!((agreed.told(), basis(&agreed).1), ((409, "guard_refused"), "第十七条"));

    mediator.step(&town, &format!("{url}/consents"), 4, says(true)).await;
    let held = mediator.step(&town, &format!("{url}/sessions"), 5, session(&dispute, &mediator)).await;
    assert_eq!(held.status, 200, "{held:?}");
    mediator.step(&town, &format!("{url}/consents"), 6, says(false)).await;
    let ended = mediator.step(&town, &format!("{url}/refusal"), 7, json!({})).await;
    assert_eq!(
        (ended.text("state"), ended.text("outcome")),
        ("refused".into(), "refused".into()),
        "{ended:?}"
    );
}

#[actix_web::test]
async fn a_resident_who_registered_it_sees_when_sessions_were_and_not_who_held_them() {
    let town = Town::new();
    let (resident, mediator) = (town.resident(EAST), town.staff(Role::Mediator, VILLAGE));
    let dispute = registers(&town, &resident, registration(&new_id(), EAST)).await;
    let url = url(&dispute);
    mediator.step(&town, &format!("{url}/acceptance"), 1, super::acceptance(&dispute, true)).await;
    mediator.step(&town, &format!("{url}/mediation"), 2, json!({ "mode": "on_site" })).await;
    mediator.step(&town, &format!("{url}/sessions"), 3, session(&dispute, &mediator)).await;
    let seen = resident.get(&town, &format!("{url}/sessions")).await;
    assert_eq!(
        (&seen.body[0]["result"], seen.body[0].get("mediators")),
        (&json!("agreed"), None),
        "{seen:?}"
    );
    assert_eq!(town.resident(EAST).get(&town, &format!("{url}/sessions")).await.told(), (404, "not_found"));
}
