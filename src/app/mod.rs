//! Floor 4: puts the building together.
//!
//! [`House::build`] makes everything once from the settings; `routes.rs` is the table of all routes;
//! `serve.rs` starts and drains; `commands.rs` is what else the command line does.

pub mod commands;
mod health;
mod nobody;
mod routes;
pub mod serve;

use std::fmt;
use std::sync::Arc;

use actix_web::web;

pub use routes::{api, application};

use crate::base::clock::Clock;
use crate::platform::access::{Principals, Roster};
use crate::platform::config::Settings;
use crate::platform::db::Db;
use crate::platform::telemetry::Measurements;
use crate::platform::web::App;
use crate::platform::web::authenticate::TokenReader;
use crate::platform::web::limits::Limits;
use crate::platform::web::{TrustedProxies, methods::KnownPaths};

/// Why the program cannot do what it was started for, for the person who started it.
#[derive(Debug)]
pub struct Refusal(String);

impl Refusal {
    /// `what` could not be done because of `why`.
    pub fn new(what: &str, why: impl fmt::Display) -> Self {
        Self(format!("{what}:{why}"))
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Refusal {}

/// The built house. Cheap to clone; every worker thread holds one.
#[derive(Clone)]
pub struct House {
    /// What handlers may ask for.
    pub app: web::Data<App>,
    limits: web::Data<Limits>,
    known: web::Data<KnownPaths>,
    description: web::Data<routes::Description>,
    watch: web::Data<health::Watch>,
}

/// Who the people are, as the slices know it.
pub struct People {
    /// Who holds a session.
    pub roster: Arc<dyn Roster>,
    /// Reads access tokens.
    pub reader: Arc<dyn TokenReader>,
}

impl House {
    /// Opens the database and builds all the rest.
    pub fn build(
        settings: &Settings,
        clock: Clock,
        people: People,
        measurements: Measurements,
    ) -> Result<Self, Refusal> {
        let db = Db::open(&settings.database, clock.clone())
            .map_err(|error| Refusal::new("数据库打不开", error))?;
        let proxies = TrustedProxies::new(settings.server.trusted_proxies.clone());
        let api = api();
        let watch = health::Watch::new(measurements, proxies.clone(), settings.server.metrics_from.clone());
        let principals = Principals::new(people.roster);
        Ok(Self {
            app: web::Data::new(App { db, clock, principals, reader: people.reader }),
            limits: web::Data::new(Limits::new(settings.limits, proxies)),
            known: web::Data::new(KnownPaths::of(&api)),
            description: web::Data::new(routes::Description::of(&api)),
            watch: web::Data::new(watch),
        })
    }
}
