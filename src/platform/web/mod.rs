//! How a request becomes a call and a failure becomes an answer.
//!
//! Handlers ask for what they need ([`Body`], [`Step`], [`PathId`], [`IfMatch`], [`IdempotencyKey`], [`Granted`]) and
//! answer [`Created`] or [`Versioned`]; the middleware around them (`request`, `authenticate`, `limits`) is
//! mounted once by `app/routes.rs`. Nothing here knows what the township does.
//!
//! [`Granted`]: crate::platform::access::Granted

mod address;
mod answer;
pub mod authenticate;
mod body;
mod complaint;
mod condition;
mod deed;
mod errors;
mod extractors;
mod file;
mod geo_json;
mod idempotency;
pub mod limits;
mod log_line;
pub mod methods;
mod mount;
mod path;
mod problem_json;
pub mod request;
mod spreadsheet;
mod state;
mod step;

pub use address::TrustedProxies;
pub use answer::{Created, Digested, DigestedText, Versioned};
pub use body::{Body, Bulk, RawBody, Single, Size, read_json};
pub use condition::{IfMatch, etag, is_held};
pub use deed::{Deed, Done};
pub use errors::Errors;
pub use extractors::extractors;
pub use geo_json::GeoJsonFile;
pub use idempotency::{IdempotencyKey, Kept};
pub use log_line::LogLine;
pub use mount::{Describer, Mount};
pub use path::PathId;
pub use problem_json::PROBLEM_JSON;
pub use request::RequestId;
pub use spreadsheet::Spreadsheet;
pub use state::{App, ExportLimits, MessageLimits, NoticeLimits, Templates};
pub use step::{At, Step};
