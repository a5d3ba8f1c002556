//! The product as a target. When the API moves, this is the only file here that moves with it.

use chrono::{SecondsFormat, Utc};
use serde_json::Value;
use sha2::{Digest, Sha256};
use uuid::Uuid;

use crate::http::{get, post};
use crate::manifest::Manifest;
use crate::report::Report;
use crate::target::Target;
use crate::typeid;

/// Answers 200 once requests are welcome.
pub const READY: &str = "/readyz";

/// A running wangge.
#[derive(Debug)]
pub struct Wangge(Manifest);

impl Wangge {
    /// The server that wrote `manifest`.
    pub const fn new(manifest: Manifest) -> Self {
        Self(manifest)
    }
}

impl Target for Wangge {
    fn manifest(&self) -> &Manifest {
        &self.0
    }

    fn ready_path(&self) -> &'static str {
        READY
    }

    fn create(&self, report: &Report, out: &mut Vec<u8>) {
        post(out, "/api/v1/hazards", &self.0.tokens.worker, None, &report.body());
    }

    fn page(&self, grid: &str, out: &mut Vec<u8>) {
        let path = format!("/api/v1/cases?area={grid}&phase=reported&limit=20");
        get(out, &path, &self.0.tokens.worker);
    }

    fn one(&self, id: &str, out: &mut Vec<u8>) {
        get(out, &format!("/api/v1/hazards/{id}"), &self.0.tokens.worker);
    }

    fn publish(&self, id: &str, out: &mut Vec<u8>) {
        post(out, &format!("/api/v1/notices/{id}/publication"), &self.0.tokens.staff, Some("\"1\""), "{}");
    }

    fn coverage(&self, id: &str, out: &mut Vec<u8>) {
        get(out, &format!("/api/v1/notices/{id}/coverage"), &self.0.tokens.staff);
    }

    fn covered(&self, answer: &Value) -> u64 {
        answer["deliveries"].as_u64().unwrap_or(0)
    }

    fn feed(&self, token: &str, out: &mut Vec<u8>) {
        get(out, "/api/v1/me/feed?limit=20", token);
    }

    fn dashboard(&self, out: &mut Vec<u8>) {
        get(out, &format!("/api/v1/dashboard?area={}", self.0.town), &self.0.tokens.staff);
    }

    fn step(&self, id: &str, out: &mut Vec<u8>) {
        let path = format!("/api/v1/hazards/{id}/grading");
        post(out, &path, &self.0.tokens.staff, Some("\"1\""), r#"{"grade":"general"}"#);
    }

    fn push(&self, reports: &[Report], out: &mut Vec<u8>) {
        let now = Utc::now().to_rfc3339_opts(SecondsFormat::Millis, true);
        let operations: Vec<_> = reports.iter().map(|report| operation(report, &now)).collect();
        // Always the same phone.
        let device = typeid::encode("device", Uuid::from_u128(0x0190_0000_0000_7000_8000_0000_0000_0001));
        let body =
            format!(r#"{{"device":"{device}","sent_at":"{now}","operations":[{}]}}"#, operations.join(","));
        post(out, "/api/v1/sync/push", &self.0.tokens.worker, None, &body);
    }

    fn applied(&self, answer: &Value) -> usize {
        let results = answer["results"].as_array().map(Vec::as_slice).unwrap_or_default();
        results.iter().filter(|result| result["outcome"] == "applied").count()
    }
}

/// `report` as an operation of a push that is sent at `now`.
fn operation(report: &Report, now: &str) -> String {
    let (op, record, payload) = (typeid::encode("op", Uuid::now_v7()), report.id(), report.body());
    let sha256: String =
        Sha256::digest(payload.as_bytes()).iter().map(|byte| format!("{byte:02x}")).collect();
    format!(
        r#"{{"op_id":"{op}","operation":"hazard.report","record":"{record}","device_at":"{now}","payload":{payload},"sha256":"{sha256}"}}"#
    )
}
