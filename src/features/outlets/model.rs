//! Outlets, and what was shown on them.

use chrono::TimeDelta;
use diesel::prelude::*;

use crate::base::area_code::AreaCode;
use crate::base::clock::Timestamp;
use crate::base::id::Id;
use crate::base::problem::{Problem, Result};
use crate::features::attachments::Photo;
use crate::features::notices::{Notice, Texts};
use crate::platform::access::Staff;
use crate::platform::db::Doc;
use crate::platform::db::schema::{exposures, outlets};
use crate::platform::push;

crate::id_kind! {
    /// A place where notices are shown.
    Outlet = "outlet";
    /// A showing of one notice on one outlet.
    Exposure = "exposure";
}

crate::text_enum! {
    /// What an outlet is.
    pub enum OutletKind {
        Loudspeaker = "loudspeaker" "村村响",
        Led = "led" "LED屏",
        WxGroup = "wx_group" "微信群",
        WecomGroup = "wecom_group" "企业微信群",
        Outdoor = "outdoor" "户外宣传",
        Douyin = "douyin" "抖音",
        Paper = "paper" "纸质宣传品",
    }
}

/// How a machine is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Machine {
    /// By a POST to its address.
    Webhook,
    /// By the key of a group's robot.
    Robot,
}

impl OutletKind {
    /// How such an outlet is told by a machine; none where people do it by hand.
    pub const fn machine(self) -> Option<Machine> {
        match self {
            Self::Loudspeaker | Self::Led => Some(Machine::Webhook),
            Self::WecomGroup => Some(Machine::Robot),
            Self::WxGroup | Self::Outdoor | Self::Douyin | Self::Paper => None,
        }
    }

    /// Which of a notice's texts its machine shows; none where people do it by hand.
    pub fn text(self, texts: &Texts) -> Option<&str> {
        match self {
            Self::Loudspeaker => Some(&texts.loudspeaker),
            Self::Led => Some(&texts.led),
            Self::WecomGroup => Some(&texts.wecom),
            Self::WxGroup | Self::Outdoor | Self::Douyin | Self::Paper => None,
        }
    }
}

crate::text_enum! {
    /// How a showing fares.
    pub enum ExposureState {
        /// People did it and wrote it down.
        Recorded = "recorded" "已登记",
        Waiting = "waiting" "待发送",
        Sending = "sending" "发送中",
        /// The machine took it.
        Sent = "sent" "已发送",
        /// It will not be sent; asked for again it is tried once more.
        Failed = "failed" "发送失败",
        /// It may have been shown; it is not sent again.
        Unknown = "unknown" "结果不明",
        /// The notice was cancelled or had expired before.
        Cancelled = "cancelled" "已取消",
    }
}

impl ExposureState {
    /// Whether it was shown, as far as one knows.
    pub const fn is_shown(self) -> bool {
        match self {
            Self::Recorded | Self::Sent => true,
            Self::Waiting | Self::Sending | Self::Failed | Self::Unknown | Self::Cancelled => false,
        }
    }
}

/// Messages of one robot within [`PACE_WINDOW`]; WeCom takes 20 a minute and forgets the rest.
pub const PACE: usize = 18;
/// See [`PACE`].
pub const PACE_WINDOW: TimeDelta = TimeDelta::seconds(60);
/// After which nobody believes that a sender is still at work.
pub const SILENT: TimeDelta = TimeDelta::minutes(5);
/// The pause before each further try.
const PAUSES: [TimeDelta; 4] =
    [TimeDelta::seconds(30), TimeDelta::seconds(120), TimeDelta::minutes(10), TimeDelta::hours(1)];

/// What a try makes of a showing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fate {
    /// How it fares.
    pub state: ExposureState,
    /// The machine's code or our word.
    pub word: String,
    /// When it is tried again.
    pub again: Option<TimeDelta>,
    /// Whether the try counts.
    pub counts: bool,
}

impl Fate {
    /// Of the answer to try number `attempts`. What may have been shown is not shown twice: a loudspeaker that repeats
    /// itself is switched off by the neighbours.
    pub fn of(outcome: push::Outcome, attempts: i32) -> Self {
        let ended = |state, word: &str| Self { state, word: word.to_owned(), again: None, counts: true };
        let later = |word: &str| {
            let tried = usize::try_from(attempts).unwrap_or(usize::MAX);
            match tried.checked_sub(1).and_then(|place| PAUSES.get(place)) {
                Some(pause) => Self { again: Some(*pause), ..ended(ExposureState::Waiting, word) },
                None => ended(ExposureState::Failed, word),
            }
        };
        match outcome {
            push::Outcome::Accepted { provider_ref } => {
                ended(ExposureState::Sent, provider_ref.as_deref().unwrap_or("sent"))
            }
            push::Outcome::Retry => later("retry"),
            push::Outcome::Token => later("token"),
            push::Outcome::Config { code } | push::Outcome::Later { code, .. } => later(&code),
            push::Outcome::Rate { wait } => {
                let wait = TimeDelta::from_std(wait).unwrap_or(PACE_WINDOW);
                Self { again: Some(wait), counts: false, ..ended(ExposureState::Waiting, "rate") }
            }
            push::Outcome::Permanent { code } | push::Outcome::Refused { code } => {
                ended(ExposureState::Failed, &code)
            }
            push::Outcome::Unknown => ended(ExposureState::Unknown, "unknown"),
        }
    }
}

/// An outlet as it is stored.
#[derive(Debug, Clone, Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = outlets, treat_none_as_default_value = false, treat_none_as_null = true)]
pub struct OutletRow {
    /// The outlet.
    pub id: Id<Outlet>,
    /// Whom it is for: a grid, a village, a town.
    pub area_code: AreaCode,
    /// What it is.
    pub kind: OutletKind,
    /// What it is called.
    pub name: String,
    /// Where it stands, in words.
    pub site: Option<String>,
    /// How many people it may reach, by estimate.
    pub audience: Option<i32>,
    /// Whether it is in use.
    pub in_use: bool,
    /// The address of a machine or the key of a robot, sealed.
    pub target_sealed: Option<Vec<u8>>,
    /// By which two outlets with one robot are known.
    pub target_index: Option<Vec<u8>>,
    /// What signs the calls to the address, sealed.
    pub secret_sealed: Option<Vec<u8>>,
    /// A keyed digest of what the client sent first.
    pub content_hash: Vec<u8>,
    /// Counts changes; `If-Match` names it.
    pub version: i32,
    /// When it was written down.
    pub created_at: Timestamp,
    /// When it was last changed.
    pub updated_at: Timestamp,
}

/// A showing as it is stored.
#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = exposures, treat_none_as_default_value = false)]
pub struct ExposureRow {
    /// The showing.
    pub id: Id<Exposure>,
    /// What was shown.
    pub notice_id: Id<Notice>,
    /// Where.
    pub outlet_id: Id<Outlet>,
    /// Whom it is for.
    pub area_code: AreaCode,
    /// What the outlet is.
    pub kind: OutletKind,
    /// How it fares.
    pub state: ExposureState,
    /// How often, or how many leaflets.
    pub times: i32,
    /// How many people the outlet may reach, by the estimate of that day.
    pub audience: Option<i32>,
    /// When; of what waits: since when.
    pub shown_at: Timestamp,
    /// In words.
    pub note: Option<String>,
    /// What a machine shows; none of what was recorded by hand.
    pub text: Option<String>,
    /// Of which robot.
    pub target_index: Option<Vec<u8>>,
    /// When the last try began.
    pub begun_at: Option<Timestamp>,
    /// Tries that count.
    pub attempts: i32,
    /// What the last try came to.
    pub outcome: Option<String>,
    /// Who wrote it down or asked for it.
    pub recorded_by: Id<Staff>,
    /// A keyed digest of what the client sent; empty of what a machine shows.
    pub content_hash: Vec<u8>,
    /// When it was written down.
    pub created_at: Timestamp,
    /// When it last changed.
    pub updated_at: Timestamp,
    /// The ids of the photos that prove it.
    pub photos: Doc,
}

impl ExposureRow {
    /// The photos that prove it.
    pub fn photos(&self) -> Result<Vec<Id<Photo>>> {
        serde_json::from_value(self.photos.0.clone()).map_err(Problem::internal)
    }
}

/// A showing to write down.
#[derive(Debug, Clone)]
pub struct NewExposure {
    /// Made by the client, so that a resend is the same.
    pub id: Id<Exposure>,
    /// Where.
    pub outlet: Id<Outlet>,
    /// How often, or how many leaflets.
    pub times: i32,
    /// When.
    pub shown_at: Timestamp,
    /// In words.
    pub note: Option<String>,
    /// Photos that prove it.
    pub photos: Vec<Id<Photo>>,
    /// A keyed digest of what the client sent.
    pub content_hash: [u8; 32],
}

/// What to change of an outlet; `None` leaves as it is.
#[derive(Debug, Clone, Default)]
pub struct OutletChange {
    /// Another name.
    pub name: Option<String>,
    /// Another place.
    pub site: Option<String>,
    /// Another estimate.
    pub audience: Option<i32>,
    /// Taken out of use, or back.
    pub in_use: Option<bool>,
    /// Another address or key, with what signs the calls to it.
    pub target: Option<Target>,
}

/// The address of a machine or the key of a robot.
#[derive(Clone, PartialEq, Eq)]
pub struct Target {
    /// The address, or the key.
    pub to: String,
    /// What signs the calls to an address.
    pub secret: Option<String>,
}

impl std::fmt::Debug for Target {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("•••")
    }
}

impl OutletChange {
    /// The names of what it changes; never what stands in it.
    pub fn names(&self) -> Vec<&'static str> {
        let names = [
            ("name", self.name.is_some()),
            ("site", self.site.is_some()),
            ("audience", self.audience.is_some()),
            ("in_use", self.in_use.is_some()),
            ("target", self.target.is_some()),
        ];
        names.into_iter().filter(|(_, changed)| *changed).map(|(name, _)| name).collect()
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn what_may_have_been_shown_is_not_shown_again() {
        let fate = Fate::of(push::Outcome::Unknown, 1);
        assert_eq!((fate.state, fate.again), (ExposureState::Unknown, None));
    }

    #[test]
    fn tries_end_with_the_timetable_and_speed_does_not_count() {
        let first = Fate::of(push::Outcome::Retry, 1);
        assert_eq!((first.state, first.again), (ExposureState::Waiting, Some(PAUSES[0])));
        let last = Fate::of(push::Outcome::Retry, 5);
        assert_eq!((last.state, last.again), (ExposureState::Failed, None));
        let rate = Fate::of(push::Outcome::Rate { wait: Duration::from_secs(9) }, 5);
        assert_eq!(
            (rate.state, rate.again, rate.counts),
            (ExposureState::Waiting, Some(TimeDelta::seconds(9)), false)
        );
    }
}
