//! The clients against gateways that fail on demand.
#![allow(clippy::unwrap_used, clippy::expect_used)]

mod official;
mod pushing;
mod sending;
mod sign_in;
mod sms;
mod tokens;
mod webhook;
mod wecom;

use std::collections::BTreeMap;
use std::time::Duration;

use secrecy::SecretString;
use serde_json::{Value, json};
use wangge::base::clock::{Clock, Timestamp};
use wangge::platform::push::wechat::{MiniProgramVersion, OpenId, SubscribeMessage};
use wangge::platform::push::{WeChat, WeChatSettings};

use crate::fakes::wechat::{self, APPID, Running, SECRET};

/// A WeChat of its own for one test, and a client of it whose clock stands still.
struct Scene {
    wechat: Running,
    client: WeChat,
    clock: Clock,
    http: reqwest::Client,
}

fn settings(base_url: String) -> WeChatSettings {
    WeChatSettings {
        base_url,
        appid: APPID.into(),
        secret: SecretString::from(SECRET),
        connect_timeout: Duration::from_secs(2),
        timeout: Duration::from_secs(5),
    }
}

impl Scene {
    async fn new() -> Self {
        let wechat = wechat::start(wechat::Settings { demo: true, ..Default::default() }).await.unwrap();
        let clock = Clock::manual(Timestamp::from_millis(1_767_576_600_000));
        let client = WeChat::new(settings(format!("http://{}", wechat.addr)), clock.clone()).unwrap();
        Self { wechat, client, clock, http: reqwest::Client::new() }
    }

    async fn post(&self, path: &str, body: Value) {
        let url = format!("http://{}{path}", self.wechat.addr);
        let answer = self.http.post(url).json(&body).send().await.unwrap();
        assert_eq!(answer.status(), 204, "{path}");
    }

    async fn get(&self, path: &str) -> Value {
        let url = format!("http://{}{path}", self.wechat.addr);
        self.http.get(url).send().await.unwrap().json().await.unwrap()
    }

    async fn faults(&self, knobs: Value) {
        self.post("/__ctl", knobs).await;
    }

    /// Every answer below `path` is `errcode`.
    async fn refuse(&self, path: &str, errcode: i64) {
        self.faults(json!({ "path": path, "errcodes": { errcode.to_string(): 100 } })).await;
    }

    async fn calls(&self, path: &str) -> u64 {
        self.get("/__ctl").await["calls"][path].as_u64().unwrap_or(0)
    }

    /// How often the ledger says that `key` reached `openid`.
    async fn accepted(&self, openid: &str, key: &str) -> u64 {
        let rows = self.get("/__ledger").await;
        let row = rows.as_array().unwrap().iter().find(|row| row["recipient"] == openid && row["key"] == key);
        row.map_or(0, |row| row["count"].as_u64().unwrap())
    }
}

/// The knobs that leave it open whether a message was taken, each with whether it was.
fn ambiguous() -> Vec<(Value, u64)> {
    let statuses = |status: &str| json!({ "statuses": { status: 100 } });
    vec![
        (json!({ "accept_then_drop": 100 }), 1),
        (json!({ "truncated": 100 }), 1),
        (json!({ "drop_before_accept": 100 }), 0),
        (json!({ "html": 100 }), 0),
        (statuses("502"), 0),
        (statuses("504"), 0),
    ]
}

/// A message to `openid` that its sender calls `key`.
fn message(openid: &str, key: &str) -> SubscribeMessage {
    SubscribeMessage {
        to: OpenId::new(openid),
        template_id: "T1".into(),
        page: Some(format!("pages/alert/detail?n={key}")),
        version: MiniProgramVersion::Formal,
        data: BTreeMap::from([
            ("thing1".into(), "防范冒充客服退款诈骗".into()),
            ("time2".into(), "2026-01-05 09:30".into()),
        ]),
    }
}
