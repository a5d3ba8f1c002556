//! What must be said in a report, and how it is decided whether the event is ours.

use serde_json::json;
use wangge::platform::access::Role;

use super::{Crew, Matter, VILLAGE, button, counts_right, new_id, report, report_with};
use crate::town::{EAST, NEXT_VILLAGE, TOWN, Town, WEST};

#[actix_web::test]
async fn a_report_needs_words_or_a_photo_and_a_place() {
    let town = Town::new();
    let worker = town.staff(Role::GridWorker, EAST);
    for (members, field) in [
        (json!({ "detail": " " }), "detail"),
        (json!({ "detail": null }), "detail"),
        (json!({ "place": null }), "place"),
        (json!({ "place": {} }), "place"),
        (json!({ "subcategory": "长".repeat(31) }), "subcategory"),
        (json!({ "people_count": 0 }), "people_count"),
        (json!({ "people_count": 20, "scale": "mass" }), "scale"),
        (json!({ "confidential": "private" }), "confidential"),
        (json!({ "confidential": "sealed" }), "confidential"),
    ] {
        let refused = worker.post(&town, "/api/v1/events", report_with(EAST, members)).await;
        assert_eq!((refused.told(), refused.fields()), ((422, "invalid_fields"), vec![field]));
    }
    let photo = worker.photo(&town).await;
    let shown =
        report_with(EAST, json!({ "detail": null, "photos": [photo], "place": { "address": "路口" } }));
    let shown = worker.post(&town, "/api/v1/events", shown).await;
    assert_eq!((shown.status, shown.text("detail")), (201, "路灯不亮".into()), "{shown:?}");
}

#[actix_web::test]
async fn the_scale_follows_the_number_of_people() {
    let town = Town::new();
    let worker = town.staff(Role::GridWorker, EAST);
    for (members, scale) in [
        (json!({ "people_count": null }), "individual"),
        (json!({ "people_count": null, "scale": "mass" }), "mass"),
        (json!({ "people_count": 29 }), "small_group"),
        (json!({ "people_count": 100, "scale": "mass" }), "mass"),
    ] {
        let answer = worker.post(&town, "/api/v1/events", report_with(EAST, members)).await;
        assert_eq!((answer.status, answer.text("scale")), (201, scale.into()), "{answer:?}");
    }
}

#[actix_web::test]
async fn what_a_sensor_or_the_hotline_tells_names_its_source() {
    let town = Town::new();
    let (dispatcher, resident) = (town.staff(Role::Dispatcher, TOWN), town.resident(EAST));
    for source in ["sensor", "hotline_12345", "superior"] {
        let body = report_with(EAST, json!({ "source": source }));
        assert_eq!(dispatcher.post(&town, "/api/v1/events", body).await.text("source"), source);
        let body = report_with(EAST, json!({ "source": source }));
        assert_eq!(resident.post(&town, "/api/v1/events", body).await.fields(), ["source"]);
    }
}

#[actix_web::test]
async fn the_reporter_adds_what_was_asked_for_and_nobody_else_does() {
    let town = Town::new();
    let (crew, resident) = (Crew::of(&town), town.resident(EAST));
    let mut event = Matter::reported(&town, &resident, report(&new_id(), EAST)).await;
    assert_eq!(
        event.tries(&crew.leader, "return", json!({ "note": "示例" })).await.told(),
        (403, "forbidden")
    );
    assert_eq!(event.tries(&crew.dispatcher, "return", json!({ "note": " " })).await.fields(), ["note"]);
    let asked = json!({ "note": "示例:请补充照片" });
    let returned = event.goes(&crew.dispatcher, "return", asked).await;
    assert_eq!((returned.text("state"), returned.text("phase")), ("returned".into(), "reported".into()));
    assert_eq!(event.timeline(&resident).await[1]["note"], "示例:请补充照片");
    assert_eq!(event.tries(&crew.leader, "acceptance", json!({})).await.told(), (409, "step_not_allowed"));

    let addition = json!({ "note": "示例:在第二根电杆" });
    let stranger = event.tries(&crew.worker, "supplement", addition.clone()).await;
    assert_eq!(stranger.told(), (403, "forbidden"));
    assert!(button(&event.seen_by(&crew.worker).await, "supplement").is_null());
    assert!(button(&event.seen_by(&resident).await, "supplement").is_object());
    assert_eq!(event.tries(&resident, "supplement", json!({})).await.fields(), ["note"]);
    let again = event.goes(&resident, "supplement", addition).await;
    assert_eq!(again.text("state"), "reported");
    event.goes(&crew.leader, "acceptance", json!({})).await;
}

#[actix_web::test]
async fn a_refusal_says_why_and_whose_it_is() {
    let town = Town::new();
    let (crew, resident) = (Crew::of(&town), town.resident(EAST));
    let mut event = Matter::reported(&town, &resident, report(&new_id(), EAST)).await;
    for reason in ["not_ours", "other_procedure"] {
        let nameless = json!({ "reason": reason, "note": "示例:不归我们管" });
        assert_eq!(event.tries(&crew.dispatcher, "rejection", nameless).await.fields(), ["right_office"]);
    }
    let wordless = json!({ "reason": "unclear", "note": "" });
    assert_eq!(event.tries(&crew.dispatcher, "rejection", wordless).await.fields(), ["note"]);
    let body = json!({ "reason": "not_ours", "right_office": "示例供电公司", "note": "示例:已告知其电话" });
    assert_eq!(event.tries(&crew.leader, "rejection", body.clone()).await.told(), (403, "forbidden"));
    event.goes(&crew.dispatcher, "rejection", body).await;
    let told = event.seen_by(&resident).await;
    assert_eq!((told.text("state"), told.text("phase")), ("rejected".into(), "closed".into()));
    assert_eq!(
        (told.text("rejection"), told.text("right_office")),
        ("not_ours".into(), "示例供电公司".into())
    );
    assert_eq!(told.body["actions"], json!([]));
    assert_eq!(event.timeline(&resident).await[1]["note"], "示例:已告知其电话");
}

#[actix_web::test]
async fn what_is_never_supplemented_can_be_refused() {
    let town = Town::new();
    let (crew, resident) = (Crew::of(&town), town.resident(EAST));
    let mut event = Matter::reported(&town, &resident, report(&new_id(), EAST)).await;
    event.goes(&crew.dispatcher, "return", json!({ "note": "示例:请补充位置" })).await;
    let body = json!({ "reason": "unclear", "note": "示例:多次联系未补充" });
    assert_eq!(event.goes(&crew.dispatcher, "rejection", body).await.text("state"), "rejected");
}

#[actix_web::test]
async fn the_reporter_takes_it_back_before_it_is_accepted() {
    let town = Town::new();
    let (crew, resident) = (Crew::of(&town), town.resident(EAST));
    let mut event = Matter::reported(&town, &resident, report(&new_id(), EAST)).await;
    assert_eq!(event.tries(&crew.worker, "withdrawal", json!({})).await.told(), (403, "forbidden"));
    let gone = event.goes(&resident, "withdrawal", json!({ "note": "示例:已经亮了" })).await;
    assert_eq!((gone.text("state"), gone.text("phase")), ("withdrawn".into(), "closed".into()));

    let mut event = Matter::reported(&town, &resident, report(&new_id(), EAST)).await;
    event.goes(&crew.leader, "acceptance", json!({})).await;
    assert_eq!(event.tries(&resident, "withdrawal", json!({})).await.told(), (409, "step_not_allowed"));
    counts_right(&town).await;
}

#[actix_web::test]
async fn an_event_lies_in_a_grid_from_its_acceptance_on() {
    let town = Town::new();
    let crew = Crew::of(&town);
    let west = town.staff(Role::GridWorker, WEST);
    let mut event = Matter::reported(&town, &crew.leader, report(&new_id(), VILLAGE)).await;
    assert_eq!(west.get(&town, &event.url).await.status, 404);
    let seen = event.seen_by(&crew.leader).await;
    assert_eq!(button(&seen, "accept")["fields"], json!(["grid"]), "{seen:?}");
    for grid in [json!(null), json!(VILLAGE), json!(NEXT_VILLAGE), json!("500114119201009")] {
        let refused = event.tries(&crew.leader, "acceptance", json!({ "grid": grid })).await;
        assert_eq!((refused.told(), refused.fields()), ((422, "invalid_fields"), vec!["grid"]), "{grid}");
    }
    let accepted = event.goes(&crew.leader, "acceptance", json!({ "grid": WEST })).await;
    assert_eq!(accepted.text("area_code"), WEST);
    assert_eq!(event.seen_by(&west).await.text("state"), "accepted");
    assert_eq!(crew.worker.get(&town, &event.url).await.status, 404);
    counts_right(&town).await;

    let placed = Matter::reported(&town, &crew.worker, report(&new_id(), EAST)).await;
    let moved = placed.tries(&crew.leader, "acceptance", json!({ "grid": WEST })).await;
    assert_eq!(moved.fields(), ["grid"], "{moved:?}");
}
