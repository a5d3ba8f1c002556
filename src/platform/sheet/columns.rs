//! Finds columns by their headers, as people write them: `*手机号码(必填)` is the column `手机号码`.

use super::{RowError, Sheet};
use crate::base::problem::FieldError;
use crate::base::{Problem, Result};

/// A column that an import knows.
#[derive(Debug, Clone, Copy)]
pub struct ColumnSpec {
    /// The header as our templates write it, in Chinese.
    pub name: &'static str,
    /// Other headers that mean the same.
    pub synonyms: &'static [&'static str],
    /// Whether a sheet without it is refused.
    pub required: bool,
}

/// The lines below the headers, with `N` known columns.
#[derive(Debug)]
pub struct Table<'a, const N: usize> {
    sheet: &'a Sheet,
    header: usize,
    places: [Option<usize>; N],
}

/// One line of a [`Table`].
#[derive(Debug, Clone, Copy)]
pub struct Row<'a, const N: usize> {
    line: u32,
    cells: [&'a str; N],
}

impl Sheet {
    /// Finds the columns by their headers, in any order, beside columns we do not know.
    ///
    /// Headers stand in one of the first ten lines with text (above them is often a title); the line that names
    /// most of the columns is taken. 422 names every required column that is missing and every one that is there twice.
    pub fn columns<const N: usize>(&self, specs: &[ColumnSpec; N]) -> Result<Table<'_, N>> {
        const TITLES: usize = 10;
        let matches =
            |index: &usize| specs.iter().filter(|spec| self.places(*index, spec).next().is_some()).count();
        // The last of equals would win, and a title is above its headers, not below.
        let header = (0..self.grid.len().min(TITLES)).rev().max_by_key(matches).unwrap_or(0);
        let mut errors = Vec::new();
        let places = specs.each_ref().map(|spec| {
            let mut places = self.places(header, spec);
            let place = places.next();
            if place.is_none() && spec.required {
                errors.push(complaint(spec, missing(spec)));
            } else if places.next().is_some() {
                errors.push(complaint(spec, format!("“{}”列重复,请只保留一列", spec.name)));
            }
            place
        });
        if errors.is_empty() {
            Ok(Table { sheet: self, header, places })
        } else {
            Err(Problem::fields(errors))
        }
    }

    fn places(&self, index: usize, spec: &ColumnSpec) -> impl Iterator<Item = usize> {
        let cells = self.grid.cells(index).enumerate();
        cells.filter(|(_, header)| spec.is_named(header)).map(|(place, _)| place)
    }
}

impl<const N: usize> Table<'_, N> {
    /// The lines below the headers that hold any text.
    pub fn rows(&self) -> impl Iterator<Item = Row<'_, N>> {
        let grid = &self.sheet.grid;
        (self.header + 1..grid.len()).map(move |index| Row {
            line: grid.number(index),
            cells: self.places.map(|place| place.map_or("", |column| grid.cell(index, column))),
        })
    }
}

impl<'a, const N: usize> Row<'a, N> {
    /// The line as the spreadsheet shows it, the first is 1.
    pub fn line(&self) -> u32 {
        self.line
    }

    /// The cells in the order of the specs, trimmed; empty where the sheet has none.
    pub fn cells(&self) -> [&'a str; N] {
        self.cells
    }

    /// A complaint about one cell of this line.
    pub fn error(&self, column: &ColumnSpec, message: impl Into<String>) -> RowError {
        RowError { line: self.line, column: Some(column.name.to_owned()), message: message.into() }
    }
}

impl ColumnSpec {
    fn is_named(&self, header: &str) -> bool {
        let header = plain(header);
        !header.is_empty()
            && (plain(self.name) == header || self.synonyms.iter().any(|name| plain(name) == header))
    }
}

/// A header without what people add to it: blanks, stars, colons, remarks in brackets, each in either width.
fn plain(header: &str) -> String {
    let name = header.split(['(', '\u{ff08}', '[', '\u{3010}']).next().unwrap_or_default();
    let kept = name
        .chars()
        .filter(|c| !c.is_whitespace() && !matches!(c, '*' | ':' | '\u{ff0a}' | '\u{ff1a}' | '\u{feff}'));
    kept.flat_map(char::to_lowercase).collect()
}

fn missing(spec: &ColumnSpec) -> String {
    match spec.synonyms {
        [] => format!("缺少“{}”列", spec.name),
        others => format!("缺少“{}”列(也可写作 {})", spec.name, others.join("、")),
    }
}

fn complaint(spec: &ColumnSpec, message: String) -> FieldError {
    FieldError { field: spec.name.to_owned(), message }
}
