//! An operation, what became of it, and what a person still has to decide.

use diesel::prelude::*;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::base::area_code::AreaCode;
use crate::base::clock::Timestamp;
use crate::base::id::Id;
use crate::base::problem::{Code, FieldError, Problem, Result};
use crate::features::attachments::Photo;
use crate::platform::db::Doc;
use crate::platform::db::schema::{sync_conflicts, sync_devices, sync_ops};

crate::id_kind! {
    /// An operation that a phone did offline.
    Op = "op";
    /// An installation of the app; the phone makes the id once.
    Device = "device";
    /// Whoever did it.
    Account = "account";
    /// The record that it is about, whatever its kind.
    Record = "record";
    /// Two values for one record.
    Conflict = "conflict";
}

crate::text_enum! {
    /// What became of an operation.
    pub enum Outcome {
        Applied = "applied" "已办理",
        Duplicate = "duplicate" "此前已办理",
        Conflict = "conflict" "有冲突,待人处理",
        Rejected = "rejected" "未办理",
    }
}

crate::text_enum! {
    /// Why two values stand against each other.
    pub enum ConflictReason {
        OtherContent = "other_content" "同一编号,内容不同",
        StaleVersion = "stale_version" "办理时依据的不是最新版本",
    }
}

crate::text_enum! {
    /// How far a conflict is.
    pub enum ConflictState {
        Open = "open" "待处理",
        ServerKept = "server_kept" "以服务器为准",
        MineApplied = "mine_applied" "已按最新版本办理",
        MadeNew = "made_new" "已另立新件",
    }
}

crate::text_enum! {
    /// How a person settles a conflict.
    pub enum Way {
        KeepServer = "keep_server" "以服务器为准",
        ApplyMine = "apply_mine" "按最新版本办理我的",
        MakeNew = "make_new" "另立新件",
    }
}

/// Why an operation was not done: what the problem+json of the same POST would have said.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Refusal {
    /// The word to branch on.
    #[schema(example = "step_not_allowed")]
    pub code: String,
    /// What happened, for a person.
    #[schema(example = "隐患现为“已销号”,不能办理“提交复查”")]
    pub detail: String,
    /// One entry per field of the payload that is wrong.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schema(required = false)]
    pub errors: Vec<FieldError>,
    /// The law that the refusal rests on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub basis: Option<RefusalBasis>,
}

/// The law that a refusal rests on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct RefusalBasis {
    /// The statute's Chinese name, without book-title marks.
    pub law: String,
    /// The article, such as `第十七条`.
    pub article: String,
}

impl From<&Problem> for Refusal {
    fn from(problem: &Problem) -> Self {
        let basis = problem.basis();
        Self {
            code: problem.code().as_str().to_owned(),
            detail: problem.detail().to_owned(),
            errors: problem.errors().to_vec(),
            basis: basis.map(|it| RefusalBasis { law: it.law.to_owned(), article: it.article.to_owned() }),
        }
    }
}

/// Whether what was refused may be done when the same is sent again, because nothing was decided about it.
pub fn may_pass(code: Code) -> bool {
    code.status() >= 500 || matches!(code, Code::RateLimited | Code::Blocked)
}

crate::text_enum! {
    /// What can be done offline: what field workers do where there is no signal, and nothing that needs a desk.
    pub enum Operation {
        HazardReport = "hazard.report" "上报安全隐患",
        HazardFixOnSpot = "hazard.fix_on_spot" "当场整改",
        HazardRectify = "hazard.rectify" "开始整改",
        HazardSubmit = "hazard.submit" "提交复查",
        HazardReinspect = "hazard.reinspect" "复查",
        DisputeRegister = "dispute.register" "登记矛盾纠纷",
        DisputeAsk = "dispute.ask" "征询当事人意愿",
        DisputeAccept = "dispute.accept" "受理纠纷",
        DisputeMediate = "dispute.mediate" "开始调解",
        DisputeAgree = "dispute.agree" "登记调解协议",
        DisputePerform = "dispute.perform" "开始履行",
        DisputeFulfil = "dispute.fulfil" "履行完毕并回访",
        DisputeRefuse = "dispute.refuse" "登记拒绝调解",
        EventReport = "event.report" "上报网格事件",
        EventSelfHandle = "event.self_handle" "自办自结",
        EventHandle = "event.handle" "开始处置事件",
        EventFinish = "event.finish" "事件处置完毕",
        HouseholdCreate = "household.create" "登记住户",
        HouseholdJoin = "household.join" "添加家庭成员",
        VisitRecord = "visit.record" "登记走访结果",
        LeadReport = "lead.report" "上报涉诈线索",
        DissuasionRecord = "dissuasion.record" "登记劝阻",
        InspectionRecord = "inspection.record" "登记检查",
    }
}

/// What became of an operation, as it is remembered.
#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = sync_ops, treat_none_as_default_value = false)]
pub struct Receipt {
    /// Whose operation.
    pub account_id: Id<Account>,
    /// The operation.
    pub op_id: Id<Op>,
    /// Where the account belongs.
    pub area_code: AreaCode,
    /// The phone.
    pub device_id: Id<Device>,
    /// What was done, see `registry`.
    pub operation: Operation,
    /// To which record.
    pub record_id: Id<Record>,
    /// What became of it.
    pub outcome: Outcome,
    /// The record's version afterwards; none when it was not done.
    pub version: Option<i32>,
    /// The conflict that waits for a person.
    pub conflict_id: Option<Id<Conflict>>,
    /// Why it was rejected: a [`Refusal`].
    pub problem: Option<Doc>,
    /// Keyed digest of operation, record and payload: the same id with another one is another operation.
    pub digest: Vec<u8>,
    /// When the phone says that it was done.
    pub device_at: Timestamp,
    /// When the server had it.
    pub received_at: Timestamp,
}

/// A conflict as it is stored. Both values are sealed, because they may hold personal data.
#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = sync_conflicts, treat_none_as_default_value = false)]
pub struct ConflictRow {
    /// The conflict.
    pub id: Id<Conflict>,
    /// Where the record lies, as far as its author may know; else where they belong.
    pub area_code: AreaCode,
    /// Whose operation.
    pub account_id: Id<Account>,
    /// From which phone.
    pub device_id: Id<Device>,
    /// The operation.
    pub op_id: Id<Op>,
    /// What was done, see `registry`.
    pub operation: Operation,
    /// To which record.
    pub record_id: Id<Record>,
    /// Why it is one.
    pub reason: ConflictReason,
    /// The version that the phone saw, of a step.
    pub base_version: Option<i32>,
    /// The version that the record had when the operation came.
    pub server_version: Option<i32>,
    /// Whether only few may see the record, or what it says; such a conflict is its author's alone.
    pub hidden: bool,
    /// The photos that the payload names and that were still on the phone, with the digests of their files.
    pub media: Option<Doc>,
    /// The operation's payload, sealed.
    pub mine_sealed: Vec<u8>,
    /// The record as its author was shown it when the operation came, sealed; none when it is hidden from them.
    pub theirs_sealed: Option<Vec<u8>>,
    /// When the phone says that it was done.
    pub device_at: Timestamp,
    /// When the server found it.
    pub created_at: Timestamp,
    /// How far it is.
    pub state: ConflictState,
    /// Who settled it.
    pub resolved_by: Option<Id<Account>>,
    /// When.
    pub resolved_at: Option<Timestamp>,
    /// The record that was made or taken a step further.
    pub resolved_record: Option<Id<Record>>,
    /// For `If-Match`.
    pub version: i32,
}

impl ConflictRow {
    /// The photos that were still on the phone: they are announced when the work is done after all.
    pub fn media(&self) -> Result<Vec<(Id<Photo>, String)>> {
        let media = self.media.clone().map(|media| serde_json::from_value(media.0)).transpose();
        Ok(media.map_err(Problem::internal)?.unwrap_or_default())
    }
}

/// A phone that syncs.
#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = sync_devices)]
pub struct DeviceRow {
    /// Whose sign-in.
    pub account_id: Id<Account>,
    /// The phone.
    pub device_id: Id<Device>,
    /// Where the account belongs.
    pub area_code: AreaCode,
    /// How much its clock was ahead of the server's at the last push, milliseconds; negative: behind.
    pub clock_skew_ms: i64,
    /// When it pushed first.
    pub first_push_at: Timestamp,
    /// When it pushed last.
    pub last_push_at: Timestamp,
}

/// The id of an account.
pub fn account(id: Uuid) -> Id<Account> {
    Id::from_uuid(id)
}
