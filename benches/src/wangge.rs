//! The product as a target. When the API moves, this is the only file here that moves with it.

use serde_json::Value;

use crate::http::{get, post};
use crate::manifest::Manifest;
use crate::report::Report;
use crate::target::Target;

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
}
