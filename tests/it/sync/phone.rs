//! A phone that works without a signal: it writes deeds down, and pushes them when it can.

use actix_web::test::TestRequest;
use chrono::TimeDelta;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use wangge::base::clock::Timestamp;
use wangge::base::id::{Id, Kind};

use crate::contract::places::{Hazard, Photo};
use crate::town::{Answer, Person, Town};

macro_rules! ids {
    ($($kind:ident = $prefix:literal),+) => {
        $(enum $kind {}
        impl Kind for $kind { const PREFIX: &'static str = $prefix; })+
    };
}
ids!(Op = "op", Device = "device");

/// A phone in somebody's hand.
pub struct Phone {
    pub who: Person,
    pub device: String,
}

/// What was done offline.
#[derive(Debug, Clone)]
pub struct Deed {
    pub op_id: String,
    pub operation: &'static str,
    pub record: String,
    pub base_version: Option<i64>,
    /// Before the pushing.
    pub ago: TimeDelta,
    pub payload: Value,
    pub media: Vec<Value>,
}

impl Deed {
    fn new(operation: &'static str, record: &str, base_version: Option<i64>, payload: Value) -> Self {
        let (op_id, ago) = (Id::<Op>::new().to_string(), TimeDelta::hours(2));
        Self { op_id, operation, record: record.to_owned(), base_version, ago, payload, media: vec![] }
    }

    /// A step on a record.
    pub fn step(operation: &'static str, record: &str, seen: i64, payload: Value) -> Self {
        Self::new(operation, record, Some(seen), payload)
    }

    /// Writes another value into the payload.
    pub fn say(&mut self, field: &str, value: impl Into<Value>) {
        self.payload[field] = value.into();
    }

    /// The same under another op id.
    pub fn again(&self) -> Self {
        Self { op_id: Id::<Op>::new().to_string(), ..self.clone() }
    }

    /// Names a photo in `field` that is still on the phone; answers its id.
    pub fn show(&mut self, field: &str, picture: &[u8]) -> String {
        let photo = Id::<Photo>::new().to_string();
        let mut named = self.payload[field].as_array().cloned().unwrap_or_default();
        named.push(json!(photo));
        self.payload[field] = json!(named);
        self.media.push(json!({ "photo": photo, "sha256": sha256(picture) }));
        photo
    }

    fn json(&self, sent_at: Timestamp) -> Value {
        let mut json = json!({
            "op_id": self.op_id, "operation": self.operation, "record": self.record,
            "device_at": sent_at.plus(-self.ago), "payload": self.payload,
            "sha256": sha256(self.payload.to_string().as_bytes()), "media": self.media
        });
        if let Some(seen) = self.base_version {
            json["base_version"] = json!(seen);
        }
        json
    }
}

/// A report of a hazard.
pub fn report(grid: &str) -> Deed {
    let id = Id::<Hazard>::new().to_string();
    let payload = json!({
        "id": id, "area_code": grid, "field": "road_traffic", "title": "示例隐患", "detail": "示例:护栏松动"
    });
    Deed::new("hazard.report", &id, None, payload)
}

/// A registration of `payload` under its own id.
pub fn made(operation: &'static str, payload: Value) -> Deed {
    let id = payload["id"].as_str().unwrap().to_owned();
    Deed::new(operation, &id, None, payload)
}

impl Phone {
    pub fn of(who: Person) -> Self {
        Self { who, device: Id::<Device>::new().to_string() }
    }

    /// A report of a hazard.
    pub fn report(&self, grid: &str) -> Deed {
        report(grid)
    }

    /// The body of a push by a clock that is right.
    pub fn body(&self, town: &Town, deeds: &[Deed]) -> Value {
        self.body_at(town.clock.now(), deeds)
    }

    /// The body of a push by a clock that shows `sent_at`.
    pub fn body_at(&self, sent_at: Timestamp, deeds: &[Deed]) -> Value {
        let operations: Vec<_> = deeds.iter().map(|deed| deed.json(sent_at)).collect();
        json!({ "device": self.device, "sent_at": sent_at, "operations": operations })
    }

    pub async fn push(&self, town: &Town, deeds: &[Deed]) -> Answer {
        self.who.post(town, "/api/v1/sync/push", self.body(town, deeds)).await
    }

    /// Pushes, and answers what became of each: its outcome and, of a rejection, the code.
    pub async fn outcomes(&self, town: &Town, deeds: &[Deed]) -> Vec<String> {
        let answer = self.push(town, deeds).await;
        assert_eq!(answer.status, 200, "{answer:?}");
        told(&answer)
    }

    /// The request of a push.
    pub fn request(&self, town: &Town, deeds: &[Deed]) -> TestRequest {
        self.who.signs(TestRequest::post(), "/api/v1/sync/push").set_json(self.body(town, deeds))
    }

    /// Uploads a file under this id, in one piece.
    pub async fn upload(&self, town: &Town, photo: &str, picture: &[u8]) -> Answer {
        let form = format!(
            "--edge\r\nContent-Disposition: form-data; name=\"id\"\r\n\r\n{photo}\r\n--edge\r\nContent-Disposition: \
             form-data; name=\"file\"; filename=\"p.png\"\r\nContent-Type: image/png\r\n\r\n"
        );
        let form = [form.as_bytes(), picture, b"\r\n--edge--\r\n"].concat();
        let request = self.who.signs(TestRequest::post(), "/api/v1/photos");
        let request = request.insert_header(("Content-Type", "multipart/form-data; boundary=edge"));
        town.ask(request.set_payload(form)).await
    }
}

/// `applied`, `duplicate`, `conflict`, or the code of a rejection.
pub fn told(answer: &Answer) -> Vec<String> {
    let results = answer.body["results"].as_array().unwrap();
    let word = |result: &Value| match result["problem"]["code"].as_str() {
        Some(code) => code.to_owned(),
        None => result["outcome"].as_str().unwrap().to_owned(),
    };
    results.iter().map(word).collect()
}

/// The one result of a push of one.
pub fn only(answer: &Answer) -> &Value {
    assert_eq!(answer.body["results"].as_array().map(Vec::len), Some(1), "{answer:?}");
    &answer.body["results"][0]
}

pub fn sha256(content: &[u8]) -> String {
    Sha256::digest(content).iter().map(|byte| format!("{byte:02x}")).collect()
}

/// A picture like no other: noise does not compress, so this one takes some 50 KB.
pub fn picture(seed: u8) -> Vec<u8> {
    let mut state = u32::from(seed) + 1;
    let pixels = image::RgbImage::from_fn(160, 100, |_, _| {
        image::Rgb([(); 3].map(|()| {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            (state >> 24) as u8
        }))
    });
    let mut bytes = std::io::Cursor::new(vec![]);
    pixels.write_to(&mut bytes, image::ImageFormat::Png).unwrap();
    bytes.into_inner()
}
