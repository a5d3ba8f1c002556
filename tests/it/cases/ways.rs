//! Every way in which a case comes is a way into the search.

use serde_json::{Value, json};
use wangge::base::id::{Id, Kind};
use wangge::platform::access::Role;

use super::search::SMALL;
use crate::sync::phone::{Phone, report};
use crate::town::{EAST, Person, TOWN, Town};

/// The id of an event, as a phone makes it.
enum Event {}
impl Kind for Event {
    const PREFIX: &'static str = "event";
}

/// An event that turns out to be a matter of another kind; answers both ids.
async fn converted(town: &Town, by: (&Person, &Person), title: &str, into: Value) -> (String, String) {
    let (worker, dispatcher) = by;
    let id = Id::<Event>::new().to_string();
    let body = json!({
        "id": id, "area_code": EAST, "category": "facility", "subcategory": "路灯", "title": title,
        "detail": "示例", "place": { "address": "示例村三组路口" }
    });
    let reported = worker.post(town, "/api/v1/events", body).await;
    assert_eq!(reported.status, 201, "{reported:?}");
    let end = dispatcher.step(town, &format!("/api/v1/events/{id}/conversion"), 1, into).await;
    assert_eq!(end.status, 200, "{end:?}");
    (id, end.text("became"))
}

#[actix_web::test]
async fn a_case_is_found_however_it_came() {
    let town = Town::new();
    let (worker, dispatcher) = (town.staff(Role::GridWorker, EAST), town.staff(Role::Dispatcher, TOWN));
    let mediator = town.staff(Role::Mediator, TOWN);
    let offline = report(EAST);
    assert_eq!(Phone::of(worker.clone()).outcomes(&town, std::slice::from_ref(&offline)).await, ["applied"]);
    let by = (&worker, &dispatcher);
    let danger = json!({ "to": "hazard", "field": "electricity", "note": "示例:已转隐患" });
    let (lamp, wires) = converted(&town, by, "路灯漏电", danger).await;
    let family = json!({ "to": "dispute", "dispute_type": "marriage_family", "note": "示例:已转纠纷" });
    let (noise, quarrel) = converted(&town, by, "深夜争吵", family).await;
    let sorted = |mut ids: Vec<String>| {
        ids.sort();
        ids
    };
    for filed in [false, true] {
        if filed {
            assert_eq!(town.files(SMALL).await, 5);
        }
        let found = async |who: &Person, q: &str| sorted(town.finds(who, q).await);
        assert_eq!(
            found(&worker, "护栏").await,
            std::slice::from_ref(&offline.record),
            "pushed, filed: {filed}"
        );
        assert_eq!(found(&dispatcher, "漏电").await, [lamp.clone(), wires.clone()], "filed: {filed}");
        // What was said of a family is private in the dispute, and the event became so with it.
        assert_eq!(found(&dispatcher, "争吵").await, [""; 0], "filed: {filed}");
        assert!(found(&worker, "争吵").await.contains(&noise), "their own, filed: {filed}");
        assert!(found(&mediator, "争吵").await.contains(&quarrel), "filed: {filed}");
    }
}
