//! A GeoJSON file as the whole body of a request.

use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpRequest};
use futures_util::future::LocalBoxFuture;

use super::file::{Media, whole};
use crate::base::problem::{Problem, Result};

/// The media type of RFC 7946, and what programs send that do not know it.
const MAPS: Media = Media {
    types: &["application/geo+json", "application/json"],
    otherwise: "请以 application/geo+json 的类型发送 GeoJSON 文件",
};

/// The bytes of a GeoJSON file, at most `MIB` of them; what they hold is for whoever asks to find out, off the async
/// threads.
///
/// 415 for another media type, 413 above the limit, 400 when the file does not arrive whole within two minutes.
#[derive(Debug)]
pub struct GeoJsonFile<const MIB: usize>(pub Vec<u8>);

impl<const MIB: usize> FromRequest for GeoJsonFile<MIB> {
    type Error = Problem;
    type Future = LocalBoxFuture<'static, Result<Self>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let file = whole(request, payload, &MAPS, MIB);
        Box::pin(async move { file.await.map(Self) })
    }
}
