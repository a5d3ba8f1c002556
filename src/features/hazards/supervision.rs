//! Listing for supervision (挂牌督办): a day, and somebody who sees to it (安全生产法 2021 art. 41).

use chrono::{NaiveDate, TimeDelta};

use super::model::HazardRow;
use crate::base::id::Id;
use crate::base::problem::{Problem, Result};
use crate::features::staff;
use crate::platform::access::{AreaInScope, Role, Staff};
use crate::platform::db::Tx;

/// In which posts one supervises.
const ROLES: &[Role] = &[Role::Approver, Role::Dispatcher, Role::StationOfficer];

/// The longest that something is listed, days.
const LONGEST: i64 = 366;

/// Who sees to it that a listed hazard is put right, and by when.
#[derive(Debug, Clone)]
pub struct Supervision {
    /// The day by which it is to be settled.
    pub until: NaiveDate,
    /// Who supervises.
    pub supervisor: Id<Staff>,
    /// Why, for the reporter.
    pub note: Option<String>,
}

impl Supervision {
    /// 422 for a day that is over or more than a year away, and for a supervisor who has no post for it here or
    /// submitted the work.
    pub fn check(&self, tx: &mut Tx, area: &AreaInScope, row: &HazardRow, today: NaiveDate) -> Result<()> {
        let latest = today + TimeDelta::days(LONGEST);
        if self.until < today || self.until > latest {
            return Err(Problem::field("until", format!("督办期限应在 {today} 到 {latest} 之间")));
        }
        let wrong = |why: &str| Err(Problem::field("supervisor", why));
        if row.submitted_by.map(Id::uuid) == Some(self.supervisor.uuid()) {
            return wrong("提交整改的人不能督办");
        }
        let now = tx.now();
        if staff::in_post(tx, area, &[self.supervisor], ROLES, now)?.is_empty() {
            return wrong("没有在本地督办的岗位(分管领导、调度员或站所承办人)");
        }
        Ok(())
    }
}
