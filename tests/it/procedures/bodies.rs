//! A smallest body for each step: what the access matrix sends, and what differs by step at one address.

use serde_json::{Value, json};

use super::page::Printed;
use crate::contract::access_table::TABLE;
use crate::town::EAST;

/// What is sent to take `step` on the record `id`.
pub fn body(step: &Printed, id: &str) -> Value {
    if step.step == "send_back" {
        return json!({ "passed": false, "note": "示例" });
    }
    let row = TABLE.iter().find(|row| row.operation == step.operation).unwrap();
    let sends = row.sends.replace("$notice", id).replace("$area", EAST);
    if sends.is_empty() { json!({}) } else { serde_json::from_str(&sends).unwrap() }
}
