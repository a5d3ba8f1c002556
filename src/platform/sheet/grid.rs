//! The cells of a sheet, packed: one text for all of them, so that empty cells cost four bytes, not a `String`.

use super::{Limits, too_large};
use crate::base::Result;

/// Lines of cells; lines without any text are left out.
#[derive(Debug)]
pub(super) struct Grid {
    limits: Limits,
    text: String,
    /// Where each cell's text ends; it begins where the one before ends.
    ends: Vec<usize>,
    lines: Vec<Line>,
}

#[derive(Debug)]
struct Line {
    number: u32,
    first: usize,
}

impl Grid {
    pub(super) fn new(limits: &Limits) -> Self {
        Self { limits: *limits, text: String::new(), ends: Vec::new(), lines: Vec::new() }
    }

    /// Adds a cell; cells come line by line and, within a line, from left to right.
    ///
    /// `line` is 1-based, `column` 0-based. 413 beyond the limits; a cell that steps back is ignored, which no
    /// spreadsheet program writes.
    pub(super) fn push(&mut self, line: u32, column: u32, text: &str) -> Result<()> {
        let text = text.trim();
        if text.is_empty() {
            return Ok(());
        }
        let Limits { rows, columns, text: most, .. } = self.limits;
        if line > rows {
            return Err(too_large(format!("表格不能超过 {rows} 行,请分成几个文件")));
        }
        if column >= columns {
            return Err(too_large(format!("表格不能超过 {columns} 列,第 {line} 行超出")));
        }
        if self.text.len() + text.len() > most {
            return Err(too_large("表格文字过多,请分成几个文件".to_owned()));
        }
        match self.lines.last().map_or(0, |last| last.number) {
            last if last > line => return Ok(()),
            last if last < line => self.lines.push(Line { number: line, first: self.ends.len() }),
            _ => {}
        }
        let width = self.lines.last().map_or(0, |last| self.ends.len() - last.first);
        let Some(gap) = (column as usize).checked_sub(width) else { return Ok(()) };
        self.ends.extend(std::iter::repeat_n(self.text.len(), gap));
        self.text.push_str(text);
        self.ends.push(self.text.len());
        Ok(())
    }

    /// How many lines there are.
    pub(super) fn len(&self) -> usize {
        self.lines.len()
    }

    /// The number that the spreadsheet shows beside the `index`th line.
    pub(super) fn number(&self, index: usize) -> u32 {
        self.lines.get(index).map_or(0, |line| line.number)
    }

    /// The cells of the `index`th line up to its last text.
    pub(super) fn cells(&self, index: usize) -> impl Iterator<Item = &str> {
        let bound = |index: usize| self.lines.get(index).map_or(self.ends.len(), |line| line.first);
        (bound(index)..bound(index + 1)).map(|cell| self.text(cell))
    }

    /// One cell; empty where the line does not reach.
    pub(super) fn cell(&self, index: usize, column: usize) -> &str {
        self.cells(index).nth(column).unwrap_or_default()
    }

    fn text(&self, cell: usize) -> &str {
        let start = cell.checked_sub(1).and_then(|before| self.ends.get(before)).copied().unwrap_or(0);
        self.ends.get(cell).and_then(|&end| self.text.get(start..end)).unwrap_or_default()
    }
}
