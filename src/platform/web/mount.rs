//! Where slices mount their operations: the router, or the description of the API.
//!
//! One list of operations serves both. A server that is asked only for its operations never builds their description,
//! whose code is as large as that of the operations themselves: it starts sooner and takes less memory.

use actix_web::dev::HttpServiceFactory;
use actix_web::guard::fn_guard;
use actix_web::web::{self, ServiceConfig as Router};
use utoipa::openapi::path::Paths;
use utoipa::openapi::{OpenApi, RefOr, Schema};
use utoipa_actix_web::OpenApiFactory;

/// Takes operations. Slices mount theirs in a function `routes(mount: &mut impl Mount)`.
pub trait Mount: Sized {
    /// Mounts an operation.
    fn service<F>(&mut self, operation: F) -> &mut Self
    where
        F: HttpServiceFactory + OpenApiFactory + 'static;

    /// Mounts what `list` mounts.
    fn configure(&mut self, list: impl FnOnce(&mut Self)) -> &mut Self {
        list(self);
        self
    }

    /// Mounts what `list` mounts, all of it at `prefix` or below and nothing else there; its operations have their whole
    /// path. actix tries the operations one after the other; those of another prefix are passed over by one comparison.
    fn under(&mut self, prefix: &'static str, list: impl FnOnce(&mut Self)) -> &mut Self;

    /// Mounts what `list` mounts about one thing: the paths of its operations go on where `one` ends, as in `"/timeline"`
    /// of `"/api/v1/hazards/{id}"`. The thing is read from the path once, with one expression (26 KB in each web thread);
    /// what follows is compared, unless it has a parameter of its own. No operation that is mounted later is found below `one`.
    fn of_one(&mut self, one: &'static str, list: impl FnOnce(&mut Self)) -> &mut Self;
}

fn is_under(path: &str, prefix: &str) -> bool {
    path.strip_prefix(prefix).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

impl Mount for Router {
    fn service<F>(&mut self, operation: F) -> &mut Self
    where
        F: HttpServiceFactory + OpenApiFactory + 'static,
    {
        self.service(operation)
    }

    fn under(&mut self, prefix: &'static str, list: impl FnOnce(&mut Self)) -> &mut Self {
        // Operations have their whole path, so the scope itself has none.
        let below = web::scope("").guard(fn_guard(move |asked| is_under(asked.head().uri.path(), prefix)));
        self.service(below.configure(list))
    }

    fn of_one(&mut self, one: &'static str, list: impl FnOnce(&mut Self)) -> &mut Self {
        self.service(web::scope(one).configure(list))
    }
}

/// Describes the operations that are mounted.
pub struct Describer {
    api: OpenApi,
    /// Before the paths of what is mounted now.
    before: String,
}

impl Describer {
    /// What `list` mounts, told in `api` besides what it says already.
    pub fn describe(api: OpenApi, list: impl FnOnce(&mut Self)) -> OpenApi {
        let mut describer = Self { api, before: String::new() };
        list(&mut describer);
        describer.api
    }
}

impl Mount for Describer {
    fn service<F>(&mut self, operation: F) -> &mut Self
    where
        F: HttpServiceFactory + OpenApiFactory + 'static,
    {
        let mut paths = Paths::new();
        for (path, item) in operation.paths().paths {
            paths.paths.insert(format!("{}{path}", self.before), item);
        }
        self.api.paths.merge(paths);
        let mut schemas: Vec<(String, RefOr<Schema>)> = Vec::new();
        operation.schemas(&mut schemas);
        self.api.components.get_or_insert_default().schemas.extend(schemas);
        self
    }

    fn under(&mut self, _prefix: &'static str, list: impl FnOnce(&mut Self)) -> &mut Self {
        self.configure(list)
    }

    fn of_one(&mut self, one: &'static str, list: impl FnOnce(&mut Self)) -> &mut Self {
        let whole = self.before.len();
        self.before.push_str(one);
        list(self);
        self.before.truncate(whole);
        self
    }
}
