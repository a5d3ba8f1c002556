//! The reporter reads what is said to them, and nothing of what is said among ourselves.

use serde_json::{Value, json};

use super::{Crew, Matter, new_id, report};
use crate::town::{EAST, Town};

const SECRET: &str = "只在内部说";

#[actix_web::test]
async fn at_no_step_does_the_reporter_read_a_remark_for_the_office() {
    let town = Town::new();
    let (crew, resident) = (Crew::of(&town), town.resident(EAST));
    let mut event = Matter::reported(&town, &resident, report(&new_id(), EAST)).await;
    let photo = crew.officer.photo(&town).await;
    let way: Vec<(_, &str, Value)> = vec![
        (&crew.dispatcher, "acceptance", json!({})),
        (&crew.dispatcher, "dispatch", json!({ "station": super::STATION, "note_internal": SECRET })),
        (&crew.officer, "refusal", json!({ "reason": SECRET })),
        (&crew.dispatcher, "dispatch", json!({ "station": super::STATION, "note": "示例:已派站所" })),
        (&crew.dispatcher, "suspension_request", json!({ "until": "2026-03-20", "reason": SECRET })),
        (&crew.approver, "request_denial", json!({ "reason": SECRET })),
        (&crew.officer, "handling", json!({ "note": "示例:已到现场" })),
        (&crew.officer, "extension_request", json!({ "amount": 1, "reason": SECRET })),
        (&crew.approver, "extension", json!({})),
        (
            &crew.officer,
            "completion",
            json!({ "note": "示例:已修", "note_internal": SECRET, "photos": [photo] }),
        ),
        (&crew.dispatcher, "rework", json!({ "reason": SECRET })),
    ];
    for (who, noun, body) in way {
        let answer = event.goes(who, noun, body).await;
        assert!(answer.body["office"].is_object(), "{noun}");
        let told = event.seen_by(&resident).await;
        assert_eq!(told.body.get("office"), None, "{noun}");
        let timeline = event.timeline(&resident).await;
        let all = format!("{}{}", told.body, Value::from(timeline));
        assert!(!all.contains(SECRET), "{noun}: {all}");
    }
    let office: Vec<Value> = event.timeline(&crew.worker).await;
    let secrets = office.iter().filter(|entry| entry["note_internal"] == SECRET);
    assert_eq!(secrets.count(), 7);
    let notes = event.timeline(&resident).await;
    let notes: Vec<_> = notes.iter().filter_map(|entry| entry["note"].as_str()).collect();
    assert_eq!(notes, ["示例:已派站所", "示例:已到现场", "示例:已修"]);
}
