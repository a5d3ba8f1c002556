//! Words, rows and rules of a dispute.

mod agreement;
mod archive;
mod bar;
mod court;
mod ending;
mod mediators;
mod party;
mod performance;
mod procedure;
mod remedy;
mod row;
#[cfg(test)]
pub mod samples;
mod session;
mod steps;
mod violence;

pub use agreement::{Agreement, AgreementForm, PersonalStatus, Settlement, Signed};
pub use archive::{Brought, Checklist, Filed};
pub use bar::Matter;
pub use court::{Application, CourtResult, CourtRow, Decision, JudicialState, judicial_due};
pub use ending::{Transfer, TransferTarget, Unsettled, Withdrawal};
pub use mediators::{MOST_MEDIATORS, Mediators, Replacement};
pub use party::{
    Answer, NewParty, Party, PartyRow, PartySide, guard_consent, guard_refusal, obstacle, on_both_sides,
};
pub use performance::{CheckFinding, CheckId, CheckKind, CheckRow, Performance, PerformanceCheck};
pub use procedure::{DisputeState, DisputeStep};
pub use remedy::Remedy;
pub use row::DisputeRow;
pub use session::{MediationSession, Session, SessionResult, SessionRow};
pub use violence::{PoliceReport, PoliceReportId, PoliceReportRow};

use crate::features::cases::Confidential;

/// The law that every guard of this slice rests on.
pub const MEDIATION_LAW: &str = "人民调解法";
/// What a court confirms and what it does not, and within which days.
pub const CONFIRMATION_RULES: &str = "最高人民法院关于人民调解协议司法确认程序的若干规定";
/// The most parties of one dispute.
pub const MOST_PARTIES: usize = 20;
/// Days after acceptance within which a dispute is usually mediated (rule `TJ-MEDIATE`).
pub const MEDIATION_DAYS: i64 = 30;

crate::id_kind! {
    /// A dispute; its case has the same id.
    Dispute = "dispute";
}

crate::text_enum! {
    /// What people quarrel about; the case's category.
    pub enum DisputeType {
        MarriageFamily = "marriage_family" "婚姻家庭",
        Neighbour = "neighbour" "邻里",
        HouseHomestead = "house_homestead" "房屋宅基地",
        LandForest = "land_forest" "山林土地",
        Expropriation = "expropriation" "征地拆迁",
        ContractDebt = "contract_debt" "合同债务",
        Labour = "labour" "劳动争议",
        Damage = "damage" "损害赔偿",
        Traffic = "traffic" "道路交通",
        Medical = "medical" "医疗",
        PropertyMgmt = "property_mgmt" "物业",
        Consumer = "consumer" "消费",
        Environment = "environment" "环境污染",
        VillageAffairs = "village_affairs" "村务管理",
        WaterIrrigation = "water_irrigation" "用水灌溉",
        FarmProduction = "farm_production" "农业生产经营",
        Ecommerce = "ecommerce" "电子商务",
        Other = "other" "其他",
    }
}

impl DisputeType {
    /// Who may see such a dispute unless whoever registers it chooses otherwise: quarrels in a family are private.
    pub const fn usual_confidentiality(self) -> Confidential {
        match self {
            Self::MarriageFamily => Confidential::Private,
            Self::Neighbour
            | Self::HouseHomestead
            | Self::LandForest
            | Self::Expropriation
            | Self::ContractDebt
            | Self::Labour
            | Self::Damage
            | Self::Traffic
            | Self::Medical
            | Self::PropertyMgmt
            | Self::Consumer
            | Self::Environment
            | Self::VillageAffairs
            | Self::WaterIrrigation
            | Self::FarmProduction
            | Self::Ecommerce
            | Self::Other => Confidential::Internal,
        }
    }
}

crate::text_enum! {
    /// How hard it is to settle.
    pub enum DisputeLevel {
        Simple = "simple" "简易",
        General = "general" "一般",
        Difficult = "difficult" "疑难",
        Major = "major" "重大",
    }
}

crate::text_enum! {
    /// How it is mediated.
    pub enum MediationMode {
        OnSite = "on_site" "就地",
        Committee = "committee" "调委会",
        Joint = "joint" "联合",
        Online = "online" "视频",
        Judicial = "judicial" "诉前委派",
        Administrative = "administrative" "行政调解",
    }
}

crate::text_enum! {
    /// What mediation came to; the first three, the agreements, are a success in statistics.
    pub enum DisputeOutcome {
        WrittenAgreement = "written_agreement" "书面协议",
        OralAgreement = "oral_agreement" "口头协议",
        Immediate = "immediate" "即时履行",
        Failed = "failed" "调解不成",
        Refused = "refused" "当事人拒绝",
        Withdrawn = "withdrawn" "撤回",
        Transferred = "transferred" "移送",
    }
}

impl DisputeOutcome {
    /// Whether the parties agreed. It stays so when one of them then breaks its word.
    pub const fn is_agreement(self) -> bool {
        match self {
            Self::WrittenAgreement | Self::OralAgreement | Self::Immediate => true,
            Self::Failed | Self::Refused | Self::Withdrawn | Self::Transferred => false,
        }
    }
}
