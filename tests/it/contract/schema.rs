//! Whether a value is what a schema says, as far as our own schemas go: types, enumerations, members, lengths.

use serde_json::Value;

/// What is wrong with `value`, each with its place.
pub fn complaints(api: &Value, schema: &Value, value: &Value, place: &str) -> Vec<String> {
    if let Some(reference) = schema["$ref"].as_str() {
        let target = api.pointer(reference.trim_start_matches('#'));
        return complaints(api, target.unwrap_or_else(|| panic!("{reference} leads nowhere")), value, place);
    }
    if let Some(all) = schema["allOf"].as_array() {
        return all.iter().flat_map(|part| complaints(api, part, value, place)).collect();
    }
    for several in ["oneOf", "anyOf"] {
        if let Some(choices) = schema[several].as_array() {
            let fits = choices.iter().any(|choice| complaints(api, choice, value, place).is_empty());
            return if fits { vec![] } else { vec![format!("{place} fits none of {several}: {value}")] };
        }
    }
    let mut wrong = Vec::new();
    let types: Vec<&str> = match &schema["type"] {
        Value::String(one) => vec![one],
        Value::Array(several) => several.iter().filter_map(Value::as_str).collect(),
        _ => vec![],
    };
    if !types.is_empty() && !types.iter().any(|wanted| is(value, wanted)) {
        wrong.push(format!("{place} should be {types:?}: {value}"));
    }
    if let Some(words) = schema["enum"].as_array().filter(|words| !words.contains(value)) {
        wrong.push(format!("{place} should be one of {words:?}: {value}"));
    }
    match value {
        Value::Object(members) => {
            let known = schema["properties"].as_object();
            for name in schema["required"].as_array().into_iter().flatten().filter_map(Value::as_str) {
                if !members.contains_key(name) {
                    wrong.push(format!("{place}.{name} is missing"));
                }
            }
            for (name, member) in members {
                match known.and_then(|known| known.get(name)) {
                    Some(schema) => wrong.extend(complaints(api, schema, member, &format!("{place}.{name}"))),
                    None if schema["additionalProperties"] == false => {
                        wrong.push(format!("{place}.{name} is unknown"))
                    }
                    None => {}
                }
            }
        }
        Value::Array(items) => {
            let each = items.iter().enumerate();
            wrong.extend(
                each.flat_map(|(n, item)| complaints(api, &schema["items"], item, &format!("{place}[{n}]"))),
            );
        }
        Value::String(text) => {
            let length = text.chars().count() as u64;
            let (least, most) = (schema["minLength"].as_u64(), schema["maxLength"].as_u64());
            if length < least.unwrap_or(0) || length > most.unwrap_or(u64::MAX) {
                wrong.push(format!("{place} should have {least:?} to {most:?} characters: {text}"));
            }
        }
        _ => {}
    }
    wrong
}

fn is(value: &Value, wanted: &str) -> bool {
    match wanted {
        "string" => value.is_string(),
        "integer" => value.is_i64() || value.is_u64(),
        "number" => value.is_number(),
        "boolean" => value.is_boolean(),
        "array" => value.is_array(),
        "object" => value.is_object(),
        "null" => value.is_null(),
        other => panic!("no such type: {other}"),
    }
}
