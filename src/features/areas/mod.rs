//! Areas: district, town, village, grid and micro-grid, and who lies in whom.
//!
//! The hierarchy is in the code (`base::area_code`); this slice knows which codes exist, what they are called and
//! since when. Codes above the village are the state's and only imported; a town makes its own villages and grids,
//! renames and closes them. An area is never deleted, because records keep its code: it is closed, and only when
//! nothing that is in use depends on it. Where grids lie, and in which grid a point lies, is in `boundaries`. It refuses
//! to invent names or to move an area under another.
//!
//! Every slice that inserts a row asks [`require_for`] for the area first, or [`hold_for`] when the row keeps the area
//! from being closed; a row beside a record that is there already takes [`of_record`].

mod actions;
mod boundaries;
mod import;
mod model;
mod routes;
mod store;
mod wire;

pub use actions::{
    directly_in, find, find_each, hold_each, hold_for, import, in_use, of_record, require, require_each,
    require_for,
};
pub use boundaries::{
    Asked, Boundary, Candidate, Confidence, Days, Fault, Finding, GridMap, Judged, LiveMap, Placing, Shape,
    import as import_boundaries, locate,
};
pub use import::Plan;
pub use model::{Area, GridKind};
pub use routes::routes;
pub use wire::AreaView;
