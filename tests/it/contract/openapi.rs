//! The published description: it is what the code says, and it says enough.

use std::collections::BTreeSet;

use serde_json::Value;

use super::{described, is_chinese, operations, schema};
use crate::house::printed::same_as_printed;

/// Operations that need no sign-in; a new one is a decision.
pub const OPEN: &[&str] = &[
    "GET /healthz",
    "GET /readyz",
    "POST /api/v1/auth/password",
    "POST /api/v1/auth/password/change",
    "POST /api/v1/auth/wechat",
    "POST /api/v1/auth/wechat/phone",
    "POST /api/v1/auth/refresh",
    "POST /api/v1/auth/display",
    // A calendar program cannot sign in; the address holds a secret (decision 0016).
    "GET /api/v1/me/calendar.ics",
    "GET /.well-known/wangge-pack-keys.json",
    // What was published, for everybody (decision 0045).
    "GET /api/v1/public/notices/{id}",
    "GET /api/v1/public/notices/{id}/cap",
    "GET /api/v1/public/areas/{code}/notices.atom",
    // Gateways cannot sign in: WeChat signs what it tells, the others have a secret in the address (decision 0040).
    "GET /api/v1/callbacks/wechat",
    "POST /api/v1/callbacks/wechat",
    "POST /api/v1/callbacks/sms/{gateway}/{secret}",
];

/// An operation that cannot fail.
const NEVER_FAILS: &str = "GET /healthz";

#[test]
fn the_published_description_is_what_the_code_says() {
    let printed = wangge::app::api().to_pretty_json().unwrap();
    same_as_printed("openapi/wangge.json", &format!("{printed}\n"));
}

#[test]
fn every_operation_is_named_described_and_tagged() {
    let api = described();
    let mut names = BTreeSet::new();
    let mut wrong = Vec::new();
    for (operation, said) in operations(&api) {
        let name = said["operationId"].as_str().unwrap_or_default();
        let words = name.split('_').count();
        if words < 2 || !name.chars().all(|c| c.is_ascii_lowercase() || c == '_') {
            wrong.push(format!("{operation}: operation_id {name:?} should be verb_noun"));
        }
        if !names.insert(name.to_owned()) {
            wrong.push(format!("{operation}: operation_id {name} is taken"));
        }
        if said["tags"].as_array().is_none_or(|tags| tags.len() != 1) {
            wrong.push(format!("{operation}: should have one tag"));
        }
        let text = format!("{}{}", said["summary"], said["description"]);
        if !is_chinese(&text) {
            wrong.push(format!("{operation}: should be described in Chinese, by its doc comment"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_operation_says_how_it_fails_and_whether_it_needs_a_sign_in() {
    let api = described();
    let mut wrong = Vec::new();
    for (operation, said) in operations(&api) {
        let answers = said["responses"].as_object().unwrap();
        if !answers.keys().any(|status| status.starts_with('2')) {
            wrong.push(format!("{operation}: says nothing of success"));
        }
        for (status, answer) in answers {
            if !is_chinese(answer["description"].as_str().unwrap_or_default()) {
                wrong.push(format!("{operation}: say in Chinese what {status} means"));
            }
            let failure = status.starts_with('4') || status.starts_with('5');
            if failure && answer["content"]["application/problem+json"].is_null() {
                wrong.push(format!("{operation}: {status} should be a ProblemBody (problem+json)"));
            }
        }
        if operation != NEVER_FAILS && !["400", "401", "503"].iter().all(|s| answers.contains_key(*s)) {
            wrong.push(format!("{operation}: add `Errors` to its responses"));
        }
        let open = said["security"].as_array().is_some_and(|needs| *needs == [serde_json::json!({})]);
        if open != OPEN.contains(&operation.as_str()) {
            wrong.push(format!(
                "{operation}: `security(())` belongs to the operations in OPEN and to no others"
            ));
        }
        if operation.contains('{') {
            let parameters = said["parameters"].as_array().map(Vec::as_slice).unwrap_or_default();
            let named = parameters.iter().filter(|p| p["in"] == "path").count();
            if named != operation.matches('{').count() {
                wrong.push(format!("{operation}: describe each parameter of the path once"));
            }
        }
    }
    assert_eq!(
        api["security"],
        serde_json::json!([{ "bearer": [] }]),
        "what is not open needs a bearer token"
    );
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_example_is_what_its_schema_says() {
    let api = described();
    let (mut wrong, mut seen) = (Vec::new(), 0);
    examples(&api, "#", &mut |place, schema, example| {
        seen += 1;
        wrong.extend(
            schema::complaints(&api, schema, example, "").into_iter().map(|c| format!("{place}: {c}")),
        );
    });
    assert!(seen > 60, "only {seen} examples: the walk is broken");
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Calls `look` for every schema with an example, and every media type with an example and a schema.
fn examples<'a>(node: &'a Value, place: &str, look: &mut dyn FnMut(&str, &'a Value, &'a Value)) {
    match node {
        Value::Object(members) => {
            // Of a stream the example shows the framing, not the schema of one event.
            if let Some(example) = members.get("example").filter(|_| !place.ends_with("event-stream")) {
                look(place, members.get("schema").unwrap_or(node), example);
            }
            for (name, member) in members.iter().filter(|(name, _)| *name != "example") {
                examples(member, &format!("{place}/{name}"), look);
            }
        }
        Value::Array(items) => {
            for (n, item) in items.iter().enumerate() {
                examples(item, &format!("{place}/{n}"), look);
            }
        }
        _ => {}
    }
}
