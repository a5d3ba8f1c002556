//! Messages are listed, counted and marked as read; each by whom they were told to.

use serde_json::{Value, json};
use wangge::platform::access::Role;

use super::{tell, told};
use crate::town::{EAST, Person, Town};

const LIST: &str = "/api/v1/me/messages";
const READ: &str = "/api/v1/me/messages/read";

async fn unread(town: &Town, who: &Person) -> Value {
    who.get(town, "/api/v1/me/messages/unread").await.body
}

#[actix_web::test]
async fn the_same_thing_is_told_once_and_to_each() {
    let town = Town::new();
    let (resident, worker) = (town.resident(EAST), town.staff(Role::GridWorker, EAST));
    assert!(tell(&town, &resident, 1).await);
    assert!(!tell(&town, &resident, 1).await);
    assert!(tell(&town, &worker, 1).await);
    let (theirs, workers) = (told(&town, &resident).await, told(&town, &worker).await);
    assert_eq!((theirs.len(), workers.len()), (1, 1));
    assert_eq!(theirs[0]["case"], "event_00000000000000000000000007");
    assert_eq!(
        (theirs[0]["title"].as_str(), theirs[0]["text"].as_str()),
        (Some("已受理"), Some("示例消息 1"))
    );
}

#[actix_web::test]
async fn pages_leave_nothing_out_and_the_newest_comes_first() {
    let town = Town::new();
    let resident = town.resident(EAST);
    for n in 0..5 {
        assert!(tell(&town, &resident, n).await);
        town.pass(chrono::TimeDelta::seconds(1));
    }
    let (mut texts, mut path) = (Vec::new(), format!("{LIST}?limit=2"));
    loop {
        let page = resident.get(&town, &path).await;
        assert_eq!(page.status, 200, "{page:?}");
        texts.extend(page.body["items"].as_array().unwrap().iter().map(|item| item["text"].clone()));
        let Some(next) = page.body["next"].as_str() else { break };
        path = format!("{LIST}?limit=2&cursor={next}");
    }
    assert_eq!(texts, ["示例消息 4", "示例消息 3", "示例消息 2", "示例消息 1", "示例消息 0"]);
}

#[actix_web::test]
async fn what_was_read_is_counted_no_more_by_ids_or_up_to_one() {
    let town = Town::new();
    let resident = town.resident(EAST);
    for n in 0..4 {
        tell(&town, &resident, n).await;
        town.pass(chrono::TimeDelta::seconds(1));
    }
    let all = told(&town, &resident).await;
    assert_eq!(unread(&town, &resident).await, json!({ "unread": 4, "more": false }));
    let up_to = resident.post(&town, READ, json!({ "up_to": all[1]["id"] })).await;
    assert_eq!((up_to.status, &up_to.body), (200, &json!({ "unread": 2, "more": false })));
    let again = resident.post(&town, READ, json!({ "up_to": all[0]["id"] })).await;
    assert_eq!(again.body["unread"], 2);
    let named = resident.post(&town, READ, json!({ "ids": [all[3]["id"], all[0]["id"]] })).await;
    assert_eq!((named.status, named.body["unread"].as_i64()), (200, Some(1)));
    let left = resident.get(&town, &format!("{LIST}?unread=true")).await;
    assert_eq!(left.body["items"].as_array().unwrap().len(), 1);
    assert_eq!(left.body["items"][0]["id"], all[2]["id"]);
    let first = &told(&town, &resident).await[0];
    assert_eq!(first["read_at"], told(&town, &resident).await[1]["read_at"]);
    assert!(first["read_at"].is_string());
}

#[actix_web::test]
async fn nobody_reads_what_was_told_to_others_or_marks_it() {
    let town = Town::new();
    let (resident, neighbour) = (town.resident(EAST), town.resident(EAST));
    tell(&town, &resident, 1).await;
    let id = told(&town, &resident).await[0]["id"].clone();
    assert!(told(&town, &neighbour).await.is_empty());
    let up_to = neighbour.post(&town, READ, json!({ "up_to": id })).await;
    assert_eq!(up_to.told(), (404, "not_found"));
    assert_eq!(neighbour.post(&town, READ, json!({ "ids": [id] })).await.status, 200);
    assert_eq!(unread(&town, &resident).await["unread"], 1);
}

#[actix_web::test]
async fn what_names_nothing_or_too_much_is_refused() {
    let town = Town::new();
    let resident = town.resident(EAST);
    let many = vec!["message_01h455vb4pex5vsknk084sn02q"; 101];
    for (body, field) in [
        (json!({}), "up_to"),
        (json!({ "up_to": many[0], "ids": [many[0]] }), "up_to"),
        (json!({ "ids": [] }), "ids"),
        (json!({ "ids": many }), "ids"),
    ] {
        let refused = resident.post(&town, READ, body.clone()).await;
        assert_eq!((refused.told(), refused.fields()), ((422, "invalid_fields"), vec![field]), "{body}");
    }
    assert_eq!(resident.post(&town, READ, json!({ "all": true })).await.status, 422);
    assert_eq!(resident.get(&town, &format!("{LIST}?limit=0")).await.status, 422);
    assert_eq!(town.ask(actix_web::test::TestRequest::get().uri(LIST)).await.status, 401);
}

#[actix_web::test]
async fn more_than_ninety_nine_are_not_counted() {
    let town = Town::new();
    let resident = town.resident(EAST);
    let messages: Vec<_> = (0..120).map(|n| super::message(&resident, n)).collect();
    let told = town.house.app.db.write(move |tx| {
        messages.iter().try_for_each(|message| wangge::features::messages::tell(tx, message).map(drop))
    });
    told.await.unwrap();
    assert_eq!(unread(&town, &resident).await, json!({ "unread": 99, "more": true }));
}
