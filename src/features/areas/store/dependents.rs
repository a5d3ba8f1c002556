//! What keeps an area from being closed.
//!
//! Reads three tables that belong to others: an area must not close while posts, households or displays use it, the
//! answer must come from the closing transaction, and this slice is the lowest and may import none of their owners.

use diesel::prelude::*;

use crate::base::problem::Result;
use crate::platform::access::AreaInScope;
use crate::platform::db::DbConnection;
use crate::platform::db::prefix::within;
use crate::platform::db::schema::{areas, displays, households, posts};

/// How much in use there is in an area.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Dependents {
    /// Areas inside that are not closed.
    pub areas: i64,
    /// Posts that are held.
    pub posts: i64,
    /// Households that live there.
    pub households: i64,
    /// Displays that show it.
    pub displays: i64,
}

impl Dependents {
    /// Counts them.
    pub fn of(c: &mut DbConnection, area: &AreaInScope) -> Result<Self> {
        let here = std::slice::from_ref(area.code());
        let areas = areas::table
            .filter(within(areas::code, here))
            .filter(areas::code.ne(area.code()))
            .filter(areas::valid_to.is_null());
        let posts = posts::table.filter(within(posts::area_code, here)).filter(posts::ended_at.is_null());
        let households = households::table
            .filter(within(households::area_code, here))
            .filter(households::status.eq("living"));
        let displays =
            displays::table.filter(within(displays::area_code, here)).filter(displays::revoked_at.is_null());
        Ok(Self {
            areas: areas.count().get_result(c)?,
            posts: posts.count().get_result(c)?,
            households: households.count().get_result(c)?,
            displays: displays.count().get_result(c)?,
        })
    }

    /// Whether there is nothing.
    pub fn is_none(self) -> bool {
        self.areas + self.posts + self.households + self.displays == 0
    }
}
