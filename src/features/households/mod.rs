//! Households and the people in them: who lives behind which door, and how they are reached.
//!
//! Names, phones, ID numbers and addresses are sealed in the table, found by keyed indexes and masked in every
//! answer; they are plain only through `reveal`, which takes a purpose and writes audit. Residents
//! sign in by the phone that stands here. The census says how many live in each grid (decision 0049). It keeps no health,
//! drug or release lists and scores nobody.
//!
//! Callers: `sessions` ([`find_by_phone`], [`find_resident`], [`own`]), `notices` ([`denominators`]), `coverage` ([`list`]), `sync` ([`offline`]), the phone of the
//! grid worker.

mod actions;
mod declared;
mod import;
mod ledger;
mod model;
pub mod offline;
mod plan;
mod routes;
mod store;
mod wire;

pub use actions::Register;
pub use declared::routes as declared_routes;
pub use import::import;
pub use model::{Declared, DeclaredTag, Denominator, ReachBy};
pub use routes::routes;
pub use store::census::{compare, denominators, recount};
pub use store::declared::of as declared;
pub use store::lookup::{Standing, sample, standing, standings};
pub use store::sign_in::{FoundResident, find_by_phone, find_resident, find_residents, own, phones_of};
pub use store::{list, of_ids};
pub use wire::{HouseholdSummary, HouseholdView};
