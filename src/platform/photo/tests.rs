use std::io::Cursor;

use ::exif::experimental::Writer;
use ::exif::{Field, In, Rational, Tag, Value};
use image::{DynamicImage, GenericImageView, ImageFormat, Rgba, RgbaImage};
use proptest::prelude::*;

use super::*;

/// A picture whose left half is red and whose right half is blue.
fn two_halves(width: u32, height: u32) -> DynamicImage {
    RgbaImage::from_fn(width, height, |x, _| {
        if x < width / 2 { Rgba([220, 0, 0, 255]) } else { Rgba([0, 0, 220, 255]) }
    })
    .into()
}

fn file(pixels: &DynamicImage, format: ImageFormat) -> Vec<u8> {
    let mut bytes = Cursor::new(Vec::new());
    pixels.write_to(&mut bytes, format).unwrap();
    bytes.into_inner()
}

fn jpeg(width: u32, height: u32) -> Vec<u8> {
    file(&two_halves(width, height).into_rgb8().into(), ImageFormat::Jpeg)
}

fn png(width: u32, height: u32) -> Vec<u8> {
    file(&two_halves(width, height), ImageFormat::Png)
}

fn field(tag: Tag, value: Value) -> Field {
    Field { tag, ifd_num: In::PRIMARY, value }
}

fn ascii(tag: Tag, text: &str) -> Field {
    field(tag, Value::Ascii(vec![text.as_bytes().to_vec()]))
}

fn angle(tag: Tag, parts: [(u32, u32); 3]) -> Field {
    field(tag, Value::Rational(parts.map(|(num, denom)| Rational { num, denom }).to_vec()))
}

fn gps(lat: [(u32, u32); 3], lng: [(u32, u32); 3]) -> Vec<Field> {
    vec![
        ascii(Tag::GPSLatitudeRef, "N"),
        angle(Tag::GPSLatitude, lat),
        ascii(Tag::GPSLongitudeRef, "E"),
        angle(Tag::GPSLongitude, lng),
    ]
}

/// The JPEG with an APP1 segment of these fields behind its first marker.
fn with_exif(jpeg: &[u8], fields: &[Field]) -> Vec<u8> {
    let mut writer = Writer::new();
    fields.iter().for_each(|field| writer.push_field(field));
    let mut tiff = Cursor::new(Vec::new());
    writer.write(&mut tiff, false).unwrap();
    let tiff = tiff.into_inner();
    let length = u16::try_from(2 + 6 + tiff.len()).unwrap().to_be_bytes();
    [&jpeg[..2], &[0xFF, 0xE1], &length, b"Exif\0\0", &tiff, &jpeg[2..]].concat()
}

fn read(upload: &[u8]) -> Result<Picture> {
    Picture::read(upload, &Limits::default())
}

fn code(upload: &[u8]) -> Option<Code> {
    read(upload).err().map(|problem| problem.code())
}

fn holds(bytes: &[u8], needle: &[u8]) -> bool {
    bytes.windows(needle.len()).any(|window| window == needle)
}

#[test]
fn time_and_place_come_out_as_fields_and_are_gone_from_what_is_kept() {
    let mut fields = gps([(30, 1), (15, 1), (36, 1)], [(120, 1), (9, 1), (1800, 100)]);
    fields.push(ascii(Tag::DateTimeOriginal, "2026:01:05 09:30:00"));
    fields.push(ascii(Tag::Make, "SampleCamera"));
    let upload = with_exif(&jpeg(640, 480), &fields);
    assert!(holds(&upload, b"Exif") && holds(&upload, b"SampleCamera"));

    let picture = read(&upload).unwrap();
    assert_eq!(picture.taken_at.unwrap().rfc3339(), "2026-01-05T01:30:00.000Z");
    let place = picture.taken_where.unwrap();
    assert!((place.lat - 30.26).abs() < 1e-9 && (place.lng - 120.155).abs() < 1e-9, "{place:?}");
    for kept in [&picture.stored, &picture.thumbnail] {
        assert!(!holds(&kept.bytes, b"Exif") && !holds(&kept.bytes, b"SampleCamera"));
        let again = read(&kept.bytes).unwrap();
        assert_eq!((again.taken_at, again.taken_where), (None, None));
    }
    assert_eq!(picture.upload_sha256, sha256_hex(&upload));
    assert_eq!(picture.stored.sha256, sha256_hex(&picture.stored.bytes));
}

#[test]
fn a_time_zone_in_the_file_is_believed() {
    let fields =
        [ascii(Tag::DateTimeOriginal, "2026:01:05 09:30:00"), ascii(Tag::OffsetTimeOriginal, "+06:00")];
    let picture = read(&with_exif(&jpeg(8, 8), &fields)).unwrap();
    assert_eq!(picture.taken_at.unwrap().rfc3339(), "2026-01-05T03:30:00.000Z");
}

#[test]
fn nonsense_in_the_metadata_is_absent_and_no_error() {
    let no_fix = [(0, 1); 3];
    let no_denominator = [(30, 0), (0, 1), (0, 1)];
    for (lat, lng) in [
        (no_fix, no_fix),
        (no_denominator, [(120, 1), (0, 1), (0, 1)]),
        ([(91, 1), (0, 1), (0, 1)], [(120, 1), (0, 1), (0, 1)]),
    ] {
        assert_eq!(read(&with_exif(&jpeg(8, 8), &gps(lat, lng))).unwrap().taken_where, None);
    }
    for time in ["0000:00:00 00:00:00", "    :  :     :  :  ", "2026:13:45 25:61:61", "gestern"] {
        let upload = with_exif(&jpeg(8, 8), &[ascii(Tag::DateTimeOriginal, time)]);
        assert_eq!(read(&upload).unwrap().taken_at, None);
    }
    let strange = [
        ascii(Tag::DateTimeOriginal, "2026:01:05 09:30:00"),
        ascii(Tag::OffsetTimeOriginal, "+99:99"),
        field(Tag::Orientation, Value::Short(vec![77])),
    ];
    assert!(read(&with_exif(&jpeg(8, 8), &strange)).unwrap().taken_at.is_some());
}

#[test]
fn a_phone_held_upright_gives_an_upright_picture() {
    let turned = field(Tag::Orientation, Value::Short(vec![6]));
    let picture = read(&with_exif(&jpeg(640, 480), &[turned])).unwrap();
    assert_eq!((picture.stored.width, picture.stored.height), (480, 640));
    assert_eq!((picture.thumbnail.width, picture.thumbnail.height), (240, 320));
    // Turned clockwise, what was on the left is at the top.
    let pixels = image::load_from_memory(&picture.stored.bytes).unwrap();
    assert!(pixels.get_pixel(240, 100).0[0] > 150 && pixels.get_pixel(240, 540).0[2] > 150);
}

#[test]
fn png_stays_png_and_its_thumbnail_is_a_jpeg_on_white() {
    let clear: DynamicImage = RgbaImage::from_pixel(1000, 10, Rgba([0, 0, 0, 0])).into();
    let picture = read(&file(&clear, ImageFormat::Png)).unwrap();
    assert_eq!(picture.stored.format.mime(), "image/png");
    assert_eq!((picture.thumbnail.format, picture.thumbnail.width), (Format::Jpeg, 320));
    let thumbnail = image::load_from_memory(&picture.thumbnail.bytes).unwrap();
    assert!(thumbnail.get_pixel(100, 1).0[0] > 250);
}

#[test]
fn a_small_picture_is_not_blown_up() {
    let picture = read(&jpeg(40, 30)).unwrap();
    assert_eq!((picture.thumbnail.width, picture.thumbnail.height), (40, 30));
}

#[test]
fn a_header_that_claims_too_much_is_refused_before_decoding() {
    let mut jpeg = jpeg(8, 8);
    let frame = jpeg.windows(2).position(|two| two == [0xFF, 0xC0]).unwrap();
    jpeg[frame + 5..frame + 9].copy_from_slice(&[0xEA, 0x60, 0xEA, 0x60]); // 60,000 twice
    assert_eq!(code(&jpeg), Some(Code::TooLarge));

    let mut png = png(1, 1);
    png[16..24].copy_from_slice(&[0, 0, 0xEA, 0x60, 0, 0, 0xEA, 0x60]);
    let checksum = crc32(&png[12..29]).to_be_bytes();
    png[29..33].copy_from_slice(&checksum);
    assert_eq!(code(&png), Some(Code::TooLarge));
}

/// CRC-32 as PNG wants it (ISO 3309), bit by bit.
fn crc32(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(!0, |crc, byte| {
        (0..8).fold(crc ^ u32::from(*byte), |crc, _| (crc >> 1) ^ (0xEDB8_8320 * (crc & 1)))
    })
}

#[test]
fn limits_are_on_bytes_on_sides_and_on_pixels() {
    let limits = Limits { bytes: 100_000, pixels: 1_000, side: 100 };
    let code = |upload: &[u8]| Picture::read(upload, &limits).err().map(|problem| problem.code());
    assert_eq!(code(&jpeg(30, 30)), None);
    assert_eq!(code(&jpeg(101, 1)), Some(Code::TooLarge));
    assert_eq!(code(&png(40, 40)), Some(Code::TooLarge));
    assert_eq!(code(&vec![0; 100_001]), Some(Code::TooLarge));
}

#[test]
fn a_bomb_of_zeros_is_refused_by_its_header() {
    let bomb = file(&DynamicImage::new_luma8(9_000, 9_000), ImageFormat::Png);
    assert!(bomb.len() < 1_000_000);
    assert_eq!(code(&bomb), Some(Code::TooLarge));
}

#[test]
fn a_file_that_breaks_off_is_damaged_wherever_it_breaks() {
    for whole in [jpeg(64, 64), png(64, 64)] {
        assert!(read(&whole).is_ok());
        // PNG ends in twelve bytes of IEND, without which the picture is whole all the same.
        for kept in (20..whole.len() - 16).step_by(7) {
            assert_eq!(code(&whole[..kept]), Some(Code::InvalidFields), "{kept} of {}", whole.len());
        }
    }
}

#[test]
fn what_is_appended_to_a_picture_is_not_kept() {
    let script = b"<script>alert(1)</script>PK\x03\x04";
    for whole in [jpeg(64, 64), png(64, 64)] {
        let picture = read(&[&whole[..], script].concat()).unwrap();
        assert!(!holds(&picture.stored.bytes, b"<script>") && !holds(&picture.stored.bytes, b"PK\x03\x04"));
    }
}

#[test]
fn other_files_are_refused_whatever_they_are_called() {
    let webp: &[u8] = b"RIFF\x1a\0\0\0WEBPVP8L\x0d\0\0\0\x2f\0\0\0\x10\x07\x10\x11\x11\x88\x88\xfe\x07\0";
    let svg: &[u8] = b"<svg xmlns=\"http://www.w3.org/2000/svg\"><script>alert(1)</script></svg>";
    let html_first = [b"<html>", &jpeg(8, 8)[..]].concat();
    for other in [b"GIF89a\x01\0\x01\0\0\0\0", webp, svg, b"PK\x03\x04\x14\0\0\0", &html_first, b"", b"\xFF"]
    {
        assert_eq!(code(other), Some(Code::UnsupportedMedia));
    }
}

#[test]
fn heic_is_refused_with_the_way_to_switch_it_off() {
    for brand in [b"heic", b"mif1", b"hevc"] {
        let upload = [b"\0\0\0\x18ftyp", &brand[..], b"\0\0\0\0mif1heic"].concat();
        let problem = read(&upload).unwrap_err();
        assert_eq!(problem.code(), Code::UnsupportedMedia);
        assert!(problem.to_string().contains("兼容性最佳"), "{problem}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn flipped_bytes_never_panic_and_are_never_our_fault(at in 2_usize..600, byte: u8, kind in 0..3) {
        let fields = gps([(30, 1), (15, 1), (36, 1)], [(120, 1), (9, 1), (18, 1)]);
        let mut upload = match kind {
            0 => jpeg(24, 24),
            1 => png(24, 24),
            _ => with_exif(&jpeg(24, 24), &fields),
        };
        let at = at % upload.len();
        upload[at] = byte;
        if let Err(problem) = read(&upload) {
            prop_assert!(problem.code().status() < 500, "{:?}", problem);
        }
    }
}
