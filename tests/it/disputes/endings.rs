//! Disputes that end otherwise than performed: refused, withdrawn, broken.

use serde_json::{Value, json};
use wangge::features::cases;
use wangge::platform::access::Role;

use super::{VILLAGE, acceptance, agreement, mediating, new_id, party, registers, registration, url};
use crate::town::{Answer, EAST, Person, Town};

const PAPERS: &str = r#"{"archive_no":"示例3号","register":true,"records":true}"#;

/// Archives without an agreement and says where the file is then.
async fn archived(town: &Town, mediator: &Person, ended: &Answer) -> (String, String) {
    let papers: Value = serde_json::from_str(PAPERS).unwrap();
    let end = mediator.step(town, &format!("{}/archive", url(ended)), ended.version(), papers).await;
    assert_eq!(end.status, 200, "{end:?}");
    (end.text("state"), end.text("phase"))
}

/// The steps that the caller is offered.
fn offered(dispute: &Answer) -> Vec<&str> {
    dispute.body["actions"].as_array().unwrap().iter().map(|a| a["step"].as_str().unwrap()).collect()
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
    assert_eq!((refused.text("phase"), offered(&refused)), ("resolved".into(), vec!["archive"]));
    for (step, body) in [("mediation", json!({ "mode": "on_site" })), ("acceptance", json!({}))] {
        let session = mediator.step(&town, &format!("{url}/{step}"), 3, body).await;
        assert_eq!(session.told(), (409, "step_not_allowed"), "{step}");
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
async fn a_broken_agreement_is_recorded_once_the_right_to_sue_was_told() {
    let town = Town::new();
    let mediator = town.staff(Role::Mediator, VILLAGE);
    let dispute = mediating(&town, &mediator).await;
    let url = url(&dispute);
    mediator.step(&town, &format!("{url}/agreement"), 3, agreement(&dispute)).await;
    let early = json!({ "reason": "示例:逾期未付", "remedies_told": true });
    let early = mediator.step(&town, &format!("{url}/breach"), 4, early).await;
    assert_eq!(early.told(), (409, "step_not_allowed"), "performance has not begun");
    mediator.step(&town, &format!("{url}/performance"), 4, json!({})).await;
    let silent =
        mediator.step(&town, &format!("{url}/breach"), 5, json!({ "reason": "示例:逾期未付" })).await;
    assert_eq!((silent.status, silent.fields()), (422, vec!["remedies_told"]));
    assert_eq!(silent.body["basis"]["article"], "第三十二条");

    let told = json!({ "reason": "示例:逾期未付", "remedies_told": true });
    let breached = mediator.step(&town, &format!("{url}/breach"), 5, told).await;
    assert_eq!((breached.text("state"), breached.text("phase")), ("breached".into(), "resolved".into()));
    assert_eq!((breached.text("outcome"), offered(&breached)), ("written_agreement".into(), vec!["archive"]));
    let papers: Value = serde_json::from_str(PAPERS).unwrap();
    let without = mediator.step(&town, &format!("{url}/archive"), 6, papers.clone()).await;
    assert_eq!(without.fields(), ["agreement"], "there was one, so it is in the file");
    let mut all = papers;
    all["agreement"] = true.into();
    let end = mediator.step(&town, &format!("{url}/archive"), 6, all).await;
    assert_eq!(end.text("state"), "archived", "{end:?}");
    counters_are_equal(&town).await;
}
