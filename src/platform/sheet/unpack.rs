//! Looks an XLSX over before anything trusts it: an XLSX is a ZIP, and sizes in a ZIP are claims.

use std::io::{Cursor, Read};

use zip::ZipArchive;

use super::{Limits, damaged, too_large};
use crate::base::Result;

/// Unpacks every part once, counting, and keeps nothing.
///
/// Worksheets are read as a stream; every other part may end up in memory whole and gets a quarter of the allowance.
/// The strings' own count is looked at because the reader sets memory aside for as many as it claims.
pub(super) fn check(bytes: &[u8], limits: &Limits) -> Result<()> {
    const PARTS: usize = 1_000;
    let mut archive = ZipArchive::new(Cursor::new(bytes)).map_err(damaged)?;
    let bomb = || too_large(format!("表格解压后不能超过 {} MB", limits.unpacked >> 20));
    if archive.len() > PARTS {
        return Err(bomb());
    }
    let mut left = limits.unpacked;
    for index in 0..archive.len() {
        let part = archive.by_index(index).map_err(damaged)?;
        let name = part.name().map_err(damaged)?.replace('\\', "/").to_ascii_lowercase();
        let is_worksheet = name.rsplit('/').next().is_some_and(|file| file.starts_with("sheet"));
        let most = if is_worksheet { left } else { left.min(limits.unpacked / 4) };
        if part.size() > most {
            return Err(bomb());
        }
        let mut part = part.take(most + 1);
        let size = if name.ends_with("sharedstrings.xml") {
            let mut strings = Vec::new();
            part.read_to_end(&mut strings).map_err(damaged)?;
            if claims_too_many(&strings) {
                return Err(bomb());
            }
            strings.len() as u64
        } else {
            std::io::copy(&mut part, &mut std::io::sink()).map_err(damaged)?
        };
        left = if size > most { return Err(bomb()) } else { left - size };
    }
    Ok(())
}

/// Whether the part speaks of more strings than it has bytes for; `<si/>` is the shortest.
fn claims_too_many(strings: &[u8]) -> bool {
    const COUNT: &[u8] = b"uniqueCount";
    // UTF-16 would hide the count; spreadsheet programs write UTF-8.
    strings.contains(&0)
        || strings.windows(COUNT.len()).enumerate().filter(|(_, window)| *window == COUNT).any(|(at, _)| {
            let value = strings[at + COUNT.len()..].iter().skip_while(|c| b" \t\r\n=\"'+".contains(c));
            let count = value.take_while(|c| c.is_ascii_digit()).fold(0_usize, |count, digit| {
                count.saturating_mul(10).saturating_add(usize::from(digit - b'0'))
            });
            count > strings.len() / 5
        })
}
