//! What the stand-in pushes over the wire is what we read: events signed and encrypted, receipts in batches, and again
//! when they are not answered.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use actix_web::{App, HttpRequest, HttpResponse, HttpServer, rt, web};
use secrecy::SecretString;
use serde_json::json;
use wangge::base::clock::Clock;
use wangge::platform::push::Outcome;
use wangge::platform::push::sms::{SmsGateway, SmsResult};
use wangge::platform::push::wechat::callback::{Callback, Signed, Told};

use super::{Scene, message};
use crate::fakes::gateway::{AES_KEY, APPID, TOKEN};

/// What came: the path, the query, the body.
type Heard = Arc<Mutex<Vec<(String, String, Vec<u8>)>>>;

/// Listens for pushes; answers `answer` to each.
fn listen(answer: &'static str) -> (String, Heard) {
    let heard = Heard::default();
    let (tell, told) = std::sync::mpsc::channel();
    let kept = web::Data::new(Arc::clone(&heard));
    std::thread::spawn(move || {
        rt::System::new().block_on(async move {
            let take = move |request: HttpRequest, body: web::Bytes, heard: web::Data<Heard>| async move {
                let (path, query) = (request.path().to_owned(), request.query_string().to_owned());
                heard.lock().unwrap().push((path, query, body.to_vec()));
                HttpResponse::Ok().body(answer)
            };
            let app = move || App::new().app_data(kept.clone()).default_service(web::to(take));
            let server = HttpServer::new(app).workers(1).disable_signals().bind(("127.0.0.1", 0)).unwrap();
            tell.send(server.addrs()[0]).unwrap();
            server.run().await.unwrap();
        });
    });
    (format!("http://{}", told.recv().unwrap()), heard)
}

async fn until(heard: &Heard, count: usize) -> Vec<(String, String, Vec<u8>)> {
    for _ in 0..500 {
        if heard.lock().unwrap().len() >= count {
            break;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    heard.lock().unwrap().clone()
}

#[tokio::test]
async fn a_sent_event_comes_encrypted_and_is_opened() {
    let scene = Scene::new().await;
    let (town, heard) = listen("success");
    scene.post("/__ctl/callbacks", json!({ "wechat": format!("{town}/w") })).await;
    let Outcome::Accepted { provider_ref } = scene.client.send_subscribe(&message("o1", "n1")).await else {
        panic!()
    };
    let came = until(&heard, 1).await;
    let key = SecretString::from(AES_KEY);
    let callback = Callback::new(APPID, SecretString::from(TOKEN), Some(&key)).unwrap();
    let asked = web::Query::<Signed>::from_query(&came[0].1).unwrap();
    let push = callback.open(&asked, &came[0].2, Clock::System.now()).unwrap();
    assert_eq!(push.event.person.expose(), "o1");
    let Told::Sent(reports) = push.event.told else { panic!("{:?}", push.event.told) };
    assert_eq!((reports.len(), Some(&reports[0].msgid)), (1, provider_ref.as_ref()));
    assert!(!String::from_utf8_lossy(&came[0].2).contains("o1"), "in clear");
}

#[tokio::test]
async fn what_is_not_answered_comes_three_times_in_all() {
    let scene = Scene::new().await;
    let (town, heard) = listen("");
    scene.post("/__ctl/callbacks", json!({ "wechat": format!("{town}/w"), "again_ms": 20 })).await;
    scene.post("/__ctl/events", json!({ "person": "o1", "at": 1, "word": "user_info_modified" })).await;
    until(&heard, 3).await;
    tokio::time::sleep(Duration::from_millis(200)).await;
    assert_eq!(heard.lock().unwrap().len(), 3);
    let pushes = scene.get("/__ctl/pushes").await;
    let tries: Vec<_> =
        pushes.as_array().unwrap().iter().map(|push| push["tries"].as_u64().unwrap()).collect();
    assert_eq!(tries, [1, 2, 3]);
}

#[tokio::test]
async fn receipts_come_late_twice_or_never_as_they_are_told_to() {
    let scene = Scene::new().await;
    let (town, heard) = listen(r#"{"code":0,"result":0}"#);
    let targets = json!({ "aliyun": format!("{town}/aliyun"), "tencent": format!("{town}/tencent") });
    scene.post("/__ctl/callbacks", targets).await;
    let [aliyun, tencent] = super::sms::both(&scene);
    scene
        .post("/__ctl/sms", json!({ "receipts": { "duplicated": 100, "failed": 100, "code": "REJECTD" } }))
        .await;
    aliyun.send(&super::sms::to("13900000001", "ref-1")).await;
    until(&heard, 1).await;
    scene.post("/__ctl/sms", json!({ "receipts": { "never": 100 } })).await;
    aliyun.send(&super::sms::to("13900000001", "ref-2")).await;
    scene.post("/__ctl/sms", json!({ "receipts": { "delay_ms": 100 } })).await;
    tencent.send(&super::sms::to("13900000001", "ref-3")).await;
    let mut read = Vec::new();
    for _ in 0..100 {
        let came = heard.lock().unwrap().clone();
        read.clear();
        for (path, _, body) in came {
            let gateway: SmsGateway = path.trim_start_matches('/').parse().unwrap();
            let receipts = gateway.receipts(&body, Clock::System.now()).unwrap();
            read.extend(receipts.into_iter().map(|one| (one.reference, one.result)));
        }
        if read.len() >= 3 {
            break;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    let expected = [
        ("ref-1".to_owned(), SmsResult::Refused),
        ("ref-1".to_owned(), SmsResult::Refused),
        ("ref-3".to_owned(), SmsResult::Delivered),
    ];
    assert_eq!(read, expected);
}
