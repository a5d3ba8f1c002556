//! Reads a calendar by the letter of RFC 5545, and fails on what a lenient program would let pass.

use std::collections::BTreeMap;

/// An event: name with parameters, and value as it was sent.
pub type Event = BTreeMap<String, String>;

/// The content lines (3.1): ended by CRLF, folded at 75 octets at most, never within a character.
fn content_lines(text: &str) -> Vec<String> {
    assert!(
        text.ends_with("\r\n") && !text.replace("\r\n", "").contains(['\r', '\n']),
        "lines end with CRLF"
    );
    let mut lines: Vec<String> = vec![];
    for line in text.split_terminator("\r\n") {
        assert!(line.len() <= 75, "{} octets: {line}", line.len());
        match line.strip_prefix(' ') {
            Some(rest) => lines.last_mut().expect("a fold follows a line").push_str(rest),
            None => lines.push(line.to_owned()),
        }
    }
    lines
}

/// Name with parameters, and value: `name *(";" param) ":" value`.
fn property(line: &str) -> (String, String) {
    let (name, value) = line.split_once(':').unwrap_or_else(|| panic!("no property: {line}"));
    let letters = |c: char| c.is_ascii_alphanumeric() || "-;=".contains(c);
    assert!(name.starts_with(|c: char| c.is_ascii_uppercase()) && name.chars().all(letters), "{line}");
    (name.to_owned(), value.to_owned())
}

/// TEXT (3.3.11): commas, semicolons and backslashes are escaped.
fn is_text(value: &str) -> bool {
    let mut rest = value.chars();
    while let Some(c) = rest.next() {
        let escaped = c == '\\' && !rest.next().is_some_and(|next| "\\;,nN".contains(next));
        if escaped || ";,".contains(c) || c.is_control() {
            return false;
        }
    }
    true
}

/// `YYYYMMDD` or `YYYYMMDDTHHMMSSZ`.
fn is_moment(value: &str) -> bool {
    let digits = |text: &str, n| text.len() == n && text.bytes().all(|b| b.is_ascii_digit());
    match value.split_once('T') {
        None => digits(value, 8),
        Some((day, time)) => digits(day, 8) && time.strip_suffix('Z').is_some_and(|time| digits(time, 6)),
    }
}

/// The events of a calendar that has what 3.4, 3.6 and 3.6.1 ask for, each once.
pub fn events(text: &str) -> Vec<Event> {
    let lines = content_lines(text);
    assert_eq!((lines[0].as_str(), lines.last().unwrap().as_str()), ("BEGIN:VCALENDAR", "END:VCALENDAR"));
    let (mut calendar, mut events, mut open): (Event, Vec<Event>, Option<Event>) = Default::default();
    for line in &lines[1..lines.len() - 1] {
        match line.as_str() {
            "BEGIN:VEVENT" => assert!(open.replace(Event::new()).is_none(), "an event in an event"),
            "END:VEVENT" => events.push(open.take().expect("an event that began")),
            line => {
                let (name, value) = property(line);
                let place = open.as_mut().unwrap_or(&mut calendar);
                assert!(place.insert(name.clone(), value).is_none(), "{name} stands twice");
            }
        }
    }
    assert!(open.is_none() && calendar["VERSION"] == "2.0" && calendar["PRODID"].starts_with("-//"));
    let mut seen = std::collections::BTreeSet::new();
    for event in &events {
        assert!(seen.insert(event["UID"].clone()), "{} stands twice", event["UID"]);
        assert!(is_moment(&event["DTSTAMP"]) && event["DTSTAMP"].ends_with('Z'), "{event:?}");
        let day = event.get("DTSTART;VALUE=DATE");
        let begins = day.or(event.get("DTSTART")).expect("an event begins");
        assert!(is_moment(begins) && day.is_some() != begins.contains('T'), "{event:?}");
        if let Some(ends) = event.get("DTEND") {
            assert!(is_moment(ends) && ends > begins, "DTEND is later than DTSTART: {event:?}");
        }
        assert!(is_text(&event["SUMMARY"]) && is_text(&event["DESCRIPTION"]), "{event:?}");
        assert!(["TENTATIVE", "CONFIRMED", "CANCELLED"].contains(&event["STATUS"].as_str()));
    }
    events
}
