//! The outermost middleware: one id, one span, one log line and one measurement for each request.
//!
//! It is also where a [`Problem`] gets the request's id into its body and its cause into the log, once.
//! Paths are logged as patterns and queries not at all, so that no log line carries what a person typed.

use std::cell::RefCell;
use std::collections::HashMap;
use std::fmt;
use std::sync::Arc;
use std::time::Instant;

use actix_web::body::{BoxBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::Method;
use actix_web::http::header::{
    ALLOW, CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue,
    REFERRER_POLICY, X_CONTENT_TYPE_OPTIONS, X_FRAME_OPTIONS,
};
use actix_web::middleware::Next;
use actix_web::{Error, HttpMessage};
use metrics::{Histogram, Label};
use tracing::Instrument;
use uuid::Uuid;

use super::problem_json::render;
use crate::base::problem::{Code, Problem};
use crate::platform::access::Identity;

/// The header that carries the id in both directions.
const X_REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// The id of a request, in its extensions and in `X-Request-Id` of the answer.
#[derive(Debug, Clone)]
pub struct RequestId(Arc<str>);

impl RequestId {
    /// The client's own id when it is harmless in a log, otherwise a new one.
    fn of(request: &ServiceRequest) -> Self {
        let sent = request.headers().get(&X_REQUEST_ID).and_then(|id| id.to_str().ok());
        let harmless = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.');
        let sent = sent.filter(|id| (8..=64).contains(&id.len()) && id.bytes().all(harmless));
        let mut text = Uuid::encode_buffer();
        Self(sent.unwrap_or_else(|| Uuid::now_v7().hyphenated().encode_lower(&mut text)).into())
    }

    /// The id for whoever keeps it longer than the request's own text.
    pub fn shared(&self) -> Arc<str> {
        Arc::clone(&self.0)
    }

    /// The id as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for RequestId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Wraps everything else; mounted last.
pub async fn request(
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    let began = Instant::now();
    let id = RequestId::of(&request);
    request.extensions_mut().insert(id.clone());
    let span = tracing::info_span!("request", request_id = %id);
    async move {
        let answer = next.call(request).await?.map_into_boxed_body();
        let mut answer = explain(answer, &id);
        add_headers(answer.headers_mut(), &id);
        account(&answer, began);
        Ok(answer)
    }
    .instrument(span)
    .await
}

/// Writes a failure's cause to the log and the request's id into its body.
fn explain(answer: ServiceResponse, id: &RequestId) -> ServiceResponse {
    let Some(error) = answer.response().error() else { return answer };
    let foreign;
    let problem = match error.as_error::<Problem>() {
        Some(problem) => problem,
        None => {
            foreign = translate(error);
            &foreign
        }
    };
    let code = problem.code().as_str();
    match problem.cause() {
        Some(cause) if problem.code().status() >= 500 => tracing::error!(code, %cause, "request failed"),
        Some(cause) => tracing::info!(code, %cause, "request refused"),
        None => {}
    }
    let mut rendered = render(problem, id.as_str());
    if let Some(allowed) = answer.headers().get(ALLOW) {
        rendered.headers_mut().insert(ALLOW, allowed.clone());
    }
    answer.into_response(rendered)
}

/// A failure of actix's own, in our words.
fn translate(error: &Error) -> Problem {
    let code = match error.as_response_error().status_code().as_u16() {
        404 => Code::NotFound,
        405 => Code::MethodNotAllowed,
        413 => Code::TooLarge,
        415 => Code::UnsupportedMedia,
        400..=499 => Code::BadRequest,
        _ => Code::Internal,
    };
    Problem::new(code).caused_by(error.to_string())
}

fn add_headers(headers: &mut HeaderMap, id: &RequestId) {
    if let Ok(id) = HeaderValue::from_str(id.as_str()) {
        headers.insert(X_REQUEST_ID, id);
    }
    headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.insert(REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
    // Pages say themselves what they may load; data may load nothing.
    let data = headers.get(CONTENT_TYPE).is_some_and(|kind| kind.as_bytes().ends_with(b"json"));
    let policy = data.then_some((CONTENT_SECURITY_POLICY, "default-src 'none'; frame-ancestors 'none'"));
    for (name, value) in [(X_FRAME_OPTIONS, "DENY"), (CACHE_CONTROL, "no-store")].into_iter().chain(policy) {
        if !headers.contains_key(&name) {
            headers.insert(name, HeaderValue::from_static(value));
        }
    }
}

/// One measurement and one log line.
fn account(answer: &ServiceResponse, began: Instant) {
    let took = began.elapsed();
    let route = answer.request().match_pattern();
    let route = route.as_deref().unwrap_or("unmatched");
    let method = method(answer.request().method());
    let status = answer.status();
    if tracing::enabled!(target: "access", tracing::Level::INFO) {
        let user = match answer.request().extensions().get::<Identity>() {
            Some(Identity::Known(actor)) => Some(actor.shown_id()),
            _ => None,
        };
        let ms = took.as_secs_f64() * 1000.0;
        tracing::info!(target: "access", method, route, status = status.as_u16(), ms, user);
    }
    measurement(route, method, status.as_u16(), |measurement| measurement.record(took));
}

/// What one thread has measured of a route: a handle for each method and status that it has seen.
type Handles = HashMap<String, Vec<(&'static str, u16, Histogram)>>;

thread_local! {
    /// Finding a handle in the registry makes and hashes three labels; it is done once for each thread.
    static HANDLES: RefCell<Handles> = RefCell::default();
}

fn measurement(route: &str, method: &'static str, status: u16, with: impl FnOnce(&Histogram)) {
    HANDLES.with_borrow_mut(|handles| {
        if !handles.contains_key(route) {
            handles.insert(route.to_owned(), Vec::new());
        }
        let Some(of_route) = handles.get_mut(route) else { return };
        let known = of_route.iter().position(|(m, s, _)| (*m, *s) == (method, status));
        let place = known.unwrap_or_else(|| {
            let labels = [
                Label::new("method", method),
                Label::new("route", route.to_owned()),
                Label::new("status", status.to_string()),
            ];
            let handle = metrics::histogram!("wangge_http_request_seconds", labels.iter());
            of_route.push((method, status, handle));
            of_route.len() - 1
        });
        with(&of_route[place].2);
    });
}

/// The method as a label; a client that invents methods must not make new measurements.
fn method(method: &Method) -> &'static str {
    match *method {
        Method::GET => "GET",
        Method::POST => "POST",
        Method::PUT => "PUT",
        Method::PATCH => "PATCH",
        Method::DELETE => "DELETE",
        Method::HEAD => "HEAD",
        Method::OPTIONS => "OPTIONS",
        _ => "OTHER",
    }
}

#[cfg(test)]
mod tests {
    use actix_web::middleware::from_fn;
    use actix_web::test::{TestRequest, call_service, init_service, read_body_json};
    use actix_web::{App, HttpResponse, web};
    use serde_json::Value;

    use super::*;

    async fn ask(path: &str, id: &str) -> (u16, HeaderMap, Value) {
        let app = App::new()
            .wrap(from_fn(request))
            .route("/fine", web::get().to(async || HttpResponse::Ok().json(1)))
            .route("/bad", web::get().to(async || Err::<String, _>(Problem::internal("secret cause"))))
            .route("/foreign", web::get().to(async |_: web::Json<u8>| HttpResponse::Ok()));
        let app = init_service(app).await;
        let request = TestRequest::get().uri(path).insert_header((X_REQUEST_ID, id)).to_request();
        let answer = call_service(&app, request).await;
        let (status, headers) = (answer.status().as_u16(), answer.headers().clone());
        (status, headers, read_body_json(answer).await)
    }

    #[actix_web::test]
    async fn a_failure_carries_the_request_id_and_not_its_cause() {
        let (status, headers, body) = ask("/bad", "phone-000042").await;
        assert_eq!((status, body["request_id"].as_str()), (500, Some("phone-000042")));
        assert_eq!(headers.get(X_REQUEST_ID).map(HeaderValue::as_bytes), Some(&b"phone-000042"[..]));
        assert!(!body.to_string().contains("secret cause"));
    }

    #[actix_web::test]
    async fn an_id_that_could_forge_a_log_line_is_replaced() {
        let (_, headers, _) = ask("/fine", "x\" level=\"error").await;
        assert_eq!(headers.get(X_REQUEST_ID).map(HeaderValue::len), Some(36));
        assert_eq!(headers.get(X_CONTENT_TYPE_OPTIONS).map(HeaderValue::as_bytes), Some(&b"nosniff"[..]));
    }

    #[actix_web::test]
    async fn a_failure_of_the_framework_speaks_as_ours_do() {
        let (status, _, body) = ask("/foreign", "phone-000042").await;
        assert_eq!((status, body["code"].as_str()), (400, Some("bad_request")));
    }
}
