//! The seven works over HTTP. Short reads run on the worker itself; the dashboard's scan does not.

use std::path::PathBuf;

use actix_web::http::header::IF_MATCH;
use actix_web::web::{self, Data, Json, Path, Query, ServiceConfig};
use actix_web::{HttpRequest, HttpResponse, Result, error};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::store::{self, Created, NewReport};
use super::token::Checker;
use super::writer::{Refused, Writer};
use crate::typeid;

/// What the handlers need.
pub struct Bare {
    /// The database file.
    pub path: PathBuf,
    /// The one who writes.
    pub writer: Writer,
    /// The one who checks tokens.
    pub tokens: Checker,
}

/// Mounts the works.
pub fn mount(config: &mut ServiceConfig) {
    config
        .route("/readyz", web::get().to(async || "ok"))
        .route("/reports", web::post().to(create))
        .route("/reports", web::get().to(page))
        .route("/reports/{id}", web::get().to(one))
        .route("/reports/{id}/grading", web::post().to(step))
        .route("/notices/{id}/publication", web::post().to(publish))
        .route("/notices/{id}/coverage", web::get().to(coverage))
        .route("/feed", web::get().to(feed))
        .route("/dashboard", web::get().to(dashboard));
}

fn failed(cause: rusqlite::Error) -> actix_web::Error {
    error::ErrorInternalServerError(cause)
}

fn refused(why: Refused) -> actix_web::Error {
    match why {
        Refused::Busy => error::ErrorServiceUnavailable("busy"),
        Refused::Failed => error::ErrorInternalServerError("not written"),
    }
}

fn id(text: &str) -> Result<Uuid> {
    typeid::decode(text).ok_or_else(|| error::ErrorNotFound("no id"))
}

fn json(body: Vec<u8>) -> HttpResponse {
    HttpResponse::Ok().content_type("application/json").body(body)
}

fn now() -> i64 {
    chrono::Utc::now().timestamp_millis()
}

/// What is said of a report that was written.
#[derive(Serialize)]
struct Version {
    id: String,
    version: i64,
}

async fn create(bare: Data<Bare>, request: HttpRequest, new: Json<NewReport>) -> Result<HttpResponse> {
    let by = bare.tokens.check(&request)?.sub;
    let id = new.id().ok_or_else(|| error::ErrorUnprocessableEntity("no id"))?;
    let new = new.into_inner();
    let written = bare.writer.write(move |db| store::create(db, id, &new, &by, now())).await;
    let mut answer = match written.map_err(refused)? {
        Created::New => HttpResponse::Created(),
        Created::Same => HttpResponse::Ok(),
        Created::Other => return Err(error::ErrorConflict("another report has this id")),
    };
    Ok(answer.insert_header(("ETag", "\"1\"")).json(Version { id: typeid::encode("hazard", id), version: 1 }))
}

#[derive(Deserialize)]
struct PageQuery {
    area: String,
    status: String,
}

async fn page(bare: Data<Bare>, request: HttpRequest, query: Query<PageQuery>) -> Result<HttpResponse> {
    bare.tokens.check(&request)?;
    store::read(&bare.path, |db| store::page(db, &query.area, &query.status)).map(json).map_err(failed)
}

async fn one(bare: Data<Bare>, request: HttpRequest, text: Path<String>) -> Result<HttpResponse> {
    bare.tokens.check(&request)?;
    let id = id(&text)?;
    let found = store::read(&bare.path, |db| store::one(db, id)).map_err(failed)?;
    found.map(json).ok_or_else(|| error::ErrorNotFound("no report"))
}

async fn step(bare: Data<Bare>, request: HttpRequest, text: Path<String>) -> Result<HttpResponse> {
    let by = bare.tokens.check(&request)?.sub;
    let id = id(&text)?;
    let version = request.headers().get(IF_MATCH).and_then(|value| value.to_str().ok());
    let version: i64 = version
        .and_then(|value| value.trim_matches('"').parse().ok())
        .ok_or_else(|| error::ErrorPreconditionRequired("no version"))?;
    let moved =
        bare.writer.write(move |db| store::step(db, id, version, &by, now())).await.map_err(refused)?;
    if !moved {
        return Err(error::ErrorPreconditionFailed("another version"));
    }
    Ok(HttpResponse::Ok().json(Version { id: typeid::encode("hazard", id), version: version + 1 }))
}

async fn publish(bare: Data<Bare>, request: HttpRequest, text: Path<String>) -> Result<HttpResponse> {
    bare.tokens.check(&request)?;
    let id = id(&text)?;
    let spread = bare.writer.write(move |db| store::publish(db, id, now())).await.map_err(refused)?;
    let deliveries = spread.ok_or_else(|| error::ErrorConflict("published before"))?;
    Ok(HttpResponse::Accepted().json(serde_json::json!({ "deliveries": deliveries })))
}

async fn coverage(bare: Data<Bare>, request: HttpRequest, text: Path<String>) -> Result<HttpResponse> {
    bare.tokens.check(&request)?;
    let id = id(&text)?;
    let deliveries = store::read(&bare.path, |db| store::deliveries(db, id)).map_err(failed)?;
    Ok(HttpResponse::Ok().json(serde_json::json!({ "deliveries": deliveries })))
}

async fn feed(bare: Data<Bare>, request: HttpRequest) -> Result<HttpResponse> {
    let claims = bare.tokens.check(&request)?;
    let household = claims.household.ok_or_else(|| error::ErrorForbidden("no resident"))?;
    store::read(&bare.path, |db| store::feed(db, household)).map(json).map_err(failed)
}

async fn dashboard(bare: Data<Bare>, request: HttpRequest) -> Result<HttpResponse> {
    bare.tokens.check(&request)?;
    let path = bare.path.clone();
    let counts = web::block(move || store::read(&path, store::dashboard)).await?;
    counts.map(json).map_err(failed)
}
