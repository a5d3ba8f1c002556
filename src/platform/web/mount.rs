//! Where slices mount their operations: the router, or the description of the API.
//!
//! One list of operations serves both. A server that is asked only for its operations never builds their description,
//! whose code is as large as that of the operations themselves: it starts sooner and takes less memory.

use actix_web::dev::HttpServiceFactory;
use actix_web::guard::fn_guard;
use actix_web::web::{self, ServiceConfig as Router};
use utoipa_actix_web::OpenApiFactory;
use utoipa_actix_web::service_config::ServiceConfig as Described;

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

    /// Mounts what `list` mounts, all of it at `prefix` or below and nothing else there. actix tries the operations one
    /// after the other, each with a regular expression; those of another prefix are passed over by one comparison.
    fn under(&mut self, prefix: &'static str, list: impl FnOnce(&mut Self)) -> &mut Self;
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
}

impl Mount for Described<'_> {
    fn service<F>(&mut self, operation: F) -> &mut Self
    where
        F: HttpServiceFactory + OpenApiFactory + 'static,
    {
        self.service(operation)
    }

    fn under(&mut self, _prefix: &'static str, list: impl FnOnce(&mut Self)) -> &mut Self {
        list(self);
        self
    }
}
