//! The reporter is told of the steps that matter to them, with each of them, once; nobody of what they did themselves.

use serde_json::{Value, json};
use wangge::platform::access::Role;

use super::told;
use crate::progress::{Case, Crew, STATION};
use crate::town::{EAST, Person, Town};

/// The kinds of what somebody was told.
async fn kinds(town: &Town, who: &Person) -> Vec<String> {
    let told = told(town, who).await;
    told.iter().map(|message| message["kind"].as_str().unwrap().to_owned()).collect()
}

async fn last(town: &Town, who: &Person) -> Value {
    told(town, who).await.pop().unwrap()
}

#[actix_web::test]
async fn the_reporter_of_an_event_hears_of_each_turn_and_of_nothing_else() {
    let town = Town::new();
    let (crew, resident) = (Crew::of(&town), town.resident(EAST));
    let mut event = Case::event(&town, &resident).await;
    assert!(kinds(&town, &resident).await.is_empty());
    event.goes(&crew.dispatcher, "return", json!({ "note": "示例:请写明是哪一盏" })).await;
    let returned = last(&town, &resident).await;
    let text = returned["text"].as_str().unwrap();
    assert!(text.contains(&event.no) && text.ends_with("说明:示例:请写明是哪一盏"), "{text}");
    assert_eq!((returned["kind"].as_str(), returned["case"].as_str()), (Some("returned"), Some(&*event.id)));
    event.goes(&resident, "supplement", json!({ "note": "示例:村口第二盏" })).await;
    event.goes(&crew.dispatcher, "acceptance", json!({})).await;
    event
        .goes(&crew.dispatcher, "dispatch", json!({ "station": STATION, "note_internal": "只在内部说" }))
        .await;
    event.goes(&crew.officer, "handling", json!({})).await;
    let asked = json!({ "until": "2026-03-20", "reason": "只在内部说" });
    event.goes(&crew.dispatcher, "suspension_request", asked).await;
    event.goes(&crew.approver, "suspension", json!({ "note": "示例:等灯头到货" })).await;
    let rests = last(&town, &resident).await;
    assert!(rests["text"].as_str().unwrap().contains("到 2026-03-20 为止"), "{rests}");
    event.goes(&crew.dispatcher, "resumption", json!({})).await;
    event.goes(&crew.officer, "completion", json!({ "note": "示例:已答复" })).await;
    event.goes(&crew.dispatcher, "closure", json!({ "resolution": "resolved", "note": "示例:已办" })).await;
    event.goes(&resident, "reopening", json!({ "reason": "示例:又坏了" })).await;
    let way = ["returned", "accepted", "suspended", "resumed", "concluded"];
    assert_eq!(kinds(&town, &resident).await, way);
    let all = Value::from(told(&town, &resident).await).to_string();
    assert!(!all.contains("只在内部说"), "{all}");
}

#[actix_web::test]
async fn a_rejection_says_why_and_a_merger_and_a_conversion_say_that_it_goes_on() {
    let town = Town::new();
    let (crew, resident) = (Crew::of(&town), town.resident(EAST));
    let mut event = Case::event(&town, &resident).await;
    let why = json!({ "reason": "not_ours", "right_office": "示例供电所", "note": "示例:属供电设施" });
    event.goes(&crew.dispatcher, "rejection", why).await;
    let text = last(&town, &resident).await["text"].as_str().unwrap().to_owned();
    assert!(text.contains("可向示例供电所反映") && text.contains("属供电设施"), "{text}");
    let original = Case::event(&town, &resident).await;
    let mut again = Case::event(&town, &resident).await;
    again.goes(&crew.dispatcher, "merger", json!({ "original_no": original.no, "note": "示例:重复" })).await;
    let mut quarrel = Case::event(&town, &resident).await;
    let to = json!({ "to": "hazard", "field": "electricity", "note": "示例:属安全隐患" });
    quarrel.goes(&crew.dispatcher, "conversion", to).await;
    assert_eq!(kinds(&town, &resident).await, ["rejected", "merged", "transferred"]);
}

#[actix_web::test]
async fn staff_are_told_of_their_reports_and_not_of_their_own_steps() {
    let town = Town::new();
    let crew = Crew::of(&town);
    let mut event = Case::event(&town, &crew.worker).await;
    event.goes(&crew.dispatcher, "acceptance", json!({})).await;
    assert_eq!(kinds(&town, &crew.worker).await, ["accepted"]);
    assert!(kinds(&town, &crew.dispatcher).await.is_empty());
    let mut own = Case::event(&town, &crew.worker).await;
    let photos = json!([crew.worker.photo(&town).await]);
    let before = json!([crew.worker.photo(&town).await]);
    own.goes(&crew.worker, "self_handling", json!({ "note": "示例", "photos": photos, "before": before }))
        .await;
    assert_eq!(kinds(&town, &crew.worker).await, ["accepted"]);
}

#[actix_web::test]
async fn a_step_that_is_refused_or_sent_again_tells_nothing() {
    let town = Town::new();
    let (crew, resident) = (Crew::of(&town), town.resident(EAST));
    let mut event = Case::event(&town, &resident).await;
    let no_grade =
        event.tries(&crew.dispatcher, "closure", json!({ "resolution": "resolved", "note": "示例" })).await;
    assert_eq!(no_grade.status, 409);
    assert!(kinds(&town, &resident).await.is_empty());
    event.goes(&crew.dispatcher, "acceptance", json!({})).await;
    event.version -= 1;
    assert_eq!(event.tries(&crew.dispatcher, "acceptance", json!({})).await.told(), (412, "stale_version"));
    assert_eq!(kinds(&town, &resident).await, ["accepted"]);
}

#[actix_web::test]
async fn reporters_of_hazards_and_disputes_hear_of_beginning_and_end() {
    let town = Town::new();
    let (officer, leader) = (town.staff(Role::StationOfficer, EAST), town.staff(Role::GridLeader, EAST));
    let (worker, resident) = (town.staff(Role::GridWorker, EAST), town.resident(EAST));
    let mut hazard = Case::hazard(&town, &resident).await;
    hazard.goes(&officer, "grading", json!({ "grade": "general" })).await;
    hazard.goes(&officer, "order", json!({ "due": "2026-03-06" })).await;
    hazard.goes(&worker, "rectification", json!({})).await;
    hazard.goes(&worker, "submission", json!({ "note": "示例:已加固" })).await;
    hazard.goes(&leader, "reinspection", json!({ "passed": true })).await;
    let mut none = Case::hazard(&town, &resident).await;
    none.goes(&officer, "dismissal", json!({ "reason": "not_found", "note": "示例:现场没有发现" })).await;
    assert_eq!(kinds(&town, &resident).await, ["accepted", "concluded", "rejected"]);

    let (mediator, neighbour) = (town.staff(Role::Mediator, EAST), town.resident(EAST));
    let mut dispute = Case::dispute(&town, &neighbour).await;
    dispute.is_mediated(&mediator).await;
    let end = json!({ "reason": "示例:只在内部说", "remedies_told": true, "note": "示例:可向法院起诉" });
    dispute.goes(&mediator, "failure", end).await;
    assert_eq!(kinds(&town, &neighbour).await, ["accepted", "concluded"]);
    let end = last(&town, &neighbour).await["text"].as_str().unwrap().to_owned();
    assert!(end.contains("没有达成协议") && end.contains("可向法院起诉"), "{end}");
    assert!(!end.contains("只在内部说"), "{end}");
}
