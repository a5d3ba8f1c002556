//! Posts and their history.

use diesel::prelude::*;

use crate::base::area_code::AreaCode;
use crate::base::clock::Timestamp;
use crate::base::id::Id;
use crate::base::problem::{Code, Problem, Result};
use crate::features::staff::model::StaffStatus;
use crate::features::staff::posts::{Appointed, PostId};
use crate::platform::access::{AreaInScope, AreaScope, Role, Staff};
use crate::platform::db::schema::posts::{self, dsl};
use crate::platform::db::schema::staff_members;
use crate::platform::db::{Cols, Condition, DbConnection, Outcome, Tx};

/// Posts of one history: more than anybody holds in a working life.
const MOST_SHOWN: i64 = 200;

#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = posts, treat_none_as_default_value = false)]
struct Row {
    id: Id<PostId>,
    staff_id: Id<Staff>,
    role: Role,
    area_code: AreaCode,
    started_at: Timestamp,
    ended_at: Option<Timestamp>,
    appointed_by: Option<Id<Staff>>,
    ended_by: Option<Id<Staff>>,
}

impl From<Row> for Appointed {
    fn from(row: Row) -> Self {
        let Row { id, staff_id, role, area_code, started_at, ended_at, appointed_by, ended_by } = row;
        Self { id, staff: staff_id, role, area: area_code, started_at, ended_at, appointed_by, ended_by }
    }
}

fn visible(scope: &AreaScope) -> Condition<posts::table> {
    scope.inside(dsl::area_code)
}

/// Begins a post. 409 `role_excluded` when another administration is held, `already_exists` when this very post is.
pub fn insert(
    tx: &mut Tx,
    staff: Id<Staff>,
    role: Role,
    area: &AreaInScope,
    by: Option<Id<Staff>>,
) -> Result<Id<PostId>> {
    let row = Row {
        id: Id::new(),
        staff_id: staff,
        role,
        area_code: area.code().clone(),
        started_at: tx.now(),
        ended_at: None,
        appointed_by: by,
        ended_by: None,
    };
    // Asked before the two unique indexes are, of which SQLite would report either. Who is appointed twice at the
    // same moment meets in one of them; the later one tries again and is told here.
    let running = posts::table.filter(dsl::staff_id.eq(staff)).filter(dsl::ended_at.is_null());
    let running = running.select((dsl::role, dsl::area_code)).load::<(Role, AreaCode)>(&mut **tx)?;
    if running.iter().any(|(held, place)| *held == role && place == area.code()) {
        return Err(Problem::because(Code::AlreadyExists, "该人员已任此岗位"));
    }
    let administers = |role| Role::ADMINISTRATORS.contains(&role);
    if administers(role) && running.iter().any(|(held, _)| administers(*held)) {
        let detail = "系统管理员、安全管理员、审计管理员不得由同一人担任";
        return Err(Problem::because(Code::RoleExcluded, detail)
            .on_basis("信息安全技术 网络安全等级保护基本要求", "8.1.10.1"));
    }
    diesel::insert_into(posts::table).values(&row).execute(&mut **tx).or_again()?;
    Ok(row.id)
}

/// One post; 404 outside of the scope.
pub fn get(c: &mut DbConnection, scope: &AreaScope, id: Id<PostId>) -> Result<Appointed> {
    let row = posts::table.filter(dsl::id.eq(id)).filter(visible(scope)).select(Row::cols());
    row.first::<Row>(c).or_not_found().map(Appointed::from)
}

/// The posts that a person has held in the scope, newest first; the newest [`MOST_SHOWN`] of them.
pub fn history(c: &mut DbConnection, scope: &AreaScope, staff: Id<Staff>) -> Result<Vec<Appointed>> {
    let rows = posts::table
        .filter(dsl::staff_id.eq(staff))
        .filter(visible(scope))
        .order((dsl::started_at.desc(), dsl::id.desc()))
        .limit(MOST_SHOWN)
        .select(Row::cols());
    Ok(rows.load::<Row>(c)?.into_iter().map(Appointed::from).collect())
}

/// Ends a post that still runs; whether there was one.
pub fn end(tx: &mut Tx, scope: &AreaScope, id: Id<PostId>, by: Option<Id<Staff>>) -> Result<bool> {
    let now = tx.now();
    let row = posts::table.filter(dsl::id.eq(id)).filter(dsl::ended_at.is_null()).filter(visible(scope));
    let change = (dsl::ended_at.eq(Some(now)), dsl::ended_by.eq(by));
    Ok(diesel::update(row).set(change).execute(&mut **tx)? == 1)
}

/// Which of `people`, all of them in service, hold one of `roles` now where `area` lies.
pub fn in_post(
    c: &mut DbConnection,
    area: &AreaInScope,
    people: &[Id<Staff>],
    roles: &[Role],
    now: Timestamp,
) -> Result<Vec<Id<Staff>>> {
    let runs = dsl::started_at.le(now).and(dsl::ended_at.is_null().or(dsl::ended_at.gt(now)));
    let held = posts::table
        .inner_join(staff_members::table.on(staff_members::id.eq(dsl::staff_id)))
        .filter(dsl::staff_id.eq_any(people))
        .filter(dsl::role.eq_any(roles))
        .filter(dsl::area_code.eq_any(area.code().lineage()))
        .filter(runs)
        .filter(staff_members::status.eq(StaffStatus::Active))
        .select(dsl::staff_id)
        .distinct();
    Ok(held.load(c)?)
}

/// Whether anyone holds `role` in `area` itself now.
pub fn is_held(c: &mut DbConnection, scope: &AreaScope, role: Role, area: &AreaCode) -> Result<bool> {
    let held: i64 = posts::table
        .filter(dsl::role.eq(role))
        .filter(dsl::area_code.eq(area))
        .filter(dsl::ended_at.is_null())
        .filter(visible(scope))
        .count()
        .get_result(c)?;
    Ok(held > 0)
}
