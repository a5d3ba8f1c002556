//! A paper as a Word document: A4, the fonts that Chinese offices have, numbered items, lines to sign on.

use std::io::Cursor;

use docx_rs::{
    AlignmentType, Docx, LineSpacing, LineSpacingType, PageMargin, Paragraph, Run, RunFonts,
    SpecialIndentType,
};

use super::compose::{Line, Paper};
use crate::base::problem::{Problem, Result};

/// A4, in twentieths of a point.
const PAGE: (u32, u32) = (11_906, 16_838);
/// Margins in twentieths of a point: 37, 35, 28 and 26 mm above, below, left and right, as official papers have them.
const ABOVE: i32 = 2098;
const BELOW: i32 = 1984;
const LEFT: i32 = 1588;
const RIGHT: i32 = 1474;
/// 二号 and 三号, in half points.
const TITLE_SIZE: usize = 44;
const BODY_SIZE: usize = 32;
/// The height of a line, in twentieths of a point.
const LINE: i32 = 560;
/// Two characters of the body, in twentieths of a point.
const TWO_CHARACTERS: i32 = 640;

/// The bytes of the document.
pub fn docx(paper: &Paper) -> Result<Vec<u8>> {
    let margin = PageMargin::new().top(ABOVE).bottom(BELOW).left(LEFT).right(RIGHT);
    let document = Docx::new().page_size(PAGE.0, PAGE.1).page_margin(margin);
    let document = document.default_fonts(font("仿宋")).default_size(BODY_SIZE);
    let document = paper.0.iter().fold(document, |document, line| document.add_paragraph(paragraph(line)));
    let mut bytes = Cursor::new(Vec::new());
    document.build().pack(&mut bytes).map_err(Problem::internal)?;
    Ok(bytes.into_inner())
}

/// Chinese in `name`, numbers in what every office has.
fn font(name: &str) -> RunFonts {
    RunFonts::new().east_asia(name).ascii("Times New Roman").hi_ansi("Times New Roman")
}

fn paragraph(line: &Line) -> Paragraph {
    let spacing = LineSpacing::new().line_rule(LineSpacingType::Exact).line(LINE);
    let plain = || Paragraph::new().line_spacing(spacing.clone());
    let words = |words: &str, name: &str| written(words).fonts(font(name));
    match line {
        Line::Title(title) => {
            let run = words(title, "宋体").size(TITLE_SIZE).bold();
            plain().align(AlignmentType::Center).add_run(run)
        }
        Line::Number(number) => plain().align(AlignmentType::Right).add_run(words(number, "仿宋")),
        Line::Heading(heading) => plain().keep_next(true).add_run(words(heading, "黑体")),
        Line::Body(body) => {
            let first = SpecialIndentType::FirstLine(TWO_CHARACTERS);
            plain().indent(None, Some(first), None, None).add_run(words(body, "仿宋"))
        }
        Line::Signature(signature) => plain().keep_next(true).add_run(words(signature, "仿宋")),
        Line::Day(day) => plain().align(AlignmentType::Right).add_run(words(day, "仿宋")),
    }
}

/// The words, with a line break where the text has one.
fn written(words: &str) -> Run {
    let mut run = Run::new();
    for (n, line) in words.lines().enumerate() {
        if n > 0 {
            run = run.add_break(docx_rs::BreakType::TextWrapping);
        }
        run = run.add_text(line);
    }
    run
}

#[cfg(test)]
mod tests {
    use std::io::Read;

    use super::*;
    use crate::features::disputes::model::AgreementForm;
    use crate::features::disputes::paper::compose;
    use crate::features::disputes::paper::compose::tests::full;

    fn document(bytes: &[u8]) -> String {
        let mut package = zip::ZipArchive::new(Cursor::new(bytes)).unwrap();
        let mut xml = String::new();
        package.by_name("word/document.xml").unwrap().read_to_string(&mut xml).unwrap();
        xml
    }

    #[test]
    fn the_document_is_a4_in_chinese_fonts_and_holds_every_line() {
        let (draft, known) = full(AgreementForm::WrittenAgreement);
        let paper = compose(&draft, &known);
        let xml = document(&docx(&paper).unwrap());
        assert!(xml.contains(r#"w:w="11906""#) && xml.contains(r#"w:h="16838""#), "{xml}");
        for name in ["仿宋", "黑体", "宋体"] {
            assert!(xml.contains(&format!(r#"w:eastAsia="{name}""#)), "{name}: {xml}");
        }
        for line in &paper.0 {
            let (Line::Title(words)
            | Line::Number(words)
            | Line::Heading(words)
            | Line::Body(words)
            | Line::Signature(words)
            | Line::Day(words)) = line;
            assert!(xml.contains(words.as_str()), "{words}");
        }
    }

    #[test]
    fn what_looks_like_markup_is_only_text() {
        let (mut draft, known) = full(AgreementForm::OralAgreement);
        draft.facts = Some("<w:p/>&\n第二行".into());
        let xml = document(&docx(&compose(&draft, &known)).unwrap());
        assert!(xml.contains("&lt;w:p/&gt;&amp;") && xml.contains("<w:br"), "{xml}");
    }
}
