//! Places (场所台账): shops, schools, workshops, building sites and other places that are looked after.
//!
//! Each says who answers for it, how risky it is and how often it is checked, so that the list of those whose check is
//! overdue is a question to an index. The risk is the place's and never a person's. Names and phones of the people
//! who answer for it are sealed, shown masked, and revealed for a purpose. A place is closed, never deleted: hazards
//! and inspections name it. It refuses to check anything itself.
//! Callers: `hazards` and `campaigns` ask [`require_at`] and [`find`]; an inspection tells [`checked`].
//! Law: 安全生产法 (2021) 5 (who answers for a unit), 9 (the town inspects), 24 (a unit's safety officers).

mod actions;
mod model;
mod reveal;
mod routes;
mod row;
mod store;
mod wire;

pub use actions::{checked, find, require_at};
pub use model::{Place, PlaceKind, PlacePerson, Risk};
pub use routes::routes;
pub use row::PlaceRow;
