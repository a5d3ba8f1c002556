//! A notice as it is stored, and who may do what with it.

use chrono::TimeDelta;
use diesel::prelude::*;

use super::{
    Audience, Channel, Content, FraudType, Notice, NoticeKind, NoticeState, NoticeStep, Plan, WarningLevel,
};
use crate::base::area_code::AreaCode;
use crate::base::clock::Timestamp;
use crate::base::id::Id;
use crate::base::problem::{Code, Problem, Result};
use crate::platform::access::{Actor, Staff};
use crate::platform::db::Json;
use crate::platform::db::schema::notices;

const OWN_WORDS: &str = "起草、修改或提交通知的人不能自己审批";
const OWN_APPROVAL: &str = "审批通知的人不能自己发布";
const OWN_HASTE: &str = "紧急发布通知的人不能自己补办审批";

/// Within what time a notice that was published at once is approved.
pub const RATIFY_WITHIN: TimeDelta = TimeDelta::hours(24);

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
    /// Whether the subscribe message is among [`Self::channels`]; for a program of the release before.
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
    /// Who published it, or set its hour.
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
    /// By which outside channels it goes.
    pub channels: Json<Plan>,
    /// For whom of its areas.
    pub audience: Option<Json<Audience>>,
    /// At which hour it publishes itself.
    pub publish_at: Option<Timestamp>,
    /// Until when a notice that was published at once must be approved; none once it is.
    pub approval_due_at: Option<Timestamp>,
    /// Why the approver sent it back.
    pub return_reason: Option<String>,
    /// The notice that it takes the place of.
    pub replaces_id: Option<Id<Notice>>,
    /// The notice that took its place.
    pub replaced_by_id: Option<Id<Notice>>,
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
            channels: Json(Plan::default()),
            audience: None,
            publish_at: None,
            approval_due_at: None,
            return_reason: None,
            replaces_id: None,
            replaced_by_id: None,
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
            wechat: content.channels.order.contains(&Channel::WxSubscribe),
            channels: Json(content.channels.clone()),
            audience: content.audience.clone().map(Json),
            replaces_id: content.replaces,
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

    /// The channel that is tried after `channel` did not get through; none when all are tried at once anyway.
    pub fn next_channels(&self, channel: Channel) -> &[Channel] {
        let Plan { order, together } = &self.channels.0;
        match order.iter().position(|one| *one == channel) {
            Some(place) if !together => order.get(place + 1..).unwrap_or_default(),
            _ => &[],
        }
    }

    /// 403 `same_person` when `by` may not take `step` because of what they did before: whoever drafted, rewrote or
    /// submitted it does not approve it, and whoever approved it does not publish it.
    pub fn two_persons(&self, step: NoticeStep, by: &Actor) -> Result<()> {
        let me = Some(Id::from_uuid(by.id()));
        let wrote = || [Some(self.drafted_by), self.revised_by, self.submitted_by].contains(&me);
        let refused = |why: &'static str| Err(Problem::because(Code::SamePerson, why));
        match step {
            NoticeStep::Approve | NoticeStep::Ratify if wrote() => refused(OWN_WORDS),
            NoticeStep::Ratify if self.published_by == me => refused(OWN_HASTE),
            NoticeStep::Publish | NoticeStep::Schedule if self.approved_by == me => refused(OWN_APPROVAL),
            _ => Ok(()),
        }
    }

    /// 409 `guard_refused` when the notice is not one that may take `step`, whoever asks.
    pub fn guard(&self, step: NoticeStep, now: Timestamp) -> Result<()> {
        let refused = |why: &'static str| Err(Problem::because(Code::GuardRefused, why));
        match step {
            NoticeStep::PublishAtOnce if !self.is_urgent() => refused("只有红色、橙色的通知可以先发布后审批"),
            NoticeStep::Publish | NoticeStep::PublishAtOnce | NoticeStep::Schedule
                if self.has_expired(now) =>
            {
                refused("通知的有效期已过,不能发布")
            }
            NoticeStep::Ratify if self.approval_due_at.is_none() => refused("这条通知已经审批,无需补办"),
            _ => Ok(()),
        }
    }
}
