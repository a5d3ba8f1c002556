//! The JSON of campaigns and inspections; turning input into values.

mod campaign;
mod checklist;
mod inspection;
mod record;
mod statistics;

pub use campaign::{CampaignBody, CampaignQuery, CampaignSummary, CampaignView, ChangeCampaign};
pub use checklist::{ChecklistBody, ChecklistView};
pub use inspection::InspectionBody;
pub use record::{InspectionQuery, InspectionSummary, InspectionView, PhotoQuery};
pub use statistics::{CampaignStatistics, StatisticsQuery};
