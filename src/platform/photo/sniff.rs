//! What a file really is, by its content; names and declared media types are not looked at.

use serde::{Deserialize, Serialize};

use super::damaged;
use crate::base::problem::Code;
use crate::base::{Problem, Result};

/// The kinds of picture that we take and keep.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Format {
    /// Photographs.
    Jpeg,
    /// Screenshots and drawings.
    Png,
}

impl Format {
    /// The media type, for `Content-Type`.
    pub const fn mime(self) -> &'static str {
        match self {
            Self::Jpeg => "image/jpeg",
            Self::Png => "image/png",
        }
    }
}

/// Tells JPEG from PNG and refuses the rest with 415; a JPEG that breaks off is 422.
pub(super) fn format(upload: &[u8]) -> Result<Format> {
    let mime = infer::get(upload).map(|kind| kind.mime_type());
    match mime {
        Some("image/jpeg") if ends(upload) => Ok(Format::Jpeg),
        Some("image/jpeg") => Err(damaged("the JPEG has no end-of-image marker")),
        Some("image/png") => Ok(Format::Png),
        _ if is_heif(upload) => Err(Problem::because(Code::UnsupportedMedia, SWITCH_TO_JPEG)),
        _ => Err(Problem::because(Code::UnsupportedMedia, "只接受 JPG 或 PNG 格式的照片")
            .caused_by(mime.unwrap_or("unknown content"))),
    }
}

const SWITCH_TO_JPEG: &str = "不支持 HEIC/HEIF 格式的照片。苹果手机请在“设置→相机→格式”中选择“兼容性最佳”,\
    安卓手机请在相机设置中关闭“HEIF/高效图片”,改为 JPG 后重新拍摄";

/// HEIF names its brand in the `ftyp` box; `infer` knows fewer brands than phones write.
fn is_heif(upload: &[u8]) -> bool {
    const BRANDS: [&[u8]; 9] =
        [b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"mif2", b"msf1"];
    upload.get(4..8) == Some(b"ftyp") && upload.get(8..12).is_some_and(|brand| BRANDS.contains(&brand))
}

/// Whether the JPEG comes to its end-of-image marker.
///
/// The decoder fills what is missing of a file that broke off on its way with grey, and a worker would find
/// out weeks later. What follows the marker (moving pictures, depth maps) is no matter, it is not kept.
fn ends(jpeg: &[u8]) -> bool {
    const END_OF_IMAGE: u8 = 0xD9;
    const START_OF_SCAN: u8 = 0xDA;
    let mut at = 2;
    let mut in_scan = false;
    while let Some(&[mark, kind]) = jpeg.get(at..at + 2).and_then(|two| two.first_chunk()) {
        match (mark, kind) {
            (0xFF, END_OF_IMAGE) => return true,
            (0xFF, 0xFF) => at += 1,
            // Within a scan 00 escapes an FF and D0 to D7 are restarts; outside, these stand alone.
            (0xFF, 0x00 | 0x01 | 0xD0..=0xD8) => at += 2,
            (0xFF, _) => {
                let Some(&length) = jpeg.get(at + 2..).and_then(|rest| rest.first_chunk()) else {
                    return false;
                };
                at += 2 + usize::from(u16::from_be_bytes(length)).max(2);
                in_scan = kind == START_OF_SCAN;
            }
            _ if in_scan => at += 1,
            _ => return false,
        }
    }
    false
}
