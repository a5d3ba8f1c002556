//! A case that is moved into the grid where it lies, when the report named only the village.

use super::model::CaseFile;
use super::{counts, store};
use crate::base::area_code::{AreaCode, AreaLevel};
use crate::base::problem::{Code, Problem, Result};
use crate::features::areas;
use crate::platform::access::{AreaInScope, Granted, Permission};
use crate::platform::db::Tx;

/// Moves `file` into `grid`, one of its own village, together with what is counted of it; in the transaction of the
/// step that finds out, and before it. Entries that were written before keep the village.
///
/// # Errors
/// 422 `grid` for what is no grid in use of that village, or when the case lies in a grid already: whoever works there
/// would lose sight of it. 412 when the file has moved on.
pub fn move_into_grid<P: Permission>(
    tx: &mut Tx,
    by: &Granted<P>,
    file: &CaseFile,
    grid: &AreaCode,
) -> Result<(CaseFile, AreaInScope)> {
    const FIELD: &str = "grid";
    if file.area_code.level() != AreaLevel::Village {
        return Err(Problem::field(FIELD, "案卷已有网格,不能另行指定"));
    }
    if grid.level() != AreaLevel::Grid || !grid.is_within(&file.area_code) {
        return Err(Problem::field(FIELD, format!("{grid} 不是 {} 的网格", file.area_code)));
    }
    let area = areas::require_for(tx, by.scope(), grid, FIELD)?;
    let moved = CaseFile { area_code: area.code().clone(), ..file.clone() };
    if !store::place(tx, by.scope(), &moved)? {
        return Err(Problem::new(Code::StaleVersion));
    }
    counts::count(tx, file, -1)?;
    counts::count(tx, &moved, 1)?;
    Ok((moved, area))
}
