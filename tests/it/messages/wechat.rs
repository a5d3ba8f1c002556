//! Whoever holds a ticket gets the message by WeChat as well, at most once.

use diesel::prelude::*;
use serde_json::json;
use wangge::features::messages::{self, About, Addressee, Channel, Message, MessageKind, SendMessage, Shown};
use wangge::platform::access::ActorKind;
use wangge::platform::db::schema::{messages as rows, outbox_jobs, wx_tickets};
use wangge::platform::outbox::{Handlers, OutboxSettings, Runner};

use crate::fakes::wechat::APPID;
use crate::notices::scene::{GRIDS, Scene, household};

const SEND: &str = "/cgi-bin/message/subscribe/send";

/// A town where everybody has a WeChat name and one ticket, and one of them was told something.
async fn told() -> Scene {
    let scene = Scene::with(1).await;
    tell(&scene, "1").await;
    scene
}

async fn tell(scene: &Scene, key: &str) {
    let message = Message {
        to: Addressee { kind: ActorKind::Resident, id: household(0) },
        about: About { kind: "event", case: uuid::Uuid::from_u128(7), area: GRIDS[0].parse().unwrap() },
        kind: MessageKind::Concluded,
        text: "示例:您反映的事项已办结。".to_owned(),
        dedupe_key: key.to_owned(),
    };
    scene.base.db.write(move |tx| messages::tell(tx, &message)).await.unwrap();
}

/// Runs what is due; answers how the messages fare.
async fn work(scene: &Scene) -> Vec<String> {
    let fields = [
        ("thing1", Shown::Matter),
        ("phrase2", Shown::Progress),
        ("time3", Shown::At),
        ("thing4", Shown::Hint),
    ];
    let fields = fields.map(|(key, shown)| (key.to_owned(), shown)).to_vec();
    let channel = Channel::new(APPID.into(), "T1".into(), fields).unwrap();
    let app = scene.app.clone();
    let handlers = Handlers::new().on(move |job: SendMessage, _: ()| {
        let (app, channel) = (app.clone(), channel.clone());
        async move { messages::send(&app.db, app.wechat.as_deref().zip(Some(&channel)), job).await }
    });
    let minute = std::time::Duration::from_secs(60);
    let settings = OutboxSettings::new(vec![minute, minute]);
    Runner::new(scene.base.db.clone(), handlers, (), settings).run_due().await.unwrap();
    let states = rows::table.order(rows::id).select(rows::wx_state);
    states.load(&mut scene.base.connect()).unwrap()
}

fn tickets(scene: &Scene) -> i32 {
    wx_tickets::table.select(wx_tickets::remaining).first(&mut scene.base.connect()).unwrap()
}

#[actix_web::test]
async fn a_ticket_sends_one_message_and_without_one_it_is_read_in_the_app() {
    let scene = told().await;
    assert_eq!(work(&scene).await, ["sent"]);
    assert_eq!((scene.ledger().await, tickets(&scene)), ((1, 0), 0));
    tell(&scene, "2").await;
    assert_eq!(work(&scene).await, ["sent", "none"]);
    assert_eq!(scene.ledger().await, (1, 0));
    let jobs: i64 = outbox_jobs::table.count().get_result(&mut scene.base.connect()).unwrap();
    assert_eq!(jobs, 1);
}

#[actix_web::test]
async fn what_did_not_leave_is_tried_again_on_the_same_ticket() {
    let scene = told().await;
    scene.faults(json!({ "path": SEND, "errcodes": { "45009": 100 } })).await;
    assert_eq!(work(&scene).await, ["waiting"]);
    assert_eq!(tickets(&scene), 1);
    scene.faults(json!({})).await;
    scene.base.pass(chrono::TimeDelta::minutes(2));
    assert_eq!(work(&scene).await, ["sent"]);
    assert_eq!((scene.ledger().await, tickets(&scene)), ((1, 0), 0));
}

#[actix_web::test]
async fn what_may_have_arrived_is_not_sent_again() {
    let scene = told().await;
    scene.faults(json!({ "path": SEND, "accept_then_drop": 100 })).await;
    assert_eq!(work(&scene).await, ["unknown"]);
    scene.faults(json!({})).await;
    scene.base.pass(chrono::TimeDelta::hours(1));
    assert_eq!(work(&scene).await, ["unknown"]);
    assert_eq!((scene.ledger().await, tickets(&scene)), ((1, 0), 0));
}

#[actix_web::test]
async fn a_sender_that_fell_silent_leaves_its_message_unknown() {
    let scene = told().await;
    scene.base.tamper("UPDATE messages SET wx_state = 'sending'");
    assert_eq!(work(&scene).await, ["unknown"]);
    assert_eq!(scene.ledger().await, (0, 0));
}

#[actix_web::test]
async fn a_no_of_the_person_ends_it_and_empties_the_ledger() {
    let scene = told().await;
    scene.faults(json!({ "path": SEND, "errcodes": { "43101": 100 } })).await;
    assert_eq!(work(&scene).await, ["refused"]);
    assert_eq!(tickets(&scene), 0);
}
