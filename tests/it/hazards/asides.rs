//! What the approver does beside the ordinary way of a hazard.

use chrono::TimeDelta;
use serde_json::{Value, json};
use wangge::platform::access::Role;

use super::{button, reports, staff_id, url, whole_order};
use crate::town::{EAST, Person, TOWN, Town};

/// A town with a hazard that was graded and ordered, and those who work on it.
struct Scene {
    town: Town,
    worker: Person,
    officer: Person,
    approver: Person,
    url: String,
}

impl Scene {
    /// Ordered at version 3.
    async fn ordered(grade: &str) -> Self {
        let scene = Self::graded(grade).await;
        let general = json!({ "due": "2026-03-06" });
        let order = if grade == "major" { whole_order() } else { general };
        assert_eq!(scene.approves("order", 2, order).await, (200, "ordered".to_owned()));
        scene
    }

    /// Graded at version 2; reported by a resident.
    async fn graded(grade: &str) -> Self {
        let town = Town::new();
        let (worker, officer) = (town.staff(Role::GridWorker, EAST), town.staff(Role::StationOfficer, TOWN));
        let approver = town.staff(Role::Approver, TOWN);
        let url = url(&reports(&town, &town.resident(EAST), EAST).await);
        let scene = Self { town, worker, officer, approver, url };
        scene.step(&scene.officer, "grading", 1, json!({ "grade": grade })).await;
        scene
    }

    async fn step(&self, who: &Person, noun: &str, version: i64, body: Value) -> crate::town::Answer {
        who.step(&self.town, &format!("{}/{noun}", self.url), version, body).await
    }

    /// The status and the state or the code.
    async fn approves(&self, noun: &str, version: i64, body: Value) -> (u16, String) {
        let answer = self.step(&self.approver, noun, version, body).await;
        let told = if answer.status == 200 { "state" } else { "code" };
        (answer.status, answer.text(told))
    }
}

#[actix_web::test]
async fn more_time_is_given_once_and_the_reporter_is_told() {
    let scene = Scene::ordered("general").await;
    let more = json!({ "due": "2026-03-12", "reason": "示例:连日大雨" });
    let without_reason =
        scene.step(&scene.approver, "extension", 3, json!({ "due": "2026-03-12", "reason": " " })).await;
    assert_eq!(without_reason.fields(), ["reason"]);
    for due in ["2026-03-06", "2026-03-14"] {
        let refused =
            scene.step(&scene.approver, "extension", 3, json!({ "due": due, "reason": "示例" })).await;
        assert_eq!(refused.fields(), ["due"], "{due}: {refused:?}");
    }
    let by_officer = scene.step(&scene.officer, "extension", 3, more.clone()).await;
    assert_eq!(by_officer.told(), (403, "forbidden"));

    let extended = scene.step(&scene.approver, "extension", 3, more.clone()).await;
    assert_eq!((extended.text("state"), extended.text("due_on")), ("ordered".into(), "2026-03-12".into()));
    assert_eq!(extended.body["clocks"][0]["extended"], true, "{extended:?}");
    assert_eq!(extended.body["order"]["extended_from"], "2026-03-06");
    assert_eq!(button(&extended, "extend")["blocked"], "整改期限只能延长一次");
    let timeline = scene.worker.get(&scene.town, &format!("{}/timeline", scene.url)).await;
    assert_eq!(timeline.body[3]["note"], "整改期限由 2026-03-06 延至 2026-03-12。原因:示例:连日大雨");
    assert_eq!(scene.approves("extension", 4, more).await, (409, "guard_refused".into()));

    scene.step(&scene.worker, "rectification", 4, json!({})).await;
    let working = scene.worker.get(&scene.town, &scene.url).await;
    assert_eq!(working.text("due_on"), "2026-03-12", "the day stays when the work begins");
}

#[actix_web::test]
async fn a_major_hazard_is_given_more_time_for_another_plan_only() {
    let scene = Scene::ordered("major").await;
    let more = json!({ "due": "2026-08-01", "reason": "示例" });
    let same = scene.step(&scene.approver, "extension", 3, more).await;
    assert_eq!((same.told(), same.fields()), ((422, "invalid_fields"), vec!["measures"]));
    let late = json!({ "due": "2026-09-29", "reason": "示例", "measures": "另一措施" });
    assert_eq!(scene.step(&scene.approver, "extension", 3, late).await.fields(), ["due"]);
    let other = json!({ "due": "2026-08-01", "reason": "示例", "measures": "另一措施" });
    let extended = scene.step(&scene.approver, "extension", 3, other).await;
    assert_eq!(extended.body["order"]["measures"], "另一措施");
    assert_eq!(extended.body["order"]["emergency_plan"], "示例预案", "what is not named stays");
    let timeline = scene.worker.get(&scene.town, &format!("{}/timeline", scene.url)).await;
    assert_eq!(timeline.body[3]["note_internal"], "原方案。整改措施:示例措施");
}

#[actix_web::test]
async fn what_is_late_is_given_no_more_time() {
    let scene = Scene::ordered("general").await;
    let more = json!({ "due": "2026-03-12", "reason": "示例" });
    scene.town.pass(TimeDelta::days(5));
    let approver = scene.town.staff(Role::Approver, TOWN);
    let seen = approver.get(&scene.town, &scene.url).await;
    assert_eq!(button(&seen, "extend")["blocked"], "整改期限已过,不能再延长");
    let refused = scene.step(&approver, "extension", 3, more).await;
    assert_eq!(refused.told(), (409, "guard_refused"), "{refused:?}");
}

#[actix_web::test]
async fn nobody_gives_more_time_to_themselves() {
    let scene = Scene::ordered("general").await;
    let both = scene.town.staff(Role::Approver, TOWN);
    scene.town.appoint(&both, Role::GridLeader, "500114119201");
    scene.step(&both, "rectification", 3, json!({})).await;
    let more = json!({ "due": "2026-03-12", "reason": "示例" });
    assert_eq!(scene.step(&both, "extension", 4, more).await.told(), (403, "same_person"));
}

#[actix_web::test]
async fn a_major_hazard_is_listed_until_it_is_closed() {
    let scene = Scene::ordered("major").await;
    let listed = |until: &str, who: &Person| json!({ "until": until, "supervisor": staff_id(who) });
    for (until, who, field) in [
        ("2026-03-01", &scene.officer, "until"),
        ("2027-03-04", &scene.officer, "until"),
        ("2026-06-30", &scene.worker, "supervisor"),
    ] {
        let refused = scene.step(&scene.approver, "supervision", 3, listed(until, who)).await;
        assert_eq!(refused.fields(), [field], "{refused:?}");
    }
    let seen = scene.step(&scene.approver, "supervision", 3, listed("2026-06-30", &scene.officer)).await;
    let supervision = json!({ "until": "2026-06-30", "supervisor": staff_id(&scene.officer) });
    assert_eq!(seen.body["supervision"], supervision, "{seen:?}");
    assert_eq!(seen.text("due_on"), "2026-06-30", "the order's own day stays");

    let other = scene.step(&scene.approver, "supervision", 4, listed("2026-07-31", &scene.approver)).await;
    assert_eq!(other.body["supervision"]["until"], "2026-07-31", "listed again it has another day");
    let papers = [scene.approver.photo(&scene.town).await];
    let away = json!({ "office": "示例区应急管理局", "note": "示例", "papers": papers });
    let closed = scene.step(&scene.approver, "transfer", 5, away).await;
    assert_eq!((closed.status, closed.body.get("supervision")), (200, None), "{closed:?}");
}

#[actix_web::test]
async fn another_hazard_is_listed_when_it_is_overdue() {
    let scene = Scene::ordered("general").await;
    let listed = json!({ "until": "2026-03-31", "supervisor": staff_id(&scene.officer) });
    let seen = scene.approver.get(&scene.town, &scene.url).await;
    assert_eq!(button(&seen, "supervise")["blocked"], "重大隐患或逾期未办结的隐患才挂牌督办");
    assert_eq!(scene.approves("supervision", 3, listed.clone()).await, (409, "guard_refused".into()));
    for (days, status) in [(4, 409), (1, 200)] {
        scene.town.pass(TimeDelta::days(days));
        let approver = scene.town.staff(Role::Approver, TOWN);
        let answer = scene.step(&approver, "supervision", 3, listed.clone()).await;
        assert_eq!(answer.status, status, "listed on the day after its day: {answer:?}");
    }
}

#[actix_web::test]
async fn what_goes_to_the_district_goes_with_papers_and_may_come_back() {
    let scene = Scene::ordered("major").await;
    let paper = scene.approver.photo(&scene.town).await;
    let away = json!({ "office": "示例区应急管理局", "note": "示例:跨镇河道", "papers": [paper] });
    let bare = json!({ "office": "示例区应急管理局", "note": "示例", "papers": [] });
    assert_eq!(scene.step(&scene.approver, "transfer", 3, bare).await.fields(), ["papers"]);
    let gone = scene.step(&scene.approver, "transfer", 3, away.clone()).await;
    assert_eq!((gone.text("state"), gone.text("phase")), ("transferred".into(), "closed".into()));
    assert_eq!(gone.body["transfer"], json!({ "office": "示例区应急管理局", "on": "2026-03-02" }));
    assert!(gone.body["closed_at"].is_string() && gone.body.get("due_on").is_none());

    let photos = scene.officer.get(&scene.town, &format!("{}/photos", scene.url)).await;
    assert_eq!(photos.body, json!([]), "papers are among no photos");
    let reveal = format!("{}/reveal", scene.url);
    let purpose = json!({ "purpose": "示例核对" });
    let revealed = scene.officer.post(&scene.town, &reveal, purpose.clone()).await;
    assert_eq!(revealed.body, json!({ "responsible": "示例负责人", "papers": [paper] }));
    let shown = format!("{}/papers/{paper}/reveal", scene.url);
    let shown = scene.officer.post(&scene.town, &shown, purpose).await;
    assert_eq!((shown.status, shown.media.as_str()), (200, "image/jpeg"));

    let back = scene.step(&scene.approver, "return", 4, json!({ "note": "示例:函告由本镇整改" })).await;
    assert_eq!((back.text("state"), back.text("phase")), ("graded".into(), "accepted".into()));
    assert_eq!((back.body.get("transfer"), back.body.get("closed_at")), (None, None), "{back:?}");
    let anew = scene.step(&scene.approver, "order", 5, whole_order()).await;
    assert_eq!(anew.text("state"), "ordered");
    assert_eq!(
        scene.approves("return", 6, json!({ "note": "示例" })).await,
        (409, "step_not_allowed".into())
    );
}

#[actix_web::test]
async fn only_a_major_hazard_goes_to_the_district() {
    let scene = Scene::graded("key").await;
    let papers = [scene.approver.photo(&scene.town).await];
    let away = json!({ "office": "示例区应急管理局", "note": "示例", "papers": papers });
    assert_eq!(scene.approves("transfer", 2, away).await, (409, "guard_refused".into()));
    let by_officer =
        json!({ "office": "示例局", "note": "示例", "papers": [scene.officer.photo(&scene.town).await] });
    assert_eq!(scene.step(&scene.officer, "transfer", 2, by_officer).await.told(), (403, "forbidden"));
}

#[actix_web::test]
async fn a_resident_is_rewarded_once_and_a_worker_never() {
    let town = Town::new();
    let (worker, approver) = (town.staff(Role::GridWorker, EAST), town.staff(Role::Approver, TOWN));
    let leader = town.staff(Role::GridLeader, "500114119201");
    let resident = town.resident(EAST);
    for (who, status) in [(&resident, 200), (&worker, 409)] {
        let url = url(&reports(&town, who, EAST).await);
        let photos = json!({ "before": [worker.photo(&town).await], "photos": [worker.photo(&town).await] });
        worker.step(&town, &format!("{url}/spot_fix"), 1, photos).await;
        let reward = json!({ "amount_fen": 50_000, "note": "示例:请到便民服务中心领取" });
        let early = approver.step(&town, &format!("{url}/reward"), 2, reward.clone()).await;
        assert_eq!(early.told(), (409, "step_not_allowed"));
        leader.step(&town, &format!("{url}/reinspection"), 2, json!({ "passed": true })).await;
        let rewarded = approver.step(&town, &format!("{url}/reward"), 3, reward.clone()).await;
        assert_eq!(rewarded.status, status, "{rewarded:?}");
        if status == 200 {
            let seen = resident.get(&town, &url).await;
            assert_eq!(
                (seen.body["reward_fen"].as_i64(), seen.text("phase")),
                (Some(50_000), "closed".into())
            );
            let twice = approver.step(&town, &format!("{url}/reward"), 4, reward).await;
            assert_eq!(twice.told(), (409, "guard_refused"));
        }
    }
}
