//! What the gateways tell by themselves: events of WeChat and receipts of text messages, pushed to addresses of ours
//! and pushed again when they are not answered as they should be.

mod seal;

use std::collections::VecDeque;
use std::sync::Mutex;
use std::time::{Duration, Instant};

use actix_web::{rt, web};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::sms::{Gateway, Message, beijing};
use super::{World, lock};

pub use seal::{Account, Event, Sealed, Shape, seal};

/// WeChat waits so long for an answer.
const WAITS: Duration = Duration::from_secs(5);
/// How often anything is pushed at most.
const TRIES: u32 = 3;
/// Receipts of one push.
const BATCH: usize = 100;

/// Where to push to.
#[derive(Debug, Clone, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Targets {
    /// `http://127.0.0.1:8080/api/v1/callbacks/wechat`; nothing is pushed without it.
    pub wechat: Option<String>,
    /// Receipts of Alibaba Cloud.
    pub aliyun: Option<String>,
    /// Receipts of Tencent Cloud.
    pub tencent: Option<String>,
    /// How events look.
    pub shape: Shape,
    /// Before what was not answered is pushed again.
    pub again_ms: u64,
}

impl Default for Targets {
    fn default() -> Self {
        Self { wechat: None, aliyun: None, tencent: None, shape: Shape::default(), again_ms: 60_000 }
    }
}

/// What became of a push.
#[derive(Debug, Clone, Serialize)]
pub struct Pushed {
    pub to: &'static str,
    pub status: u16,
    pub answer: String,
    pub tries: u32,
}

enum Waiting {
    Event(Event),
    Receipts(Gateway, Vec<Message>),
}

struct Queued {
    due: Instant,
    tries: u32,
    what: Waiting,
}

#[derive(Default)]
struct Inner {
    targets: Targets,
    queue: Vec<Queued>,
    done: VecDeque<Pushed>,
}

/// What waits to be pushed.
#[derive(Default)]
pub struct Pusher(Mutex<Inner>);

impl Pusher {
    /// Sets the addresses anew.
    pub fn aim(&self, targets: Targets) {
        lock(&self.0).targets = targets;
    }

    /// Pushes an event, in a moment.
    pub fn event(&self, event: Event) {
        let mut inner = lock(&self.0);
        if inner.targets.wechat.is_some() {
            inner.queue.push(Queued { due: Instant::now(), tries: 0, what: Waiting::Event(event) });
        }
    }

    /// Pushes what the carrier says of `message`, when it does.
    pub fn receipt(&self, message: Message) {
        let mut inner = lock(&self.0);
        let aimed = match message.gateway {
            Gateway::Aliyun => inner.targets.aliyun.is_some(),
            Gateway::Tencent => inner.targets.tencent.is_some(),
        };
        let Some(due) = message.speaks.filter(|_| aimed) else { return };
        let copies = if message.twice { 2 } else { 1 };
        for message in std::iter::repeat_n(message, copies) {
            let what = Waiting::Receipts(message.gateway, vec![message]);
            inner.queue.push(Queued { due, tries: 0, what });
        }
    }

    /// What was pushed of late.
    pub fn done(&self) -> Vec<Pushed> {
        lock(&self.0).done.iter().cloned().collect()
    }

    /// What is due, receipts that were never tried together.
    fn due(&self) -> (Targets, Vec<Queued>) {
        let mut inner = lock(&self.0);
        let now = Instant::now();
        let (due, later): (Vec<_>, Vec<_>) =
            std::mem::take(&mut inner.queue).into_iter().partition(|one| one.due <= now);
        inner.queue = later;
        let mut batches: Vec<Queued> = Vec::new();
        for one in due {
            match (one.what, batches.iter_mut().rev().find_map(|batch| open(batch, one.tries))) {
                (Waiting::Receipts(gateway, mut more), Some((open, all))) if gateway == open => {
                    all.append(&mut more);
                }
                (what, _) => batches.push(Queued { what, ..one }),
            }
        }
        (inner.targets.clone(), batches)
    }

    fn note(&self, done: Pushed) {
        let mut inner = lock(&self.0);
        inner.done.push_back(done);
        while inner.done.len() > 1000 {
            inner.done.pop_front();
        }
    }

    fn again(&self, one: Queued) {
        lock(&self.0).queue.push(one);
    }
}

fn open(batch: &mut Queued, tries: u32) -> Option<(Gateway, &mut Vec<Message>)> {
    match &mut batch.what {
        Waiting::Receipts(gateway, all) if batch.tries == 0 && tries == 0 && all.len() < BATCH => {
            Some((*gateway, all))
        }
        _ => None,
    }
}

/// Pushes what is due, for ever.
pub(super) async fn run(world: web::Data<World>) {
    let _already = rustls::crypto::ring::default_provider().install_default();
    let Ok(http) = reqwest::Client::builder().timeout(WAITS).no_proxy().build() else { return };
    loop {
        rt::time::sleep(Duration::from_millis(10)).await;
        let (targets, due) = world.pusher.due();
        for mut one in due {
            let now = lock(&world.state).now();
            let Some(pushed) = post(&http, &targets, &one, now).await else { continue };
            one.tries += 1;
            let (answered, pushed) = (pushed.0, Pushed { tries: one.tries, ..pushed.1 });
            world.pusher.note(pushed);
            if !answered && one.tries < TRIES {
                one.due = Instant::now() + Duration::from_millis(targets.again_ms);
                world.pusher.again(one);
            }
        }
    }
}

/// Posts once; answers whether it was answered as it should be.
async fn post(http: &reqwest::Client, targets: &Targets, one: &Queued, now: i64) -> Option<(bool, Pushed)> {
    let (to, url, request) = match &one.what {
        Waiting::Event(event) => {
            let url = targets.wechat.clone()?;
            let Sealed { query, body, media } = seal(event, targets.shape, now);
            ("wechat", format!("{url}?{query}"), (media, body))
        }
        Waiting::Receipts(Gateway::Aliyun, all) => {
            let all: Vec<Value> = all.iter().map(of_aliyun).collect();
            ("aliyun", targets.aliyun.clone()?, ("application/json", Value::from(all).to_string()))
        }
        Waiting::Receipts(Gateway::Tencent, all) => {
            let all: Vec<Value> = all.iter().map(of_tencent).collect();
            ("tencent", targets.tencent.clone()?, ("application/json", Value::from(all).to_string()))
        }
    };
    let (media, body) = request;
    let sent = http.post(url).header("Content-Type", media).body(body).send().await;
    let (status, answer) = match sent {
        Ok(response) => (response.status().as_u16(), response.text().await.unwrap_or_default()),
        Err(_) => (0, String::new()),
    };
    let answered = status == 200
        && match to {
            "wechat" => answer == "success",
            "aliyun" => serde_json::from_str(&answer).is_ok_and(|answer: Value| answer["code"] == 0),
            _ => serde_json::from_str(&answer).is_ok_and(|answer: Value| answer["result"] == 0),
        };
    Some((answered, Pushed { to, status, answer, tries: 0 }))
}

fn of_aliyun(message: &Message) -> Value {
    let at = beijing(message.taken_at);
    let code = message.failed.as_deref().unwrap_or("DELIVERED");
    json!({ "phone_number": message.phone, "send_time": at, "report_time": at, "success": message.failed.is_none(),
        "err_code": code, "err_msg": code, "sms_size": "1", "biz_id": message.number, "out_id": message.reference })
}

fn of_tencent(message: &Message) -> Value {
    let (status, code) = match &message.failed {
        Some(code) => ("FAIL", code.as_str()),
        None => ("SUCCESS", "DELIVRD"),
    };
    json!({ "user_receive_time": beijing(message.taken_at), "nationcode": "86", "mobile": message.phone,
        "report_status": status, "errmsg": code, "description": code, "sid": message.number, "ext": message.reference })
}
