//! Whom a session or a WeChat user stands for, looked up in the slices that know.

use crate::base::area_code::AreaCode;
use crate::base::clock::Timestamp;
use crate::base::id::Id;
use crate::base::problem::{Code, Problem, Result};
use crate::platform::access::{ActorKind, Household, Post, Role};
use crate::platform::db::DbConnection;

use super::model::{SubjectRef, WallDisplay};
use super::store::displays;
use crate::features::{households, staff};

/// Somebody who may hold a session now.
#[derive(Debug, Clone)]
pub struct Standing {
    /// The account or the person.
    pub subject: SubjectRef,
    /// A worker's town, a resident's grid.
    pub home: AreaCode,
    /// A resident's household.
    pub household: Option<Id<Household>>,
    /// The posts held now.
    pub posts: Vec<Post>,
    /// Sign-ins from before this instant are void.
    pub since: Option<Timestamp>,
}

impl Standing {
    /// A member of staff.
    pub fn staff(holder: staff::Holder) -> Self {
        Self {
            subject: SubjectRef { kind: ActorKind::Staff, id: holder.id.same_as() },
            home: holder.home,
            household: None,
            posts: holder.posts,
            since: Some(holder.sessions_since),
        }
    }

    /// A display in service, whose post is to show what the policy gives a dashboard.
    pub fn display(display: WallDisplay) -> Self {
        Self {
            subject: SubjectRef { kind: ActorKind::Machine, id: display.id.same_as() },
            posts: vec![Post { role: Role::Dashboard, area: display.area.clone() }],
            home: display.area,
            household: None,
            since: None,
        }
    }

    /// A resident, whose post is to live where they live.
    fn resident(found: households::FoundResident) -> Self {
        Self {
            subject: SubjectRef { kind: ActorKind::Resident, id: found.resident.same_as() },
            posts: vec![Post { role: Role::Resident, area: found.area.clone() }],
            home: found.area,
            household: Some(found.household),
            since: found.sessions_since,
        }
    }

    /// Since when a WeChat user must have told their phone to stand for this person. A resident's link falls with
    /// the number that made it; staff are linked by an account, and a new password changes nothing in that.
    pub fn links_since(&self) -> Option<Timestamp> {
        self.since.filter(|_| self.subject.kind == ActorKind::Resident)
    }
}

/// The subject as it stands at `now`; `None` when it is suspended, has moved away or is gone.
pub fn standing(c: &mut DbConnection, subject: SubjectRef, now: Timestamp) -> Result<Option<Standing>> {
    match subject.kind {
        ActorKind::Staff => Ok(staff::holder(c, subject.id.same_as(), now)?.map(Standing::staff)),
        ActorKind::Resident => {
            Ok(households::find_resident(c, subject.id.same_as())?.map(Standing::resident))
        }
        ActorKind::Machine => {
            let found = displays::find(c, subject.id.same_as())?.map(|(display, _)| display);
            Ok(found.filter(|display| display.revoked_at.is_none()).map(Standing::display))
        }
        ActorKind::System | ActorKind::Anonymous => Ok(None),
    }
}

/// Whom a phone number finds: the account of a member of staff, otherwise the head of a household with this number,
/// otherwise the person who was entered first.
///
/// # Errors
/// 404 when nobody is entered with the number; 403 when it belongs to a suspended account.
pub fn by_phone(c: &mut DbConnection, phone_index: &[u8], now: Timestamp) -> Result<Standing> {
    if let Some(found) = staff::find_by_phone(c, phone_index)? {
        let holder = staff::holder(c, found.id, now)?;
        return holder.map(Standing::staff).ok_or_else(suspended);
    }
    let resident = households::find_by_phone(c, phone_index)?;
    resident.map(Standing::resident).ok_or_else(|| {
        Problem::because(Code::NotFound, "该手机号码还没有登记,请联系您所在网格的网格员登记后再登录")
    })
}

/// 403 for an account out of service.
pub fn suspended() -> Problem {
    Problem::because(Code::Forbidden, "账号已停用,请联系系统管理员")
}
