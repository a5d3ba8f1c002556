//! Words, rows and rules of a dispute.

mod agreement;
mod closing;
mod party;
mod procedure;

use chrono::NaiveDate;
use diesel::prelude::*;

pub use agreement::{Agreement, AgreementForm, Settlement, Signed, judicial_due};
pub use closing::{Checklist, Performance, Unsettled, Withdrawal};
pub use party::{
    Answer, NewParty, Party, PartyRow, PartySide, guard_consent, guard_obstacle, guard_refusal, obstacle,
};
pub use procedure::{DisputeState, DisputeStep};

use crate::base::area_code::AreaCode;
use crate::base::id::Id;
use crate::features::cases::{Case, CaseFile, Confidential, Reporter};
use crate::platform::db::schema::disputes;

/// The law that every guard of this slice rests on.
pub const MEDIATION_LAW: &str = "人民调解法";
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
    }
}

impl DisputeOutcome {
    /// Whether the parties agreed. It stays so when one of them then breaks its word.
    pub const fn is_agreement(self) -> bool {
        match self {
            Self::WrittenAgreement | Self::OralAgreement | Self::Immediate => true,
            Self::Failed | Self::Refused | Self::Withdrawn => false,
        }
    }
}

/// A dispute as it is stored beside its case file.
#[derive(Debug, Clone, Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = disputes, primary_key(case_id), treat_none_as_default_value = false, treat_none_as_null = true)]
pub struct DisputeRow {
    /// The case.
    pub case_id: Id<Case>,
    /// As in the file.
    pub area_code: AreaCode,
    /// How far it is.
    pub state: DisputeState,
    /// What it is about.
    pub dispute_type: DisputeType,
    /// How hard it is; judged at acceptance.
    pub level: DisputeLevel,
    /// What it is about in money, fen.
    pub amount_fen: Option<i64>,
    /// The day by which mediation should have ended; none before acceptance.
    pub mediation_due_on: Option<NaiveDate>,
    /// Who mediates.
    pub mediator_id: Option<Id<Reporter>>,
    /// How.
    pub mode: Option<MediationMode>,
    /// What it came to.
    pub outcome: Option<DisputeOutcome>,
    /// The [`Agreement`] as JSON, sealed.
    pub agreement_sealed: Option<Vec<u8>>,
    /// The day on which the agreement took effect.
    pub effective_on: Option<NaiveDate>,
    /// The last day on which both sides may ask the court to confirm it.
    pub judicial_due_on: Option<NaiveDate>,
    /// The day by which it is to be performed.
    pub performance_due_on: Option<NaiveDate>,
    /// The day on which it was.
    pub performed_on: Option<NaiveDate>,
    /// Why there was no agreement, or how it was broken.
    pub end_reason: Option<String>,
    /// Whether the parties were told what else they can do.
    pub remedies_told: bool,
    /// Where the file is kept.
    pub archive_no: Option<String>,
}

impl DisputeRow {
    /// The row of a dispute that has just been registered.
    pub fn registered(file: &CaseFile, dispute_type: DisputeType, amount_fen: Option<i64>) -> Self {
        Self {
            case_id: file.id,
            area_code: file.area_code.clone(),
            state: DisputeState::Registered,
            dispute_type,
            level: DisputeLevel::General,
            amount_fen,
            mediation_due_on: None,
            mediator_id: None,
            mode: None,
            outcome: None,
            agreement_sealed: None,
            effective_on: None,
            judicial_due_on: None,
            performance_due_on: None,
            performed_on: None,
            end_reason: None,
            remedies_told: false,
            archive_no: None,
        }
    }
}
