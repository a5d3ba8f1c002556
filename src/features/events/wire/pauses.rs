//! What is said when an event is to rest, or needs more time.

use chrono::NaiveDate;
use serde::Deserialize;
use utoipa::ToSchema;

use super::intake::LONGEST;
use crate::base::check::Check;
use crate::base::problem::Result;

/// Until when an event is to rest, and why.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "until": "2026-12-20", "reason": "示例:等待汛期结束后施工" }))]
pub struct SuspensionRequestBody {
    /// The day (Asia/Shanghai) on which it goes on, at most 90 days ahead.
    #[serde(deserialize_with = "crate::base::day::day")]
    pub until: NaiveDate,
    /// Why, 1 to 500 characters; the reporter does not read it.
    #[schema(min_length = 1, max_length = 500)]
    pub reason: String,
}

impl SuspensionRequestBody {
    /// Day and reason, or 422.
    pub fn parse(self) -> Result<(NaiveDate, String)> {
        let mut check = Check::new();
        let reason = check.text("reason", &self.reason, 1, LONGEST);
        check.finish((self.until, reason))
    }
}

/// How much more time an event needs, and why.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "amount": 2, "reason": "示例:配件需从区里调运" }))]
pub struct ExtensionRequestBody {
    /// Working days, 1 to 3; hours, 1 to 24, where it is urgent or critical.
    #[schema(minimum = 1, maximum = 24)]
    pub amount: i32,
    /// Why, 1 to 500 characters; the reporter does not read it.
    #[schema(min_length = 1, max_length = 500)]
    pub reason: String,
}

impl ExtensionRequestBody {
    /// Amount and reason, or 422.
    pub fn parse(self) -> Result<(i32, String)> {
        let mut check = Check::new();
        let reason = check.text("reason", &self.reason, 1, LONGEST);
        check.finish((self.amount, reason))
    }
}
