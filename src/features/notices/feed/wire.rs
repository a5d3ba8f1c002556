//! The JSON of the feed.

use serde::Serialize;
use utoipa::ToSchema;

use crate::base::area_code::AreaCode;
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

/// Why a notice stands in somebody's feed.
#[derive(Debug, Serialize, ToSchema)]
#[schema(example = json!({
    "notice_id": "notice_01h455vb4pex5vsknk084sn02q", "areas": ["500114119"], "targeted": true,
    "reason": "这条通知发给您所在区域内自己申报过“老年人”的居民。只使用了您自己填写的标签和登记的出生年份。",
    "opt_out": "/api/v1/me/declaration"
}))]
pub struct WhyView {
    /// The notice.
    pub notice_id: Id<Notice>,
    /// Those of its areas that hold the home.
    pub areas: Vec<AreaCode>,
    /// Whether it is aimed at some of its areas.
    pub targeted: bool,
    /// The same in words.
    pub reason: String,
    /// Where to say that one wants no notices of this kind; absent for what goes to everybody.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub opt_out: Option<&'static str>,
}

impl WhyView {
    /// The explanation of a notice.
    pub fn of(row: &NoticeRow, areas: Vec<AreaCode>) -> Self {
        let reason = match &row.audience {
            Some(rule) => format!(
                "这条通知发给您所在区域内{}的居民。只使用了您自己填写的标签和登记的出生年份,没有使用其他信息。",
                rule.0.words()
            ),
            None => "这条通知发给您所在区域的全体居民,没有使用您的个人信息。".to_owned(),
        };
        let targeted = row.audience.is_some();
        Self {
            notice_id: row.id,
            areas,
            targeted,
            reason,
            opt_out: targeted.then_some("/api/v1/me/declaration"),
        }
    }
}

impl From<FeedRow> for FeedItem {
    fn from(row: FeedRow) -> Self {
        let FeedRow { id, published_at, kind, level, fraud_type, title, instruction, expires_at, .. } = row;
        let status = row.status;
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
