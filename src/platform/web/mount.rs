//! Where slices mount their operations: the router, or the description of the API.
//!
//! One list of operations serves both. A server that is asked only for its operations never builds their description,
//! whose code is as large as that of the operations themselves: it starts sooner and takes less memory.

use actix_web::dev::HttpServiceFactory;
use actix_web::web::ServiceConfig as Router;
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
}

impl Mount for Router {
    fn service<F>(&mut self, operation: F) -> &mut Self
    where
        F: HttpServiceFactory + OpenApiFactory + 'static,
    {
        self.service(operation)
    }
}

impl Mount for Described<'_> {
    fn service<F>(&mut self, operation: F) -> &mut Self
    where
        F: HttpServiceFactory + OpenApiFactory + 'static,
    {
        self.service(operation)
    }
}
