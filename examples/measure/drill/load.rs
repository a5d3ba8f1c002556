//! A steady load, at a rate of its own whatever the server does: every second request is a report, the others read.
//!
//! Each latency counts from the moment at which the request was due, so that a server that stands still for a second is
//! charged for all who would have come meanwhile. It runs on a thread of its own.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use chrono::TimeDelta;
use reqwest::{Client, RequestBuilder};
use serde_json::{Value, json};
use wangge::base::clock::Clock;
use wangge::base::id::Id;

use super::Failure;
use super::people::{Passes, People};

/// No request is waited for longer.
const PATIENCE: Duration = Duration::from_secs(10);
/// More requests under way than these are not made, and count as not answered.
const MOST: usize = 4096;
/// How often people get new passes.
const RENEW: Duration = Duration::from_secs(300);

wangge::id_kind! {
    /// A report, whose id the phone makes.
    Reported = "hazard";
}

/// What a request is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum What {
    /// A report.
    Intake,
    /// A list, a case, a resident's feed.
    Reading,
}

/// One request.
#[derive(Debug, Clone, Copy)]
pub struct Sample {
    /// What it was.
    pub what: What,
    /// When it was due.
    pub due: Instant,
    /// From then to the last byte of its answer.
    pub took: Duration,
    /// Whether it was answered as it should be.
    pub well: bool,
}

/// The load while it runs.
pub struct Load {
    stop: Arc<AtomicBool>,
    samples: Arc<Mutex<Vec<Sample>>>,
    thread: Option<JoinHandle<Result<(), String>>>,
}

impl Load {
    /// Begins; `per_second` requests a second.
    pub fn start(manifest: &Value, people: Arc<People>, per_second: u32) -> Result<Self, Failure> {
        let words = |name: &str| -> Vec<String> {
            let all = manifest[name].as_array().into_iter().flatten().filter_map(Value::as_str);
            all.map(str::to_owned).collect()
        };
        let asks = Asks {
            http: Client::builder().timeout(PATIENCE).build()?,
            base: manifest["base"].as_str().unwrap_or_default().to_owned(),
            grids: words("grids"),
            cases: words("case_ids"),
        };
        if asks.grids.is_empty() || asks.cases.is_empty() {
            return Err("no grids or no cases in the manifest".into());
        }
        let (stop, samples) = (Arc::new(AtomicBool::new(false)), Arc::new(Mutex::default()));
        let (ends, into) = (Arc::clone(&stop), Arc::clone(&samples));
        let run = move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
            let runtime = runtime.map_err(|error| error.to_string())?;
            runtime.block_on(drive(&asks, &people, per_second, &ends, &into))
        };
        let thread = Some(std::thread::Builder::new().name("load".to_owned()).spawn(run)?);
        Ok(Self { stop, samples, thread })
    }

    /// Ends, and answers every request that was made.
    pub fn finish(mut self) -> Result<Vec<Sample>, Failure> {
        self.stop.store(true, Ordering::Relaxed);
        let thread = self.thread.take().ok_or("the load has ended")?;
        thread.join().map_err(|_| "the load broke down")??;
        Ok(std::mem::take(&mut *self.samples.lock().unwrap_or_else(PoisonError::into_inner)))
    }
}

impl Drop for Load {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::Relaxed);
    }
}

async fn drive(
    asks: &Asks,
    people: &People,
    per_second: u32,
    stop: &AtomicBool,
    samples: &Arc<Mutex<Vec<Sample>>>,
) -> Result<(), String> {
    let gap = Duration::from_secs(1) / per_second.max(1);
    let (began, under_way) = (Instant::now(), Arc::new(AtomicUsize::new(0)));
    let (mut passes, mut renewed) = (people.passes()?, Instant::now());
    for n in 0_u32.. {
        if stop.load(Ordering::Relaxed) {
            break;
        }
        let due = began + gap * n;
        tokio::time::sleep_until(due.into()).await;
        if renewed.elapsed() > RENEW {
            (passes, renewed) = (people.passes()?, Instant::now());
        }
        let (what, request) = asks.nth(n as usize, &passes);
        let samples = Arc::clone(samples);
        let note = move |well| {
            let sample = Sample { what, due, took: due.elapsed(), well };
            samples.lock().unwrap_or_else(PoisonError::into_inner).push(sample);
        };
        if under_way.fetch_add(1, Ordering::Relaxed) >= MOST {
            under_way.fetch_sub(1, Ordering::Relaxed);
            note(false);
            continue;
        }
        let under_way = Arc::clone(&under_way);
        tokio::spawn(async move {
            note(answered(request).await);
            under_way.fetch_sub(1, Ordering::Relaxed);
        });
    }
    let until = Instant::now() + PATIENCE;
    while under_way.load(Ordering::Relaxed) > 0 && Instant::now() < until {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    Ok(())
}

/// Whether the whole answer came, and says yes.
async fn answered(request: RequestBuilder) -> bool {
    let Ok(answer) = request.send().await else { return false };
    let well = answer.status().is_success();
    answer.bytes().await.is_ok() && well
}

/// What is asked.
struct Asks {
    http: Client,
    base: String,
    grids: Vec<String>,
    cases: Vec<String>,
}

impl Asks {
    fn nth(&self, n: usize, passes: &Passes) -> (What, RequestBuilder) {
        let any = |words: &[String]| words[n.wrapping_mul(7919) % words.len()].clone();
        let get = |path: &str, pass: &str| self.http.get(format!("{}{path}", self.base)).bearer_auth(pass);
        if n.is_multiple_of(2) {
            let report = self.http.post(format!("{}/api/v1/hazards", self.base)).bearer_auth(&passes.worker);
            return (What::Intake, report.json(&report_in(&any(&self.grids))));
        }
        let request = match (n / 2) % 3 {
            0 => get(
                &format!("/api/v1/cases?area={}&phase=reported&limit=20", any(&self.grids)),
                &passes.worker,
            ),
            1 => get(&format!("/api/v1/hazards/{}", any(&self.cases)), &passes.worker),
            _ => get("/api/v1/me/feed?limit=20", &any(&passes.residents)),
        };
        (What::Reading, request)
    }
}

fn report_in(grid: &str) -> Value {
    let id = Id::<Reported>::new();
    let tail = id.uuid().simple().to_string();
    json!({
        "id": id, "area_code": grid, "title": format!("（示例）护栏松动，编号{}", &tail[24..]),
        "detail": format!("巡查时发现临水一侧护栏有三根立柱松动，基座混凝土开裂，雨后路面湿滑，夜间无照明，学生上下学由此经过。\
                           已用警示带临时围挡，并告知附近两户村民绕行；建议三日内加固。记录号{tail}。"),
        "field": "road_traffic",
        "place": { "address": "示例村四组旁", "lat": 29.5321, "lng": 108.7712, "datum": "wgs84" },
        "occurred_at": Clock::System.now().plus(TimeDelta::minutes(-1)),
    })
}
