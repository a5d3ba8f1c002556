//! The JSON of the feed.

use serde::Serialize;
use utoipa::ToSchema;

use crate::base::clock::Timestamp;
use crate::base::id::Id;
use crate::base::problem::{Problem, Result};
use crate::features::notices::model::{FraudType, Notice, NoticeKind, NoticeRow, WarningLevel};
use crate::features::notices::reach::{Reach, ReachStatus};
use crate::features::notices::store::feed::FeedRow;

/// A notice in a resident's feed.
#[derive(Debug, Serialize, ToSchema)]
#[schema(example = json!({
    "id": "notice_01h455vb4pex5vsknk084sn02q", "kind": "warning", "level": "orange",
    "fraud_type": "fake_customer_service", "title": "警惕冒充快递客服退款诈骗",
    "instruction": "不共享屏幕,不转账,先打 96110 核实",
    "published_at": "2026-01-05T01:30:00.000Z", "status": "sent"
}))]
pub struct FeedItem {
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
    pub title: String,
    /// What to do now.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub instruction: Option<String>,
    /// When it was published.
    pub published_at: Timestamp,
    /// When it leaves the feed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub expires_at: Option<Timestamp>,
    /// How far it came with the household; absent when nobody was told and nobody has read it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub status: Option<ReachStatus>,
}

/// A notice as a resident reads it.
#[derive(Debug, Serialize, ToSchema)]
pub struct FeedNotice {
    /// What the feed shows.
    #[serde(flatten)]
    pub item: FeedItem,
    /// In full.
    pub body: String,
    /// When someone of the household first read it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub read_at: Option<Timestamp>,
    /// When someone of the household first acknowledged it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub acknowledged_at: Option<Timestamp>,
}

impl From<FeedRow> for FeedItem {
    fn from(row: FeedRow) -> Self {
        let FeedRow { id, published_at, kind, level, fraud_type, title, instruction, expires_at, status } =
            row;
        Self { id, kind, level, fraud_type, title, instruction, published_at, expires_at, status }
    }
}

impl FeedNotice {
    /// The view of a published notice.
    pub fn of(row: NoticeRow, reach: Option<Reach>) -> Result<Self> {
        let published_at =
            row.published_at.ok_or_else(|| Problem::internal("a published notice without its time"))?;
        let item = FeedItem {
            id: row.id,
            kind: row.kind,
            level: row.level,
            fraud_type: row.fraud_type,
            title: row.title,
            instruction: row.instruction,
            published_at,
            expires_at: row.expires_at,
            status: reach.as_ref().and_then(|reach| reach.by_message),
        };
        let read_at = reach.as_ref().and_then(|reach| reach.read_at);
        let acknowledged_at = reach.and_then(|reach| reach.acknowledged_at);
        Ok(Self { item, body: row.body, read_at, acknowledged_at })
    }
}
