//! Writing XML 1.0: escaping is the library's, and what no XML may hold is left out.

use std::io;

use quick_xml::Writer;
use quick_xml::events::{BytesDecl, BytesText, Event};

use crate::base::problem::{Problem, Result};

/// A document on its way.
pub type Document = Writer<Vec<u8>>;

/// The document that `root` writes, with its declaration.
pub fn document(root: impl FnOnce(&mut Document) -> io::Result<()>) -> Result<Vec<u8>> {
    let mut document = Writer::new(Vec::new());
    let declaration = Event::Decl(BytesDecl::new("1.0", Some("UTF-8"), None));
    document.write_event(declaration).and_then(|()| root(&mut document)).map_err(Problem::internal)?;
    Ok(document.into_inner())
}

/// An element with a text and nothing else.
pub fn text(document: &mut Document, name: &str, text: &str) -> io::Result<()> {
    document.create_element(name).write_text_content(BytesText::new(&allowed(text)))?;
    Ok(())
}

/// As [`text`], when there is one.
pub fn optional(document: &mut Document, name: &str, said: Option<&str>) -> io::Result<()> {
    said.map_or(Ok(()), |said| text(document, name, said))
}

/// An empty element with attributes.
pub fn empty(document: &mut Document, name: &str, attributes: &[(&str, &str)]) -> io::Result<()> {
    let attributes: Vec<(&str, String)> =
        attributes.iter().map(|(name, said)| (*name, allowed(said))).collect();
    let attributes = attributes.iter().map(|(name, said)| (*name, said.as_str()));
    document.create_element(name).with_attributes(attributes).write_empty()?;
    Ok(())
}

/// The text without the characters that XML 1.0 has no way to write (its production 2, `Char`).
fn allowed(text: &str) -> String {
    let may = |c: char| matches!(c, '\t' | '\n' | '\r' | '\u{20}'..='\u{d7ff}' | '\u{e000}'..='\u{fffd}' | '\u{10000}'..='\u{10ffff}');
    text.chars().filter(|c| may(*c)).collect()
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use proptest::prelude::*;
    use quick_xml::Reader;
    use quick_xml::events::Event;

    use super::*;

    /// The text of the one element and its attribute, as a reader understands them.
    fn read(bytes: &[u8]) -> (String, String) {
        let document = std::str::from_utf8(bytes).unwrap();
        let mut reader = Reader::from_str(document);
        reader.config_mut().check_end_names = true;
        let (mut said, mut attribute) = (String::new(), String::new());
        loop {
            match reader.read_event().unwrap() {
                Event::Text(text) => said.push_str(&text),
                Event::GeneralRef(name) => {
                    let name: &str = &name;
                    let known = quick_xml::escape::resolve_predefined_entity(name).map(str::to_owned);
                    let number =
                        || name.strip_prefix('#').and_then(|n| n.parse().ok()).and_then(char::from_u32);
                    said.push_str(&known.or_else(|| number().map(String::from)).unwrap());
                }
                Event::Empty(element) => {
                    let value = element.attributes().next().unwrap().unwrap().value;
                    attribute = quick_xml::escape::unescape(&value).unwrap().into_owned();
                }
                Event::Eof => return (said, attribute),
                _ => {}
            }
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(512))]

        #[test]
        fn any_text_comes_back_without_what_xml_cannot_hold(
            said in "(\\PC|[\u{0}-\u{1f}<>&'\"\u{7f}-\u{9f}\u{fffe}\u{ffff}]|\\]\\]>|&#0;){0,60}"
        ) {
            let bytes = document(|x| {
                x.create_element("a").write_inner_content(|x| {
                    text(x, "b", &said)?;
                    empty(x, "c", &[("d", &said)])
                })?;
                Ok(())
            }).unwrap();
            let (text, attribute) = read(&bytes);
            prop_assert_eq!(&text, &allowed(&said));
            prop_assert_eq!(&attribute, &allowed(&said));
            prop_assert!(!bytes.iter().any(|b| *b < 0x20 && !matches!(b, b'\t' | b'\n' | b'\r')));
        }
    }

    #[test]
    fn no_text_ends_its_element_or_makes_another() {
        let bytes = document(|x| text(x, "a", "</a><b>&amp;\u{0}\u{b}]]>")).unwrap();
        let written = String::from_utf8(bytes).unwrap();
        let element = "<a>&lt;/a&gt;&lt;b&gt;&amp;amp;]]&gt;</a>";
        assert!(written.ends_with(element), "{written}");
    }
}
