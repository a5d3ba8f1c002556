//! The page of a notice, as JSON.

use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::cap::{CapMessage, Sender};
use super::published::{NamedArea, PublicState, Published};
use crate::base::area_code::AreaCode;
use crate::base::clock::Timestamp;
use crate::base::id::Id;
use crate::features::notices::model::{FraudType, Notice, NoticeKind, WarningLevel};

/// Which message of a notice.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct CapQuery {
    /// The latest one when absent: of a cancelled notice that of its end.
    pub message: Option<CapMessage>,
}

/// Where a notice is read.
#[derive(Debug, Serialize, ToSchema)]
pub struct PublicArea {
    /// The code.
    pub code: AreaCode,
    /// Its name behind the names of the areas that hold it, from the district on.
    #[schema(example = "示例区示例镇示例一村")]
    pub name: String,
}

impl From<NamedArea> for PublicArea {
    fn from(area: NamedArea) -> Self {
        Self { code: area.code, name: area.name }
    }
}

/// A notice that was published, as everybody may read it.
#[derive(Debug, Serialize, ToSchema)]
#[schema(example = json!({
    "id": "notice_01h455vb4pex5vsknk084sn02q", "state": "published", "kind": "warning", "level": "orange",
    "fraud_type": "fake_customer_service", "title": "警惕冒充快递客服退款诈骗", "body": "示例:凡自称客服要求共享屏幕的都是诈骗。",
    "instruction": "不共享屏幕,不转账,先打 96110 核实", "issuer": "示例镇", "published_at": "2026-01-05T01:30:00.000Z",
    "areas": [{ "code": "500114119", "name": "示例区示例镇" }],
    "cap": "https://wangge.example.invalid/api/v1/public/notices/notice_01h455vb4pex5vsknk084sn02q/cap"
}))]
pub struct PublicNotice {
    /// The notice.
    pub id: Id<Notice>,
    /// What became of it.
    pub state: PublicState,
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
    /// In full.
    pub body: String,
    /// What to do now.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub instruction: Option<String>,
    /// The town that published it.
    pub issuer: String,
    /// When it was published.
    pub published_at: Timestamp,
    /// When it was cancelled.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cancelled_at: Option<Timestamp>,
    /// When it leaves the feeds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub expires_at: Option<Timestamp>,
    /// Where it is read.
    pub areas: Vec<PublicArea>,
    /// The same as CAP 1.2.
    pub cap: String,
}

impl PublicNotice {
    /// The page of a notice.
    pub fn of(notice: Published, sender: &Sender<'_>, now: Timestamp) -> Self {
        let (state, cap) = (notice.state(now), format!("{}/cap", sender.page(&notice)));
        let Published { row, areas, issuer, .. } = notice;
        Self {
            id: row.id,
            state,
            kind: row.kind,
            level: row.level,
            fraud_type: row.fraud_type,
            title: row.title,
            body: row.body,
            instruction: row.instruction,
            issuer,
            published_at: row.published_at,
            cancelled_at: row.cancelled_at,
            expires_at: row.expires_at,
            areas: areas.into_iter().map(PublicArea::from).collect(),
            cap,
        }
    }
}
