//! XLSX (ISO/IEC 29500) cells as the text that people see in them.

use std::io::Cursor;

use calamine::{DataRef, ExcelDateTime, Reader, SheetType, SheetVisible, Xlsx};

use super::{Sheet, damaged};
use crate::base::{Problem, Result};

/// Excel keeps fifteen digits of a number; from here on the last ones are made up.
const EXACT: f64 = 1e15;

pub(super) fn read(bytes: &[u8], sheet: &mut Sheet) -> Result<()> {
    let mut book: Xlsx<_> = Xlsx::new(Cursor::new(bytes)).map_err(damaged)?;
    let shown = book.sheets_metadata().iter();
    let first = shown
        .filter(|one| one.typ == SheetType::WorkSheet && one.visible == SheetVisible::Visible)
        .map(|one| one.name.clone())
        .next()
        .ok_or_else(|| Problem::field("file", "文件中没有可见的工作表"))?;
    let mut cells = book.worksheet_cells_reader(&first).map_err(damaged)?;
    while let Some(cell) = cells.next_cell().map_err(damaged)? {
        let (row, column) = cell.get_position();
        let line = row.saturating_add(1);
        match text(cell.get_value()) {
            Ok(text) => sheet.grid.push(line, column, &text)?,
            Err(message) => sheet.refuse(line, Some(column), message),
        }
    }
    Ok(())
}

/// What the cell shows, or why it cannot be used.
fn text(value: &DataRef<'_>) -> Result<String, String> {
    Ok(match value {
        DataRef::Empty => String::new(),
        DataRef::String(text) | DataRef::DateTimeIso(text) | DataRef::DurationIso(text) => text.clone(),
        DataRef::SharedString(text) => (*text).to_owned(),
        DataRef::Bool(true) => "是".to_owned(),
        DataRef::Bool(false) => "否".to_owned(),
        DataRef::Int(number) => number.to_string(),
        DataRef::Float(number) if number.abs() >= EXACT => {
            return Err("数字超过 15 位,Excel 已丢失末尾几位,请把该列设为文本格式后重新填写".to_owned());
        }
        DataRef::Float(number) => number.to_string(),
        DataRef::DateTime(at) => moment(at),
        DataRef::Error(error) => return Err(format!("单元格公式出错({error}),请更正后重试")),
    })
}

/// `YYYY-MM-DD`, with the time of day only where there is one; a time alone is `HH:MM:SS`.
fn moment(at: &ExcelDateTime) -> String {
    let (year, month, day, hour, minute, second, _) = at.to_ymd_hms_milli();
    let time = format!("{hour:02}:{minute:02}:{second:02}");
    let date = format!("{year:04}-{month:02}-{day:02}");
    match at.as_f64() {
        days if at.is_duration() || days < 1.0 => time,
        days if days.fract() == 0.0 => date,
        _ => format!("{date} {time}"),
    }
}
