//! Photos (照片): taken in from phones, kept without what the camera wrote into them, shown to whom may see the case.
//!
//! A phone uploads a photo first and names its id in the report or step that it belongs to; [`claim`] ties the two
//! together in that step's transaction, and [`purge_unclaimed`] removes what nobody named within a day. The pixels
//! lie in `platform/blobs`, the table says whose they are. This slice keeps nothing as it was sent, changes no photo
//! once it is there, and refuses to serve one to whom the case itself is hidden from.
//! Callers: every procedure (`hazards`, `disputes`), and `app/jobs.rs`.

mod actions;
mod model;
mod purge;
mod remark;
mod routes;
mod store;
#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests;
mod wire;

pub use actions::claim;
pub use model::{Photo, Stage};
pub use purge::purge_unclaimed;
pub use remark::{MOST_PHOTOS, Remark, RemarkBody, check_photos};
pub use routes::routes;
pub use store::has;
pub use wire::{PhotoUpload, PhotoView, photos_of};
