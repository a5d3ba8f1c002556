//! Who sees what of a dispute.

use diesel::prelude::*;
use serde_json::json;
use wangge::platform::access::Role;
use wangge::platform::db::Doc;
use wangge::platform::db::schema::{audit_entries, cases};

use super::{VILLAGE, agreement, mediating, new_id, party, registers, registration, url};
use crate::town::{EAST, NEXT_VILLAGE, TOWN, Town};

#[actix_web::test]
async fn the_office_sees_parties_masked_and_a_resident_no_phones_and_no_office_remarks() {
    let town = Town::new();
    let (resident, mediator) = (town.resident(EAST), town.staff(Role::Mediator, VILLAGE));
    let dispute = registers(&town, &resident, registration(&new_id(), EAST)).await;
    let first = &dispute.body["parties"][0];
    assert_eq!((first["name"].as_str(), first.get("phone")), (Some("示**"), None));
    let office = mediator.get(&town, &url(&dispute)).await;
    assert_eq!(office.body["parties"][0]["phone"], "138****5678");
    assert!(!office.body.to_string().contains("示例甲"), "{office:?}");
    assert_eq!(town.resident(EAST).get(&town, &url(&dispute)).await.told(), (404, "not_found"));
}

#[actix_web::test]
async fn quarrels_in_a_family_are_private_to_who_registered_them_and_the_mediators() {
    let town = Town::new();
    let worker = town.staff(Role::GridWorker, EAST);
    let mut body = registration(&new_id(), EAST);
    body["dispute_type"] = "marriage_family".into();
    let dispute = registers(&town, &worker, body.clone()).await;
    assert_eq!(dispute.text("confidential"), "private");
    for (who, sees) in [
        (worker.clone(), 200),
        (town.staff(Role::Mediator, VILLAGE), 200),
        (town.staff(Role::Approver, TOWN), 200),
        (town.staff(Role::GridWorker, EAST), 404),
        (town.staff(Role::Dispatcher, TOWN), 404),
    ] {
        assert_eq!(who.get(&town, &url(&dispute)).await.status, sees, "{who:?}");
        let listed = who.get(&town, "/api/v1/cases?kind=dispute").await;
        assert_eq!(listed.body["items"].as_array().map(Vec::len), Some(usize::from(sees == 200)), "{who:?}");
    }
    body["confidential"] = "sealed".into();
    body["id"] = new_id().into();
    assert_eq!(worker.post(&town, "/api/v1/disputes", body).await.fields(), ["confidential"]);
}

#[actix_web::test]
async fn a_mediator_of_one_village_sees_no_quarrels_of_a_family_in_the_next() {
    let town = Town::new();
    let somebody = town.staff(Role::GridLeader, "500114119");
    let both = town.staff(Role::Mediator, "500114119202");
    town.appoint(&both, Role::GridWorker, EAST);
    let mut quarrels = Vec::new();
    for (grid, sees) in [(EAST, 404), (NEXT_VILLAGE, 200)] {
        let mut body = registration(&new_id(), grid);
        body["dispute_type"] = "marriage_family".into();
        let quarrel = registers(&town, &somebody, body).await;
        assert_eq!(both.get(&town, &url(&quarrel)).await.status, sees, "{grid}");
        quarrels.push(quarrel.text("id"));
        registers(&town, &somebody, registration(&new_id(), grid)).await;
    }
    let shown = async |path: &str| {
        let list = both.get(&town, path).await;
        let items = list.body["items"].as_array().unwrap().clone();
        items.iter().map(|item| item["id"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    let all = shown("/api/v1/cases").await;
    assert_eq!((all.len(), all.contains(&quarrels[0]), all.contains(&quarrels[1])), (3, false, true));
    assert_eq!(shown(&format!("/api/v1/cases?area={EAST}")).await.len(), 1);
    assert_eq!(shown(&format!("/api/v1/cases?area={NEXT_VILLAGE}")).await.len(), 2);
    let town_wide = town.staff(Role::Approver, "500114119");
    town.appoint(&town_wide, Role::GridWorker, EAST);
    assert_eq!(town_wide.get(&town, "/api/v1/cases").await.body["items"].as_array().map(Vec::len), Some(4));
}

#[actix_web::test]
async fn plain_text_needs_a_purpose_and_leaves_an_audit_entry() {
    let town = Town::new();
    let mediator = town.staff(Role::Mediator, VILLAGE);
    let dispute = mediating(&town, &mediator).await;
    let url = url(&dispute);
    let agreed = mediator.step(&town, &format!("{url}/agreement"), 3, agreement(&dispute)).await;
    assert!(!agreed.body.to_string().contains("双日乙户"), "{agreed:?}");
    let path = format!("{url}/reveal");
    let ask = |fields: &[&str]| json!({ "purpose": "电话通知双方", "fields": fields });
    let blank = mediator.post(&town, &path, json!({ "purpose": " ", "fields": [] })).await;
    assert_eq!(blank.fields(), ["purpose", "fields"]);

    let plain = mediator.post(&town, &path, ask(&["agreement", "name", "phone"])).await;
    assert_eq!(plain.body["parties"][0]["name"], "示例甲", "{plain:?}");
    assert_eq!(plain.body["parties"][0]["phone"], "13800005678");
    assert_eq!(plain.body["agreement"]["items"][0], "示例:单日甲户用水,双日乙户用水");
    let dispatcher = town.staff(Role::Dispatcher, TOWN);
    assert_eq!(dispatcher.post(&town, &path, ask(&["agreement"])).await.told(), (403, "forbidden"));
    let names = dispatcher.post(&town, &path, ask(&["name"])).await;
    assert_eq!((names.status, names.body["parties"][0].get("phone")), (200, None));
    assert_eq!(town.resident(EAST).post(&town, &path, ask(&["name"])).await.told(), (403, "forbidden"));

    let entries: Vec<Doc> = audit_entries::table
        .filter(audit_entries::action.eq("personal.reveal"))
        .order(audit_entries::lot)
        .select(audit_entries::details)
        .load(&mut town.connect())
        .unwrap();
    let entries: Vec<_> = entries.into_iter().map(|entry| entry.0).collect();
    let entry = |fields: &[&str]| json!({ "purpose": "电话通知双方", "fields": fields });
    assert_eq!(entries, [entry(&["name", "phone", "agreement"]), entry(&["name"])]);
}

#[actix_web::test]
async fn who_said_what_stays_on_record_when_a_refusal_turns_into_consent() {
    let town = Town::new();
    let (worker, leader) = (town.staff(Role::GridWorker, EAST), town.staff(Role::GridLeader, VILLAGE));
    let dispute = registers(&town, &worker, registration(&new_id(), EAST)).await;
    let (path, asked) = (format!("{}/consents", url(&dispute)), party(&dispute, 1));
    let says = |consents: bool| json!({ "answers": [{ "party": asked, "consents": consents }] });
    leader.step(&town, &path, 1, says(false)).await;
    leader.step(&town, &path, 2, says(true)).await;
    let third = json!({ "parties": [{ "side": "third", "name": "示例丙", "consents": true }] });
    let third = leader.step(&town, &path, 3, third).await;

    let entries: Vec<Doc> = audit_entries::table
        .filter(audit_entries::action.eq("dispute.consent"))
        .order(audit_entries::lot)
        .select(audit_entries::details)
        .load(&mut town.connect())
        .unwrap();
    let entries: Vec<_> = entries.into_iter().map(|entry| entry.0).collect();
    let answer = |version: i32, answer| json!({ "version": version, "answers": [answer] });
    let expected = [
        answer(2, json!({ "party": asked, "before": null, "consents": false })),
        answer(3, json!({ "party": asked, "before": false, "consents": true })),
        answer(4, json!({ "party": party(&third, 2), "consents": true })),
    ];
    assert_eq!(entries, expected);
    assert!(!format!("{entries:?}").contains("示例"), "no names in the audit log");
}

#[actix_web::test]
async fn the_digest_of_a_registration_cannot_be_tried_out_without_the_key() {
    let key = [("WANGGE_SECRETS__INDEX_KEY", "c2hpbGktYW5vdGhlci1rZXktZm9yLXRlc3RzLW9ubHk=")];
    let (one, another) = (Town::new(), Town::with(&key));
    let body = registration(&new_id(), EAST);
    let mut digests = Vec::new();
    for town in [&one, &another] {
        let worker = town.staff(Role::GridWorker, EAST);
        registers(town, &worker, body.clone()).await;
        let digest: Vec<u8> = cases::table.select(cases::content_hash).first(&mut town.connect()).unwrap();
        digests.push(digest);
    }
    assert_ne!(digests[0], digests[1], "the same content under another key has another digest");
}
