//! The JSON of notices as the office writes and sees them; turning input into values.

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use utoipa::{IntoParams, ToSchema};

use super::model::{
    Content, FraudType, Notice, NoticeKind, NoticeRow, NoticeState, NoticeStep, WarningLevel, outermost,
};
use super::store::Stored;
use crate::base::area_code::AreaCode;
use crate::base::check::Check;
use crate::base::clock::Timestamp;
use crate::base::id::Id;
use crate::base::page::PageQuery;
use crate::base::problem::{Problem, Result};
use crate::platform::access::Granted;
use crate::platform::access::policy::SeeNotices;

/// Areas of one notice.
const MOST_AREAS: usize = 50;

/// A notice as it is drafted, and as it is written anew.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({
    "id": "notice_01h455vb4pex5vsknk084sn02q", "kind": "warning", "level": "orange",
    "fraud_type": "fake_customer_service", "title": "警惕冒充快递客服退款诈骗",
    "body": "示例:近期有人冒充快递客服,以丢件理赔为名要求共享屏幕转账。", "instruction": "不共享屏幕,不转账,先打 96110 核实",
    "areas": ["500114119"], "wechat": true, "expires_at": "2026-12-31T16:00:00.000Z"
}))]
pub struct NoticeBody {
    /// Made by the client; a resend has the same.
    pub id: Id<Notice>,
    /// What it is for.
    pub kind: NoticeKind,
    /// How grave; required for warnings and emergencies.
    pub level: Option<WarningLevel>,
    /// Which fraud it is about.
    pub fraud_type: Option<FraudType>,
    /// In short, 1 to 60 characters. WeChat shows the first 20.
    #[schema(min_length = 1, max_length = 60)]
    pub title: String,
    /// In full, 1 to 4,000 characters.
    #[schema(min_length = 1, max_length = 4000)]
    pub body: String,
    /// What to do now, at most 200 characters.
    #[schema(max_length = 200)]
    pub instruction: Option<String>,
    /// Where it is read, 1 to 50 areas; one inside another is left out.
    #[schema(min_items = 1, max_items = 50)]
    pub areas: Vec<AreaCode>,
    /// Whether it also goes to phones by WeChat.
    pub wechat: bool,
    /// When it leaves the feeds; never when absent.
    pub expires_at: Option<Timestamp>,
}

impl NoticeBody {
    /// The content, or 422 with one entry per field.
    pub fn parse(self, now: Timestamp) -> Result<Content> {
        let hash = Sha256::digest(serde_json::to_vec(&self).map_err(Problem::internal)?).into();
        let mut check = Check::new();
        if self.areas.is_empty() || self.areas.len() > MOST_AREAS {
            check.refuse("areas", format!("应有 1 到 {MOST_AREAS} 个区域"));
        }
        let graded = matches!(self.kind, NoticeKind::Warning | NoticeKind::Emergency);
        if graded && self.level.is_none() {
            check.refuse("level", "预警和应急通知须有等级");
        }
        if self.expires_at.is_some_and(|at| at <= now) {
            check.refuse("expires_at", "有效期应晚于现在");
        }
        let content = Content {
            kind: self.kind,
            level: self.level,
            fraud_type: self.fraud_type,
            title: check.text("title", &self.title, 1, 60),
            body: check.text("body", &self.body, 1, 4000),
            instruction: check.optional_text("instruction", self.instruction.as_deref(), 200),
            areas: outermost(self.areas),
            wechat: self.wechat,
            expires_at: self.expires_at,
            hash,
        };
        check.finish(content)
    }
}

/// Why a notice is cancelled.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "reason": "内容有误,更正后重新发布" }))]
pub struct CancellationBody {
    /// 1 to 200 characters.
    #[schema(min_length = 1, max_length = 200)]
    pub reason: String,
}

impl CancellationBody {
    /// The reason, or 422.
    pub fn parse(self) -> Result<String> {
        let mut check = Check::new();
        let reason = check.text("reason", &self.reason, 1, 200);
        check.finish(reason)
    }
}

/// Which notices a list shows.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct NoticeQuery {
    /// Only those in this state.
    pub state: Option<NoticeState>,
    /// How many rows, 1 to 100; 20 when absent.
    #[param(minimum = 1, maximum = 100)]
    pub limit: Option<u32>,
    /// The `next` of the page before.
    #[param(max_length = 64)]
    pub cursor: Option<String>,
}

impl NoticeQuery {
    /// The page that is asked for.
    pub fn page(&self) -> PageQuery {
        PageQuery { limit: self.limit, cursor: self.cursor.clone() }
    }
}

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
    /// Whether it also goes to phones by WeChat.
    pub wechat: bool,
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
    pub fn of(notice: Stored, by: &Granted<SeeNotices>) -> Self {
        let Stored { mut row, areas } = notice;
        let actions = actions(by, &row, &areas);
        Self {
            body: std::mem::take(&mut row.body),
            instruction: row.instruction.take(),
            areas,
            wechat: row.wechat,
            cancel_reason: row.cancel_reason.take(),
            actions,
            summary: row.into(),
        }
    }
}

/// A step that the caller may take now.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct NoticeAction {
    /// The step's name.
    #[schema(example = "approve")]
    pub step: &'static str,
    /// What the button says.
    #[schema(example = "审批通过")]
    pub label: &'static str,
    /// Where to send it, with `If-Match`: PUT to revise, POST otherwise.
    #[schema(example = "/api/v1/notices/notice_01h455vb4pex5vsknk084sn02q/approval")]
    pub href: String,
    /// The fields that the body must have.
    #[schema(value_type = Vec<String>, example = json!([]))]
    pub fields: &'static [&'static str],
    /// Why it cannot be taken now although the role could; absent when it can.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub blocked: Option<String>,
}

/// The steps that `by` may take now, as buttons.
fn actions(by: &Granted<SeeNotices>, row: &NoticeRow, areas: &[AreaCode]) -> Vec<NoticeAction> {
    let may = |step: NoticeStep| areas.iter().all(|area| by.holds(step.needs(), area));
    let open = NoticeStep::ALL.iter().copied().filter(|&step| row.state.after(step).is_ok() && may(step));
    open.map(|step| {
        let id = row.id;
        let href = match step.noun() {
            None => format!("/api/v1/notices/{id}"),
            Some(noun) => format!("/api/v1/notices/{id}/{noun}"),
        };
        let fields: &[&str] = match step {
            NoticeStep::Revise => &["id", "kind", "title", "body", "areas", "wechat"],
            NoticeStep::Submit | NoticeStep::Approve | NoticeStep::Publish => &[],
            NoticeStep::Cancel => &["reason"],
        };
        let blocked = row.two_persons(step, by.actor()).err().map(|problem| problem.detail().to_owned());
        NoticeAction { step: step.as_str(), label: step.label(), href, fields, blocked }
    })
    .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn body(change: serde_json::Value) -> Result<Content> {
        let mut body = serde_json::json!({
            "id": Id::<Notice>::new(), "kind": "education", "title": "反诈宣传", "body": "示例",
            "areas": ["500114119"], "wechat": false
        });
        for (key, value) in change.as_object().unwrap() {
            body[key] = value.clone();
        }
        serde_json::from_value::<NoticeBody>(body).unwrap().parse(Timestamp::from_millis(1_000))
    }

    #[test]
    fn a_warning_has_a_level_and_no_notice_ends_before_it_begins() {
        assert!(body(serde_json::json!({})).is_ok());
        let wrong =
            serde_json::json!({ "kind": "warning", "areas": [], "expires_at": "1970-01-01T00:00:00.000Z" });
        let refusal = body(wrong).unwrap_err();
        let fields: Vec<_> = refusal.errors().iter().map(|error| error.field.as_str()).collect();
        assert_eq!(fields, ["areas", "level", "expires_at"]);
    }
}
