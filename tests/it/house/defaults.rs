//! The defaults file is the manual of the settings: each is explained there, and each is used.

use wangge::platform::config::Settings;

const FILE: &str = "deploy/config.default.toml";

#[test]
fn every_setting_is_explained_where_its_default_stands() {
    let text = std::fs::read_to_string(FILE).unwrap();
    let (mut section, mut explained, mut seen) = (String::new(), false, Vec::new());
    for line in text.lines().map(str::trim) {
        if line.is_empty() {
            explained = false;
        } else if let Some(comment) = line.strip_prefix('#') {
            explained = comment.chars().any(|c| ('\u{4e00}'..='\u{9fff}').contains(&c));
        } else if let Some(name) = line.strip_prefix('[') {
            (section, explained) = (format!("{}.", name.trim_end_matches(']')), false);
        } else if let Some((name, _)) = line.split_once('=') {
            let key = format!("{section}{}", name.trim());
            assert!(explained, "{FILE}: say in Chinese above {key} what it is for");
            seen.push(key);
        }
    }
    let mut known = Settings::known_keys().unwrap();
    seen.sort();
    known.sort();
    assert_eq!(seen, known);
}

#[test]
fn every_setting_is_read_and_no_other_is_taken() {
    // Leaving a known key unread is a mistake of its own, which the defaults alone would show.
    Settings::from_parts("", &[]).unwrap();
    for key in Settings::known_keys().unwrap() {
        let beside = format!("{}_X", key.replace('.', "__").to_uppercase());
        let refused = Settings::from_parts("", &[(&format!("WANGGE_{beside}"), "1")]);
        assert!(refused.is_err(), "WANGGE_{beside} is no setting and was taken");
    }
}
