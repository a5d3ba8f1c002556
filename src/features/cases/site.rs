//! Where a case may lie: in a grid, or in a village when the grid is not known.
//!
//! Lists, counters and the areas of posts go down to grids, so a micro-grid's case lies in its grid; a coarser area
//! than a village is nobody's to walk to.

use crate::base::area_code::{AreaCode, AreaLevel};
use crate::base::problem::{Problem, Result};
use crate::features::areas;
use crate::platform::access::{AreaInScope, AreaScope};
use crate::platform::db::DbConnection;

/// The field of a report that names the area.
const FIELD: &str = "area_code";

/// 422 for a code that no case can have, as far as that is told without asking the database.
pub(super) fn guard(scope: &AreaScope, code: &AreaCode) -> Result<()> {
    if code.level() < AreaLevel::Village {
        return Err(Problem::field(FIELD, "请选择网格,不清楚时选择村(社区)"));
    }
    if !scope.holds(code) {
        return Err(Problem::field(FIELD, format!("区域 {code} 不在您的辖区内")));
    }
    Ok(())
}

/// The area in which a case reported at `code` lies; 422 when that is none, closed or outside of `scope`.
pub(super) fn of(c: &mut DbConnection, scope: &AreaScope, code: &AreaCode) -> Result<AreaInScope> {
    guard(scope, code)?;
    let named = areas::require_for(c, scope, code, FIELD)?;
    match code.at(AreaLevel::Grid).filter(|grid| grid != code) {
        Some(grid) => areas::require_for(c, scope, &grid, FIELD),
        None => Ok(named),
    }
}
