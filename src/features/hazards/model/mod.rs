//! What a hazard is: its kinds and grades here, its states and steps in `procedure`, its row in `row`, who is barred
//! from a step in `bars`.

mod bars;
mod procedure;
mod row;
mod steps;

pub use bars::Asking;
pub use procedure::{HazardState, HazardStep};
pub use row::{HazardFile, HazardRow, Origin};

crate::id_kind! {
    /// A hazard; its case has the same id.
    Hazard = "hazard";
    /// A campaign (排查整治行动), at one of whose inspections a hazard was found. `campaigns` knows more of it.
    Campaign = "campaign";
    /// The inspection at which a hazard was found. `campaigns` knows more of it.
    Inspection = "inspection";
}

crate::text_enum! {
    /// Where the danger is.
    pub enum HazardField {
        RoadTraffic = "road_traffic" "道路交通",
        Fire = "fire" "消防",
        Gas = "gas" "燃气",
        Electricity = "electricity" "用电",
        SelfBuiltHouse = "self_built_house" "自建房",
        Construction = "construction" "建设施工",
        Geology = "geology" "地质灾害",
        ForestFire = "forest_fire" "森林防火",
        Water = "water" "涉水防溺水",
        Fireworks = "fireworks" "烟花爆竹",
        Hazmat = "hazmat" "危化品",
        Mine = "mine" "矿山",
        SpecialEquipment = "special_equipment" "特种设备",
        FarmMachine = "farm_machine" "农机",
        School = "school" "校园",
        Food = "food" "食品",
        Tourism = "tourism" "文旅",
        Other = "other" "其他",
    }
}

crate::text_enum! {
    /// How bad it is. General ones are put right at once; major ones need the five elements.
    pub enum Grade {
        General = "general" "一般",
        Key = "key" "重点",
        Major = "major" "重大",
    }
}

crate::text_enum! {
    /// Why a report is no hazard.
    pub enum NotHazardReason {
        NotFound = "not_found" "现场未发现",
        Harmless = "harmless" "不构成隐患",
        Gone = "gone" "已自行消除",
        Duplicate = "duplicate" "重复上报",
        Elsewhere = "elsewhere" "不在本辖区",
    }
}
