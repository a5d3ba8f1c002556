//! The body of a request: JSON, or bytes as they came.

use std::marker::PhantomData;
use std::time::Duration;

use actix_web::dev::Payload;
use actix_web::http::header::{CONTENT_ENCODING, CONTENT_LENGTH, CONTENT_TYPE};
use actix_web::web::{Bytes, BytesMut};
use actix_web::{FromRequest, HttpRequest};
use futures_util::StreamExt;
use futures_util::future::LocalBoxFuture;
use serde::de::DeserializeOwned;

use super::complaint;
use crate::base::problem::{Code, Problem, Result};

/// How large a body may be and how long it may take. A slower client would hold its connection for nothing.
pub trait Size: 'static {
    /// The most KiB.
    const KIB: usize;
    /// The most seconds from its first byte to its last.
    const SECONDS: u64;
}

/// One record: 256 KiB in ten seconds. Uploads have limits of their own.
#[derive(Debug)]
pub enum Single {}

impl Size for Single {
    const KIB: usize = 256;
    const SECONDS: u64 = 10;
}

/// A day's offline work: 4 MiB, in the minute that a village's signal needs for it.
#[derive(Debug)]
pub enum Bulk {}

impl Size for Bulk {
    const KIB: usize = 4096;
    const SECONDS: u64 = 60;
}

/// The body, read as JSON; at most `KIB` of it.
///
/// 415 for another media type, 413 above the limit of `S`, 400 for what is not JSON (or nested deeper than 128),
/// 422 with the field's path for a wrong type, a missing or (where the type says so) an unknown field.
#[derive(Debug)]
pub struct Body<T, S = Single>(pub T, PhantomData<S>);

impl<T: DeserializeOwned + 'static, S: Size> FromRequest for Body<T, S> {
    type Error = Problem;
    type Future = LocalBoxFuture<'static, Result<Self>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let acceptable = look_at_head(request, S::KIB);
        let payload = payload.take();
        Box::pin(async move {
            acceptable?;
            Ok(Self(read_json(&in_time::<S>(payload).await?)?, PhantomData))
        })
    }
}

/// The body as it came, whatever its media type; at most `KIB` of it. For senders that sign their bytes.
///
/// 413 above the limit of `S`, 400 when it is not there in time.
#[derive(Debug)]
pub struct RawBody<S>(pub Bytes, PhantomData<S>);

impl<S: Size> FromRequest for RawBody<S> {
    type Error = Problem;
    type Future = LocalBoxFuture<'static, Result<Self>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let short = fits(request, S::KIB);
        let payload = payload.take();
        Box::pin(async move {
            short?;
            Ok(Self(in_time::<S>(payload).await?.freeze(), PhantomData))
        })
    }
}

async fn in_time<S: Size>(payload: Payload) -> Result<BytesMut> {
    let bytes = tokio::time::timeout(Duration::from_secs(S::SECONDS), collect(payload, S::KIB)).await;
    let late = || format!("{} 秒内没有收到完整的内容", S::SECONDS);
    bytes.map_err(|_| Problem::because(Code::BadRequest, late()))?
}

/// Refuses by the headers alone, before a byte of the body is read.
fn look_at_head(request: &HttpRequest, kib: usize) -> Result<()> {
    let header = |name| request.headers().get(name).and_then(|value| value.to_str().ok());
    let media = header(CONTENT_TYPE).unwrap_or_default().split(';').next().unwrap_or_default().trim();
    let json = media.eq_ignore_ascii_case("application/json");
    let encoded = header(CONTENT_ENCODING).is_some_and(|coding| !coding.eq_ignore_ascii_case("identity"));
    if !json || encoded {
        return Err(Problem::because(Code::UnsupportedMedia, "请发送未压缩的 application/json"));
    }
    fits(request, kib)
}

fn fits(request: &HttpRequest, kib: usize) -> Result<()> {
    let length = request.headers().get(CONTENT_LENGTH).and_then(|length| length.to_str().ok()?.parse().ok());
    if length.is_some_and(|length: usize| length > kib * 1024) { Err(too_large(kib)) } else { Ok(()) }
}

fn too_large(kib: usize) -> Problem {
    Problem::because(Code::TooLarge, format!("内容不能超过 {kib} KiB"))
}

async fn collect(mut payload: Payload, kib: usize) -> Result<BytesMut> {
    let mut bytes = BytesMut::new();
    while let Some(chunk) = payload.next().await {
        let chunk = chunk.map_err(|error| {
            Problem::because(Code::BadRequest, "内容没有传完").caused_by(error.to_string())
        })?;
        if bytes.len() + chunk.len() > kib * 1024 {
            return Err(too_large(kib));
        }
        bytes.extend_from_slice(&chunk);
    }
    Ok(bytes)
}

/// JSON that came as a body or as a part of one; refused as [`Body`] refuses it.
pub fn read_json<T: DeserializeOwned>(bytes: &[u8]) -> Result<T> {
    let mut json = serde_json::Deserializer::from_slice(bytes);
    let value = serde_path_to_error::deserialize(&mut json).map_err(|error| {
        let path = error.path().to_string();
        refused(&path, error.inner())
    })?;
    json.end().map_err(|error| refused(".", &error))?;
    Ok(value)
}

fn refused(path: &str, error: &serde_json::Error) -> Problem {
    match error.classify() {
        serde_json::error::Category::Data => complaint::refused(path, &error.to_string()),
        _ => {
            let place = format!("第 {} 行第 {} 列不是正确的 JSON", error.line(), error.column());
            Problem::because(Code::BadRequest, place)
        }
    }
}

#[cfg(test)]
mod tests {
    use actix_web::test::TestRequest;
    use serde::Deserialize;

    use super::*;
    use crate::base::problem::Code;

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Report {
        #[expect(dead_code, reason = "only its reading is looked at")]
        parties: Vec<Party>,
    }

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Party {
        #[expect(dead_code, reason = "only its reading is looked at")]
        age: u32,
    }

    async fn read(media: &'static str, body: impl Into<actix_web::web::Bytes>) -> Problem {
        let (request, mut payload) =
            TestRequest::post().insert_header((CONTENT_TYPE, media)).set_payload(body).to_http_parts();
        Body::<Report>::from_request(&request, &mut payload).await.unwrap_err()
    }

    async fn field(body: &'static str) -> (Code, String) {
        let problem = read("application/json", body).await;
        (problem.code(), problem.errors()[0].field.clone())
    }

    #[actix_web::test]
    async fn a_wrong_field_is_named_by_its_path() {
        let of = |field: &str| (Code::InvalidFields, field.to_owned());
        assert_eq!(field(r#"{"parties":[{"age":1},{"age":"old"}]}"#).await, of("parties[1].age"));
        assert_eq!(field(r#"{"parties":[{"age":1,"sex":"f"}]}"#).await, of("parties[0].sex"));
        assert_eq!(field(r#"{"parties":[{}]}"#).await, of("parties[0].age"));
        assert_eq!(field("{}").await, of("parties"));
    }

    #[actix_web::test]
    async fn what_is_not_json_is_400_and_another_media_type_415() {
        for body in ["", "{", "{\"parties\":[]} x", "\u{0}"] {
            assert_eq!(read("application/json", body).await.code(), Code::BadRequest, "{body:?}");
        }
        assert_eq!(read("text/plain", "{}").await.code(), Code::UnsupportedMedia);
        let deep = "{\"parties\":".to_owned() + &"[".repeat(10_000);
        assert!(matches!(
            read("application/json", deep).await.code(),
            Code::BadRequest | Code::InvalidFields
        ));
    }

    #[actix_web::test]
    async fn a_body_above_the_limit_is_413() {
        let long = format!("{{\"parties\":\"{}\"}}", "x".repeat(Single::KIB * 1024));
        assert_eq!(read("application/json; charset=utf-8", long).await.code(), Code::TooLarge);
    }
}
