//! A hazard report as a phone sends it: about 600 bytes of Chinese JSON, wholly determined by its id and
//! grid, so that a sender can repeat it and a checker can know it without having kept it.

use chrono::DateTime;
use serde_json::Value;
use uuid::Uuid;

use crate::typeid;

const ROADS: [&str; 4] = ["老街口", "水库旁", "学校门前", "桥头"];

/// One report.
#[derive(Debug, Clone)]
pub struct Report {
    uuid: Uuid,
    area: String,
}

impl Report {
    /// A new report in the grid `area`.
    pub fn new(area: &str) -> Self {
        Self::of(Uuid::now_v7(), area)
    }

    /// The report that `uuid` and `area` determine.
    pub fn of(uuid: Uuid, area: &str) -> Self {
        Self { uuid, area: area.to_owned() }
    }

    /// The id as text: `hazard_…`.
    pub fn id(&self) -> String {
        typeid::encode("hazard", self.uuid)
    }

    /// The grid's code.
    pub fn area(&self) -> &str {
        &self.area
    }

    /// What one reads first; unique to this report.
    pub fn title(&self) -> String {
        let tail = self.uuid.as_u128() as u32;
        format!("（示例）{}护栏松动，编号{tail:08x}", ROADS[tail as usize % ROADS.len()])
    }

    /// The description; unique to this report.
    pub fn detail(&self) -> String {
        format!(
            "巡查时发现临水一侧护栏有三根立柱松动，基座混凝土开裂，雨后路面湿滑，夜间无照明，学生上下学由此经过。\
             已用警示带临时围挡，并告知附近两户村民绕行；建议三日内加固，加固前由网格员早晚各看一次。记录号{:x}。",
            self.uuid.as_u128()
        )
    }

    /// Its JSON, the same bytes each time.
    pub fn body(&self) -> String {
        // The id carries the moment it was made, so the report says the same however often it is sent.
        let (seconds, _) = self.uuid.get_timestamp().map_or((0, 0), |at| at.to_unix());
        let occurred = DateTime::from_timestamp(seconds as i64 - 60, 0).unwrap_or_default();
        format!(
            r#"{{"id":"{}","area_code":"{}","title":"{}","detail":"{}","field":"road_traffic","place":{{"address":"示例村四组{}号旁","lat":29.5321,"lng":108.7712,"datum":"wgs84"}},"occurred_at":"{}"}}"#,
            self.id(),
            self.area,
            self.title(),
            self.detail(),
            self.uuid.as_u128() as u8,
            occurred.format("%Y-%m-%dT%H:%M:%S.000Z"),
        )
    }

    /// Whether `answer` is this report: id, title and detail are the ones sent.
    pub fn is(&self, answer: &Value) -> bool {
        answer["id"] == *self.id() && answer["title"] == *self.title() && answer["detail"] == *self.detail()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_report_has_about_600_bytes_and_is_repeated_exactly() {
        let report = Report::new("500114119201001");
        let body = report.body();
        assert!((550..750).contains(&body.len()), "{} bytes", body.len());
        assert_eq!(body, Report::of(report.uuid, &report.area).body());
        assert!(report.is(&serde_json::from_str(&body).unwrap()));
        assert!(!Report::new("500114119201001").is(&serde_json::from_str(&body).unwrap()));
    }
}
