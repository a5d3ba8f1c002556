//! What WeChat takes in a template field, by the key's word. Coarse for times and dates: their alphabet.

/// Whether the field `key` takes `value`.
pub fn takes(key: &str, value: &str) -> bool {
    let length = value.chars().count();
    let all = |allowed: &dyn Fn(char) -> bool| value.chars().all(allowed);
    let han = |c: char| ('\u{3400}'..='\u{9FFF}').contains(&c);
    if value.trim().is_empty() || value.chars().any(char::is_control) {
        return false;
    }
    match key.trim_end_matches(|c: char| c.is_ascii_digit()) {
        "thing" => length <= 20,
        "character_string" => length <= 32 && value.is_ascii(),
        "number" => length <= 33 && all(&|c| c.is_ascii_digit() || c == '.'),
        "letter" => length <= 32 && all(&|c| c.is_ascii_alphabetic()),
        "symbol" => length <= 5 && !all(&char::is_alphanumeric),
        "phrase" => length <= 5 && all(&han),
        "name" => {
            length <= if value.chars().any(han) { 10 } else { 20 } && !value.chars().any(char::is_numeric)
        }
        "time" => value.contains(':') && all(&|c| c.is_ascii_digit() || ":~-/. 年月日".contains(c)),
        "date" => value.len() >= 8 && all(&|c| c.is_ascii_digit() || ":~-/. 年月日".contains(c)),
        "amount" => {
            value.chars().any(|c| c.is_ascii_digit())
                && value.chars().filter(char::is_ascii_digit).count() <= 10
        }
        "phone_number" => length <= 17 && !value.chars().any(char::is_alphabetic),
        "car_number" => length <= 8,
        "const" | "enum" => true,
        _ => false,
    }
}
