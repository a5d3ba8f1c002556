//! The ceiling as a target.

use serde_json::Value;

use crate::http::{get, post};
use crate::manifest::Manifest;
use crate::report::Report;
use crate::target::Target;
use crate::works::Work;

/// Answers 200 once requests are welcome.
pub const READY: &str = "/readyz";

/// A running ceiling.
#[derive(Debug)]
pub struct Ceiling(Manifest);

impl Ceiling {
    /// The server that `manifest` was seeded for.
    pub const fn new(manifest: Manifest) -> Self {
        Self(manifest)
    }
}

impl Target for Ceiling {
    fn manifest(&self) -> &Manifest {
        &self.0
    }

    fn ready_path(&self) -> &'static str {
        READY
    }

    fn create(&self, report: &Report, out: &mut Vec<u8>) {
        post(out, "/reports", &self.0.tokens.worker, None, &report.body());
    }

    fn page(&self, grid: &str, out: &mut Vec<u8>) {
        get(out, &format!("/reports?area={grid}&status=reported"), &self.0.tokens.worker);
    }

    fn one(&self, id: &str, out: &mut Vec<u8>) {
        get(out, &format!("/reports/{id}"), &self.0.tokens.worker);
    }

    fn publish(&self, id: &str, out: &mut Vec<u8>) {
        post(out, &format!("/notices/{id}/publication"), &self.0.tokens.staff, None, "{}");
    }

    fn coverage(&self, id: &str, out: &mut Vec<u8>) {
        get(out, &format!("/notices/{id}/coverage"), &self.0.tokens.staff);
    }

    fn covered(&self, answer: &Value) -> u64 {
        answer["deliveries"].as_u64().unwrap_or(0)
    }

    fn feed(&self, token: &str, out: &mut Vec<u8>) {
        get(out, "/feed", token);
    }

    fn dashboard(&self, out: &mut Vec<u8>) {
        get(out, "/dashboard", &self.0.tokens.staff);
    }

    fn takes(&self, work: Work) -> bool {
        work != Work::W8
    }

    fn push(&self, _reports: &[Report], _out: &mut Vec<u8>) {}

    fn applied(&self, _answer: &Value) -> usize {
        0
    }

    fn step(&self, id: &str, out: &mut Vec<u8>) {
        let path = format!("/reports/{id}/grading");
        post(out, &path, &self.0.tokens.staff, Some("\"1\""), r#"{"grade":"general"}"#);
    }
}
