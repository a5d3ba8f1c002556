//! The one renderer of failures, `application/problem+json`, and of JSON answers.

use actix_web::http::StatusCode;
use actix_web::http::header::{HeaderValue, RETRY_AFTER, WWW_AUTHENTICATE};
use actix_web::{HttpResponse, HttpResponseBuilder, ResponseError};
use serde::Serialize;

use crate::base::problem::{Code, Problem};

/// The media type of RFC 9457.
pub const PROBLEM_JSON: &str = "application/problem+json";

impl ResponseError for Problem {
    fn status_code(&self) -> StatusCode {
        StatusCode::from_u16(self.code().status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
    }

    fn error_response(&self) -> HttpResponse {
        render(self, "")
    }
}

/// The answer for `problem`; the middleware calls it again with the id of the request.
pub(super) fn render(problem: &Problem, request_id: &str) -> HttpResponse {
    let mut answer = HttpResponse::build(problem.status_code());
    answer.content_type(PROBLEM_JSON);
    if let Some(seconds) = problem.retry_seconds() {
        answer.insert_header((RETRY_AFTER, HeaderValue::from(seconds)));
    }
    if problem.code() == Code::Unauthenticated {
        answer.insert_header((WWW_AUTHENTICATE, "Bearer"));
    }
    answer.body(serde_json::to_vec(&problem.body(request_id)).unwrap_or_default())
}

/// `body` as the JSON of `answer`.
pub(super) fn json(answer: &mut HttpResponseBuilder, body: &impl Serialize) -> HttpResponse {
    match serde_json::to_vec(body) {
        Ok(bytes) => answer.content_type("application/json").body(bytes),
        Err(error) => HttpResponse::from_error(Problem::internal(error)),
    }
}
