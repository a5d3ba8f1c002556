//! From the bytes of an upload to a picture that is safe to keep and to show.
//!
//! What is kept is never what was sent: the picture is decoded and encoded anew, so that EXIF, GPS, colour
//! profiles, appended archives and scripts stay behind; where and when it was taken comes out as fields.
//! It refuses everything but JPEG and PNG, and whatever is too large, before a pixel is decoded. It does no
//! I/O and keeps nothing: `attachments` calls it, and stores the result through [`super::blobs`].

mod exif;
mod render;
mod sniff;
#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests;

use crate::base::clock::Timestamp;
use crate::base::geo::Wgs84;
use crate::base::hex::sha256_hex;
use crate::base::problem::Code;
use crate::base::{Problem, Result};

pub use sniff::Format;

/// How large a picture may be.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// The upload, in bytes.
    pub bytes: usize,
    /// Width times height.
    pub pixels: u64,
    /// The longer side, in pixels.
    pub side: u32,
}

impl Default for Limits {
    /// 12 MB, 40 megapixels, 12,000 pixels per side: the largest that phones in use take by default.
    fn default() -> Self {
        Self { bytes: 12 * 1024 * 1024, pixels: 40_000_000, side: 12_000 }
    }
}

/// A picture as we keep or show it.
#[derive(Debug, Clone)]
pub struct Rendition {
    /// The whole file.
    pub bytes: Vec<u8>,
    /// SHA-256 of [`Self::bytes`], 64 lower-case hexadecimal digits.
    pub sha256: String,
    /// What the file is.
    pub format: Format,
    /// Pixels from left to right, as a person sees it.
    pub width: u32,
    /// Pixels from top to bottom, as a person sees it.
    pub height: u32,
}

/// An upload that turned out to be a picture.
#[derive(Debug, Clone)]
pub struct Picture {
    /// SHA-256 of the upload as it came, 64 lower-case hexadecimal digits: tells a second upload of the same file.
    pub upload_sha256: String,
    /// The file to keep: turned upright, without metadata.
    pub stored: Rendition,
    /// A JPEG of at most 320 pixels on its longer side.
    pub thumbnail: Rendition,
    /// When it was taken, if the camera said so; a camera without a time zone is taken to stand in China.
    pub taken_at: Option<Timestamp>,
    /// Where it was taken, if the camera said so.
    pub taken_where: Option<Wgs84>,
}

impl Picture {
    /// Reads an upload. 413 when it exceeds `limits`, 415 when it is neither JPEG nor PNG, 422 when it is damaged.
    ///
    /// Takes up to a second of one core and about eight bytes of memory per pixel: call it on a blocking
    /// thread, behind a semaphore.
    pub fn read(upload: &[u8], limits: &Limits) -> Result<Self> {
        if upload.len() > limits.bytes {
            let megabytes = limits.bytes / (1024 * 1024);
            return Err(Problem::because(Code::TooLarge, format!("照片不能超过 {megabytes} MB")));
        }
        let format = sniff::format(upload)?;
        let shot = exif::Shot::read(upload);
        let mut pixels = render::decode(upload, format, limits)?;
        pixels.apply_orientation(shot.orientation);
        let thumbnail = render::thumbnail(&pixels)?;
        Ok(Self {
            upload_sha256: sha256_hex(upload),
            stored: render::encode(pixels, format)?,
            thumbnail,
            taken_at: shot.taken_at,
            taken_where: shot.place,
        })
    }
}

fn damaged(cause: impl std::fmt::Display + Send + Sync + 'static) -> Problem {
    Problem::field("file", "照片文件不完整或已损坏,请重新拍摄或重新选择").caused_by(cause)
}
