//! Leads that people report, the ledger of dissuasions, and the figures of both.

mod dissuasions;
mod figures;
mod leads;
mod offline;

use serde_json::{Value, json};
use wangge::base::id::{Id, Kind};

use crate::town::{Answer, Person, Town};

/// The prefix of an id that a client makes.
macro_rules! ids {
    ($($kind:ident = $prefix:literal),+) => {
        $(pub enum $kind {}
        impl Kind for $kind { const PREFIX: &'static str = $prefix; })+
    };
}
ids!(Lead = "lead", Dissuasion = "dissuasion");

/// A lead about a phone number, as a client sends it.
fn lead(number: &str) -> Value {
    json!({
        "id": Id::<Lead>::new().to_string(), "fraud_type": "fake_customer_service", "way": "call",
        "suspect": { "kind": "phone", "value": number }, "detail": "示例:自称快递客服,来电号码 13800005678",
        "lost_fen": 0, "at_risk_fen": 500_000, "occurred_at": "2026-03-02T00:30:00.000Z"
    })
}

/// The same by staff, who say where.
pub fn lead_in(area: &str, number: &str) -> Value {
    let mut body = lead(number);
    body["area_code"] = json!(area);
    body
}

pub async fn reports(town: &Town, who: &Person, body: Value) -> Answer {
    who.post(town, "/api/v1/fraud_leads", body).await
}

/// An entry of the ledger, as a client sends it.
pub fn entry(area: &str, at_risk: i64, saved: i64) -> Value {
    json!({
        "id": Id::<Dissuasion>::new().to_string(), "area_code": area, "happened_at": "2026-03-02T00:30:00.000Z",
        "fraud_type": "fake_authority", "way": "call", "outsider_name": "示例甲", "at_risk_fen": at_risk, "saved_fen": saved,
        "method": "bank_counter", "result": "stopped", "note": "示例:来电 13800005678 自称办案"
    })
}

pub async fn records(town: &Town, who: &Person, body: Value) -> Answer {
    who.post(town, "/api/v1/dissuasions", body).await
}

/// The ids of a list, as they stand there.
fn ids(answer: &Answer) -> Vec<String> {
    let items = answer.body["items"].as_array().unwrap_or_else(|| panic!("no list: {answer:?}"));
    items.iter().map(|item| item["id"].as_str().unwrap().to_owned()).collect()
}
