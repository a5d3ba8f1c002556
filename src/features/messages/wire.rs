//! The JSON of messages.

use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::actions::{COUNTED, Seen};
use super::model::{MessageKind, MessageRow, Told};
use crate::base::clock::Timestamp;
use crate::base::id::Id;
use crate::base::page::PageQuery;
use crate::base::problem::{Problem, Result};

/// Which of one's messages.
#[derive(Debug, Clone, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct MessageQuery {
    /// Only those that were not read.
    pub unread: Option<bool>,
    /// How many rows, 1 to 100; 20 when absent.
    #[param(minimum = 1, maximum = 100)]
    pub limit: Option<u32>,
    /// The `next` of the page before.
    #[param(max_length = 64)]
    pub cursor: Option<String>,
}

impl MessageQuery {
    /// The page asked for.
    pub fn page(&self) -> PageQuery {
        PageQuery { limit: self.limit, cursor: self.cursor.clone() }
    }
}

/// A message as its reader sees it.
#[derive(Debug, Serialize, ToSchema)]
#[schema(example = json!({
    "id": "message_01h455vb4pex5vsknk084sn02q", "case": "event_01h455vb4pex5vsknk084sn02q", "kind": "accepted", "title": "已受理",
    "text": "您反映的“示例:路灯不亮”(SJ-500114119-2026-00042)已受理。", "at": "2026-01-05T01:30:00.000Z"
}))]
pub struct MessageView {
    /// The message.
    pub id: Id<Told>,
    /// The case that it is about, under its kind's own prefix.
    pub case: String,
    /// What it says.
    pub kind: MessageKind,
    /// The same in a word, Chinese.
    pub title: &'static str,
    /// The same in a sentence or two, Chinese, at most 1,000 characters.
    pub text: String,
    /// When it was told.
    pub at: Timestamp,
    /// When it was read; absent before.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub read_at: Option<Timestamp>,
}

impl From<MessageRow> for MessageView {
    fn from(row: MessageRow) -> Self {
        Self {
            case: row.case(),
            id: row.id,
            kind: row.kind,
            title: row.kind.label(),
            text: row.text,
            at: row.created_at,
            read_at: row.read_at,
        }
    }
}

/// How many messages are unread.
#[derive(Debug, Serialize, ToSchema)]
#[schema(example = json!({ "unread": 99, "more": true }))]
pub struct UnreadView {
    /// The number, 0 to 99.
    #[schema(minimum = 0, maximum = 99)]
    pub unread: usize,
    /// Whether there are more: show "99+".
    pub more: bool,
}

impl UnreadView {
    /// The view of a count that went one further than what is shown.
    pub fn of(counted: usize) -> Self {
        Self { unread: counted.min(COUNTED), more: counted > COUNTED }
    }
}

/// The most messages that are named one by one.
const MOST: usize = 100;

/// What was read: one of the two.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "up_to": "message_01h455vb4pex5vsknk084sn02q" }))]
pub struct ReadBody {
    /// Everything up to this message, itself included.
    pub up_to: Option<Id<Told>>,
    /// These, 1 to 100; those of others are passed over.
    #[schema(min_items = 1, max_items = 100)]
    pub ids: Option<Vec<Id<Told>>>,
}

impl ReadBody {
    /// What was read, or 422.
    pub fn parse(self) -> Result<Seen> {
        match (self.up_to, self.ids) {
            (Some(last), None) => Ok(Seen::UpTo(last)),
            (None, Some(ids)) if (1..=MOST).contains(&ids.len()) => Ok(Seen::These(ids)),
            (None, Some(_)) => Err(Problem::field("ids", format!("应为 1 到 {MOST} 条消息"))),
            (None, None) | (Some(_), Some(_)) => Err(Problem::field("up_to", "up_to 和 ids 须填且只填一项")),
        }
    }
}
