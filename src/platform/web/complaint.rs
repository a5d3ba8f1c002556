//! What serde says of a value, in Chinese and without the value itself.
//!
//! Serde's texts are English and repeat what was sent, which may be a phone number; only the names of
//! fields and variants, which are ours, are taken over.

use crate::base::problem::{Code, FieldError, Problem};

/// 422 for the place `path` (`.` is the whole) that serde refused with `message`.
pub(super) fn refused(path: &str, message: &str) -> Problem {
    let (name, text) = explain(message);
    let field = match (path, name) {
        (".", Some(name)) => name.to_owned(),
        // The path already ends in an unknown field's name, never in that of a missing one.
        (path, Some(name)) if path.rsplit('.').next() != Some(name) => format!("{path}.{name}"),
        (path, _) => path.to_owned(),
    };
    Problem::fields(vec![FieldError { field, message: text }])
}

/// 400 for a path or a query.
pub(super) fn unreadable(what: &str, message: &str) -> Problem {
    let (name, text) = explain(message);
    let name = name.map_or_else(String::new, |name| format!(" {name} "));
    Problem::because(Code::BadRequest, format!("{what}{name}:{text}"))
}

/// The field that the message names, and what to tell a person.
fn explain(message: &str) -> (Option<&str>, String) {
    let message = message.rsplit_once(" at line ").map_or(message, |(said, _)| said);
    let quoted = || message.split('`').nth(1);
    if message.starts_with("missing field") {
        (quoted(), "缺少这一项".to_owned())
    } else if message.starts_with("unknown field") {
        (quoted(), "没有这一项".to_owned())
    } else if message.starts_with("duplicate field") {
        (quoted(), "重复出现".to_owned())
    } else if let Some((_, expected)) =
        message.strip_prefix("unknown variant").and_then(|m| m.split_once("expected "))
    {
        let words: Vec<_> = expected.split('`').skip(1).step_by(2).collect();
        (None, format!("应为以下之一:{}", words.join("、")))
    } else if let Some((_, expected)) =
        message.strip_prefix("invalid type").and_then(|m| m.rsplit_once("expected "))
    {
        (None, format!("类型不正确,应为{}", kind(expected)))
    } else if message.starts_with("invalid value") {
        (None, "数值超出范围".to_owned())
    } else if message.starts_with("invalid length") {
        (None, "个数不正确".to_owned())
    } else if message.chars().any(|c| ('\u{4e00}'..='\u{9fff}').contains(&c)) {
        (None, message.to_owned()) // one of our own types speaks
    } else {
        (None, "格式不正确".to_owned())
    }
}

fn kind(expected: &str) -> &'static str {
    match expected {
        "a string" | "a borrowed string" | "string" | "str" => "文字",
        "a boolean" | "bool" => "true 或 false",
        "f32" | "f64" => "数字",
        "i8" | "i16" | "i32" | "i64" | "u8" | "u16" | "u32" | "u64" | "usize" | "isize" => "整数",
        other if other.contains("sequence") => "列表",
        other if other.contains("map") || other.starts_with("struct") => "对象",
        other if other.contains("date") => "日期时间",
        other if other.contains("string") => "文字",
        _ => "其他类型",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refused_value_is_never_repeated() {
        let problem =
            refused("phone", "invalid type: string \"13800138000\", expected u64 at line 1 column 20");
        assert_eq!(problem.errors()[0].message, "类型不正确,应为整数");
        let problem = refused("kind", "unknown variant `13800138000`, expected one of `a`, `b`");
        assert_eq!(problem.errors()[0].message, "应为以下之一:a、b");
    }
}
