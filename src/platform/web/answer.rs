//! Answers that carry a version, or a tag made of their content.

use actix_web::body::BoxBody;
use actix_web::http::StatusCode;
use actix_web::http::header::{CACHE_CONTROL, ETAG, LOCATION};
use actix_web::{HttpRequest, HttpResponse, HttpResponseBuilder, Responder};
use serde::Serialize;
use sha2::{Digest, Sha256};

use super::condition::{etag, is_held};
use super::problem_json::json;
use crate::base::problem::Problem;

/// A record that was made: 201 with `Location` and `ETag`; 200 when the same request was answered before.
#[derive(Debug)]
pub struct Created<T> {
    status: StatusCode,
    location: String,
    version: i32,
    body: T,
}

impl<T> Created<T> {
    /// As [`Self::at`] when the record is `new`, as [`Self::again`] when it is not.
    pub fn made(new: bool, location: String, version: i32, body: T) -> Self {
        if new { Self::at(location, version, body) } else { Self::again(location, version, body) }
    }

    /// 201: the record was made now and is read at `location`.
    pub fn at(location: String, version: i32, body: T) -> Self {
        Self { status: StatusCode::CREATED, location, version, body }
    }

    /// 200: a resend of what made the record before.
    pub fn again(location: String, version: i32, body: T) -> Self {
        Self { status: StatusCode::OK, location, version, body }
    }
}

impl<T: Serialize> Responder for Created<T> {
    type Body = BoxBody;

    fn respond_to(self, _: &HttpRequest) -> HttpResponse {
        let mut answer = HttpResponse::build(self.status);
        answer.insert_header((LOCATION, self.location)).insert_header((ETAG, etag(self.version)));
        json(&mut answer, &self.body)
    }
}

/// A record at a version: 200 with `ETag: "version"`, 304 when `If-None-Match` names that version.
#[derive(Debug)]
pub struct Versioned<T> {
    version: i32,
    missing: usize,
    body: T,
}

impl<T> Versioned<T> {
    /// `body` as it is at `version`.
    pub fn new(version: i32, body: T) -> Self {
        Self { version, missing: 0, body }
    }

    /// The same while `missing` parts of it are still on their way: `ETag: "version.missing"`, because the content
    /// changes as they arrive and the version does not. `If-Match` takes it for the version that it is.
    pub fn missing(self, missing: usize) -> Self {
        Self { missing, ..self }
    }
}

impl<T: Serialize> Responder for Versioned<T> {
    type Body = BoxBody;

    fn respond_to(self, request: &HttpRequest) -> HttpResponse {
        let tag = match self.missing {
            0 => etag(self.version),
            missing => format!("\"{}.{missing}\"", self.version),
        };
        let held = is_held(request, &tag);
        let mut answer =
            HttpResponseBuilder::new(if held { StatusCode::NOT_MODIFIED } else { StatusCode::OK });
        // The holder may keep it but must ask each time; nobody in between may keep it.
        answer.insert_header((ETAG, tag)).insert_header((CACHE_CONTROL, "private, no-cache"));
        if held { answer.finish() } else { json(&mut answer, &self.body) }
    }
}

/// An answer that no version counts: 200 with an `ETag` made of its content, 304 when the caller holds the same.
/// Spares a phone the bytes, not the server the reading.
#[derive(Debug)]
pub struct Digested<T>(pub T);

impl<T: Serialize> Responder for Digested<T> {
    type Body = BoxBody;

    fn respond_to(self, request: &HttpRequest) -> HttpResponse {
        let content = match serde_json::to_vec(&self.0) {
            Ok(content) => content,
            Err(why) => return HttpResponse::from_error(Problem::internal(why)),
        };
        digested(request, "application/json", content)
    }
}

/// As [`Digested`], for a text that is no JSON.
#[derive(Debug)]
pub struct DigestedText {
    /// Its media type.
    pub media: &'static str,
    /// The text.
    pub text: String,
}

impl Responder for DigestedText {
    type Body = BoxBody;

    fn respond_to(self, request: &HttpRequest) -> HttpResponse {
        digested(request, self.media, self.text.into_bytes())
    }
}

fn digested(request: &HttpRequest, media: &'static str, content: Vec<u8>) -> HttpResponse {
    let digest = Sha256::digest(&content);
    let tag: String = digest.iter().take(16).map(|byte| format!("{byte:02x}")).collect();
    let tag = format!("\"{tag}\"");
    let held = is_held(request, &tag);
    let mut answer = HttpResponse::build(if held { StatusCode::NOT_MODIFIED } else { StatusCode::OK });
    answer.insert_header((ETAG, tag)).insert_header((CACHE_CONTROL, "private, no-cache"));
    if held { answer.finish() } else { answer.content_type(media).body(content) }
}

#[cfg(test)]
mod tests {
    use actix_web::http::header::IF_NONE_MATCH;
    use actix_web::test::TestRequest;

    use super::*;

    #[test]
    fn a_version_that_is_held_is_not_sent_again() {
        let held = TestRequest::get().insert_header((IF_NONE_MATCH, "\"7\"")).to_http_request();
        assert_eq!(Versioned::new(7, "x").respond_to(&held).status(), 304);
        let newer = Versioned::new(8, "x").respond_to(&held);
        assert_eq!(newer.status(), 200);
        assert_eq!(newer.headers().get(ETAG).map(|tag| tag.as_bytes()), Some(&b"\"8\""[..]));
    }

    #[test]
    fn a_page_that_has_not_changed_is_not_sent_again() {
        let first = Digested(["示例"]).respond_to(&TestRequest::get().to_http_request());
        let tag = first.headers().get(ETAG).cloned().unwrap();
        let held = TestRequest::get().insert_header((IF_NONE_MATCH, tag)).to_http_request();
        assert_eq!(Digested(["示例"]).respond_to(&held).status(), 304);
        assert_eq!(Digested(["示例", "又一条"]).respond_to(&held).status(), 200);
    }

    #[test]
    fn a_resend_is_answered_200_at_the_same_place() {
        let request = TestRequest::post().to_http_request();
        let first = Created::at("/x/1".to_owned(), 1, ()).respond_to(&request);
        let second = Created::again("/x/1".to_owned(), 1, ()).respond_to(&request);
        assert_eq!((first.status().as_u16(), second.status().as_u16()), (201, 200));
        assert_eq!(first.headers().get(LOCATION), second.headers().get(LOCATION));
    }
}
