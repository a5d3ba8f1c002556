//! What everybody may read without a sign-in: the page that is shared, CAP 1.2 for those who pass warnings on, and an
//! Atom feed for those who follow a town or village (decision 0045).
//!
//! Only what was published, with what became of it; nobody's name but the town's. Whoever keeps an answer asks again
//! with its tag. Nothing here counts as read: that a household has read a notice only its own feed says.

mod actions;
mod atom;
mod cap;
mod published;
mod routes;
mod wire;
mod xml;

pub use routes::routes;
