//! A spreadsheet as the whole body of a request.

use std::time::Duration;

use actix_web::dev::Payload;
use actix_web::http::header::CONTENT_TYPE;
use actix_web::{FromRequest, HttpRequest};
use futures_util::StreamExt;
use futures_util::future::LocalBoxFuture;

use crate::base::problem::{Code, Problem, Result};

/// How long a client may take to send the file.
const DEADLINE: Duration = Duration::from_secs(120);
/// CSV, and XLSX (ISO/IEC 29500).
const MEDIA: [&str; 2] = ["text/csv", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"];

/// The bytes of a CSV or XLSX, at most `MIB` of them; what they hold is for `platform/sheet` to find out.
///
/// 415 for another media type, 413 above the limit, 400 when the file does not arrive whole within two minutes.
#[derive(Debug)]
pub struct Spreadsheet<const MIB: usize>(pub Vec<u8>);

impl<const MIB: usize> FromRequest for Spreadsheet<MIB> {
    type Error = Problem;
    type Future = LocalBoxFuture<'static, Result<Self>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let sent = request.headers().get(CONTENT_TYPE).and_then(|value| value.to_str().ok());
        let media = sent.unwrap_or_default().split(';').next().unwrap_or_default().trim();
        let known = MEDIA.iter().any(|known| known.eq_ignore_ascii_case(media));
        let payload = payload.take();
        Box::pin(async move {
            if !known {
                let detail = "请以 text/csv 或 XLSX 的类型发送表格文件";
                return Err(Problem::because(Code::UnsupportedMedia, detail));
            }
            let bytes = tokio::time::timeout(DEADLINE, collect(payload, MIB << 20)).await;
            let bytes =
                bytes.map_err(|_| Problem::because(Code::BadRequest, "2 分钟内没有收到完整的文件"))??;
            Ok(Self(bytes))
        })
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

#[cfg(test)]
mod tests {
    use actix_web::test::TestRequest;

    use super::*;

    async fn sent(media: &'static str, bytes: usize) -> Result<usize, Code> {
        let request = TestRequest::post().insert_header((CONTENT_TYPE, media)).set_payload(vec![b'a'; bytes]);
        let (request, mut payload) = request.to_http_parts();
        let read = Spreadsheet::<1>::from_request(&request, &mut payload).await;
        read.map(|file| file.0.len()).map_err(|problem| problem.code())
    }

    #[actix_web::test]
    async fn a_table_of_known_media_type_and_size_is_taken_and_no_other() {
        assert_eq!(sent("text/csv; charset=utf-8", 1 << 20).await, Ok(1 << 20));
        assert_eq!(sent("text/csv", (1 << 20) + 1).await, Err(Code::TooLarge));
        assert_eq!(sent("application/json", 1).await, Err(Code::UnsupportedMedia));
    }
}
