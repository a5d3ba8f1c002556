//! What a notice is, its states, steps and rules.

use diesel::prelude::*;

use crate::base::area_code::{AreaCode, AreaLevel};
use crate::base::clock::Timestamp;
use crate::base::id::Id;
use crate::base::problem::{Code, Problem, Result};
use crate::platform::access::policy::{ApproveNotice, DraftNotice, Permission, PublishNotice, Row};
use crate::platform::access::{Actor, Staff};
use crate::platform::db::schema::notices;

crate::id_kind! {
    /// A notice; whoever drafts it makes the id.
    Notice = "notice";
    /// A message to one resident on one channel.
    Delivery = "delivery";
    /// One sender's hold on some deliveries; only its holder may say what became of them.
    Lease = "lease";
}

crate::text_enum! {
    /// What a notice is for.
    pub enum NoticeKind {
        Warning = "warning" "预警",
        Case = "case" "案例",
        Education = "education" "宣传",
        Policy = "policy" "政策",
        Emergency = "emergency" "应急",
    }
}

crate::text_enum! {
    /// How grave a warning is; CAP severity Extreme, Severe, Moderate, Minor.
    pub enum WarningLevel {
        Red = "red" "红色",
        Orange = "orange" "橙色",
        Yellow = "yellow" "黄色",
        Blue = "blue" "蓝色",
    }
}

crate::text_enum! {
    /// Which fraud a notice is about: the ten types of the Ministry of Public Security (2024) and those of the countryside.
    pub enum FraudType {
        Brushing = "brushing" "刷单返利",
        FakeInvestment = "fake_investment" "虚假网络投资理财",
        FakeShopping = "fake_shopping" "虚假购物服务",
        FakeCustomerService = "fake_customer_service" "冒充电商物流客服",
        FakeLoan = "fake_loan" "虚假贷款",
        FakeCredit = "fake_credit" "虚假征信",
        FakeLeader = "fake_leader" "冒充领导熟人",
        FakeAuthority = "fake_authority" "冒充公检法及政府机关",
        Romance = "romance" "网络婚恋交友",
        GameTrade = "game_trade" "网络游戏产品虚假交易",
        ElderProject = "elder_project" "虚假养老项目",
        CheapFarmInput = "cheap_farm_input" "低价农资",
        AccountLending = "account_lending" "出租出借两卡",
        Other = "other" "其他",
    }
}

crate::text_enum! {
    /// How far a notice is.
    pub enum NoticeState {
        Draft = "draft" "草稿",
        Submitted = "submitted" "待审批",
        Approved = "approved" "已审批",
        Published = "published" "已发布",
        Cancelled = "cancelled" "已撤回",
    }
}

crate::text_enum! {
    /// What can be done with a notice.
    pub enum NoticeStep {
        Revise = "revise" "修改",
        Submit = "submit" "提交审批",
        Approve = "approve" "审批通过",
        Publish = "publish" "发布",
        Cancel = "cancel" "撤回",
    }
}

impl NoticeStep {
    /// The permission that it needs, in each area of the notice; `docs/procedures.md` is printed from it.
    pub const fn needs(self) -> &'static Row {
        match self {
            Self::Revise | Self::Submit => &DraftNotice::ROW,
            Self::Approve => &ApproveNotice::ROW,
            Self::Publish | Self::Cancel => &PublishNotice::ROW,
        }
    }

    /// The noun of its address, `/api/v1/notices/{id}/{noun}`; none: PUT to the notice itself.
    pub const fn noun(self) -> Option<&'static str> {
        match self {
            Self::Revise => None,
            Self::Submit => Some("submission"),
            Self::Approve => Some("approval"),
            Self::Publish => Some("publication"),
            Self::Cancel => Some("cancellation"),
        }
    }
}

impl NoticeState {
    /// The state after `step`, or 409 `step_not_allowed`. Total: every pair is decided here.
    pub fn after(self, step: NoticeStep) -> Result<Self> {
        use NoticeState::{Approved, Cancelled, Draft, Published, Submitted};
        use NoticeStep::{Approve, Cancel, Publish, Revise, Submit};
        match (self, step) {
            (Draft, Revise) => Ok(Draft),
            (Draft, Submit) => Ok(Submitted),
            (Submitted, Approve) => Ok(Approved),
            (Approved, Publish) => Ok(Published),
            (Draft | Submitted | Approved | Published, Cancel) => Ok(Cancelled),
            (Draft, Approve | Publish)
            | (Submitted, Revise | Submit | Publish)
            | (Approved, Revise | Submit | Approve)
            | (Published, Revise | Submit | Approve | Publish)
            | (Cancelled, Revise | Submit | Approve | Publish | Cancel) => Err(refused(self, step)),
        }
    }
}

fn refused(state: NoticeState, step: NoticeStep) -> Problem {
    let detail = format!("通知现为“{}”,不能办理“{}”", state.label(), step.label());
    Problem::because(Code::StepNotAllowed, detail)
}

/// What a notice says and to whom, after its checks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Content {
    /// What it is for.
    pub kind: NoticeKind,
    /// How grave; warnings and emergencies have one, others may.
    pub level: Option<WarningLevel>,
    /// Which fraud it is about.
    pub fraud_type: Option<FraudType>,
    /// At most 60 characters.
    pub title: String,
    /// At most 4,000 characters.
    pub body: String,
    /// What to do now, at most 200 characters.
    pub instruction: Option<String>,
    /// Where it is read: 1 to 50 areas, none inside another, in order.
    pub areas: Vec<AreaCode>,
    /// Whether it also goes to phones by WeChat.
    pub wechat: bool,
    /// When it leaves the feeds.
    pub expires_at: Option<Timestamp>,
    /// SHA-256 of what the client sent: a resend has the same, another content has not.
    pub hash: [u8; 32],
}

impl Content {
    /// The finest area that holds all of [`Self::areas`]; the country when they share no province.
    pub fn home(&self) -> AreaCode {
        let lineage = self.areas.first().map(AreaCode::lineage).unwrap_or_default();
        let common =
            lineage.into_iter().rev().find(|area| self.areas.iter().all(|inner| inner.is_within(area)));
        common.unwrap_or_else(AreaCode::country)
    }
}

const OWN_WORDS: &str = "起草、修改或提交通知的人不能自己审批";
const OWN_APPROVAL: &str = "审批通知的人不能自己发布";

/// A notice to less than a whole grid must reach at least so many persons: fewer would be a letter to
/// somebody, and would tell the neighbours whom it is about.
pub const FEWEST: i64 = 20;

/// Whether a notice for `areas` is aimed at a part of a grid.
pub fn is_targeted(areas: &[AreaCode]) -> bool {
    areas.iter().any(|area| area.level() > AreaLevel::Grid)
}

/// The areas in order, without those that lie inside another: so a household meets a notice once.
pub fn outermost(mut areas: Vec<AreaCode>) -> Vec<AreaCode> {
    areas.sort();
    areas.dedup_by(|inner, outer| inner.is_within(outer));
    areas
}

/// A notice as it is stored; its areas stand in a table of their own.
#[derive(Debug, Clone, Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = notices, treat_none_as_default_value = false, treat_none_as_null = true)]
pub struct NoticeRow {
    /// The notice.
    pub id: Id<Notice>,
    /// The finest area that holds all of its areas.
    pub area_code: AreaCode,
    /// What it is for.
    pub kind: NoticeKind,
    /// How grave.
    pub level: Option<WarningLevel>,
    /// Which fraud it is about.
    pub fraud_type: Option<FraudType>,
    /// In short.
    pub title: String,
    /// In full.
    pub body: String,
    /// What to do now.
    pub instruction: Option<String>,
    /// Whether it also goes to phones by WeChat.
    pub wechat: bool,
    /// How far it is.
    pub state: NoticeState,
    /// Who drafted it.
    pub drafted_by: Id<Staff>,
    /// Who last wrote it anew.
    pub revised_by: Option<Id<Staff>>,
    /// Who submitted it.
    pub submitted_by: Option<Id<Staff>>,
    /// Who approved it.
    pub approved_by: Option<Id<Staff>>,
    /// Who published it.
    pub published_by: Option<Id<Staff>>,
    /// When it was published.
    pub published_at: Option<Timestamp>,
    /// When it was cancelled.
    pub cancelled_at: Option<Timestamp>,
    /// Why it was cancelled.
    pub cancel_reason: Option<String>,
    /// When it leaves the feeds.
    pub expires_at: Option<Timestamp>,
    /// SHA-256 of what the client sent.
    pub content_hash: Vec<u8>,
    /// Counts the changes; `If-Match` names it.
    pub version: i32,
    /// When it was drafted.
    pub created_at: Timestamp,
    /// When it was last changed.
    pub updated_at: Timestamp,
}

impl NoticeRow {
    /// The row of a notice that has just been drafted by `by`.
    pub fn drafted(id: Id<Notice>, content: &Content, by: &Actor, now: Timestamp) -> Self {
        let row = Self {
            id,
            area_code: AreaCode::country(),
            kind: content.kind,
            level: None,
            fraud_type: None,
            title: String::new(),
            body: String::new(),
            instruction: None,
            wechat: false,
            state: NoticeState::Draft,
            drafted_by: Id::from_uuid(by.id()),
            revised_by: None,
            submitted_by: None,
            approved_by: None,
            published_by: None,
            published_at: None,
            cancelled_at: None,
            cancel_reason: None,
            expires_at: None,
            content_hash: vec![],
            version: 1,
            created_at: now,
            updated_at: now,
        };
        row.saying(content)
    }

    /// The same notice with another content.
    pub fn saying(self, content: &Content) -> Self {
        Self {
            area_code: content.home(),
            kind: content.kind,
            level: content.level,
            fraud_type: content.fraud_type,
            title: content.title.clone(),
            body: content.body.clone(),
            instruction: content.instruction.clone(),
            wechat: content.wechat,
            expires_at: content.expires_at,
            content_hash: content.hash.to_vec(),
            ..self
        }
    }

    /// Whether it may be sent twice rather than not at all, and goes before others.
    pub fn is_urgent(&self) -> bool {
        matches!(self.level, Some(WarningLevel::Red | WarningLevel::Orange))
    }

    /// Whether it has left the feeds by itself.
    pub fn has_expired(&self, now: Timestamp) -> bool {
        self.expires_at.is_some_and(|at| at <= now)
    }

    /// 403 `same_person` when `by` may not take `step` because of what they did before: whoever drafted, rewrote or
    /// submitted it does not approve it, and whoever approved it does not publish it.
    pub fn two_persons(&self, step: NoticeStep, by: &Actor) -> Result<()> {
        let me = Some(Id::from_uuid(by.id()));
        let wrote = || [Some(self.drafted_by), self.revised_by, self.submitted_by].contains(&me);
        match step {
            NoticeStep::Approve if wrote() => Err(Problem::because(Code::SamePerson, OWN_WORDS)),
            NoticeStep::Publish if self.approved_by == me => {
                Err(Problem::because(Code::SamePerson, OWN_APPROVAL))
            }
            _ => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn areas(codes: &[&str]) -> Vec<AreaCode> {
        codes.iter().map(|code| code.parse().unwrap()).collect()
    }

    #[test]
    fn the_ordinary_way_ends_published_and_may_be_cancelled() {
        use NoticeStep::{Approve, Cancel, Publish, Revise, Submit};
        let way = [Revise, Submit, Approve, Publish, Cancel];
        let end = way.iter().try_fold(NoticeState::Draft, |state, &step| state.after(step));
        assert_eq!(end.ok(), Some(NoticeState::Cancelled));
    }

    #[test]
    fn exactly_eight_pairs_of_state_and_step_are_allowed() {
        let pairs =
            NoticeState::ALL.iter().flat_map(|state| NoticeStep::ALL.iter().map(move |step| (state, step)));
        assert_eq!(pairs.filter(|(state, step)| state.after(**step).is_ok()).count(), 8);
    }

    #[test]
    fn an_area_inside_another_is_left_out() {
        let given = areas(&["500114119201002", "500114119202", "500114119201", "500114119201001"]);
        assert_eq!(outermost(given), areas(&["500114119201", "500114119202"]));
    }
}
