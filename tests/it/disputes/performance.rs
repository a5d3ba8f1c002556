//! Whether an agreement is kept: checked, visited, broken, and perhaps kept after all.

use serde_json::{Value, json};
use wangge::features::cases;
use wangge::platform::access::Role;

use super::{VILLAGE, agreed, basis, offered, url};
use crate::town::{TOWN, Town};

fn check(kind: &str, finding: &str) -> Value {
    json!({ "kind": kind, "finding": finding, "words": "示例:已付一半" })
}

#[actix_web::test]
async fn checks_and_visits_are_written_down_and_shown_in_full_for_a_purpose_alone() {
    let town = Town::new();
    let mediator = town.staff(Role::Mediator, VILLAGE);
    let dispute = agreed(&town, &mediator).await;
    let path = format!("{}/checks", url(&dispute));
    let seen = mediator.step(&town, &path, 5, check("performance_check", "partly")).await;
    assert_eq!((seen.status, seen.text("state"), seen.version()), (200, "agreed".into(), 6), "{seen:?}");
    mediator.step(&town, &format!("{}/performance", url(&dispute)), 6, json!({})).await;
    mediator.step(&town, &path, 7, check("return_visit", "not_yet")).await;
    let done = json!({ "performed_on": "2026-03-02", "return_visit": "示例:双方无异议" });
    let done = mediator.step(&town, &format!("{}/fulfilment", url(&dispute)), 8, done).await;
    assert_eq!(done.text("state"), "fulfilled", "{done:?}");

    let listed = town.staff(Role::Auditor, TOWN).get(&town, &path).await;
    let kinds = |name: &str| -> Vec<String> {
        listed.body.as_array().unwrap().iter().map(|c| c[name].as_str().unwrap().to_owned()).collect()
    };
    assert_eq!(kinds("kind"), ["performance_check", "return_visit", "return_visit"]);
    assert_eq!(kinds("finding"), ["partly", "not_yet", "performed"]);
    let ask = json!({ "purpose": "核对回访", "fields": ["records"] });
    let plain = mediator.post(&town, &format!("{}/reveal", url(&dispute)), ask).await;
    assert_eq!(plain.body["records"]["checks"][2]["words"], "示例:双方无异议", "{plain:?}");
    let timeline = mediator.get(&town, &format!("{}/timeline", url(&dispute))).await;
    assert!(!timeline.body.to_string().contains("无异议"), "{timeline:?}");
}

#[actix_web::test]
async fn a_check_is_made_after_the_agreement_and_not_in_the_future() {
    let town = Town::new();
    let mediator = town.staff(Role::Mediator, VILLAGE);
    let dispute = agreed(&town, &mediator).await;
    let path = format!("{}/checks", url(&dispute));
    for day in ["2026-03-01", "2026-03-03"] {
        let mut body = check("performance_check", "not_yet");
        body["checked_on"] = day.into();
        let refused = mediator.step(&town, &path, 5, body).await;
        assert_eq!(
            (refused.fields(), basis(&refused)),
            (vec!["checked_on"], ("人民调解法", "第三十一条")),
            "{day}"
        );
    }
    let before = super::mediating(&town, &mediator).await;
    let early =
        mediator.step(&town, &format!("{}/checks", url(&before)), 3, check("return_visit", "not_yet")).await;
    assert_eq!(early.told(), (409, "step_not_allowed"));
}

#[actix_web::test]
async fn a_broken_agreement_is_recorded_once_the_right_to_sue_was_told_and_may_be_kept_after_all() {
    let town = Town::new();
    let mediator = town.staff(Role::Mediator, VILLAGE);
    let dispute = agreed(&town, &mediator).await;
    let url = url(&dispute);
    let told = json!({ "reason": "示例:逾期未付", "remedies_told": true });
    let early = mediator.step(&town, &format!("{url}/breach"), 5, told.clone()).await;
    assert_eq!(early.told(), (409, "step_not_allowed"), "performance has not begun");
    mediator.step(&town, &format!("{url}/performance"), 5, json!({})).await;
    let silent =
        mediator.step(&town, &format!("{url}/breach"), 6, json!({ "reason": "示例:逾期未付" })).await;
    assert_eq!((silent.fields(), basis(&silent)), (vec!["remedies_told"], ("人民调解法", "第三十二条")));
    let breached = mediator.step(&town, &format!("{url}/breach"), 6, told).await;
    assert_eq!((breached.text("state"), breached.text("phase")), ("breached".into(), "resolved".into()));
    assert_eq!(breached.text("outcome"), "written_agreement", "what mediation came to stays");
    assert_eq!(offered(&breached), ["ask_court", "check", "fulfil", "raise_violence", "archive"]);
    let late = check("performance_check", "refused");
    assert_eq!(mediator.step(&town, &format!("{url}/checks"), 7, late).await.status, 200);

    let done = json!({ "performed_on": "2026-03-02", "return_visit": "示例:经督促已付清" });
    let done = mediator.step(&town, &format!("{url}/fulfilment"), 8, done).await;
    assert_eq!((done.text("state"), done.text("end_reason")), ("fulfilled".into(), "示例:逾期未付".into()));
    assert_eq!(done.body.get("remedies"), None, "nothing is left to sue for");
    let clocks = done.body["clocks"].as_array().unwrap();
    let performance = clocks.iter().find(|clock| clock["rule"] == "TJ-PERFORM").unwrap();
    assert_eq!(performance["state"], "missed", "kept late is not kept in time");
    let papers = json!({ "archive_no": "示例6号", "register": true, "records": true, "agreement": true });
    assert_eq!(mediator.step(&town, &format!("{url}/archive"), 9, papers).await.text("state"), "archived");
    let wrong = town.house.app.db.read(cases::compare).await.unwrap();
    assert!(wrong.is_empty(), "{wrong:?}");
}
