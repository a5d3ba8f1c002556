//! How an import tells what it did, the same for every feature that imports.

use serde::Serialize;
use utoipa::ToSchema;

use super::RowError;
use crate::base::problem::FieldError;
use crate::base::{Problem, Result};

/// How many records of one kind an import made, changed and found as they should be.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, ToSchema)]
pub struct Tally {
    /// Records that were not there.
    pub created: u32,
    /// Records that were there with other content.
    pub changed: u32,
    /// Records that were there with the same content.
    pub unchanged: u32,
}

impl Tally {
    /// Whether nothing was to be done.
    pub fn is_idle(&self) -> bool {
        self.created == 0 && self.changed == 0
    }
}

/// The errors by line, the first thousand of them: nobody mends more at once.
pub fn in_order(mut errors: Vec<RowError>) -> Vec<RowError> {
    const MOST: usize = 1_000;
    errors.sort_by_key(|error| error.line);
    errors.truncate(MOST);
    errors
}

/// Lets an import go on when its file is without fault; otherwise 422 with one entry per fault, its field being
/// `rows[LINE].COLUMN` with the numbers and headers of the spreadsheet.
pub fn faultless(errors: &[RowError]) -> Result<()> {
    if errors.is_empty() {
        return Ok(());
    }
    let field = |error: &RowError| match &error.column {
        Some(column) => format!("rows[{}].{column}", error.line),
        None => format!("rows[{}]", error.line),
    };
    let errors =
        errors.iter().map(|error| FieldError { field: field(error), message: error.message.clone() });
    Err(Problem::fields(errors.collect()))
}
