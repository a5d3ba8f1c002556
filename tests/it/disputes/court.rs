//! Judicial confirmation: asked for together and in time, and what it changes when the agreement is broken.

use serde_json::{Value, json};
use wangge::platform::access::Role;

use super::{VILLAGE, agreed, agreement, basis, blocked, mediating, new_id, offered, party, url};
use crate::town::{Answer, Person, Town};

fn application(dispute: &Answer, applied_on: &str) -> Value {
    json!({
        "court": "示例区人民法院", "applied_on": applied_on,
        "applicants": [party(dispute, 0), party(dispute, 1)]
    })
}

fn decision(result: &str) -> Value {
    json!({ "result": result, "decided_on": "2026-03-02", "document_no": "(2026)示例调确字第1号" })
}

/// Rule, state and last lawful day of the clock for asking the court.
fn window(answer: &Answer) -> (String, String) {
    let clocks = answer.body["clocks"].as_array().unwrap();
    let clock = clocks.iter().find(|clock| clock["rule"] == "TJ-JUDICIAL").unwrap();
    let member = |name: &str| clock[name].as_str().unwrap().to_owned();
    (member("state"), member("legal_due_on"))
}

/// Performing, then broken; answers the breach.
async fn breaks(town: &Town, mediator: &Person, dispute: &Answer, told: bool) -> Answer {
    let url = url(dispute);
    let version = mediator.get(town, &url).await.version();
    mediator.step(town, &format!("{url}/performance"), version, json!({})).await;
    let body = json!({ "reason": "示例:逾期未付", "remedies_told": told });
    let version = mediator.get(town, &url).await.version();
    mediator.step(town, &format!("{url}/breach"), version, body).await
}

fn remedies(dispute: &Answer) -> Vec<(&str, &str)> {
    let remedies = dispute.body["remedies"].as_array().unwrap();
    let said = remedies.iter().map(|remedy| (&remedy["remedy"], &remedy["basis"]["article"]));
    said.map(|(remedy, article)| (remedy.as_str().unwrap(), article.as_str().unwrap())).collect()
}

#[actix_web::test]
async fn both_parties_ask_the_court_together_within_thirty_days() {
    let town = Town::new();
    let mediator = town.staff(Role::Mediator, VILLAGE);
    let dispute = agreed(&town, &mediator).await;
    let path = format!("{}/confirmation", url(&dispute));
    assert_eq!(dispute.body["confirmation"], json!({ "state": "none" }));
    assert_eq!(window(&dispute), ("running".into(), "2026-04-01".into()));
    let mut one_side = application(&dispute, "2026-03-02");
    one_side["applicants"] = json!([party(&dispute, 0)]);
    let refused = mediator.step(&town, &path, 5, one_side).await;
    assert_eq!((refused.fields(), basis(&refused)), (vec!["applicants"], ("人民调解法", "第三十三条")));
    for (day, why) in [("2026-03-01", "before the agreement"), ("2026-03-03", "in the future")] {
        let refused = mediator.step(&town, &path, 5, application(&dispute, day)).await;
        assert_eq!(refused.fields(), ["applied_on"], "{why}");
    }
    let asked = mediator.step(&town, &path, 5, application(&dispute, "2026-03-02")).await;
    assert_eq!(asked.body["confirmation"]["state"], "applied", "{asked:?}");
    assert_eq!(asked.body["confirmation"]["court"], "示例区人民法院");
    assert_eq!((asked.text("state"), window(&asked).0), ("agreed".into(), "met".into()));
    let again = mediator.step(&town, &path, 6, application(&dispute, "2026-03-02")).await;
    assert_eq!(again.told(), (409, "step_not_allowed"));

    let path = format!("{}/court_decision", url(&dispute));
    let mut without = decision("confirmed");
    without["document_no"] = Value::Null;
    assert_eq!(mediator.step(&town, &path, 6, without).await.fields(), ["document_no"]);
    let mut early = decision("confirmed");
    early["decided_on"] = "2026-03-01".into();
    assert_eq!(mediator.step(&town, &path, 6, early).await.fields(), ["decided_on"]);
    let confirmed = mediator.step(&town, &path, 6, decision("confirmed")).await;
    assert_eq!(confirmed.body["confirmation"]["state"], "confirmed", "{confirmed:?}");
    assert_eq!(confirmed.body["confirmation"]["document_no"], "(2026)示例调确字第1号");
    assert_eq!(mediator.step(&town, &path, 7, decision("rejected")).await.told(), (409, "step_not_allowed"));
}

#[actix_web::test]
async fn the_window_ends_on_its_thirtieth_day_or_on_the_working_day_after_it() {
    let town = Town::new();
    let mediator = town.staff(Role::Mediator, VILLAGE);
    let dispute = mediating(&town, &mediator).await;
    // Thirty days from 27 February 2026 end on Sunday 29 March, so that Monday is in time.
    let mut body = agreement(&dispute);
    body["effective_on"] = "2026-02-27".into();
    let dispute = mediator.step(&town, &format!("{}/agreement", url(&dispute)), 3, body).await;
    assert_eq!(window(&dispute), ("running".into(), "2026-03-30".into()), "{dispute:?}");
    town.pass(chrono::TimeDelta::days(40));
    let path = format!("{}/confirmation", url(&dispute));
    let late = mediator.step(&town, &path, 4, application(&dispute, "2026-03-31")).await;
    assert_eq!(
        (late.status, late.fields(), basis(&late)),
        (422, vec!["applied_on"], ("人民调解法", "第三十三条"))
    );
    assert!(late.body["errors"][0]["message"].as_str().unwrap().contains("2026-03-30"), "{late:?}");
    let monday = mediator.step(&town, &path, 4, application(&dispute, "2026-03-30")).await;
    assert_eq!((monday.status, window(&monday).0), (200, "met".into()), "written down late, asked in time");
}

#[actix_web::test]
async fn an_agreement_on_identity_adoption_or_marriage_goes_to_no_court() {
    let town = Town::new();
    let mediator = town.staff(Role::Mediator, VILLAGE);
    let mut family = super::registration(&new_id(), crate::town::EAST);
    family["dispute_type"] = "marriage_family".into();
    let dispute = super::registers(&town, &mediator, family).await;
    let url = url(&dispute);
    mediator.step(&town, &format!("{url}/acceptance"), 1, super::acceptance(&dispute, true)).await;
    mediator.step(&town, &format!("{url}/mediation"), 2, json!({ "mode": "committee" })).await;
    let mut body = agreement(&dispute);
    let silent = mediator.step(&town, &format!("{url}/agreement"), 3, body.clone()).await;
    let rules = "最高人民法院关于人民调解协议司法确认程序的若干规定";
    assert_eq!(
        (silent.status, silent.fields(), basis(&silent)),
        (422, vec!["personal_status"], (rules, "第四条"))
    );
    body["personal_status"] = "marriage".into();
    let agreed = mediator.step(&town, &format!("{url}/agreement"), 3, body).await;
    assert_eq!(agreed.status, 200, "{agreed:?}");
    assert!(blocked(&agreed, "ask_court").unwrap().contains("不予受理"), "{agreed:?}");
    let clocks = agreed.body["clocks"].to_string();
    assert!(!clocks.contains("TJ-JUDICIAL"), "a window that does not exist is not shown: {clocks}");
    let path = format!("{url}/confirmation");
    let refused = mediator.step(&town, &path, 4, application(&dispute, "2026-03-02")).await;
    assert_eq!((refused.told(), basis(&refused)), ((409, "guard_refused"), (rules, "第四条")));
}

#[actix_web::test]
async fn after_a_breach_the_remedy_depends_on_what_the_court_said() {
    let town = Town::new();
    let mediator = town.staff(Role::Mediator, VILLAGE);
    for (result, article, remedy) in [
        (None, "第三十二条", vec![("lawsuit", "第三十二条")]),
        (Some("confirmed"), "第三十三条", vec![("enforcement", "第三十三条")]),
        (Some("rejected"), "第三十二条", vec![("renegotiation", "第三十三条"), ("lawsuit", "第三十三条")]),
    ] {
        let dispute = agreed(&town, &mediator).await;
        if let Some(result) = result {
            let url = url(&dispute);
            let asked = application(&dispute, "2026-03-02");
            mediator.step(&town, &format!("{url}/confirmation"), 5, asked).await;
            mediator.step(&town, &format!("{url}/court_decision"), 6, decision(result)).await;
        }
        let untold = breaks(&town, &mediator, &dispute, false).await;
        assert_eq!(
            (untold.fields(), basis(&untold).1),
            (vec!["remedies_told"], article),
            "{result:?}: {untold:?}"
        );
        let version = mediator.get(&town, &url(&dispute)).await.version();
        let told = json!({ "reason": "示例:逾期未付", "remedies_told": true });
        let broken = mediator.step(&town, &format!("{}/breach", url(&dispute)), version, told).await;
        assert_eq!(remedies(&broken), remedy, "{result:?}");
    }
}

#[actix_web::test]
async fn an_application_that_was_taken_back_may_be_made_again_and_one_without_an_answer_keeps_the_file_open()
{
    let town = Town::new();
    let mediator = town.staff(Role::Mediator, VILLAGE);
    let dispute = agreed(&town, &mediator).await;
    let url = url(&dispute);
    let asked = application(&dispute, "2026-03-02");
    mediator.step(&town, &format!("{url}/confirmation"), 5, asked.clone()).await;
    let back = json!({ "result": "withdrawn", "decided_on": "2026-03-02" });
    let back = mediator.step(&town, &format!("{url}/court_decision"), 6, back).await;
    assert_eq!(
        (&back.body["confirmation"]["state"], window(&back).0),
        (&json!("none"), "running".into()),
        "{back:?}"
    );
    let again = mediator.step(&town, &format!("{url}/confirmation"), 7, asked).await;
    assert_eq!(again.body["confirmation"]["state"], "applied", "{again:?}");

    mediator.step(&town, &format!("{url}/performance"), 8, json!({})).await;
    let done = json!({ "performed_on": "2026-03-02", "return_visit": "示例:无异议" });
    let done = mediator.step(&town, &format!("{url}/fulfilment"), 9, done).await;
    assert!(blocked(&done, "archive").unwrap().contains("尚未登记结果"), "{done:?}");
    assert!(offered(&done).contains(&"record_decision"));
    let papers = json!({ "archive_no": "示例5号", "register": true, "records": true, "agreement": true });
    let early = mediator.step(&town, &format!("{url}/archive"), 10, papers.clone()).await;
    assert_eq!(early.told(), (409, "guard_refused"));
    mediator.step(&town, &format!("{url}/court_decision"), 10, decision("confirmed")).await;
    assert_eq!(mediator.step(&town, &format!("{url}/archive"), 11, papers).await.text("state"), "archived");
}
