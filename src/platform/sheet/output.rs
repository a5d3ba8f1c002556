//! Writes tables that people open in Excel or WPS: CSV and XLSX, row by row in bounded memory.
//!
//! Every cell is text and [`neutral`]. The first line is the watermark, the second one the headers.

use std::io::{self, Write};
use std::path::Path;

use rust_xlsxwriter::{Format, Workbook, XlsxError};

use super::neutral::neutral;
use crate::base::problem::{Code, Problem, Result};

/// What Excel needs before UTF-8, to take it for that.
const MARK: &[u8] = b"\xEF\xBB\xBF";
/// The most characters of a page header, and of a cell (Excel's own limits).
const LONGEST_HEADER: usize = 255;
const LONGEST_CELL: usize = 32_767;

/// A kind of file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FileKind {
    /// Comma-separated, UTF-8, CR LF (RFC 4180).
    Csv {
        /// Whether a byte order mark comes first.
        mark: bool,
    },
    /// ISO/IEC 29500.
    Xlsx,
}

/// A column.
#[derive(Debug, Clone, Copy)]
pub struct Column {
    /// Its header.
    pub name: &'static str,
    /// How wide XLSX shows it, in characters.
    pub width: u8,
}

/// What stands above the rows.
#[derive(Debug, Clone)]
pub struct Top {
    /// The name of the sheet, at most 31 characters.
    pub sheet: &'static str,
    /// Who took it, when and why: the first line, and on every printed page.
    pub watermark: String,
    /// The columns.
    pub columns: &'static [Column],
}

/// Cells of one row, in the order of the columns.
pub type Cells = Vec<String>;

/// Writes what `next` hands out until it has no more. Blocks; what does not fit memory lies meanwhile in files without a
/// name in `folder`.
pub fn write(
    kind: FileKind,
    top: &Top,
    mut next: impl FnMut() -> Option<Vec<Cells>>,
    to: impl Write + Send,
    folder: &Path,
) -> Result<()> {
    match kind {
        FileKind::Csv { mark } => csv(mark, top, &mut next, to).map_err(|error| match error.into_kind() {
            csv::ErrorKind::Io(why) => failed(why),
            other => Problem::internal(format!("{other:?}")),
        }),
        FileKind::Xlsx => xlsx(top, &mut next, to, folder).map_err(|error| match error {
            XlsxError::IoError(why) => failed(why),
            other => Problem::internal(other),
        }),
    }
}

fn failed(why: io::Error) -> Problem {
    match why.kind() {
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => {
            Problem::new(Code::StorageFull).caused_by(why)
        }
        _ => Problem::internal(why),
    }
}

fn csv(
    mark: bool,
    top: &Top,
    next: &mut dyn FnMut() -> Option<Vec<Cells>>,
    mut to: impl Write,
) -> csv::Result<()> {
    if mark {
        to.write_all(MARK)?;
    }
    let mut lines =
        csv::WriterBuilder::new().flexible(true).terminator(csv::Terminator::CRLF).from_writer(to);
    lines.write_record([neutral(&top.watermark).as_ref()])?;
    lines.write_record(top.columns.iter().map(|column| column.name))?;
    while let Some(rows) = next() {
        for row in rows {
            lines.write_record(row.iter().map(|cell| neutral(cell).into_owned()))?;
        }
    }
    Ok(lines.flush()?)
}

fn xlsx(
    top: &Top,
    next: &mut dyn FnMut() -> Option<Vec<Cells>>,
    to: impl Write + Send,
    folder: &Path,
) -> Result<(), XlsxError> {
    let mut book = Workbook::new();
    book.set_tempdir(folder)?;
    let bold = Format::new().set_bold();
    let sheet = book.add_worksheet_with_constant_memory()?;
    sheet.set_name(top.sheet)?.set_landscape().set_freeze_panes(2, 0)?;
    // `&` begins a code in page headers; two of them are one.
    let printed: String = top.watermark.replace('&', "&&").chars().take(LONGEST_HEADER - 2).collect();
    sheet.set_header(format!("&L{printed}")).set_footer("&R第 &P 页,共 &N 页");
    sheet.set_repeat_rows(1, 1)?;
    sheet.write_string(0, 0, neutral(&top.watermark).as_ref())?;
    for (number, column) in (0..).zip(top.columns) {
        sheet.set_column_width(number, column.width)?;
        sheet.write_string_with_format(1, number, column.name, &bold)?;
    }
    let mut line = 2;
    while let Some(rows) = next() {
        for row in rows {
            for (number, cell) in (0..).zip(&row) {
                let shown: String = neutral(cell).chars().take(LONGEST_CELL).collect();
                sheet.write_string(line, number, shown)?;
            }
            line += 1;
        }
    }
    book.save_to_writer(to)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use calamine::Reader;

    use super::super::{Limits, Sheet};
    use super::*;

    const COLUMNS: &[Column] = &[Column { name: "编号", width: 12 }, Column { name: "内容", width: 40 }];

    fn written(kind: FileKind, rows: usize) -> Vec<u8> {
        let top = Top { sheet: "示例", watermark: "示例 A&B 导出".to_owned(), columns: COLUMNS };
        let row = |n: usize| vec![format!("{n}"), format!("=第{n}行,\"引号\"\n换行")];
        let mut batches: Vec<Vec<Cells>> =
            (0..rows).map(row).collect::<Vec<_>>().chunks(7).map(<[_]>::to_vec).collect();
        batches.reverse();
        let mut file = Vec::new();
        write(kind, &top, || batches.pop(), &mut file, &std::env::temp_dir()).unwrap();
        file
    }

    #[test]
    fn a_csv_has_its_watermark_its_headers_and_quoted_text() {
        let plain = String::from_utf8(written(FileKind::Csv { mark: false }, 1)).unwrap();
        assert_eq!(plain, "示例 A&B 导出\r\n编号,内容\r\n0,\"'=第0行,\"\"引号\"\"\n换行\"\r\n");
        let marked = written(FileKind::Csv { mark: true }, 0);
        assert!(marked.starts_with(MARK) && marked.ends_with("编号,内容\r\n".as_bytes()));
    }

    #[test]
    fn an_xlsx_opens_and_no_cell_is_a_formula() {
        let file = written(FileKind::Xlsx, 20);
        let sheet = Sheet::read(&file, &Limits::default());
        assert!(sheet.unwrap().errors().is_empty());
        let mut book: calamine::Xlsx<_> = calamine::Xlsx::new(io::Cursor::new(&file)).unwrap();
        let range = book.worksheet_range("示例").unwrap();
        assert_eq!(range.height(), 22);
        assert_eq!(range.get((0, 0)).unwrap().to_string(), "示例 A&B 导出");
        assert_eq!(range.get((21, 1)).unwrap().to_string(), "'=第19行,\"引号\"\n换行");
        let formulas = book.worksheet_formula("示例").unwrap();
        assert!(formulas.used_cells().next().is_none());
    }

    #[test]
    fn the_watermark_is_on_every_printed_page() {
        let file = written(FileKind::Xlsx, 1);
        let mut zip = zip::ZipArchive::new(io::Cursor::new(file)).unwrap();
        let sheet = io::read_to_string(zip.by_name("xl/worksheets/sheet1.xml").unwrap()).unwrap();
        assert!(sheet.contains("<oddHeader>&amp;L示例 A&amp;&amp;B 导出</oddHeader>"), "{sheet}");
    }
}
