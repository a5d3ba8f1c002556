//! Two nodes of one town: what happens on one is seen on the other, and what both could do is done once.

use std::time::{Duration, Instant};

use serde_json::{Value, json};
use wangge::base::id::Id;
use wangge::features::hazards::Hazard;
use wangge::features::notices::Notice;

use super::api::{Client, found, text};
use super::program::{Program, Running};
use super::{GRID, KEYS, TOWN, on_postgres, resident_phone};
use crate::fakes::wechat::{self, APPID, SECRET};

const HOUSEHOLDS: u32 = 60;
const PATIENCE: Duration = Duration::from_secs(30);

#[actix_web::test]
async fn two_nodes_are_one_town() {
    let Some((url, _place)) = on_postgres() else {
        eprintln!("skipped: two nodes need one PostgreSQL (.ci/with-postgres)");
        return;
    };
    let folder = tempfile::tempdir().unwrap();
    let wechat = wechat::start(wechat::Settings { demo: true, ..Default::default() }).await.unwrap();
    let gateway = format!("http://{}", wechat.addr);
    let settings = [
        ("DATABASE_URL", url.as_str()),
        ("WANGGE_WECHAT__BASE_URL", gateway.as_str()),
        ("WANGGE_WECHAT__APPID", APPID),
        ("WANGGE_WECHAT__SECRET", SECRET),
        ("WANGGE_WECHAT__NOTICE_TEMPLATE", "demo-template"),
    ];
    let program = Program::new(&folder.path().join("town"), &[&settings, &KEYS[..]].concat());
    let firsts = found(&program, folder.path(), HOUSEHOLDS);
    let (east, west): (Running, Running) = (program.start("serve"), program.start("serve"));
    let (here, there) = (Client::of(&east.base), Client::of(&west.base));
    let by = [here.sign_in(&firsts[0]).await, there.sign_in(&firsts[1]).await];

    let worker = here.sign_in(&here.hire(&by, "grid_worker", GRID).await).await;
    let approver = there.sign_in(&here.hire(&by, "approver", TOWN).await).await;
    // Signed in on one node, listening on the other.
    let watcher = here.sign_in(&there.hire(&by, "approver", TOWN).await).await;
    let mut stream = there.request(&watcher, "GET", "/dashboard/events").send().await.unwrap();
    assert_eq!(stream.status(), 200);
    let hazard = Id::<Hazard>::new().to_string();
    let body = json!({ "id": hazard, "area_code": GRID, "field": "road_traffic", "title": "示例隐患", "detail": "示例" });
    here.post(&worker, "/hazards", None, body).await;
    let seen = tokio::time::timeout(PATIENCE, async {
        let mut seen = String::new();
        while !seen.contains(&hazard) {
            let more = stream.chunk().await.unwrap().expect("the stream ended");
            seen.push_str(&String::from_utf8_lossy(&more));
        }
    });
    seen.await.expect("the other node's stream does not tell of the hazard");
    drop(stream);

    for n in 1..=HOUSEHOLDS {
        let node = if n % 2 == 0 { &here } else { &there };
        let resident = node.arrive(&format!("o{n}"), &resident_phone(n)).await;
        let answers = json!({ "answers": [{ "template": "demo-template", "answer": "accept" }] });
        node.post(&resident, "/me/wx-tickets", None, answers).await;
    }
    let writer = here.sign_in(&here.hire(&by, "publicity_officer", TOWN).await).await;
    let notice = Id::<Notice>::new().to_string();
    let body = json!({ "id": notice, "kind": "warning", "level": "red", "title": "示例通知", "body": "示例",
        "instruction": "示例", "areas": [TOWN], "channels": ["wx_subscribe"] });
    here.post(&writer, "/notices", None, body).await;
    let path = format!("/notices/{notice}");
    there.post(&writer, &format!("{path}/submission"), Some(1), json!({})).await;
    here.post(&approver, &format!("{path}/approval"), Some(2), json!({})).await;
    there.post(&writer, &format!("{path}/publication"), Some(3), json!({})).await;
    let began = Instant::now();
    let mut sent = Value::Null;
    while sent != json!(HOUSEHOLDS) {
        assert!(began.elapsed() < PATIENCE, "only {sent} were sent");
        tokio::time::sleep(Duration::from_millis(100)).await;
        sent = there.get(&writer, &format!("{path}/coverage")).await["sent"].clone();
    }
    let ledger: Vec<Value> = reqwest::get(format!("{gateway}/__ledger")).await.unwrap().json().await.unwrap();
    assert_eq!(ledger.len(), HOUSEHOLDS as usize);
    assert!(ledger.iter().all(|row| row["count"] == 1), "somebody was told twice: {ledger:?}");
    assert_eq!(text(&there.get(&worker, &format!("/hazards/{hazard}")).await, "id"), hazard);
    assert!(east.stop() && west.stop());
}
