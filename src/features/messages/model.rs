//! A message, and how it fares at WeChat.

use diesel::prelude::*;
use uuid::Uuid;

use crate::base::area_code::AreaCode;
use crate::base::clock::Timestamp;
use crate::base::id::Id;
use crate::platform::access::ActorKind;
use crate::platform::db::schema::messages;

crate::id_kind! {
    /// A message.
    Told = "message";
    /// Whoever is told: a resident or a member of staff.
    Recipient = "person";
    /// The case that a message is about; this slice knows no more of it than its id.
    Matter = "case";
}

crate::text_enum! {
    /// What a message says of its case.
    pub enum MessageKind {
        Accepted = "accepted" "已受理",
        Returned = "returned" "请补充",
        Rejected = "rejected" "不予办理",
        Suspended = "suspended" "暂停办理",
        Resumed = "resumed" "恢复办理",
        /// It goes on as a case of another kind, or with another office.
        Transferred = "transferred" "已转办",
        /// It repeats another, with which it goes on.
        Merged = "merged" "已并案",
        Concluded = "concluded" "已办结",
        Reopened = "reopened" "重新办理",
    }
}

crate::text_enum! {
    /// How a message fares at WeChat. Only the second and third go on.
    pub enum WxState {
        /// Whoever is told had no ticket when they were told, or the town has no template: it is read in the app only.
        None = "none" "不经微信",
        Waiting = "waiting" "待发送",
        /// On its way; a sender that falls silent leaves it here, and the next one ends it as unknown.
        Sending = "sending" "发送中",
        /// WeChat took it. Whether it was read is another matter.
        Sent = "sent" "已发送",
        /// The person does not want it, or their consent is used up.
        Refused = "refused" "用户未授权",
        /// WeChat will never take it.
        Failed = "failed" "无法送达",
        /// It may have arrived; it is not sent again.
        Unknown = "unknown" "结果不明",
    }
}

/// Who is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Addressee {
    /// Staff or resident; others have nobody who reads.
    pub kind: ActorKind,
    /// Their account.
    pub id: Uuid,
}

/// The case that a message is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct About {
    /// What it is, the prefix of its id: `hazard`, `dispute`, `event` or `lead`.
    pub kind: &'static str,
    /// The case.
    pub case: Uuid,
    /// Where it lies.
    pub area: AreaCode,
}

/// What is told to somebody; see [`tell`](super::tell).
#[derive(Debug, Clone)]
pub struct Message {
    /// To whom.
    pub to: Addressee,
    /// About which case.
    pub about: About,
    /// What it says.
    pub kind: MessageKind,
    /// The same in a sentence or two, Chinese, at most [`LONGEST`] characters: made from facts that the addressee may
    /// know. It names no other person and repeats no remark of the office.
    pub text: String,
    /// What is told once: the same key tells the same person nothing again. At most 120 characters.
    pub dedupe_key: String,
}

/// The longest text of a message, in characters; what is longer is cut.
pub const LONGEST: usize = 1000;

/// A message as it is stored.
#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = messages, treat_none_as_default_value = false)]
pub struct MessageRow {
    /// The message.
    pub id: Id<Told>,
    /// Where the case lay when it was told.
    pub area_code: AreaCode,
    /// Staff or resident.
    pub person_kind: ActorKind,
    /// Who is told.
    pub person_id: Id<Recipient>,
    /// The procedure of the case.
    pub case_kind: String,
    /// The case.
    pub case_id: Id<Matter>,
    /// What it says.
    pub kind: MessageKind,
    /// The same in words.
    pub text: String,
    /// What is told once.
    pub dedupe_key: String,
    /// When it was told.
    pub created_at: Timestamp,
    /// When it was read.
    pub read_at: Option<Timestamp>,
    /// How it fares at WeChat.
    pub wx_state: WxState,
    /// WeChat's code or our word for how it ended there.
    pub wx_outcome: Option<String>,
}

impl MessageRow {
    /// The row of a message that is told now.
    pub fn told(message: &Message, wx_state: WxState, now: Timestamp) -> Self {
        let whole = message.text.chars().count() <= LONGEST;
        let cut = || message.text.chars().take(LONGEST - 1).chain(['…']).collect();
        Self {
            id: Id::new(),
            area_code: message.about.area.clone(),
            person_kind: message.to.kind,
            person_id: Id::from_uuid(message.to.id),
            case_kind: message.about.kind.to_owned(),
            case_id: Id::from_uuid(message.about.case),
            kind: message.kind,
            text: if whole { message.text.clone() } else { cut() },
            dedupe_key: message.dedupe_key.clone(),
            created_at: now,
            read_at: None,
            wx_state,
            wx_outcome: None,
        }
    }

    /// The id of the case as clients know it: `hazard_…`, `dispute_…`, `event_…`.
    pub fn case(&self) -> String {
        let case = self.case_id.to_string();
        format!("{}_{}", self.case_kind, case.trim_start_matches("case_"))
    }
}
