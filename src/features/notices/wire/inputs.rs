//! What the office sends; turning it into values.

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use utoipa::{IntoParams, ToSchema};

use super::super::model::{
    AgeBand, Audience, Channel, Content, FraudType, Notice, NoticeKind, NoticeState, Plan, WarningLevel,
    outermost,
};
use crate::base::area_code::AreaCode;
use crate::base::check::Check;
use crate::base::clock::Timestamp;
use crate::base::id::Id;
use crate::base::page::PageQuery;
use crate::base::problem::{Problem, Result};

/// Areas of one notice.
const MOST_AREAS: usize = 50;

/// A notice as it is drafted, and as it is written anew.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({
    "id": "notice_01h455vb4pex5vsknk084sn02q", "kind": "warning", "level": "orange",
    "fraud_type": "fake_customer_service", "title": "警惕冒充快递客服退款诈骗",
    "body": "示例:近期有人冒充快递客服,以丢件理赔为名要求共享屏幕转账。", "instruction": "不共享屏幕,不转账,先打 96110 核实",
    "areas": ["500114119"], "channels": ["wx_subscribe", "sms"], "expires_at": "2026-12-31T16:00:00.000Z"
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
    /// By which outside channels it also goes, the first first; none: it is read in the app alone. A channel that the town
    /// does not have is passed over.
    #[serde(default)]
    #[schema(max_items = 3)]
    pub channels: Vec<Channel>,
    /// By all of them at once; otherwise by the next one only where the one before did not get through.
    #[serde(default)]
    pub together: bool,
    /// For whom of its areas; for everybody when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub audience: Option<Audience>,
    /// The published notice that it takes the place of.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub replaces: Option<Id<Notice>>,
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
        let mut distinct = self.channels.clone();
        distinct.sort();
        distinct.dedup();
        if distinct.len() != self.channels.len() {
            check.refuse("channels", "每种渠道只能出现一次");
        }
        if self.replaces == Some(self.id) {
            check.refuse("replaces", "通知不能替代自己");
        }
        let audience = self.audience.map(|rule| audience(&mut check, rule));
        let content = Content {
            kind: self.kind,
            level: self.level,
            fraud_type: self.fraud_type,
            title: check.text("title", &self.title, 1, 60),
            body: check.text("body", &self.body, 1, 4000),
            instruction: check.optional_text("instruction", self.instruction.as_deref(), 200),
            areas: outermost(self.areas),
            channels: Plan { order: self.channels, together: self.together },
            audience,
            replaces: self.replaces,
            expires_at: self.expires_at,
            hash,
        };
        check.finish(content)
    }
}

fn audience(check: &mut Check, rule: Audience) -> Audience {
    if rule.tags.is_empty() && rule.age.is_none() {
        check.refuse("audience", "请至少指定标签或年龄段;面向所有人时不要填写");
    }
    if rule.age.is_some_and(|AgeBand { from, to }| from < 0 || to > 150 || from > to) {
        check.refuse("audience.age", "年龄段应在 0 到 150 岁之间,且起点不大于终点");
    }
    let assessment = check.text("audience.assessment", &rule.assessment, 10, 500);
    let mut tags = rule.tags;
    tags.sort();
    tags.dedup();
    Audience { tags, age: rule.age, assessment }
}

/// When a notice publishes itself.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "publish_at": "2026-12-01T00:30:00.000Z" }))]
pub struct ScheduleBody {
    /// Between now and 90 days from now.
    pub publish_at: Timestamp,
}

impl ScheduleBody {
    /// The hour, or 422.
    pub fn parse(self, now: Timestamp) -> Result<Timestamp> {
        let mut check = Check::new();
        if self.publish_at <= now || self.publish_at.since(now) > chrono::TimeDelta::days(90) {
            check.refuse("publish_at", "应晚于现在,且在 90 天之内");
        }
        check.finish(self.publish_at)
    }
}

/// Why a notice goes back to its writer.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "reason": "请写明报警电话" }))]
pub struct ReturnBody {
    /// 1 to 200 characters.
    #[schema(min_length = 1, max_length = 200)]
    pub reason: String,
}

impl ReturnBody {
    /// The reason, or 422.
    pub fn parse(self) -> Result<String> {
        let mut check = Check::new();
        let reason = check.text("reason", &self.reason, 1, 200);
        check.finish(reason)
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

#[cfg(test)]
mod tests {
    use super::*;

    fn body(change: serde_json::Value) -> Result<Content> {
        let mut body = serde_json::json!({
            "id": Id::<Notice>::new(), "kind": "education", "title": "反诈宣传", "body": "示例",
            "areas": ["500114119"]
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

    #[test]
    fn an_aim_has_a_rule_a_reason_and_an_age_that_there_is() {
        let aim = |rule: serde_json::Value| body(serde_json::json!({ "audience": rule }));
        let why = "示例:只按本人申报的标签";
        assert!(aim(serde_json::json!({ "tags": ["elder"], "assessment": why })).is_ok());
        for (rule, field) in [
            (serde_json::json!({ "assessment": why }), "audience"),
            (serde_json::json!({ "tags": ["elder"], "assessment": "短" }), "audience.assessment"),
            (serde_json::json!({ "age": { "from": 70, "to": 60 }, "assessment": why }), "audience.age"),
        ] {
            assert_eq!(aim(rule).unwrap_err().errors()[0].field, field);
        }
    }
}
