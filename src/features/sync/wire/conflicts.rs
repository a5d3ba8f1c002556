//! Conflicts as people see them, and what they decide.

use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::{IntoParams, ToSchema};

use crate::base::area_code::AreaCode;
use crate::base::check::Check;
use crate::base::clock::Timestamp;
use crate::base::id::Id;
use crate::base::page::PageQuery;
use crate::base::problem::Result;
use crate::features::attachments::{MOST_PHOTOS, Photo};
use crate::features::sync::conflicts::Values;
use crate::features::sync::model::{
    Conflict, ConflictReason, ConflictRow, ConflictState, Device, Op, Operation, Way, account,
};
use crate::platform::access::Actor;

/// Which conflicts to list.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct ConflictQuery {
    /// Only those that are so far; all when absent.
    pub state: Option<ConflictState>,
    /// How many rows, 1 to 100; 20 when absent.
    #[param(minimum = 1, maximum = 100)]
    pub limit: Option<u32>,
    /// The `next` of the page before.
    #[param(max_length = 64)]
    pub cursor: Option<String>,
}

impl ConflictQuery {
    /// The page asked for.
    pub fn page(&self) -> PageQuery {
        PageQuery { limit: self.limit, cursor: self.cursor.clone() }
    }
}

/// Two values for one record, one of which a person has to choose. The values themselves are had by `reveal`.
#[derive(Debug, Serialize, ToSchema)]
#[schema(example = json!({
    "id": "conflict_01h455vb4pex5vsknk084sn02q", "operation": "hazard.submit", "label": "提交复查",
    "record": "hazard_01h455vb4pex5vsknk084sn02q", "area_code": "500114119201001", "reason": "stale_version",
    "base_version": 3, "server_version": 5, "own": true, "op_id": "op_01h455vb4pex5vsknk084sn02q",
    "device": "device_01h455vb4pex5vsknk084sn02q", "device_at": "2026-11-25T02:15:00.000Z",
    "created_at": "2026-11-25T10:00:01.000Z", "state": "open", "ways": ["keep_server", "apply_mine"], "version": 1
}))]
pub struct ConflictView {
    /// The conflict.
    pub id: Id<Conflict>,
    /// What was done offline.
    pub operation: Operation,
    /// What people call that.
    pub label: &'static str,
    /// The record that it is about.
    pub record: String,
    /// Where the record lies.
    pub area_code: AreaCode,
    /// Why it is a conflict.
    pub reason: ConflictReason,
    /// The version that the phone saw.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub base_version: Option<i32>,
    /// The version that the record had when the operation came.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub server_version: Option<i32>,
    /// Whether it was the caller who did it.
    pub own: bool,
    /// The operation.
    pub op_id: Id<Op>,
    /// The phone.
    pub device: Id<Device>,
    /// When it was done, by the phone's clock.
    pub device_at: Timestamp,
    /// When the server found the conflict.
    pub created_at: Timestamp,
    /// How far it is.
    pub state: ConflictState,
    /// How the caller may settle it now.
    pub ways: Vec<Way>,
    /// When it was settled.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub resolved_at: Option<Timestamp>,
    /// The record that was made or taken a step further.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub resolved_record: Option<String>,
    /// For `If-Match`.
    pub version: i32,
}

impl ConflictView {
    /// The view for `by`.
    pub fn of(row: ConflictRow, by: &Actor) -> Self {
        let operation = row.operation.row();
        let own = row.account_id == account(by.id());
        let mut ways = Vec::new();
        if row.state == ConflictState::Open {
            ways.push(Way::KeepServer);
            ways.extend((own && !operation.makes).then_some(Way::ApplyMine));
            ways.extend((own && operation.may_be_made_anew()).then_some(Way::MakeNew));
        }
        Self {
            id: row.id,
            operation: row.operation,
            label: row.operation.label(),
            record: operation.entity.shown(row.record_id.uuid()),
            area_code: row.area_code,
            reason: row.reason,
            base_version: row.base_version,
            server_version: row.server_version,
            own,
            op_id: row.op_id,
            device: row.device_id,
            device_at: row.device_at,
            created_at: row.created_at,
            state: row.state,
            ways,
            resolved_at: row.resolved_at,
            resolved_record: row.resolved_record.map(|id| operation.entity.shown(id.uuid())),
            version: row.version,
        }
    }
}

/// Why both values are to be shown in plain text.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "purpose": "核对离线登记的内容" }))]
pub struct ConflictRevealBody {
    /// 2 to 200 characters; kept in the audit log.
    #[schema(min_length = 2, max_length = 200)]
    pub purpose: String,
}

impl ConflictRevealBody {
    /// The purpose, or 422.
    pub fn parse(self) -> Result<String> {
        let mut check = Check::new();
        let purpose = check.text("purpose", &self.purpose, 2, 200);
        check.finish(purpose)
    }
}

/// Both values.
#[derive(Serialize, ToSchema)]
pub struct RevealedConflict {
    /// What was done offline: the body of the same POST.
    #[schema(value_type = Object)]
    pub mine: Value,
    /// The record as its author would have been shown it when the operation came; absent when it is hidden from them.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Object>)]
    pub theirs: Option<Value>,
}

impl From<Values> for RevealedConflict {
    fn from(Values { mine, theirs }: Values) -> Self {
        Self { mine, theirs }
    }
}

/// What a person decides.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({ "way": "apply_mine", "record_version": 5 }))]
pub struct SettlementBody {
    /// How.
    pub way: Way,
    /// For `apply_mine`: the version of the record that the person has read.
    #[schema(minimum = 0)]
    pub record_version: Option<i32>,
    /// For `make_new`: the id of the new record, made by the phone.
    #[schema(max_length = 64, example = "hazard_01h455vb4pex5vsknk084sn02r")]
    pub new_id: Option<String>,
    /// For `make_new`: its photos in place of those of the operation, at most 9; those of the first record stay there.
    #[schema(max_items = 9)]
    pub photos: Option<Vec<Id<Photo>>>,
}

/// A decision after its checks.
#[derive(Debug)]
pub struct Decision {
    /// How.
    pub way: Way,
    /// The version that the person has read.
    pub record_version: Option<i32>,
    /// The id of a new record.
    pub new_id: Option<String>,
    /// The photos of a new record.
    pub photos: Option<Vec<String>>,
}

impl SettlementBody {
    /// The decision, or 422.
    pub fn parse(self) -> Result<Decision> {
        let mut check = Check::new();
        if self.photos.as_ref().is_some_and(|photos| photos.len() > MOST_PHOTOS) {
            check.refuse("photos", format!("最多 {MOST_PHOTOS} 张照片"));
        }
        let photos = self.photos.map(|photos| photos.iter().map(ToString::to_string).collect());
        let (way, record_version, new_id) = (self.way, self.record_version, self.new_id);
        check.finish(Decision { way, record_version, new_id, photos })
    }
}
