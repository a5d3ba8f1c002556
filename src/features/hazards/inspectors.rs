//! Who goes to inspect a major hazard again: two at least, neither of them its submitter nor whoever signs.

use serde_json::json;

use super::model::HazardRow;
use crate::base::id::Id;
use crate::base::problem::{Problem, Result};
use crate::features::cases::Reporter;
use crate::features::staff;
use crate::platform::access::{AreaInScope, Role, Staff};
use crate::platform::db::{Doc, Tx};

/// How many must have inspected a major hazard before it is cancelled.
const FEWEST: usize = 2;

/// In which posts one inspects for others.
const ROLES: &[Role] =
    &[Role::StationOfficer, Role::EnforcementOfficer, Role::GridLeader, Role::Dispatcher, Role::Approver];

/// 422 when a major hazard is to be cancelled without enough inspectors, or when one of them may not inspect it.
pub fn check(
    tx: &mut Tx,
    area: &AreaInScope,
    row: &HazardRow,
    passed: bool,
    named: &[Id<Staff>],
    signs: Id<Reporter>,
) -> Result<()> {
    let wrong = |why: String| Err(Problem::field("inspectors", why));
    if passed && row.is_major() && named.len() < FEWEST {
        return wrong(format!("重大隐患销号须有至少 {FEWEST} 名复查人员"));
    }
    for (n, inspector) in named.iter().enumerate() {
        if named.iter().take(n).any(|other| other == inspector) {
            return wrong(format!("{inspector} 重复"));
        }
        if inspector.uuid() == signs.uuid() {
            return wrong("签批人不计入复查人员".to_owned());
        }
        if row.submitted_by.map(Id::uuid) == Some(inspector.uuid()) {
            return wrong("提交整改的人不能复查".to_owned());
        }
    }
    if named.is_empty() {
        return Ok(());
    }
    let now = tx.now();
    let inspecting = staff::in_post(tx, area, named, ROLES, now)?;
    match named.iter().find(|inspector| !inspecting.contains(inspector)) {
        Some(stranger) => wrong(format!("{stranger} 没有在本地复查的岗位")),
        None => Ok(()),
    }
}

/// As they are stored; none when nobody was named.
pub fn written(inspectors: &[Id<Staff>]) -> Option<Doc> {
    (!inspectors.is_empty()).then(|| Doc(json!(inspectors)))
}

/// As they were stored.
pub fn read(stored: Option<Doc>) -> Result<Vec<Id<Staff>>> {
    stored.map_or(Ok(vec![]), |Doc(ids)| serde_json::from_value(ids).map_err(Problem::internal))
}
