//! Pixels in, files out. The files are made of pixels alone, whatever came with them.

use std::io::Cursor;

use image::codecs::jpeg::JpegEncoder;
use image::codecs::png::PngEncoder;
use image::{DynamicImage, ImageDecoder, ImageError, ImageFormat, ImageReader, Rgb, RgbImage};

use super::sniff::Format;
use super::{Limits, Rendition, damaged};
use crate::base::hex::sha256_hex;
use crate::base::problem::Code;
use crate::base::{Problem, Result};

/// Good enough to read a meter or a number plate at half the camera's size.
const JPEG_QUALITY: u8 = 85;
/// The longer side of a thumbnail, in pixels.
const THUMBNAIL: u32 = 320;

/// Decodes once the header has been found within `limits`.
pub(super) fn decode(upload: &[u8], format: Format, limits: &Limits) -> Result<DynamicImage> {
    let mut reader = ImageReader::with_format(Cursor::new(upload), format.into());
    let mut allowed = image::Limits::no_limits();
    allowed.max_alloc = Some(memory(limits));
    reader.limits(allowed);
    let decoder = reader.into_decoder().map_err(refused)?;
    let (width, height) = decoder.dimensions();
    if width > limits.side || height > limits.side || u64::from(width) * u64::from(height) > limits.pixels {
        let (side, millions) = (limits.side, limits.pixels / 1_000_000);
        let detail =
            format!("照片为 {width}×{height} 像素,边长不能超过 {side},总像素不能超过 {millions} 百万");
        return Err(Problem::because(Code::TooLarge, detail));
    }
    if decoder.total_bytes() > memory(limits) {
        return Err(Problem::because(Code::TooLarge, "照片的色深过大,请另存为普通 JPG 后重试"));
    }
    DynamicImage::from_decoder(decoder).map_err(refused)
}

/// What a decoder may allocate: four bytes per pixel and something to work with.
fn memory(limits: &Limits) -> u64 {
    const WORK: u64 = 32 * 1024 * 1024;
    limits.pixels.saturating_mul(4).saturating_add(WORK)
}

fn refused(why: ImageError) -> Problem {
    match why {
        ImageError::Limits(_) => Problem::because(Code::TooLarge, "照片解码后过大").caused_by(why),
        _ => damaged(why),
    }
}

/// The file to keep: eight bits per channel, the format it came in.
pub(super) fn encode(pixels: DynamicImage, format: Format) -> Result<Rendition> {
    match format {
        Format::Jpeg => jpeg(&pixels.into_rgb8()),
        Format::Png if pixels.color().has_alpha() => png(&pixels.into_rgba8().into()),
        Format::Png => png(&pixels.into_rgb8().into()),
    }
}

/// A JPEG no larger than a thumbnail may be; a picture that is smaller keeps its size.
pub(super) fn thumbnail(pixels: &DynamicImage) -> Result<Rendition> {
    let small = if pixels.width().max(pixels.height()) > THUMBNAIL {
        pixels.thumbnail(THUMBNAIL, THUMBNAIL)
    } else {
        pixels.clone()
    };
    jpeg(&if small.color().has_alpha() { on_white(&small) } else { small.into_rgb8() })
}

/// JPEG knows no transparency, and what is transparent is usually black underneath.
fn on_white(pixels: &DynamicImage) -> RgbImage {
    let rgba = pixels.to_rgba8();
    RgbImage::from_fn(rgba.width(), rgba.height(), |x, y| {
        let [red, green, blue, alpha] = rgba.get_pixel(x, y).0.map(u16::from);
        // At most 255 * 255 / 255, so it fits a byte again.
        Rgb([red, green, blue].map(|colour| ((colour * alpha + 255 * (255 - alpha)) / 255) as u8))
    })
}

fn jpeg(pixels: &RgbImage) -> Result<Rendition> {
    let mut bytes = Vec::new();
    JpegEncoder::new_with_quality(&mut bytes, JPEG_QUALITY)
        .encode_image(pixels)
        .map_err(Problem::internal)?;
    Ok(rendition(bytes, Format::Jpeg, pixels.dimensions()))
}

fn png(pixels: &DynamicImage) -> Result<Rendition> {
    let mut bytes = Vec::new();
    pixels.write_with_encoder(PngEncoder::new(&mut bytes)).map_err(Problem::internal)?;
    Ok(rendition(bytes, Format::Png, (pixels.width(), pixels.height())))
}

fn rendition(bytes: Vec<u8>, format: Format, (width, height): (u32, u32)) -> Rendition {
    Rendition { sha256: sha256_hex(&bytes), bytes, format, width, height }
}

impl From<Format> for ImageFormat {
    fn from(format: Format) -> Self {
        match format {
            Format::Jpeg => Self::Jpeg,
            Format::Png => Self::Png,
        }
    }
}
