//! The JSON of places. No type that holds people's names prints itself.

mod inputs;
mod reveal;
mod views;

pub use inputs::{ChangePlace, CreatePlace, PlaceQuery};
pub use reveal::{PlaceRevealBody, RevealedPlace};
pub use views::PlaceRecord;
