//! What a member of staff is, which posts can be given, and when a phone is locked.

use chrono::TimeDelta;

use crate::base::area_code::{AreaCode, AreaLevel};
use crate::base::clock::Timestamp;
use crate::base::id::Id;
use crate::base::problem::{Problem, Result};
use crate::base::sensitive::{PersonName, Phone};
use crate::platform::access::{Post, Role, Staff};

crate::text_enum! {
    /// Whether an account may be used.
    pub enum StaffStatus {
        Active = "active" "在岗",
        Suspended = "suspended" "停用",
    }
}

/// Wrong passwords in a row after which a phone is locked (等保).
pub const FAILURES: i32 = 5;
/// How long it is locked, and how long a failure counts.
pub const LOCK: TimeDelta = TimeDelta::minutes(30);

/// A member of staff. Name and phone are plain here and leave only masked.
#[derive(Debug, Clone)]
pub struct Member {
    /// The account.
    pub id: Id<Staff>,
    /// Where the person belongs: the town, or a village or grid of it.
    pub area: AreaCode,
    /// The name.
    pub name: PersonName,
    /// The phone, which is also what the person signs in with.
    pub phone: Phone,
    /// The station or office, such as 派出所.
    pub org: Option<String>,
    /// Whether the account may be used.
    pub status: StaffStatus,
    /// Whether there is a password; without one only WeChat opens the account.
    pub has_password: bool,
    /// Counts changes of the account; posts are not part of it.
    pub version: i32,
    /// When the account was made.
    pub created_at: Timestamp,
    /// When it was last changed.
    pub updated_at: Timestamp,
}

/// A member of staff who is to be added.
#[derive(Debug, Clone)]
pub struct NewMember {
    /// Where the person belongs.
    pub area: AreaCode,
    /// The name.
    pub name: PersonName,
    /// The phone.
    pub phone: Phone,
    /// The station or office.
    pub org: Option<String>,
}

/// Who may act under an account now.
#[derive(Debug, Clone)]
pub struct Holder {
    /// The account.
    pub id: Id<Staff>,
    /// The town that the person belongs to.
    pub home: AreaCode,
    /// The station or office, such as 派出所.
    pub org: Option<String>,
    /// The posts held now.
    pub posts: Vec<Post>,
    /// Sign-ins from before this instant are void: the account was suspended or its password changed.
    pub sessions_since: Timestamp,
    /// Counts changes of the account, its password's among them.
    pub version: i32,
}

/// Whether `role` can be held in `area`; 422 otherwise.
///
/// A micro-grid is part of one person's round, not a post. Residents and wall displays are no staff.
pub fn can_be_given(role: Role, area: &AreaCode) -> Result<()> {
    if matches!(role, Role::Resident | Role::Dashboard) {
        return Err(Problem::field("role", "不是工作人员的岗位"));
    }
    if area.level() > AreaLevel::Grid {
        return Err(Problem::field("area", "岗位最细到网格(15 位代码)"));
    }
    let town_wide = Role::ADMINISTRATORS.contains(&role) || role == Role::DistrictViewer;
    if town_wide && area.level() > AreaLevel::Town {
        return Err(Problem::field("area", "该岗位须设在乡镇(街道)或以上"));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn given(role: Role, area: &str) -> bool {
        can_be_given(role, &area.parse().unwrap()).is_ok()
    }

    #[test]
    fn a_post_lies_at_most_at_grid_level() {
        assert!(given(Role::GridWorker, "500114119201001"));
        assert!(!given(Role::GridWorker, "50011411920100101"));
    }

    #[test]
    fn administration_is_town_wide_and_residents_hold_no_posts() {
        assert!(given(Role::Admin, "500114119") && !given(Role::Admin, "500114119201"));
        assert!(!given(Role::Resident, "500114119") && !given(Role::Dashboard, "500114119"));
    }
}
