//! Reads the spreadsheets that the township brings along: XLSX, and CSV as Excel or WPS writes it; and writes those that
//! it takes away ([`write`]).
//!
//! Everything comes out as text, cell by cell, under the headers that people wrote; what the texts mean is for
//! the importing feature (`households`, `staff`) to check. What cannot be read is told by line and column, all
//! of it at once. It refuses old XLS files, encrypted files and whatever unpacks to more than [`Limits`].

mod columns;
mod csv_file;
mod grid;
mod neutral;
mod outcome;
mod output;
#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests;
mod unpack;
mod xlsx;

use serde::Serialize;
use utoipa::ToSchema;

use crate::base::problem::Code;
use crate::base::{Problem, Result};

pub use columns::{ColumnSpec, Row, Table};
use grid::Grid;
pub use outcome::{Tally, faultless, in_order};
pub use output::{Cells, Column, FileKind, Top, write};

/// How large a spreadsheet may be.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// The file, in bytes.
    pub bytes: usize,
    /// The last line that may hold anything.
    pub rows: u32,
    /// The last column that may hold anything.
    pub columns: u32,
    /// What an XLSX unpacks to, in bytes.
    pub unpacked: u64,
    /// All cells together, in bytes.
    pub text: usize,
}

impl Default for Limits {
    /// 20 MB, 200,000 lines, 64 columns: a large town's residents in one file. Unpacked 256 MB, text 64 MB.
    fn default() -> Self {
        Self { bytes: 20 << 20, rows: 200_000, columns: 64, unpacked: 256 << 20, text: 64 << 20 }
    }
}

/// What is wrong with one place in a spreadsheet.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct RowError {
    /// The line as the spreadsheet shows it, the first is 1.
    pub line: u32,
    /// The column's header, or its letter where headers are not known yet; none when it is the whole line.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub column: Option<String>,
    /// What to do about it, in Chinese.
    pub message: String,
}

/// A spreadsheet that has been read.
#[derive(Debug)]
pub struct Sheet {
    grid: Grid,
    errors: Vec<RowError>,
}

impl Sheet {
    /// Reads the first visible worksheet of an XLSX, or a CSV (UTF-8 or GB18030, told by its content).
    ///
    /// 413 when it exceeds `limits`, 415 when it is another kind of file, 422 when the file as a whole is
    /// damaged. Lines that cannot be read are left out, cells that cannot be read are empty; [`Self::errors`] tells. Takes up to some
    /// seconds of one core: call it on a blocking thread.
    pub fn read(bytes: &[u8], limits: &Limits) -> Result<Self> {
        if bytes.len() > limits.bytes {
            return Err(too_large(format!("表格不能超过 {} MB", limits.bytes >> 20)));
        }
        let mut sheet = Self { grid: Grid::new(limits), errors: Vec::new() };
        if bytes.starts_with(b"PK\x03\x04") {
            unpack::check(bytes, limits)?;
            xlsx::read(bytes, &mut sheet)?;
        } else if bytes.starts_with(b"\xD0\xCF\x11\xE0") {
            let detail = "不支持旧版 XLS 或加密的表格,请取消密码并另存为 XLSX 后重试";
            return Err(Problem::because(Code::UnsupportedMedia, detail));
        } else if bytes.contains(&0)
            || infer::get(bytes).is_some_and(|kind| !kind.mime_type().starts_with("text/"))
        {
            return Err(Problem::because(Code::UnsupportedMedia, "只接受 XLSX 或 CSV 格式的表格"));
        } else {
            csv_file::read(bytes, &mut sheet)?;
        }
        Ok(sheet)
    }

    /// The lines that could not be read, wholly or in one cell, from the top; the first thousand of them.
    pub fn errors(&self) -> &[RowError] {
        &self.errors
    }

    fn refuse(&mut self, line: u32, column: Option<u32>, message: impl Into<String>) {
        // Nobody mends more at once, and a file may be made of errors alone.
        const MOST: usize = 1_000;
        if self.errors.len() == MOST {
            return;
        }
        self.errors.push(RowError { line, column: column.map(letters), message: message.into() });
    }
}

/// The column's name as the spreadsheet shows it: 0 is A, 26 is AA.
fn letters(column: u32) -> String {
    let last = char::from(b'A' + (column % 26) as u8);
    match column / 26 {
        0 => last.to_string(),
        more => format!("{}{last}", letters(more - 1)),
    }
}

fn too_large(detail: String) -> Problem {
    Problem::because(Code::TooLarge, detail)
}

fn damaged(cause: impl std::fmt::Display + Send + Sync + 'static) -> Problem {
    Problem::field("file", "表格文件已损坏,请用 Excel 或 WPS 打开并另存后重试").caused_by(cause)
}
