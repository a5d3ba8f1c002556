//! A hazard that was ordered to be put right by a day, and a dispute that few may see.

use serde_json::{Value, json};
use wangge::base::clock::Timestamp;
use wangge::base::id::Id;
use wangge::features::deadlines::tell_due;
use wangge::platform::access::Role;

use super::{Dispute, Hazard, VILLAGE};
use crate::town::{Answer, Person, TOWN, Town};

/// Reports a hazard in `grid` and orders it to be put right by `due`; it lies on the officer's desk. Answers the order.
pub async fn order(town: &Town, officer: &Person, grid: &str, due: &str) -> Answer {
    let id = Id::<Hazard>::new().to_string();
    let body = json!({
        "id": id, "area_code": grid, "field": "road_traffic", "title": "弯道护栏松动", "detail": "示例:立柱松动"
    });
    let worker = town.staff(Role::GridWorker, grid);
    assert_eq!(worker.post(town, "/api/v1/hazards", body).await.status, 201);
    let url = format!("/api/v1/hazards/{id}");
    officer.step(town, &format!("{url}/grading"), 1, json!({ "grade": "general" })).await;
    let ordered = officer.step(town, &format!("{url}/order"), 2, json!({ "due": due })).await;
    assert_eq!(ordered.status, 200, "{ordered:?}");
    ordered
}

/// Puts an ordered hazard right and submits it.
pub async fn submit(town: &Town, officer: &Person, ordered: &Answer) -> Answer {
    let url = format!("/api/v1/hazards/{}", ordered.text("id"));
    officer.step(town, &format!("{url}/rectification"), 3, json!({})).await;
    let done = officer.step(town, &format!("{url}/submission"), 4, json!({ "note": "已加固" })).await;
    assert_eq!(done.status, 200, "{done:?}");
    done
}

/// Registers a quarrel in a family and accepts it; it lies on the mediator's desk and is private.
pub async fn accept_private(town: &Town, mediator: &Person, grid: &str) -> Answer {
    let id = Id::<Dispute>::new().to_string();
    let body = json!({
        "id": id, "area_code": grid, "dispute_type": "marriage_family", "title": "示例家庭纠纷", "detail": "示例",
        "parties": [
            { "side": "applicant", "name": "示例甲", "consents": true },
            { "side": "respondent", "name": "示例乙", "consents": true }
        ]
    });
    let registered = mediator.post(town, "/api/v1/disputes", body).await;
    assert_eq!(registered.text("confidential"), "private", "{registered:?}");
    let url = format!("/api/v1/disputes/{id}/acceptance");
    let accepted = mediator.step(town, &url, 1, json!({ "answers": [] })).await;
    assert_eq!(accepted.status, 200, "{accepted:?}");
    accepted
}

/// Somebody of each level, above the hazards of the village.
pub fn levels(town: &Town) -> [Person; 4] {
    [
        town.staff(Role::GridLeader, VILLAGE),
        town.staff(Role::Dispatcher, TOWN),
        town.staff(Role::Approver, TOWN),
        town.staff(Role::DistrictViewer, &TOWN[..6]),
    ]
}

/// Sets the clock to five past midnight of a day in China.
pub fn dawn(town: &Town, day: &str) {
    let day = day.parse().unwrap();
    town.clock.set(Timestamp::start_of(day).plus(chrono::TimeDelta::minutes(5)));
}

/// Tells what is to be told by now; answers how many alerts that made.
pub async fn tell(town: &Town) -> usize {
    tell_due(&town.house.app.db).await.unwrap()
}

/// The alerts that somebody is shown on the first page.
pub async fn alerts(town: &Town, who: &Person) -> Vec<Value> {
    let page = who.get(town, "/api/v1/me/alerts").await;
    page.body["items"].as_array().unwrap_or_else(|| panic!("{page:?}")).clone()
}

/// Those of them that are open.
pub async fn open_alerts(town: &Town, who: &Person) -> Vec<Value> {
    alerts(town, who).await.into_iter().filter(|alert| alert["open"] == true).collect()
}
