//! A push as a tree, whether it came as XML or as JSON.
//!
//! Of XML it takes elements and their texts, and nothing that could lead out of the text: no document type, no entity
//! but the five of XML itself and characters by number, no processing instruction, no depth.

use quick_xml::Reader;
use quick_xml::events::Event as Xml;
use serde_json::{Map, Value};

use super::Refused;

/// Events are three levels deep.
const DEEPEST: usize = 8;

/// Reads a body.
pub(super) fn read(body: &[u8]) -> Result<Value, Refused> {
    let text = std::str::from_utf8(body).map_err(|_| Refused::Unreadable)?;
    let text = text.trim_start_matches('\u{feff}').trim_start();
    let tree = if text.starts_with('{') {
        serde_json::from_str(text).map_err(|_| Refused::Unreadable)?
    } else {
        xml(text)?
    };
    if tree.is_object() { Ok(tree) } else { Err(Refused::Unreadable) }
}

/// The member `name`. WeChat's own examples have blanks around some names.
pub(super) fn member<'a>(of: &'a Value, name: &str) -> Option<&'a Value> {
    let members = of.as_object()?;
    members
        .get(name)
        .or_else(|| members.iter().find(|(other, _)| other.trim() == name).map(|(_, value)| value))
}

/// The member `name` as a text; a number is written out, and an empty one is none.
pub(super) fn text(of: &Value, name: &str) -> Option<String> {
    let text = match member(of, name)? {
        Value::String(text) => text.trim().to_owned(),
        Value::Number(number) => number.to_string(),
        _ => return None,
    };
    Some(text).filter(|text| !text.is_empty())
}

/// The member `name` as a list: WeChat writes a list of one as that one.
pub(super) fn list<'a>(of: &'a Value, name: &str) -> Vec<&'a Value> {
    match member(of, name) {
        Some(Value::Array(all)) => all.iter().collect(),
        Some(one @ Value::Object(_)) => vec![one],
        _ => vec![],
    }
}

/// An element that is being read.
#[derive(Default)]
struct Open {
    name: String,
    text: String,
    members: Map<String, Value>,
}

impl Open {
    fn value(self) -> Value {
        if self.members.is_empty() { Value::String(self.text) } else { Value::Object(self.members) }
    }

    /// Takes in what has ended; elements of one name become a list.
    fn takes(&mut self, name: String, value: Value) {
        match self.members.get_mut(&name) {
            None => drop(self.members.insert(name, value)),
            Some(Value::Array(all)) => all.push(value),
            Some(first) => {
                let first_value = first.take();
                *first = Value::Array(vec![first_value, value]);
            }
        }
    }
}

fn xml(text: &str) -> Result<Value, Refused> {
    let mut reader = Reader::from_str(text);
    reader.config_mut().expand_empty_elements = true;
    // The lowest is no element; the root ends in it.
    let mut open = vec![Open::default()];
    loop {
        let event = reader.read_event().map_err(|_| Refused::Unreadable)?;
        let innermost = open.last_mut().ok_or(Refused::Unreadable)?;
        match event {
            Xml::Start(start) => {
                let name = start.name().as_ref().to_owned();
                if open.len() > DEEPEST {
                    return Err(Refused::Unreadable);
                }
                open.push(Open { name, ..Open::default() });
            }
            Xml::End(_) => {
                let ended = open.pop().ok_or(Refused::Unreadable)?;
                let outer = open.last_mut().ok_or(Refused::Unreadable)?;
                let name = ended.name.clone();
                outer.takes(name, ended.value());
            }
            Xml::Text(text) => innermost.text.push_str(text.as_ref()),
            Xml::CData(text) => innermost.text.push_str(text.as_ref()),
            Xml::GeneralRef(reference) => innermost.text.push(character(&reference)?),
            Xml::Decl(_) | Xml::Comment(_) => {}
            Xml::DocType(_) | Xml::PI(_) | Xml::Empty(_) => return Err(Refused::Unreadable),
            Xml::Eof => break,
        }
    }
    match (open.pop(), open.is_empty()) {
        (Some(mut document), true) => document.members.remove("xml").ok_or(Refused::Unreadable),
        _ => Err(Refused::Unreadable),
    }
}

fn character(reference: &quick_xml::events::BytesRef<'_>) -> Result<char, Refused> {
    if let Some(character) = reference.resolve_char_ref().map_err(|_| Refused::Unreadable)? {
        return Ok(character);
    }
    match reference.as_ref() {
        "lt" => Ok('<'),
        "gt" => Ok('>'),
        "amp" => Ok('&'),
        "apos" => Ok('\''),
        "quot" => Ok('"'),
        _ => Err(Refused::Unreadable),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn xml_and_json_are_the_same_tree() {
        let xml = "<?xml version=\"1.0\"?><xml>\n <A><![CDATA[1 < 2]]></A> <B>x&amp;&#20013;</B>\
                   <C><List><D>1</D></List><List><D>2</D></List></C><E/></xml>";
        let expected =
            json!({ "A": "1 < 2", "B": "x&中", "C": { "List": [{ "D": "1" }, { "D": "2" }] }, "E": "" });
        assert_eq!(read(xml.as_bytes()), Ok(expected.clone()));
        assert_eq!(read(expected.to_string().as_bytes()), Ok(expected));
    }

    #[test]
    fn numbers_texts_and_blanks_around_names_are_read_alike() {
        let tree = json!({ "CreateTime": 1627359464, " OpenID": " o1 ", "Empty": "" });
        assert_eq!(text(&tree, "CreateTime").as_deref(), Some("1627359464"));
        assert_eq!(text(&tree, "OpenID").as_deref(), Some("o1"));
        assert_eq!((text(&tree, "Empty"), text(&tree, "None")), (None, None));
    }

    #[test]
    fn a_list_of_one_is_written_as_that_one() {
        assert_eq!(list(&json!({ "List": { "a": 1 } }), "List"), [&json!({ "a": 1 })]);
        assert_eq!(list(&json!({ "List": [{ "a": 1 }, { "a": 2 }] }), "List").len(), 2);
        assert!(list(&json!({ "List": "odd" }), "List").is_empty());
    }

    #[test]
    fn nothing_leads_out_of_the_text() {
        let deep = format!("<xml>{}{}</xml>", "<a>".repeat(100_000), "</a>".repeat(100_000));
        let nested = "{\"a\":".repeat(100_000);
        for hostile in [
            "<!DOCTYPE xml [<!ENTITY x SYSTEM \"file:///etc/passwd\">]><xml><A>&x;</A></xml>",
            "<!DOCTYPE xml SYSTEM \"http://example.invalid/x.dtd\"><xml><A>1</A></xml>",
            "<xml><A>&x;</A></xml>",
            "<xml><A>&#0;</A></xml>",
            "<?php x ?><xml><A>1</A></xml>",
            "<xml><A>1</xml></A>",
            "<xml><A>1",
            "<html></html>",
            "<xml></xml><xml></xml>",
            "",
            "text",
            "[1]",
            "{",
            &deep,
            &nested,
        ] {
            assert_eq!(
                read(hostile.as_bytes()),
                Err(Refused::Unreadable),
                "{}",
                &hostile[..hostile.len().min(60)]
            );
        }
        assert_eq!(read(&[0xff, 0xfe]), Err(Refused::Unreadable));
    }
}
