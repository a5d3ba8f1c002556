//! An object store that runs on loopback and speaks as much of S3 as photos need: PUT, GET, HEAD and DELETE of objects
//! by path. It refuses what is not signed by its one key; it does not recompute the signature.

use std::collections::HashMap;
use std::io;
use std::net::Ipv4Addr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use actix_web::http::Method;
use actix_web::http::header::{AUTHORIZATION, RANGE};
use actix_web::{App, HttpRequest, HttpResponse, HttpServer, rt, web};
use tokio::sync::oneshot;

/// The one bucket.
pub const BUCKET: &str = "photos";
/// The public half of the one key.
pub const ACCESS_KEY: &str = "AKFAKE0000000000";

type Objects = Arc<Mutex<HashMap<String, Vec<u8>>>>;

/// A running stand-in. Dropping it leaves it running until the process ends.
pub struct Running {
    /// Where it listens: `http://127.0.0.1:40002`.
    pub endpoint: String,
    objects: Objects,
}

impl Running {
    /// The names of what is kept, in order.
    pub fn keys(&self) -> Vec<String> {
        let mut keys: Vec<_> = lock(&self.objects).keys().cloned().collect();
        keys.sort();
        keys
    }
}

fn lock(objects: &Objects) -> MutexGuard<'_, HashMap<String, Vec<u8>>> {
    objects.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Starts on a thread of its own and returns once it listens.
pub async fn start() -> io::Result<Running> {
    let objects = Objects::default();
    let kept = web::Data::new(Arc::clone(&objects));
    let (tell, told) = oneshot::channel();
    std::thread::Builder::new().name("fake-s3".into()).spawn(move || {
        rt::System::new().block_on(async move {
            let server = HttpServer::new(move || {
                let limit = web::PayloadConfig::new(64 << 20);
                App::new().app_data(kept.clone()).app_data(limit).default_service(web::to(object))
            });
            match server.workers(1).disable_signals().bind((Ipv4Addr::LOCALHOST, 0)) {
                Ok(server) => {
                    drop(tell.send(Ok(server.addrs().first().copied())));
                    drop(server.run().await);
                }
                Err(error) => drop(tell.send(Err(error))),
            }
        });
    })?;
    let address = told.await.map_err(io::Error::other)??;
    let address = address.ok_or_else(|| io::Error::other("no address was bound"))?;
    Ok(Running { endpoint: format!("http://{address}"), objects })
}

async fn object(request: HttpRequest, body: web::Bytes, kept: web::Data<Objects>) -> HttpResponse {
    if !is_signed(&request) {
        return refusal(403, "AccessDenied");
    }
    let Some(key) = request.path().strip_prefix(&format!("/{BUCKET}/")).filter(|key| !key.is_empty()) else {
        return refusal(404, "NoSuchBucket");
    };
    let mut objects = lock(&kept);
    match *request.method() {
        Method::PUT => {
            objects.insert(key.to_owned(), body.to_vec());
            HttpResponse::Ok().insert_header(("ETag", "\"0\"")).finish()
        }
        Method::DELETE => {
            objects.remove(key);
            HttpResponse::NoContent().finish()
        }
        Method::GET | Method::HEAD => match objects.get(key) {
            Some(content) => part(&request, content),
            None => refusal(404, "NoSuchKey"),
        },
        _ => refusal(405, "MethodNotAllowed"),
    }
}

/// As a client of S3 signs: by this algorithm, with our key, for this service, the date and the content's digest.
fn is_signed(request: &HttpRequest) -> bool {
    let text =
        |name: &str| request.headers().get(name).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let by = text(AUTHORIZATION.as_str());
    by.starts_with(&format!("AWS4-HMAC-SHA256 Credential={ACCESS_KEY}/"))
        && by.contains("/us-east-1/s3/aws4_request")
        && by.contains("SignedHeaders=")
        && by.contains("Signature=")
        && !text("x-amz-date").is_empty()
        && !text("x-amz-content-sha256").is_empty()
}

/// The whole content, or the range that was asked for.
fn part(request: &HttpRequest, content: &[u8]) -> HttpResponse {
    let range = request.headers().get(RANGE).and_then(|range| range.to_str().ok());
    let Some((from, to)) = range.and_then(|range| range.strip_prefix("bytes=")?.split_once('-')) else {
        return HttpResponse::Ok().insert_header(("ETag", "\"0\"")).body(content.to_vec());
    };
    let from: usize = from.parse().unwrap_or_default();
    let last = content.len().saturating_sub(1);
    let to = to.parse().unwrap_or(last).min(last);
    match content.get(from..=to) {
        Some(part) => HttpResponse::PartialContent()
            .insert_header(("Content-Range", format!("bytes {from}-{to}/{}", content.len())))
            .body(part.to_vec()),
        None => refusal(416, "InvalidRange"),
    }
}

fn refusal(status: u16, code: &str) -> HttpResponse {
    let status = status.try_into().unwrap_or_default();
    let told = format!("<?xml version=\"1.0\"?><Error><Code>{code}</Code><Message>{code}</Message></Error>");
    HttpResponse::build(status).content_type("application/xml").body(told)
}
