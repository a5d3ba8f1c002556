//! A spreadsheet as the whole body of a request.

use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpRequest};
use futures_util::future::LocalBoxFuture;

use super::file::{Media, whole};
use crate::base::problem::{Problem, Result};

/// CSV, and XLSX (ISO/IEC 29500).
const TABLES: Media = Media {
    types: &["text/csv", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"],
    otherwise: "请以 text/csv 或 XLSX 的类型发送表格文件",
};

/// The bytes of a CSV or XLSX, at most `MIB` of them; what they hold is for `platform/sheet` to find out.
///
/// 415 for another media type, 413 above the limit, 400 when the file does not arrive whole within two minutes.
#[derive(Debug)]
pub struct Spreadsheet<const MIB: usize>(pub Vec<u8>);

impl<const MIB: usize> FromRequest for Spreadsheet<MIB> {
    type Error = Problem;
    type Future = LocalBoxFuture<'static, Result<Self>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let file = whole(request, payload, &TABLES, MIB);
        Box::pin(async move { file.await.map(Self) })
    }
}

#[cfg(test)]
mod tests {
    use actix_web::http::header::CONTENT_TYPE;
    use actix_web::test::TestRequest;

    use super::*;
    use crate::base::problem::Code;

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
