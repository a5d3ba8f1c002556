//! What the office gets.

use serde::Serialize;
use utoipa::ToSchema;

use super::super::model::{
    Audience, Channel, FraudType, Notice, NoticeKind, NoticeRow, NoticeState, WarningLevel,
};
use super::super::store::Stored;
use super::buttons::{NoticeAction, actions};
use crate::base::area_code::AreaCode;
use crate::base::clock::Timestamp;
use crate::base::id::Id;
use crate::platform::access::Granted;
use crate::platform::access::policy::SeeNotices;

/// A notice as the office sees it.
#[derive(Debug, Serialize, ToSchema)]
pub struct NoticeView {
    /// What lists show too.
    #[serde(flatten)]
    pub summary: NoticeSummary,
    /// In full.
    pub body: String,
    /// What to do now.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub instruction: Option<String>,
    /// Where it is read.
    pub areas: Vec<AreaCode>,
    /// By which outside channels it also goes, the first first.
    pub channels: Vec<Channel>,
    /// By all of them at once.
    pub together: bool,
    /// For whom of its areas; everybody when absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub audience: Option<Audience>,
    /// The notice that it takes the place of.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub replaces: Option<Id<Notice>>,
    /// The notice that took its place.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub replaced_by: Option<Id<Notice>>,
    /// At which hour it publishes itself.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub publish_at: Option<Timestamp>,
    /// Until when a notice that was published at once must be approved, or it is withdrawn; absent once it is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub approval_due_at: Option<Timestamp>,
    /// Why the approver sent it back.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub return_reason: Option<String>,
    /// Why it was cancelled.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cancel_reason: Option<String>,
    /// What this caller may do now.
    pub actions: Vec<NoticeAction>,
}

/// A notice in a list.
#[derive(Debug, Serialize, ToSchema)]
pub struct NoticeSummary {
    /// The notice.
    pub id: Id<Notice>,
    /// What it is for.
    pub kind: NoticeKind,
    /// How grave.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub level: Option<WarningLevel>,
    /// Which fraud it is about.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fraud_type: Option<FraudType>,
    /// In short.
    #[schema(example = "警惕冒充快递客服退款诈骗")]
    pub title: String,
    /// How far it is.
    pub state: NoticeState,
    /// When it was published.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub published_at: Option<Timestamp>,
    /// When it was cancelled.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cancelled_at: Option<Timestamp>,
    /// When it leaves the feeds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub expires_at: Option<Timestamp>,
    /// When it was drafted.
    pub created_at: Timestamp,
    /// Counts the changes; `If-Match` names it.
    pub version: i32,
}

impl From<NoticeRow> for NoticeSummary {
    fn from(row: NoticeRow) -> Self {
        Self {
            id: row.id,
            kind: row.kind,
            level: row.level,
            fraud_type: row.fraud_type,
            title: row.title,
            state: row.state,
            published_at: row.published_at,
            cancelled_at: row.cancelled_at,
            expires_at: row.expires_at,
            created_at: row.created_at,
            version: row.version,
        }
    }
}

impl NoticeView {
    /// The view for `by`.
    pub fn of(notice: Stored, by: &Granted<SeeNotices>, now: Timestamp) -> Self {
        let Stored { mut row, areas } = notice;
        let actions = actions(by, &row, &areas, now);
        Self {
            body: std::mem::take(&mut row.body),
            instruction: row.instruction.take(),
            areas,
            together: row.channels.0.together,
            channels: std::mem::take(&mut row.channels.0.order),
            audience: row.audience.take().map(|rule| rule.0),
            replaces: row.replaces_id,
            replaced_by: row.replaced_by_id,
            publish_at: row.publish_at,
            approval_due_at: row.approval_due_at,
            return_reason: row.return_reason.take(),
            cancel_reason: row.cancel_reason.take(),
            actions,
            summary: row.into(),
        }
    }
}
