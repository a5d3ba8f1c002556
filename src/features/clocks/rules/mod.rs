//! The times that law, regulation or the township set, as data.

mod table;

use crate::base::problem::Basis;
use crate::platform::access::Role;

crate::text_enum! {
    /// Which time runs. The letters say whose business it is: YH hazards, TJ mediation, SJ events, XF petitions,
    /// GK disclosure, CW village affairs, CF penalties.
    pub enum Rule {
        Rectify = "YH-RECTIFY" "完成整改",
        Reinspect = "YH-REINSPECT" "整改复查",
        Mediate = "TJ-MEDIATE" "调解",
        ConfirmInCourt = "TJ-JUDICIAL" "申请司法确认",
        Perform = "TJ-PERFORM" "履行协议",
        ReturnVisit = "TJ-VISIT" "回访",
        TellPolice = "TJ-POLICE" "向公安机关报告",
        AcceptEvent = "SJ-ACCEPT" "事件受理",
        AcceptUrgentEvent = "SJ-ACCEPT-URGENT" "紧急事件受理",
        AcceptCriticalEvent = "SJ-ACCEPT-CRITICAL" "特急事件受理",
        DispatchEvent = "SJ-DISPATCH" "事件派遣",
        HandleEvent = "SJ-HANDLE" "事件处置",
        HandleUrgentEvent = "SJ-HANDLE-URGENT" "紧急事件处置",
        VerifyEvent = "SJ-VERIFY" "事件核查",
        TriagePetition = "XF-TRIAGE" "信访受理告知、转送交办",
        ObjectToPetition = "XF-OBJECT" "信访异议退回",
        HandlePetition = "XF-HANDLE" "信访事项办结",
        AskForReview = "XF-REVIEW-REQ" "申请复查",
        ReviewPetition = "XF-REVIEW" "信访复查",
        AskForRecheck = "XF-RECHECK-REQ" "申请复核",
        RecheckPetition = "XF-RECHECK" "信访复核",
        Disclose = "GK-PROACTIVE" "主动公开政府信息",
        AnswerDisclosure = "GK-REQUEST" "答复公开申请",
        AnswerVillage = "CW-OBJECTION" "村委会答复公开异议",
        AnswerVillageInTown = "CW-OBJ-TOWN" "乡镇答复公开异议",
        DecidePenalty = "CF-DECIDE" "作出处罚决定",
    }
}

crate::text_enum! {
    /// What a time is counted in.
    pub enum Unit {
        Minute = "minute" "分钟",
        Hour = "hour" "小时",
        Day = "day" "日",
        Workday = "workday" "工作日",
        /// Not counted: an order or an agreement names the day.
        Date = "date" "指定日期",
    }
}

crate::text_enum! {
    /// How high up it is told that something is late or about to be.
    pub enum Level {
        Village = "L1" "网格长",
        Town = "L2" "指挥中心",
        Leader = "L3" "分管领导",
        District = "L4" "区级",
    }
}

impl Level {
    /// Who is told.
    pub const fn role(self) -> Role {
        match self {
            Self::Village => Role::GridLeader,
            Self::Town => Role::Dispatcher,
            Self::Leader => Role::Approver,
            Self::District => Role::DistrictViewer,
        }
    }
}

/// How far a time may be extended; never more than once.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Extension {
    /// Not at all.
    Never,
    /// By at most so many of its units.
    UpTo(u16),
    /// To whatever day the person names who signs for it.
    AsSigned,
}

/// What a rule says.
#[derive(Debug, Clone, Copy)]
pub struct Terms {
    /// How much time; 0 for [`Unit::Date`].
    pub amount: u16,
    /// What that is counted in.
    pub unit: Unit,
    /// The law that sets the time, or that lets an order or an agreement name the day. None where the time is the
    /// township's own.
    pub basis: Option<Basis>,
    /// Whether it is a time in which citizens may act (申请司法确认, 申请复查): when it is over nobody was late.
    pub window: bool,
    /// How far it may be extended.
    pub extension: Extension,
    /// After so many units whoever has the case is warned, at the beginning of that day. For [`Unit::Date`] counted
    /// from the day named: -2 is two days before.
    pub warn: &'static [i16],
    /// After so many units without an end it is told further up, when that day has passed. Counted as `warn`.
    pub escalate: &'static [(i16, Level)],
}
