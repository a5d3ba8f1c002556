//! Devices, lifetimes, and the words of the ledger.

use chrono::TimeDelta;

use crate::base::area_code::AreaCode;
use crate::base::check::Check;
use crate::base::clock::Timestamp;
use crate::base::id::Id;
use crate::base::problem::Result;
use crate::platform::access::{ActorKind, Display, Post, Role, Session};

crate::id_kind! {
    /// A WeChat user of our mini-program.
    WxIdentity = "wxid";
    /// Whoever a session or a WeChat user stands for; `subject_kind` says of what kind.
    Anyone = "subject";
}

crate::text_enum! {
    /// Where somebody signs in, which decides how long the sign-in holds.
    pub enum DeviceKind {
        Phone = "phone" "手机",
        Office = "office" "办公电脑",
    }
}

crate::text_enum! {
    /// Why a session ended before its time.
    pub enum EndedWhy {
        SignedOut = "signed_out" "本人退出",
        Revoked = "revoked" "本人在其他设备上终止",
        Reused = "reused" "刷新令牌被重复使用",
        Withdrawn = "withdrawn" "看板设备已停用",
    }
}

crate::text_enum! {
    /// How long a consent to a template holds.
    pub enum TicketKind {
        Once = "once" "一次性订阅",
        Long = "long" "长期订阅",
    }
}

crate::text_enum! {
    /// What the person last said to a template.
    pub enum TicketState {
        Accept = "accept" "接受",
        Reject = "reject" "拒绝",
        Ban = "ban" "被封禁",
    }
}

crate::text_enum! {
    /// What `wx.requestSubscribeMessage` answered for one template.
    pub enum TicketAnswer {
        Accept = "accept" "接受",
        Reject = "reject" "拒绝",
        Ban = "ban" "模板被封禁",
        Filter = "filter" "与其他模板同名,未询问",
    }
}

/// How long the refresh tokens of a phone work.
const PHONE: TimeDelta = TimeDelta::days(30);
/// How long those of a shared or office computer do: one working day.
const OFFICE: TimeDelta = TimeDelta::hours(12);
/// The longest name of a device, in characters.
const DEVICE_NAME: usize = 60;

/// The device that somebody signs in on, as it calls itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Device {
    /// What it is.
    pub kind: DeviceKind,
    /// Its name, for the list of one's sign-ins.
    pub name: String,
}

impl Device {
    /// The device with its name looked at.
    pub fn parse(kind: DeviceKind, name: &str) -> Result<Self> {
        let mut check = Check::new();
        let name = check.text("device.name", name, 1, DEVICE_NAME);
        check.finish(Self { kind, name })
    }

    /// When a sign-in on it ends by itself. Administrators have a working day whatever the device says it is.
    pub fn ends_at(&self, posts: &[Post], now: Timestamp) -> Timestamp {
        let administers = posts.iter().any(|post| Role::ADMINISTRATORS.contains(&post.role));
        now.plus(if administers || self.kind == DeviceKind::Office { OFFICE } else { PHONE })
    }
}

/// Tokens for a device that has just proved who holds it.
#[derive(Debug)]
pub struct Tokens {
    /// The session.
    pub session: Id<Session>,
    /// Goes into `Authorization: Bearer`.
    pub access: String,
    /// When the access token ends.
    pub access_ends_at: Timestamp,
    /// For the next pair.
    pub refresh: String,
    /// When the session ends by itself.
    pub ends_at: Timestamp,
}

/// A sign-in as its owner sees it.
#[derive(Debug, Clone)]
pub struct OwnSession {
    /// The session.
    pub id: Id<Session>,
    /// Where.
    pub device: Device,
    /// Since when.
    pub created_at: Timestamp,
    /// When it last fetched tokens.
    pub seen_at: Timestamp,
    /// When it ends by itself.
    pub ends_at: Timestamp,
}

/// A screen on a wall that shows the dashboard of an area.
#[derive(Debug, Clone)]
pub struct WallDisplay {
    /// The display.
    pub id: Id<Display>,
    /// What it shows; everything inside belongs to it.
    pub area: AreaCode,
    /// Where it hangs.
    pub name: String,
    /// Since when.
    pub created_at: Timestamp,
    /// When it was taken out of service.
    pub revoked_at: Option<Timestamp>,
}

/// Whom a session is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SubjectRef {
    /// Staff or resident.
    pub kind: ActorKind,
    /// The account or the person.
    pub id: Id<Anyone>,
}

impl SubjectRef {
    /// The id as people and records show it.
    pub fn shown(self) -> String {
        self.kind.shown(self.id.uuid())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_administrator_has_a_working_day_even_on_a_phone() {
        let phone = Device { kind: DeviceKind::Phone, name: "示例".into() };
        let now = Timestamp::from_millis(0);
        let post = |role| Post { role, area: "500114119".parse().unwrap() };
        assert_eq!(phone.ends_at(&[post(Role::GridWorker)], now), now.plus(PHONE));
        assert_eq!(phone.ends_at(&[post(Role::GridWorker), post(Role::Admin)], now), now.plus(OFFICE));
    }
}
