//! Stations (站所): what members of staff belong to by their `org`.

use diesel::prelude::*;

use crate::base::clock::Timestamp;
use crate::base::problem::Result;
use crate::features::staff::model::StaffStatus;
use crate::platform::access::{AreaInScope, Role};
use crate::platform::db::DbConnection;
use crate::platform::db::schema::{posts, staff_members};

/// More stations than any town has.
const MOST: i64 = 200;

/// The stations that have an officer (站所承办人) in service over `area` at `now`, by name.
pub fn stations_over(c: &mut DbConnection, area: &AreaInScope, now: Timestamp) -> Result<Vec<String>> {
    let runs = posts::started_at.le(now).and(posts::ended_at.is_null().or(posts::ended_at.gt(now)));
    let orgs: Vec<Option<String>> = staff_members::table
        .inner_join(posts::table.on(posts::staff_id.eq(staff_members::id)))
        .filter(posts::role.eq(Role::StationOfficer))
        .filter(posts::area_code.eq_any(area.code().lineage()))
        .filter(runs.and(staff_members::status.eq(StaffStatus::Active)))
        .filter(staff_members::org.is_not_null())
        .order(staff_members::org)
        .select(staff_members::org)
        .distinct()
        .limit(MOST)
        .load(c)?;
    Ok(orgs.into_iter().flatten().collect())
}
