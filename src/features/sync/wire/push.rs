//! A day's offline work on its way in, and what became of each part of it.

use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::base::check::Check;
use crate::base::clock::Timestamp;
use crate::base::hex::sha256_hex;
use crate::base::id::Id;
use crate::base::problem::{Code, Problem, Result};
use crate::features::attachments::{MOST_ANNOUNCED, Photo, is_sha256};
use crate::features::sync::model::{Conflict, Device, Op, Operation, Outcome, Refusal};
use crate::platform::db::Doc;
use crate::platform::web::{Single, Size, read_json};

/// The most operations of one push.
pub const MOST_OPERATIONS: usize = 200;
/// How far a phone's clock may be off, in hours; beyond that its times tell nothing.
const MOST_SKEW_HOURS: i64 = 24;
/// How much later than the sending an operation may claim to have been done, minutes.
const FAST_MINUTES: i64 = 5;

/// What a phone did offline, in the order in which it was done.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({
    "device": "device_01h455vb4pex5vsknk084sn02q", "sent_at": "2026-11-25T10:00:00.000Z",
    "operations": [{
        "op_id": "op_01h455vb4pex5vsknk084sn02q", "operation": "hazard.rectify",
        "record": "hazard_01h455vb4pex5vsknk084sn02q", "base_version": 3, "device_at": "2026-11-25T02:15:00.000Z",
        "payload": { "note": "示例:已更换立柱两根", "photos": [] },
        "sha256": "0b0f7f1be6a1e0a5d0ac08c4ba8ba1de5b8bd4e3f3f2d6e7d1b8ef2ac7f3a911"
    }]
}))]
pub struct PushBody {
    /// The installation of the app; the phone makes the id once and keeps it.
    pub device: Id<Device>,
    /// What the phone's clock shows as it sends; at most 24 hours off.
    pub sent_at: Timestamp,
    /// 1 to 200. Each is judged by itself, so one that cannot even be read spoils no other.
    #[schema(value_type = Vec<OperationBody>, min_items = 1, max_items = 200)]
    pub operations: Vec<Box<RawValue>>,
}

/// One thing that was done offline.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct OperationBody {
    /// Made by the phone, a UUIDv7; a resend has the same.
    pub op_id: Id<Op>,
    /// What was done.
    pub operation: Operation,
    /// The record that was made or taken a step further, under its own prefix.
    #[schema(example = "hazard_01h455vb4pex5vsknk084sn02q", max_length = 64)]
    pub record: String,
    /// For a step: the version that the phone saw, or that the operation before it leads to.
    #[schema(minimum = 0)]
    pub base_version: Option<i32>,
    /// When it was done, by the phone's clock.
    pub device_at: Timestamp,
    /// The body of the same POST; at most 256 KiB.
    #[schema(value_type = Object)]
    pub payload: Box<RawValue>,
    /// SHA-256 of the text of `payload` exactly as it stands here, 64 lower-case hexadecimal digits.
    #[schema(min_length = 64, max_length = 64)]
    pub sha256: String,
    /// Photos that the payload names and that may not have arrived yet, at most 60.
    #[serde(default)]
    #[schema(max_items = 60)]
    pub media: Vec<MediaBody>,
}

/// A photo that is still on the phone.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct MediaBody {
    /// The id under which it will be uploaded.
    pub photo: Id<Photo>,
    /// SHA-256 of the file, 64 lower-case hexadecimal digits.
    #[schema(min_length = 64, max_length = 64)]
    pub sha256: String,
}

/// A push after its checks.
pub struct Batch {
    /// The phone.
    pub device: Id<Device>,
    /// How much its clock is ahead, milliseconds.
    pub clock_skew_ms: i64,
    /// In the order in which they came; what could not be read is refused already.
    pub operations: Vec<Result<Todo, Box<Answer>>>,
}

/// An operation to be done.
#[derive(Debug)]
pub struct Todo {
    /// The operation.
    pub op_id: Id<Op>,
    /// What was done.
    pub operation: Operation,
    /// The record, as clients know it.
    pub record: String,
    /// The record, as it is stored.
    pub record_id: Uuid,
    /// The version that the phone saw.
    pub base_version: Option<i32>,
    /// When it was done.
    pub device_at: Timestamp,
    /// The body of the same POST.
    pub payload: Box<RawValue>,
    /// Photos that may not have arrived.
    pub media: Vec<(Id<Photo>, String)>,
}

impl Todo {
    /// Whether it says that whoever did it must not be known.
    pub fn is_anonymous(&self) -> bool {
        #[derive(Deserialize)]
        struct Said {
            #[serde(default)]
            anonymous: bool,
        }
        serde_json::from_str::<Said>(self.payload.get()).is_ok_and(|said| said.anonymous)
    }

    /// The photos that may not have arrived, as they are kept beside a conflict; none when there are none.
    pub fn media_doc(&self) -> Result<Option<Doc>> {
        let media = serde_json::to_value(&self.media).map_err(Problem::internal)?;
        Ok((!self.media.is_empty()).then_some(Doc(media)))
    }
}

/// What became of one operation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// As it was sent; none when it could not be read.
    pub op_id: Option<String>,
    /// What became of it.
    pub outcome: Outcome,
    /// The record.
    pub record: Option<String>,
    /// Its version afterwards.
    pub version: Option<i32>,
    /// What waits for a person.
    pub conflict: Option<Id<Conflict>>,
    /// Why it was not done.
    pub problem: Option<Refusal>,
    /// Whether to send it again as it is.
    pub retry: bool,
}

impl Answer {
    /// A refusal that is no decision about the record.
    pub fn refused(op_id: Option<String>, record: Option<String>, problem: &Problem, retry: bool) -> Self {
        let problem = Some(Refusal::from(problem));
        Self { op_id, outcome: Outcome::Rejected, record, version: None, conflict: None, problem, retry }
    }

    /// Whether the record is now as the phone believes.
    pub fn is_done(&self) -> bool {
        matches!(self.outcome, Outcome::Applied | Outcome::Duplicate)
    }
}

impl PushBody {
    /// The batch, or 422 for what concerns all of it.
    pub fn parse(self, now: Timestamp) -> Result<Batch> {
        let mut check = Check::new();
        let skew = self.sent_at.since(now);
        if skew.num_hours().abs() >= MOST_SKEW_HOURS {
            check.refuse("sent_at", "手机时间与服务器相差一天以上,请校准手机时间后重发");
        }
        if !(1..=MOST_OPERATIONS).contains(&self.operations.len()) {
            check.refuse("operations", format!("每次 1 到 {MOST_OPERATIONS} 项"));
        }
        check.finish(())?;
        let operations = self.operations.iter().map(|raw| read(raw, self.sent_at)).collect();
        Ok(Batch { device: self.device, clock_skew_ms: skew.num_milliseconds(), operations })
    }
}

/// Reads one operation, or refuses it alone.
fn read(raw: &RawValue, sent_at: Timestamp) -> Result<Todo, Box<Answer>> {
    #[derive(Deserialize)]
    struct Named {
        op_id: Option<String>,
        record: Option<String>,
    }
    OperationBody::read(raw, sent_at).map_err(|problem| {
        let named = serde_json::from_str::<Named>(raw.get()).ok();
        let short = |text: Option<String>| text.filter(|text| text.len() <= 64);
        let (op_id, record) = named.map(|it| (short(it.op_id), short(it.record))).unwrap_or_default();
        Box::new(Answer::refused(op_id, record, &problem, false))
    })
}

impl OperationBody {
    fn read(raw: &RawValue, sent_at: Timestamp) -> Result<Todo> {
        let body: Self = read_json(raw.get().as_bytes())?;
        let text = body.payload.get();
        if text.len() > Single::KIB * 1024 {
            return Err(Problem::because(Code::TooLarge, format!("payload 不能超过 {} KiB", Single::KIB)));
        }
        let mut check = Check::new();
        let row = body.operation.row();
        let record_id = row.entity.id_of(&body.record);
        if record_id.is_none() {
            check.refuse("record", format!("不是“{}”的编号", body.operation.label()));
        }
        if sha256_hex(text.as_bytes()) != body.sha256 {
            check.refuse("sha256", "与 payload 的内容不符,可能没有传完整");
        }
        if body.device_at > sent_at.plus(chrono::TimeDelta::minutes(FAST_MINUTES)) {
            check.refuse("device_at", "不能晚于发送的时间");
        }
        if body.media.len() > MOST_ANNOUNCED || body.media.iter().any(|media| !is_sha256(&media.sha256)) {
            check.refuse("media", format!("最多 {MOST_ANNOUNCED} 张照片,sha256 为 64 位小写十六进制数字"));
        }
        check.finish_some(record_id.map(|record_id| Todo {
            op_id: body.op_id,
            operation: body.operation,
            record: body.record,
            record_id,
            base_version: body.base_version.filter(|_| !row.makes),
            device_at: body.device_at,
            payload: body.payload,
            media: body.media.into_iter().map(|media| (media.photo, media.sha256)).collect(),
        }))
    }
}

/// What became of a push.
#[derive(Debug, Serialize, ToSchema)]
#[schema(example = json!({
    "server_at": "2026-11-25T10:00:01.000Z", "clock_skew_ms": -1000,
    "results": [{
        "op_id": "op_01h455vb4pex5vsknk084sn02q", "outcome": "applied",
        "record": "hazard_01h455vb4pex5vsknk084sn02q", "version": 4
    }]
}))]
pub struct PushAnswer {
    /// What the server's clock shows.
    pub server_at: Timestamp,
    /// How much the phone's clock is ahead, milliseconds; negative: behind.
    pub clock_skew_ms: i64,
    /// One for each operation, in the order in which they were sent.
    pub results: Vec<ResultView>,
}

/// What became of one operation.
#[derive(Debug, Serialize, ToSchema)]
pub struct ResultView {
    /// As it was sent; absent when it could not be read.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub op_id: Option<String>,
    /// `applied` and `duplicate`: done, forget it. `conflict`: kept on the server for a person, forget it. `rejected`:
    /// not done; keep it and show why.
    pub outcome: Outcome,
    /// The record.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub record: Option<String>,
    /// Its version when the operation was done.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub version: Option<i32>,
    /// The conflict that waits for a person.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub conflict: Option<Id<Conflict>>,
    /// Why it was rejected.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub problem: Option<Refusal>,
    /// Of a rejection: send the same again later, nothing was decided. Without it the same `op_id` is answered the
    /// same; what was mended goes under a new one.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    #[schema(required = false)]
    pub retry: bool,
}

impl From<Answer> for ResultView {
    fn from(answer: Answer) -> Self {
        let Answer { op_id, outcome, record, version, conflict, problem, retry } = answer;
        Self { op_id, outcome, record, version, conflict, problem, retry }
    }
}
