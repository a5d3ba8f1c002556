//! The phones that sync, as people see them.

use serde::Serialize;
use utoipa::ToSchema;

use crate::base::area_code::AreaCode;
use crate::base::clock::Timestamp;
use crate::base::id::Id;
use crate::features::sync::model::{Device, DeviceRow, account};
use crate::platform::access::{Actor, Staff};

/// A phone that syncs, and how far its clock is off.
#[derive(Debug, Serialize, ToSchema)]
#[schema(example = json!({
    "device": "device_01h455vb4pex5vsknk084sn02q", "staff": "staff_01h455vb4pex5vsknk084sn02q", "own": true,
    "area_code": "500114119", "clock_skew_ms": -1000, "first_push_at": "2026-11-20T01:00:00.000Z",
    "last_push_at": "2026-11-25T10:00:01.000Z"
}))]
pub struct DeviceView {
    /// The installation of the app.
    pub device: Id<Device>,
    /// Whose sign-in.
    pub staff: Id<Staff>,
    /// Whether it is the caller's.
    pub own: bool,
    /// Where its holder belongs.
    pub area_code: AreaCode,
    /// How much its clock was ahead of the server's at the last push, milliseconds; negative: behind. Times that it told
    /// are kept as it told them.
    pub clock_skew_ms: i64,
    /// When it pushed first.
    pub first_push_at: Timestamp,
    /// When it pushed last.
    pub last_push_at: Timestamp,
}

impl DeviceView {
    /// The view for `by`.
    pub fn of(row: DeviceRow, by: &Actor) -> Self {
        Self {
            device: row.device_id,
            staff: row.account_id.same_as(),
            own: row.account_id == account(by.id()),
            area_code: row.area_code,
            clock_skew_ms: row.clock_skew_ms,
            first_push_at: row.first_push_at,
            last_push_at: row.last_push_at,
        }
    }
}
