//! Photos (照片): taken in from phones, kept without what the camera wrote into them, shown to whom may see the case.
//!
//! A phone uploads a photo first and names its id in the report or step that it belongs to; [`claim`] ties the two
//! together in that step's transaction, and [`purge_unclaimed`] removes what nobody named within a day;
//! [`sweep_unnamed`] removes the pixels that no row tells of. Where the signal comes and goes a photo is sent in parts
//! (`uploads`), and a step that was taken offline may name one that is still on its way ([`announce`]). The pixels lie in
//! `platform/blobs`, the table says whose they are. This slice keeps nothing as it was sent, changes no photo once it is
//! there, and refuses to serve one to whom the case itself is hidden from. A photo of a signed paper is served to nobody
//! but by the procedure that reveals it.
//! Callers: every procedure (`hazards`, `disputes`, `events`), `campaigns`, `duplicates`, `fraud`, `sync`, and `app/jobs.rs`.

mod actions;
mod awaited;
mod model;
mod of_record;
mod paper;
mod purge;
mod remark;
mod routes;
mod store;
mod sweep;
#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests;
mod turns;
mod uploads;
mod wire;

pub use actions::claim;
pub use awaited::{MOST_ANNOUNCED, announce};
pub use model::{Photo, Stage};
pub use of_record::{
    RecordPhoto, awaited_by_record, claim_papers_of_record, find_of_record, find_paper_of_record,
};
pub use paper::{Paper, find_paper, papers_of};
pub use purge::purge_unclaimed;
pub use remark::{MOST_PHOTOS, Remark, RemarkBody, check_papers, check_photos};
pub use routes::routes;
pub use store::{first_of, has};
pub use sweep::sweep_unnamed;
pub use uploads::{purge_expired, routes as upload_routes};
pub use wire::{PhotoUpload, PhotoView, is_sha256, photos_of};
