//! The whole policy: every permission, its name, and the roles that hold it.
//!
//! `docs/access.md` is printed from this file and a test compares the two.

crate::text_enum! {
    /// A role, held in an area by way of a post.
    pub enum Role {
        Resident = "resident" "居民",
        GridWorker = "grid_worker" "网格员",
        GridLeader = "grid_leader" "网格长",
        VillageAgent = "village_agent" "网上信访代办员",
        Mediator = "mediator" "人民调解员",
        Dispatcher = "dispatcher" "指挥中心调度员",
        StationOfficer = "station_officer" "站所承办人",
        PetitionOfficer = "petition_officer" "信访接待员",
        EnforcementOfficer = "enforcement_officer" "行政执法人员",
        PublicityOfficer = "publicity_officer" "宣传/反诈专员",
        Approver = "approver" "分管领导",
        DistrictViewer = "district_viewer" "区级查看",
        Dashboard = "dashboard" "看板",
        Admin = "admin" "系统管理员",
        SecurityAdmin = "security_admin" "安全管理员",
        Auditor = "auditor" "审计管理员(督查)",
    }
}

impl Role {
    /// System, security and audit administration exclude each other; a unique index sees to it.
    pub const ADMINISTRATORS: [Self; 3] = [Self::Admin, Self::SecurityAdmin, Self::Auditor];
}

/// Something that a role may do. The type is the permission; see [`Granted`](super::Granted).
pub trait Permission: 'static {
    /// Its name in records and documents, `thing.verb`.
    const NAME: &'static str;
    /// Its name for people.
    const LABEL: &'static str;
    /// Who holds it.
    const ROLES: &'static [Role];
    /// All of it, where a permission is chosen while the program runs.
    const ROW: Row = Row { name: Self::NAME, label: Self::LABEL, roles: Self::ROLES };
}

/// A permission as a row, for documents and tests.
#[derive(Debug, Clone, Copy)]
pub struct Row {
    /// [`Permission::NAME`].
    pub name: &'static str,
    /// [`Permission::LABEL`].
    pub label: &'static str,
    /// [`Permission::ROLES`].
    pub roles: &'static [Role],
}

macro_rules! permissions {
    ($($permission:ident = $name:literal $label:literal [$($role:ident)+];)+) => {
        $(
            #[doc = $label]
            #[derive(Debug)]
            pub enum $permission {}
            impl Permission for $permission {
                const NAME: &'static str = $name;
                const LABEL: &'static str = $label;
                const ROLES: &'static [Role] = &[$(Role::$role),+];
            }
        )+
        /// Every permission, in the order of this file.
        pub const TABLE: &[Row] = &[$(Row { name: $name, label: $label, roles: $permission::ROLES }),+];
    };
}

permissions! {
    SeeAreas = "area.see" "查看区划和网格" [Resident GridWorker GridLeader VillageAgent Mediator Dispatcher StationOfficer PetitionOfficer EnforcementOfficer PublicityOfficer Approver DistrictViewer Admin SecurityAdmin Auditor];
    KeepAreas = "area.keep" "维护村和网格" [Admin];
    SeeStaff = "staff.see" "查看工作人员" [GridLeader Dispatcher Approver Admin SecurityAdmin Auditor];
    KeepStaff = "staff.keep" "维护工作人员账号" [Admin];
    RevealStaff = "staff.reveal" "查看工作人员姓名和电话明文(须说明用途)" [Admin SecurityAdmin];
    KeepPosts = "staff.posts" "任免岗位" [SecurityAdmin];
    KeepDisplays = "display.keep" "维护看板设备" [Admin];
    SeeHouseholds = "household.see" "查看住户" [GridWorker GridLeader Dispatcher Approver Auditor];
    KeepHouseholds = "household.keep" "维护住户" [GridWorker GridLeader];
    ImportHouseholds = "household.import" "导入住户台账" [GridLeader Dispatcher];
    RevealPersonal = "personal.reveal" "查看个人信息明文(须说明用途)" [GridWorker GridLeader Mediator Dispatcher StationOfficer Approver];
    UploadPhoto = "photo.upload" "上传照片" [Resident GridWorker GridLeader VillageAgent Mediator Dispatcher StationOfficer EnforcementOfficer PublicityOfficer Approver];
    SeeCases = "case.see" "查看案卷" [Resident GridWorker GridLeader VillageAgent Mediator Dispatcher StationOfficer EnforcementOfficer Approver DistrictViewer Auditor];
    JoinCase = "case.me_too" "“我也遇到”:加入、取消" [Resident GridWorker GridLeader VillageAgent Dispatcher StationOfficer];
    LinkCases = "case.link" "关联案卷、取消关联" [GridLeader Mediator Dispatcher StationOfficer Approver];
    RateCase = "case.rate" "评价本人所报事项的办理" [Resident];
    SeeDue = "due.see" "查看期限和提醒、订阅日历" [GridWorker GridLeader VillageAgent Mediator Dispatcher StationOfficer Approver DistrictViewer Auditor];
    OverseeDue = "due.oversee" "查看辖区内全部期限" [GridLeader Dispatcher Approver DistrictViewer Auditor];
    AcknowledgeAlert = "alert.acknowledge" "签收期限提醒" [GridWorker GridLeader VillageAgent Mediator Dispatcher StationOfficer Approver DistrictViewer];
    ExportCases = "case.export" "导出案卷(须说明用途)" [GridLeader Dispatcher Approver Auditor];
    TakeExports = "export.take" "查看、取消、下载本人申请的导出" [GridLeader Dispatcher PublicityOfficer Approver Auditor];
    ReportHazard = "hazard.report" "上报安全隐患" [Resident GridWorker GridLeader VillageAgent Dispatcher StationOfficer EnforcementOfficer];
    GradeHazard = "hazard.grade" "隐患定级" [StationOfficer];
    DismissHazard = "hazard.dismiss" "认定隐患不属实" [StationOfficer Dispatcher Approver];
    OrderRectification = "hazard.order" "责令整改" [StationOfficer Approver];
    ApproveMajorHazard = "hazard.approve_major" "签批重大隐患" [Approver];
    RectifyHazard = "hazard.rectify" "登记整改(含当场整改)、提交复查" [StationOfficer GridWorker GridLeader];
    ReinspectHazard = "hazard.reinspect" "复查、销号" [StationOfficer GridLeader Dispatcher Approver];
    ExtendHazard = "hazard.extend" "批准延长整改期限" [Approver];
    SuperviseHazard = "hazard.supervise" "挂牌督办" [Approver];
    TransferHazard = "hazard.transfer" "移交区级部门、接收退回" [Approver];
    RewardReport = "hazard.reward" "登记举报奖励" [Approver];
    RevealReporter = "hazard.reveal_reporter" "查看隐患的上报人(含匿名,须说明用途)" [Auditor];
    SeePlaces = "place.see" "查看场所台账" [GridWorker GridLeader Dispatcher StationOfficer EnforcementOfficer Approver DistrictViewer Auditor];
    KeepPlaces = "place.keep" "维护场所台账" [GridLeader StationOfficer];
    SeeCampaigns = "campaign.see" "查看排查整治行动和检查" [GridWorker GridLeader Dispatcher StationOfficer EnforcementOfficer Approver DistrictViewer Auditor];
    KeepCampaigns = "campaign.keep" "组织排查整治行动、修订检查表" [Dispatcher StationOfficer Approver];
    Inspect = "campaign.inspect" "登记检查" [GridWorker GridLeader Dispatcher StationOfficer EnforcementOfficer];
    RegisterDispute = "dispute.register" "登记矛盾纠纷" [Resident GridWorker GridLeader VillageAgent Mediator Dispatcher];
    AcceptDispute = "dispute.accept" "受理纠纷" [Mediator GridLeader];
    ReportEvent = "event.report" "上报网格事件、补充、撤回" [Resident GridWorker GridLeader VillageAgent Dispatcher StationOfficer];
    AcceptEvent = "event.accept" "受理事件、并案" [GridLeader Dispatcher];
    TriageEvent = "event.triage" "退回补充、不予受理、申请挂起、恢复办理" [Dispatcher];
    SelfHandleEvent = "event.self_handle" "自办自结" [GridWorker GridLeader];
    DispatchEvent = "event.dispatch" "派遣事件" [Dispatcher Approver];
    HandleEvent = "event.handle" "处置事件、退单、申请延期" [StationOfficer GridWorker];
    VerifyEvent = "event.verify" "核查结案、退回返工" [Dispatcher GridWorker];
    ApproveEvent = "event.approve" "审批事件挂起、延期" [Approver];
    ReopenEvent = "event.reopen" "要求事件重新办理" [Resident GridWorker GridLeader VillageAgent Dispatcher StationOfficer Approver];
    ConvertEvent = "event.convert" "将事件转为隐患或纠纷" [Dispatcher];
    Mediate = "dispute.mediate" "调解、终止调解、司法确认、履行回访、移送、归档" [Mediator];
    WithdrawDispute = "dispute.withdraw" "撤回纠纷(居民限本人登记、尚未受理的)" [Resident Mediator];
    ReportViolence = "dispute.report_violence" "标记暴力风险、登记报警" [GridWorker GridLeader VillageAgent Mediator Dispatcher StationOfficer Approver];
    ClearViolence = "dispute.clear_violence" "解除暴力风险" [Approver];
    DraftNotice = "notice.draft" "起草通知" [PublicityOfficer];
    ApproveNotice = "notice.approve" "审批通知" [Approver];
    PublishNotice = "notice.publish" "发布、撤回通知" [PublicityOfficer Approver];
    SeeNotices = "notice.see" "查看通知和触达情况" [GridWorker GridLeader Dispatcher PublicityOfficer Approver DistrictViewer Auditor];
    ReadFeed = "notice.read" "阅读本户收到的通知" [Resident];
    ReportLead = "lead.report" "上报涉诈线索" [Resident GridWorker GridLeader VillageAgent Dispatcher StationOfficer PublicityOfficer];
    SeeLeads = "lead.see" "查看涉诈线索(居民、网格员、代办员限本人上报的)" [Resident GridWorker GridLeader VillageAgent Dispatcher StationOfficer PublicityOfficer Approver Auditor];
    HandleLeads = "lead.handle" "更正、移送涉诈线索,决定不予移送" [Dispatcher PublicityOfficer];
    AnswerLeads = "lead.answer" "登记公安机关对涉诈线索的反馈" [Dispatcher StationOfficer PublicityOfficer];
    RevealSuspect = "lead.reveal" "查看涉诈号码、链接、账号、经过和截图明文(须说明用途)" [Dispatcher StationOfficer PublicityOfficer Approver];
    KeepDissuasions = "dissuasion.keep" "登记、更正劝阻" [GridWorker GridLeader Dispatcher StationOfficer PublicityOfficer];
    SeeDissuasions = "dissuasion.see" "查看劝阻台账(网格员限本人登记的)" [GridWorker GridLeader Dispatcher StationOfficer PublicityOfficer Approver Auditor];
    OverseeFraud = "fraud.oversee" "查看辖区内全部涉诈线索和劝阻" [GridLeader Dispatcher StationOfficer PublicityOfficer Approver Auditor];
    ExportFraud = "fraud.export" "导出涉诈线索、劝阻台账(须说明用途)" [Dispatcher PublicityOfficer Approver Auditor];
    SeeFraudFigures = "fraud.figures" "查看涉诈线索和劝阻的统计" [GridLeader Dispatcher StationOfficer PublicityOfficer Approver DistrictViewer Dashboard Auditor];
    OpenVisits = "visit.open" "组织入户走访" [PublicityOfficer Dispatcher Approver];
    SeeVisits = "visit.see" "查看走访任务(住户信息另须查看住户的权限)" [GridWorker GridLeader Dispatcher PublicityOfficer Approver Auditor];
    RecordVisit = "visit.record" "登记、更正走访结果" [GridWorker GridLeader];
    SeeOutlets = "outlet.see" "查看宣传阵地和展示记录" [GridWorker GridLeader Dispatcher PublicityOfficer Approver DistrictViewer Auditor];
    KeepOutlets = "outlet.keep" "维护宣传阵地" [Dispatcher PublicityOfficer];
    RecordExposure = "exposure.record" "登记宣传展示" [GridWorker GridLeader Dispatcher PublicityOfficer];
    SendExposures = "exposure.send" "向宣传设备下发通知" [Dispatcher PublicityOfficer Approver];
    SeeDashboard = "dashboard.see" "查看看板" [GridLeader Dispatcher PublicityOfficer Approver DistrictViewer Dashboard Auditor];
    UseSync = "sync.use" "离线同步:推送、拉取、离线包" [GridWorker GridLeader VillageAgent Mediator Dispatcher StationOfficer];
    LeadSync = "sync.lead" "查看辖区内的离线冲突和手机时钟,代为了结" [GridLeader Dispatcher];
    SeeAudit = "audit.see" "查看审计记录" [Auditor];
}
