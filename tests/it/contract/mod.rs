//! What clients rely on: the published description, who may do what, and that nothing breaks on bad input.

mod access_matrix;
pub mod access_table;
mod calendar;
mod hostile_input;
mod openapi;
pub mod places;
mod reports;
mod schema;
mod tokens;

use serde_json::Value;

/// Whether a text has a Chinese character.
fn is_chinese(text: &str) -> bool {
    text.chars().any(|c| ('\u{4e00}'..='\u{9fff}').contains(&c))
}

/// The description of the API as JSON.
fn described() -> Value {
    serde_json::to_value(wangge::app::api()).unwrap()
}

/// Every operation: `METHOD /path`, and what is said of it.
fn operations(api: &Value) -> Vec<(String, &Value)> {
    let mut found = Vec::new();
    for (path, item) in api["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            found.push((format!("{} {path}", method.to_uppercase()), operation));
        }
    }
    assert!(found.len() > 50, "the description lost its operations");
    found
}
