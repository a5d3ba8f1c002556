//! Displays (看板设备): screens on walls that show a dashboard, with nobody who could type a password.
//!
//! An administrator makes one and is shown its secret once; we keep the hash. The display signs in with its id
//! and the secret, and gets an access token and nothing to refresh it with: it signs in again. What it may see is
//! what the policy gives the role `dashboard` in its area. Taking it out of service ends its sign-ins within a second.

mod actions;
mod routes;
mod wire;

pub use routes::routes;
