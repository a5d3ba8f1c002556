//! Photos in parts (断点续传), for where the signal comes and goes: a phone says which photo it will send, with its
//! length and SHA-256, sends it in parts as they go through, asks how far it came, and goes on from there.
//!
//! The scheme is that of tus (<https://tus.io/protocols/resumable-upload>), in the words of this API: `POST` makes the
//! upload, `PATCH` with `Upload-Offset` adds a part, `HEAD` tells the offset. A part is kept whole or not at all. Parts lie
//! in the blobs, where every node finds them, and are gone when the photo is whole or a day has passed; the whole is
//! taken in as a photo that came at once is. See decision 0029.

mod actions;
mod purge;
mod routes;
mod wire;

pub use purge::purge_expired;
pub use routes::routes;

crate::id_kind! {
    /// A photo on its way in.
    Upload = "upload";
}
