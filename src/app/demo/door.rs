//! The way in: the town's own router, without a network.

use std::io::Cursor;
use std::rc::Rc;

use actix_web::http::Method;
use actix_web::test::{TestRequest, init_service, read_body, try_call_service};
use futures_util::future::LocalBoxFuture;
use image::{ImageFormat, Rgb, RgbImage};
use serde_json::Value;
use uuid::Uuid;

use super::Stage;
use crate::app::{Refusal, application};
use crate::base::clock::Clock;
use crate::base::id::Id;
use crate::features::attachments::Photo;
use crate::platform::access::token::{Subject, SubjectKind};
use crate::platform::web::App;

type Answer = LocalBoxFuture<'static, Result<(u16, Vec<u8>), String>>;

/// Takes requests, each by somebody.
pub struct Door {
    ask: Box<dyn Fn(TestRequest) -> Answer>,
    app: App,
    clock: Clock,
}

/// Who asks.
#[derive(Debug, Clone, Copy)]
pub enum By {
    /// A member of staff.
    Staff(Uuid),
    /// A resident.
    Resident(Uuid),
    /// Somebody who has not signed in.
    Nobody,
}

/// What is asked.
pub struct Ask {
    /// Where.
    pub path: String,
    /// The version that was seen, for a step.
    pub seen: Option<i64>,
    /// A new value, for what has no id of its own.
    pub key: Option<String>,
    /// With what.
    pub body: Value,
}

impl Ask {
    /// Makes something whose id we chose, or says something.
    pub fn new(path: impl Into<String>, body: Value) -> Self {
        Self { path: path.into(), seen: None, key: None, body }
    }

    /// Takes a step on a version.
    pub fn step(path: impl Into<String>, seen: i64, body: Value) -> Self {
        Self { seen: Some(seen), ..Self::new(path, body) }
    }

    /// Makes something once per key.
    pub fn once(path: impl Into<String>, key: String, body: Value) -> Self {
        Self { key: Some(key), ..Self::new(path, body) }
    }
}

impl Door {
    /// Builds the router.
    pub async fn open(stage: &Stage) -> Self {
        let service = Rc::new(init_service(application(stage.house.clone())).await);
        let ask = move |request: TestRequest| -> Answer {
            let service = Rc::clone(&service);
            Box::pin(async move {
                let answer = try_call_service(&*service, request.to_request()).await;
                let answer = answer.map_err(|error| error.to_string())?;
                Ok((answer.status().as_u16(), read_body(answer).await.to_vec()))
            })
        };
        Self { ask: Box::new(ask), app: stage.house.app.as_ref().clone(), clock: stage.clock.clone() }
    }

    /// Posts; anything but a success ends the sample, naming what was refused.
    pub async fn post(&self, by: By, ask: Ask) -> Result<Value, Refusal> {
        let mut request = TestRequest::default().method(Method::POST).uri(&ask.path).set_json(&ask.body);
        if let Some(token) = self.token(by)? {
            request = request.insert_header(("Authorization", format!("Bearer {token}")));
        }
        if let Some(seen) = ask.seen {
            request = request.insert_header(("If-Match", format!("\"{seen}\"")));
        }
        if let Some(key) = ask.key {
            request = request.insert_header(("Idempotency-Key", key));
        }
        self.send(request, &ask.path, &ask.body).await
    }

    /// Reads; anything but a success ends the sample.
    pub async fn get(&self, by: By, path: &str) -> Result<Value, Refusal> {
        let mut request = TestRequest::get().uri(path);
        if let Some(token) = self.token(by)? {
            request = request.insert_header(("Authorization", format!("Bearer {token}")));
        }
        self.send(request, path, &Value::Null).await
    }

    /// Uploads a blank sheet, as a photo of a paper that a step will name.
    pub async fn upload(&self, by: By, photo: Id<Photo>) -> Result<(), Refusal> {
        const PATH: &str = "/api/v1/photos";
        let mut sheet = Cursor::new(Vec::new());
        let blank = RgbImage::from_pixel(84, 118, Rgb([250, 250, 245]));
        let drawn = blank.write_to(&mut sheet, ImageFormat::Png);
        drawn.map_err(|why| Refusal::new("示例数据没有写完", why.to_string()))?;
        let mut form = format!(
            "--sheet\r\nContent-Disposition: form-data; name=\"id\"\r\n\r\n{photo}\r\n--sheet\r\n\
             Content-Disposition: form-data; name=\"file\"; filename=\"sheet.png\"\r\nContent-Type: image/png\r\n\r\n"
        )
        .into_bytes();
        form.extend(sheet.into_inner());
        form.extend(b"\r\n--sheet--\r\n");
        let mut request = TestRequest::default().method(Method::POST).uri(PATH).set_payload(form);
        request = request.insert_header(("Content-Type", "multipart/form-data; boundary=sheet"));
        if let Some(token) = self.token(by)? {
            request = request.insert_header(("Authorization", format!("Bearer {token}")));
        }
        self.send(request, PATH, &Value::Null).await.map(drop)
    }

    async fn send(&self, request: TestRequest, path: &str, sent: &Value) -> Result<Value, Refusal> {
        let failed = |why: String| Refusal::new("示例数据没有写完", format!("{path} {why}"));
        let (status, body) = (self.ask)(request).await.map_err(failed)?;
        if !(200..300).contains(&status) {
            return Err(failed(format!("{status} {}\n{sent}", String::from_utf8_lossy(&body))));
        }
        Ok(serde_json::from_slice(&body).unwrap_or(Value::Null))
    }

    fn token(&self, by: By) -> Result<Option<String>, Refusal> {
        let (kind, id) = match by {
            By::Staff(id) => (SubjectKind::Staff, id),
            By::Resident(id) => (SubjectKind::Resident, id),
            By::Nobody => return Ok(None),
        };
        let subject = Subject { kind, id, session: Id::from_uuid(id) };
        let issued = self.app.tokens.issue(subject, self.clock.now());
        issued
            .map(|(token, _)| Some(token))
            .map_err(|problem| Refusal::new("登录密钥", format!("{problem:?}")))
    }
}
