//! Text that a spreadsheet takes for text.

use std::borrow::Cow;

/// What makes a cell a formula when it comes first (OWASP, *CSV Injection*; ASVS 5.0, 1.2.10); the full-width signs do so
/// in programs of East Asia.
const SIGNS: [char; 11] =
    ['=', '+', '-', '@', '\t', '\r', '\n', '\u{ff1d}', '\u{ff0b}', '\u{ff0d}', '\u{ff20}'];

/// `text` behind an apostrophe when a spreadsheet would otherwise calculate it, also when blanks come first, which some
/// programs pass over.
pub fn neutral(text: &str) -> Cow<'_, str> {
    let calculated = text.starts_with(SIGNS) || text.trim_start().starts_with(SIGNS);
    if calculated { Cow::Owned(format!("'{text}")) } else { Cow::Borrowed(text) }
}

#[cfg(test)]
mod tests {
    use super::neutral;

    #[test]
    fn what_would_be_calculated_is_text_behind_an_apostrophe_and_nothing_else_is_touched() {
        for text in [
            "=1+1",
            "+86",
            "-5",
            "@SUM(A1)",
            "\t=1",
            "\r\n=1",
            " =1",
            "\u{3000}+1",
            "=HYPERLINK(\"x\")",
            "\u{ff1d}1",
            "\u{ff20}A",
        ] {
            assert_eq!(neutral(text), format!("'{text}"), "{text:?}");
        }
        for text in ["", "示例", "a=b", "1-2", "'=1", "(=1)"] {
            assert_eq!(neutral(text), text);
        }
    }
}
