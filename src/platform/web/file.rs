//! A file as the whole body of a request.

use std::time::Duration;

use actix_web::HttpRequest;
use actix_web::dev::Payload;
use actix_web::http::header::CONTENT_TYPE;
use futures_util::StreamExt;

use crate::base::problem::{Code, Problem, Result};

/// How long a client may take to send the file.
const DEADLINE: Duration = Duration::from_secs(120);

/// Which files are taken.
pub(super) struct Media {
    /// Their media types.
    pub types: &'static [&'static str],
    /// What whoever sends another one is told.
    pub otherwise: &'static str,
}

/// The bytes of a file of `media`, at most `mib` of them: 415 for another media type, 413 above the limit, 400 when it
/// does not arrive whole within two minutes.
pub(super) fn whole(
    request: &HttpRequest,
    payload: &mut Payload,
    media: &'static Media,
    mib: usize,
) -> impl Future<Output = Result<Vec<u8>>> + use<> {
    let sent = request.headers().get(CONTENT_TYPE).and_then(|value| value.to_str().ok());
    let sent = sent.unwrap_or_default().split(';').next().unwrap_or_default().trim();
    let known = media.types.iter().any(|known| known.eq_ignore_ascii_case(sent));
    let payload = payload.take();
    async move {
        if !known {
            return Err(Problem::because(Code::UnsupportedMedia, media.otherwise));
        }
        let bytes = tokio::time::timeout(DEADLINE, collect(payload, mib << 20)).await;
        bytes.map_err(|_| Problem::because(Code::BadRequest, "2 分钟内没有收到完整的文件"))?
    }
}

async fn collect(mut payload: Payload, limit: usize) -> Result<Vec<u8>> {
    let mut bytes = Vec::new();
    while let Some(chunk) = payload.next().await {
        let chunk = chunk.map_err(|error| {
            Problem::because(Code::BadRequest, "文件没有传完").caused_by(error.to_string())
        })?;
        if bytes.len() + chunk.len() > limit {
            return Err(Problem::because(Code::TooLarge, format!("文件不能超过 {} MB", limit >> 20)));
        }
        bytes.extend_from_slice(&chunk);
    }
    Ok(bytes)
}
