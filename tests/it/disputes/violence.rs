//! A risk of violence: raised by anyone of the staff, told to the police, cleared by an approver.

use chrono::TimeDelta;
use serde_json::{Value, json};
use wangge::base::clock::Timestamp;
use wangge::platform::access::Role;

use super::{VILLAGE, acceptance, agreed, basis, blocked, new_id, offered, registers, registration, url};
use crate::town::{Answer, EAST, NEXT_VILLAGE, Person, TOWN, Town};

fn report(at: Timestamp) -> Value {
    json!({ "told_at": at, "station": "示例派出所", "officer": "示例民警", "report_no": "示例警情001" })
}

/// The state of the clock for telling the police.
fn clock(dispute: &Answer) -> &str {
    let clocks = dispute.body["clocks"].as_array().unwrap();
    clocks.iter().find(|clock| clock["rule"] == "TJ-POLICE").unwrap()["state"].as_str().unwrap()
}

async fn raised(town: &Town, who: &Person, dispute: &Answer) -> Answer {
    let path = format!("{}/violence_risk", url(dispute));
    let raised = who.step(town, &path, dispute.version(), json!({ "reason": "示例:扬言报复" })).await;
    assert_eq!(raised.status, 200, "{raised:?}");
    raised
}

#[actix_web::test]
async fn whoever_of_the_staff_sees_the_case_may_raise_it_and_it_is_major_then() {
    let town = Town::new();
    let worker = town.staff(Role::GridWorker, EAST);
    for (role, area) in [
        (Role::GridWorker, EAST),
        (Role::GridLeader, VILLAGE),
        (Role::VillageAgent, VILLAGE),
        (Role::Mediator, VILLAGE),
        (Role::Dispatcher, TOWN),
        (Role::StationOfficer, TOWN),
        (Role::Approver, TOWN),
    ] {
        let who = town.staff(role, area);
        let dispute = registers(&town, &worker, registration(&new_id(), EAST)).await;
        assert!(offered(&who.get(&town, &url(&dispute)).await).contains(&"raise_violence"), "{role}");
        let raised = raised(&town, &who, &dispute).await;
        assert_eq!(
            (raised.text("level"), raised.text("state")),
            ("major".into(), "registered".into()),
            "{role}"
        );
        assert_eq!((&raised.body["violence"]["risk"], clock(&raised)), (&json!(true), "running"), "{role}");
        let again = json!({ "reason": "示例" });
        let again = who.step(&town, &format!("{}/violence_risk", url(&dispute)), 2, again).await;
        assert_eq!(again.told(), (409, "step_not_allowed"), "{role}");
    }
    let dispute = registers(&town, &worker, registration(&new_id(), EAST)).await;
    let path = format!("{}/violence_risk", url(&dispute));
    for (who, status) in [
        (town.staff(Role::Auditor, TOWN), 403),
        (town.staff(Role::DistrictViewer, "500114"), 403),
        (town.resident(EAST), 403),
        (town.staff(Role::GridWorker, NEXT_VILLAGE), 404),
    ] {
        assert_eq!(who.step(&town, &path, 1, json!({ "reason": "示例" })).await.status, status, "{who:?}");
    }
    assert_eq!(worker.step(&town, &path, 1, json!({ "reason": " " })).await.fields(), ["reason"]);
}

#[actix_web::test]
async fn a_party_who_fears_violence_says_so_and_a_resident_is_shown_nothing_of_it() {
    let town = Town::new();
    let (resident, threatened) = (town.resident(EAST), town.staff(Role::GridWorker, EAST));
    let mut body = registration(&new_id(), EAST);
    body["parties"][1]["phone"] = threatened.phone.clone().into();
    let dispute = registers(&town, &resident, body).await;
    raised(&town, &threatened, &dispute).await;
    let seen = resident.get(&town, &url(&dispute)).await;
    assert_eq!((seen.body.get("violence"), seen.text("level")), (None, "major".into()), "{seen:?}");
    let timeline = resident.get(&town, &format!("{}/timeline", url(&dispute))).await;
    assert!(!timeline.body.to_string().contains("扬言"), "{timeline:?}");
    let reports = format!("{}/police_reports", url(&dispute));
    assert_eq!(resident.get(&town, &reports).await.told(), (403, "forbidden"));
}

#[actix_web::test]
async fn the_police_is_told_within_two_hours_and_by_whom_and_when_is_on_record() {
    let town = Town::new();
    let (worker, mediator) = (town.staff(Role::GridWorker, EAST), town.staff(Role::Mediator, VILLAGE));
    let dispute = registers(&town, &worker, registration(&new_id(), EAST)).await;
    let path = format!("{}/police_reports", url(&dispute));
    let early = worker.step(&town, &path, 1, report(town.clock.now())).await;
    assert_eq!(early.told(), (409, "step_not_allowed"), "nobody has said that there is a risk");
    let began = town.clock.now();
    raised(&town, &worker, &dispute).await;

    let mut wrong = report(town.clock.now().plus(TimeDelta::hours(1)));
    (wrong["station"], wrong["officer"]) = ("".into(), "".into());
    assert_eq!(mediator.step(&town, &path, 2, wrong).await.fields(), ["told_at", "station", "officer"]);
    town.pass(TimeDelta::hours(3));
    let told = mediator.step(&town, &path, 2, report(began.plus(TimeDelta::minutes(30)))).await;
    assert_eq!((told.status, clock(&told)), (200, "met"), "told in time, written down later: {told:?}");
    assert!(told.body["violence"]["police_told_at"].is_string());
    let listed = mediator.get(&town, &path).await;
    assert_eq!(listed.body[0]["station"], "示例派出所");
    assert_eq!(
        (&listed.body[0]["officer"], &listed.body[0]["report_no"]),
        (&json!("示***"), &json!("示例警情001"))
    );
    let ask = json!({ "purpose": "与派出所核对", "fields": ["records"] });
    let plain = mediator.post(&town, &format!("{}/reveal", url(&dispute)), ask).await;
    assert_eq!(plain.body["records"]["police_reports"][0]["officer"], "示例民警", "{plain:?}");
}

#[actix_web::test]
async fn told_too_late_is_late() {
    let town = Town::new();
    let worker = town.staff(Role::GridWorker, EAST);
    let dispute = registers(&town, &worker, registration(&new_id(), EAST)).await;
    raised(&town, &worker, &dispute).await;
    town.pass(TimeDelta::minutes(121));
    let path = format!("{}/police_reports", url(&dispute));
    let told = worker.step(&town, &path, 2, report(town.clock.now())).await;
    assert_eq!(clock(&told), "missed", "{told:?}");
}

#[actix_web::test]
async fn only_an_approver_clears_it_for_a_reason_and_says_how_hard_the_dispute_is_then() {
    let town = Town::new();
    let (worker, mediator) = (town.staff(Role::GridWorker, EAST), town.staff(Role::Mediator, VILLAGE));
    let approver = town.staff(Role::Approver, TOWN);
    let dispute = registers(&town, &worker, registration(&new_id(), EAST)).await;
    let path = format!("{}/violence_clearance", url(&dispute));
    let why = json!({ "reason": "示例:误报", "level": "difficult" });
    let early = approver.step(&town, &path, 1, why.clone()).await;
    assert_eq!(early.told(), (409, "step_not_allowed"));
    raised(&town, &worker, &dispute).await;
    let mut accept = acceptance(&dispute, true);
    accept["level"] = "simple".into();
    let accepted = mediator.step(&town, &format!("{}/acceptance", url(&dispute)), 2, accept).await;
    assert_eq!(accepted.text("level"), "major", "the risk is still there");
    for who in [&worker, &mediator, &town.staff(Role::Dispatcher, TOWN)] {
        assert_eq!(who.step(&town, &path, 3, why.clone()).await.told(), (403, "forbidden"), "{who:?}");
    }
    assert_eq!(approver.step(&town, &path, 3, json!({ "reason": "" })).await.fields(), ["reason"]);
    let cleared = approver.step(&town, &path, 3, why).await;
    assert_eq!((cleared.text("level"), clock(&cleared)), ("difficult".into(), "waived"), "{cleared:?}");
    assert_eq!(cleared.body["violence"]["risk"], false);
}

#[actix_web::test]
async fn a_file_is_not_closed_while_nobody_has_told_the_police() {
    let town = Town::new();
    let mediator = town.staff(Role::Mediator, VILLAGE);
    let dispute = agreed(&town, &mediator).await;
    let url = url(&dispute);
    mediator.step(&town, &format!("{url}/performance"), 5, json!({})).await;
    let done = json!({ "performed_on": "2026-03-02", "return_visit": "示例:无异议" });
    let done = mediator.step(&town, &format!("{url}/fulfilment"), 6, done).await;
    let raised = raised(&town, &mediator, &done).await;
    assert!(blocked(&raised, "archive").unwrap().contains("公安机关"), "{raised:?}");
    let papers = json!({ "archive_no": "示例7号", "register": true, "records": true, "agreement": true });
    let refused = mediator.step(&town, &format!("{url}/archive"), 8, papers.clone()).await;
    assert_eq!((refused.told(), basis(&refused)), ((409, "guard_refused"), ("人民调解法", "第二十五条")));
    let told = report(town.clock.now());
    mediator.step(&town, &format!("{url}/police_reports"), 8, told).await;
    let end = mediator.step(&town, &format!("{url}/archive"), 9, papers).await;
    assert_eq!((end.text("state"), offered(&end)), ("archived".into(), vec![]), "{end:?}");
    let late = mediator.step(&town, &format!("{url}/violence_risk"), 10, json!({ "reason": "示例" })).await;
    assert_eq!(late.told(), (409, "step_not_allowed"), "a closed file is closed");
}

#[actix_web::test]
async fn what_many_people_are_in_is_major() {
    let town = Town::new();
    let (worker, mediator) = (town.staff(Role::GridWorker, EAST), town.staff(Role::Mediator, VILLAGE));
    let dispute = registers(&town, &worker, registration(&new_id(), EAST)).await;
    let mut body = acceptance(&dispute, true);
    (body["mass"], body["cause"]) = (true.into(), "示例:旱季用水紧张".into());
    let accepted = mediator.step(&town, &format!("{}/acceptance", url(&dispute)), 1, body).await;
    assert_eq!(
        (accepted.text("level"), &accepted.body["mass"]),
        ("major".into(), &json!(true)),
        "{accepted:?}"
    );
    assert_eq!(accepted.text("cause"), "示例:旱季用水紧张");
}
