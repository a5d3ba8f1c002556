//! Disputes that end otherwise than performed: refused, withdrawn, broken.

use serde_json::{Value, json};
use wangge::features::cases;
use wangge::platform::access::Role;

use super::{
    VILLAGE, acceptance, basis, blocked, mediating, new_id, offered, party, registers, registration, session,
    url,
};
use crate::town::{Answer, EAST, Person, Town};

const PAPERS: &str = r#"{"archive_no":"示例3号","register":true,"records":true}"#;

/// Archives without an agreement and says where the file is then.
async fn archived(town: &Town, mediator: &Person, ended: &Answer) -> (String, String) {
    let papers: Value = serde_json::from_str(PAPERS).unwrap();
    let end = mediator.step(town, &format!("{}/archive", url(ended)), ended.version(), papers).await;
    assert_eq!(end.status, 200, "{end:?}");
    (end.text("state"), end.text("phase"))
}

fn the_archive() -> (String, String) {
    ("archived".to_owned(), "closed".to_owned())
}

async fn counters_are_equal(town: &Town) {
    let wrong = town.house.app.db.read(cases::compare).await.unwrap();
    assert!(wrong.is_empty(), "{wrong:?}");
}

#[actix_web::test]
async fn a_clear_refusal_on_record_ends_it_and_no_session_follows() {
    let town = Town::new();
    let (worker, mediator) = (town.staff(Role::GridWorker, EAST), town.staff(Role::Mediator, VILLAGE));
    let dispute = registers(&town, &worker, registration(&new_id(), EAST)).await;
    let url = url(&dispute);
    let unclear = mediator.step(&town, &format!("{url}/refusal"), 1, json!({})).await;
    assert_eq!(unclear.told(), (409, "guard_refused"));
    assert_eq!(unclear.body["basis"], json!({ "law": "人民调解法", "article": "第十七条" }));

    let no = json!({ "answers": [{ "party": party(&dispute, 1), "consents": false }] });
    mediator.step(&town, &format!("{url}/consents"), 1, no).await;
    let refused =
        mediator.step(&town, &format!("{url}/refusal"), 2, json!({ "note": "示例:当面拒绝" })).await;
    assert_eq!((refused.text("state"), refused.text("outcome")), ("refused".into(), "refused".into()));
    assert_eq!(
        (refused.text("phase"), offered(&refused)),
        ("resolved".into(), vec!["raise_violence", "archive"])
    );
    let held = session(&dispute, &mediator);
    for (step, body) in
        [("mediation", json!({ "mode": "on_site" })), ("acceptance", json!({})), ("sessions", held)]
    {
        let session = mediator.step(&town, &format!("{url}/{step}"), 3, body).await;
        assert_eq!(session.told(), (409, "step_not_allowed"), "{step}");
        assert_eq!(basis(&session), ("人民调解法", "第十七条"), "{step}");
    }
    assert_eq!(archived(&town, &mediator, &refused).await, the_archive());
    counters_are_equal(&town).await;
}

#[actix_web::test]
async fn a_party_may_refuse_after_acceptance_and_mediators_alone_record_it() {
    let town = Town::new();
    let (worker, mediator) = (town.staff(Role::GridWorker, EAST), town.staff(Role::Mediator, VILLAGE));
    let dispute = registers(&town, &worker, registration(&new_id(), EAST)).await;
    let url = url(&dispute);
    mediator.step(&town, &format!("{url}/acceptance"), 1, acceptance(&dispute, true)).await;
    let no = json!({ "answers": [{ "party": party(&dispute, 0), "consents": false }] });
    let leader = town.staff(Role::GridLeader, VILLAGE);
    assert_eq!(leader.step(&town, &format!("{url}/refusal"), 2, no.clone()).await.status, 403);
    let refused = mediator.step(&town, &format!("{url}/refusal"), 2, no).await;
    assert_eq!(refused.text("state"), "refused", "{refused:?}");
    assert_eq!(refused.body["parties"][0]["consents"], false);
    assert_eq!(refused.body.get("due_on"), None, "nothing is due any more");
}

#[actix_web::test]
async fn what_is_withdrawn_says_why_and_is_archived() {
    let town = Town::new();
    let (worker, mediator) = (town.staff(Role::GridWorker, EAST), town.staff(Role::Mediator, VILLAGE));
    let registered = registers(&town, &worker, registration(&new_id(), EAST)).await;
    let mediated = mediating(&town, &mediator).await;
    for dispute in [registered, mediated] {
        let path = format!("{}/withdrawal", url(&dispute));
        let silent = mediator.step(&town, &path, dispute.version(), json!({})).await;
        assert_eq!((silent.status, silent.fields()), (422, vec!["reason"]));
        assert_eq!(silent.body["basis"]["article"], "第二十三条");
        let why = json!({ "reason": "示例:双方自行和解" });
        let withdrawn = mediator.step(&town, &path, dispute.version(), why).await;
        assert_eq!(
            (withdrawn.text("state"), withdrawn.text("outcome")),
            ("withdrawn".into(), "withdrawn".into())
        );
        assert_eq!(withdrawn.text("end_reason"), "示例:双方自行和解");
        assert_eq!(archived(&town, &mediator, &withdrawn).await, the_archive());
    }
    counters_are_equal(&town).await;
}

#[actix_web::test]
async fn a_resident_takes_back_what_nobody_has_accepted_and_later_only_a_mediator_writes_that_down() {
    let town = Town::new();
    let (resident, mediator) = (town.resident(EAST), town.staff(Role::Mediator, VILLAGE));
    let registered = registers(&town, &resident, registration(&new_id(), EAST)).await;
    assert_eq!((offered(&registered), blocked(&registered, "withdraw")), (vec!["withdraw"], None));
    let path = format!("{}/withdrawal", url(&registered));
    let why = || json!({ "reason": "示例:邻居已经道歉" });
    assert_eq!(resident.step(&town, &path, 1, json!({})).await.fields(), ["reason"]);
    let neighbour = town.resident(EAST).step(&town, &path, 1, why()).await;
    assert_eq!(neighbour.told(), (404, "not_found"), "nobody takes back what is another's");
    let worker = town.staff(Role::GridWorker, EAST).step(&town, &path, 1, why()).await;
    assert_eq!(worker.told(), (403, "forbidden"));
    let withdrawn = resident.step(&town, &path, 1, why()).await;
    assert_eq!((withdrawn.text("state"), offered(&withdrawn)), ("withdrawn".into(), vec![]), "{withdrawn:?}");

    let other = registers(&town, &resident, registration(&new_id(), EAST)).await;
    let path = format!("{}/withdrawal", url(&other));
    mediator.step(&town, &format!("{}/acceptance", url(&other)), 1, acceptance(&other, true)).await;
    let seen = resident.get(&town, &url(&other)).await;
    assert!(blocked(&seen, "withdraw").unwrap().contains("人民调解员"), "{seen:?}");
    assert_eq!(resident.step(&town, &path, 2, why()).await.told(), (409, "guard_refused"));
    assert_eq!(mediator.step(&town, &path, 2, why()).await.text("state"), "withdrawn");
    counters_are_equal(&town).await;
}

#[actix_web::test]
async fn mediation_fails_only_when_other_ways_were_told_and_is_archived_without_agreement() {
    let town = Town::new();
    let mediator = town.staff(Role::Mediator, VILLAGE);
    let dispute = mediating(&town, &mediator).await;
    let url = url(&dispute);
    mediator.step(&town, &format!("{url}/sessions"), 3, session(&dispute, &mediator)).await;
    let silent = json!({ "reason": "示例:分歧过大", "remedies_told": false });
    let silent = mediator.step(&town, &format!("{url}/failure"), 4, silent).await;
    assert_eq!((silent.status, silent.fields()), (422, vec!["remedies_told"]));
    assert_eq!(basis(&silent), ("人民调解法", "第二十六条"));
    let failed = json!({ "reason": "示例:分歧过大", "remedies_told": true });
    let failed = mediator.step(&town, &format!("{url}/failure"), 4, failed).await;
    assert_eq!((failed.text("state"), failed.text("outcome")), ("failed".into(), "failed".into()));
    assert_eq!(offered(&failed), ["transfer", "raise_violence", "archive"]);
    let ways = failed.body["remedies"].as_array().unwrap();
    let ways: Vec<_> = ways.iter().map(|way| way["remedy"].as_str().unwrap()).collect();
    assert_eq!(ways, ["arbitration", "administration", "lawsuit"]);
    assert_eq!(archived(&town, &mediator, &failed).await, the_archive());
    counters_are_equal(&town).await;
}

#[actix_web::test]
async fn what_failed_is_handed_on_with_its_papers_and_archived_from_there() {
    let town = Town::new();
    let mediator = town.staff(Role::Mediator, VILLAGE);
    let dispute = mediating(&town, &mediator).await;
    let path = format!("{}/transfer", url(&dispute));
    let to_court = json!({
        "to": "court", "receiver": "示例区人民法院", "handed_over": ["调解登记表 1 份"], "on": "2026-03-02", "receipt_no": "示例1号"
    });
    let early = mediator.step(&town, &path, 3, to_court.clone()).await;
    assert_eq!(early.told(), (409, "step_not_allowed"), "mediation goes on");
    mediator.step(&town, &format!("{}/sessions", url(&dispute)), 3, session(&dispute, &mediator)).await;
    let told = json!({ "reason": "示例:分歧过大", "remedies_told": true });
    mediator.step(&town, &format!("{}/failure", url(&dispute)), 4, told).await;

    let empty = json!({ "to": "court", "receiver": " ", "handed_over": [], "on": "2026-03-03" });
    assert_eq!(mediator.step(&town, &path, 5, empty).await.fields(), ["receiver"]);
    let empty = json!({ "to": "court", "receiver": "示例法院", "handed_over": [], "on": "2026-03-03" });
    assert_eq!(mediator.step(&town, &path, 5, empty).await.fields(), ["handed_over", "on"]);
    let handed = mediator.step(&town, &path, 5, to_court.clone()).await;
    assert_eq!((handed.text("state"), handed.text("outcome")), ("transferred".into(), "transferred".into()));
    assert_eq!(
        (handed.text("phase"), &handed.body["transfer"]),
        ("resolved".into(), &to_court),
        "{handed:?}"
    );
    assert_eq!(offered(&handed), ["raise_violence", "archive"]);
    assert_eq!(archived(&town, &mediator, &handed).await, the_archive());
    counters_are_equal(&town).await;
}
