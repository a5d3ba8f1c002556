//! The JSON shapes of households and residents.

mod inputs;
mod views;

pub use inputs::{
    ChangeHousehold, ChangeResident, CreateHousehold, HouseholdQuery, ImportQuery, NameHead, NewResident,
    RevealField, RevealRequest,
};
pub use views::{HouseholdImport, HouseholdSummary, HouseholdView, RevealedHousehold};
