//! CSV (RFC 4180) as Excel and WPS write it in China: UTF-8 with or without a mark, or GB18030.

use std::borrow::Cow;

use csv::{ReaderBuilder, StringRecord};
use encoding_rs::{Encoding, GB18030, UTF_8};

use super::{Sheet, damaged};
use crate::base::Result;

const MARK: &[u8] = b"\xEF\xBB\xBF";

pub(super) fn read(bytes: &[u8], sheet: &mut Sheet) -> Result<()> {
    let text = decode(bytes);
    if let Some(line) = open_quote(&text) {
        sheet.refuse(line, None, "引号没有成对,从这一行起无法读取");
        return Ok(());
    }
    let mut reader = ReaderBuilder::new().has_headers(false).flexible(true).from_reader(text.as_bytes());
    let mut record = StringRecord::new();
    let mut width = None;
    let mut line = 0;
    loop {
        let start = usize::try_from(reader.position().byte()).map_err(damaged)?;
        if !reader.read_record(&mut record).map_err(damaged)? {
            return Ok(());
        }
        line += 1 + blank_lines(&text, start);
        if record.iter().all(|cell| cell.trim().is_empty()) {
            continue;
        }
        let expected = *width.get_or_insert(record.len());
        if record.len() != expected {
            sheet.refuse(line, None, format!("应有 {expected} 列,实有 {} 列", record.len()));
            continue;
        }
        if record.iter().any(|cell| cell.contains(char::REPLACEMENT_CHARACTER)) {
            sheet.refuse(line, None, "有无法识别的文字,请另存为“CSV UTF-8”后重试");
            continue;
        }
        for (column, cell) in (0..).zip(&record) {
            if is_shortened(cell) {
                sheet.refuse(line, Some(column), "长数字被显示为科学计数,请把该列设为文本格式后重新导出");
            } else {
                sheet.grid.push(line, column, cell)?;
            }
        }
    }
}

/// How many blank lines follow `start`: the reader skips them, a spreadsheet shows and counts them.
///
/// Lines are counted by record because a quoted cell may hold line breaks and is shown in one line.
fn blank_lines(text: &str, start: usize) -> u32 {
    let (before, after) = text.as_bytes().split_at_checked(start).unwrap_or_default();
    // The reader ends a record at the first half of CR LF.
    let after = if before.ends_with(b"\r") { after.strip_prefix(b"\n").unwrap_or(after) } else { after };
    let blank = after.iter().take_while(|byte| matches!(byte, b'\r' | b'\n'));
    blank.fold(0, |lines, byte| lines + u32::from(*byte == b'\n'))
}

/// UTF-8 when it is marked so or when most lines that tell are; GB18030 otherwise.
///
/// Lines are judged one by one, so that a single bad byte does not turn the whole file into another encoding.
/// In both encodings a line feed is never part of another character.
fn decode(bytes: &[u8]) -> Cow<'_, str> {
    let (encoding, bytes): (&Encoding, _) = match bytes.strip_prefix(MARK) {
        Some(rest) => (UTF_8, rest),
        None => {
            let telling = || bytes.split(|byte| *byte == b'\n').filter(|line| !line.is_ascii());
            let valid = telling().filter(|line| std::str::from_utf8(line).is_ok()).count();
            (if valid * 2 >= telling().count() { UTF_8 } else { GB18030 }, bytes)
        }
    };
    encoding.decode_without_bom_handling(bytes).0
}

/// Where a quote opens that never closes, as a line of the text; the reader would swallow the rest as one cell.
fn open_quote(text: &str) -> Option<u32> {
    let (mut line, mut opened, mut at_start) = (1, None, true);
    let mut bytes = text.bytes().peekable();
    while let Some(byte) = bytes.next() {
        match (byte, opened) {
            (b'"', None) if at_start => opened = Some(line),
            (b'"', Some(_)) if bytes.peek() == Some(&b'"') => drop(bytes.next()),
            (b'"', Some(_)) => opened = None,
            _ => {}
        }
        at_start = opened.is_none() && matches!(byte, b',' | b'\n' | b'\r');
        line += u32::from(byte == b'\n');
    }
    opened
}

/// What Excel leaves of an identity number that it took for a number, such as `3.30102E+17`.
fn is_shortened(cell: &str) -> bool {
    let Some((mantissa, exponent)) = cell.trim().split_once("E+") else { return false };
    !exponent.is_empty()
        && exponent.bytes().all(|c| c.is_ascii_digit())
        && mantissa.starts_with(|c: char| c.is_ascii_digit())
        && mantissa.bytes().all(|c| c.is_ascii_digit() || c == b'.')
}
