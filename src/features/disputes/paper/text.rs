//! A paper as plain text.

use super::compose::{Line, Paper};

/// The paper, a paragraph a line, with an empty line before each group.
pub fn text(paper: &Paper) -> String {
    let mut text = String::new();
    let mut signed = false;
    for line in &paper.0 {
        let (before, words) = match line {
            Line::Title(words) | Line::Number(words) => ("", words),
            Line::Heading(words) => ("\n", words),
            Line::Body(words) => ("  ", words),
            Line::Signature(words) if !signed => ("\n", words),
            Line::Signature(words) | Line::Day(words) => ("", words),
        };
        signed = matches!(line, Line::Signature(_));
        text.push_str(before);
        text.push_str(words);
        text.push('\n');
    }
    text
}
