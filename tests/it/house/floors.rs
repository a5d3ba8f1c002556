//! Imports go downwards only, and a slice is used through its face.

use super::sources::below;

/// Floors from the ground up.
const FLOORS: [&str; 4] = ["base", "platform", "features", "app"];

/// Which slice may import which: the table of the slices. A new arrow needs a note in `docs/decisions/`.
const ARROWS: &[(&str, &[&str])] = &[
    ("areas", &[]),
    ("timeline", &[]),
    ("clocks", &[]),
    ("attachments", &["cases"]), // decision 0004
    ("staff", &["areas"]),
    ("households", &["areas"]),
    ("sessions", &["areas", "staff", "households"]), // decision 0002
    ("messages", &["sessions"]),                     // decision 0033
    ("callbacks", &["sessions"]),                    // decision 0040
    ("cases", &["areas", "staff", "households", "timeline", "clocks", "messages"]), // decision 0033
    ("deadlines", &["cases", "clocks"]),             // decision 0016
    ("places", &["areas"]),
    // decision 0022
    (
        "hazards",
        &["cases", "areas", "staff", "households", "timeline", "attachments", "clocks", "places", "messages"],
    ),
    ("campaigns", &["areas", "staff", "cases", "attachments", "places", "hazards"]), // decision 0022
    ("disputes", &["cases", "areas", "staff", "households", "timeline", "attachments", "clocks", "messages"]),
    // decision 0024
    (
        "events",
        &[
            "cases",
            "areas",
            "staff",
            "households",
            "timeline",
            "attachments",
            "clocks",
            "hazards",
            "disputes",
            "messages", // decisions 0031, 0034
        ],
    ),
    ("fraud", &["areas", "staff", "households", "attachments", "messages", "notices"]), // decision 0043
    ("exports", &["cases", "hazards", "disputes", "events", "fraud"]), // decisions 0027, 0052
    ("progress", &["cases", "timeline", "clocks", "hazards", "disputes", "events"]), // decision 0034
    ("notices", &["areas", "households", "timeline", "sessions", "callbacks"]), // decision 0003
    ("duplicates", &["cases", "attachments", "hazards", "disputes", "events", "messages"]), // decision 0032
    ("coverage", &["areas", "staff", "households", "notices", "timeline"]),
    ("outlets", &["notices", "areas", "attachments"]), // decision 0048
    ("visits", &["notices", "households", "areas", "attachments"]), // decision 0046
    ("audit_log", &[]),                                // decision 0011
    ("dashboard", &["areas", "cases", "timeline", "notices", "coverage", "clocks"]), // decisions 0004, 0016
    (
        "sync",
        &[
            "areas",
            "campaigns",
            "households",
            "cases",
            "timeline",
            "attachments",
            "hazards",
            "disputes",
            "events",
            "visits",
            "fraud",
        ],
    ), // decisions 0028, 0046, 0052
];

#[test]
fn imports_go_downwards_only() {
    let mut wrong = Vec::new();
    for source in below("src", "rs") {
        let Some(height) = FLOORS.iter().position(|floor| source.rooms()[0] == *floor) else { continue };
        for (above, floor) in FLOORS.iter().enumerate().skip(height + 1) {
            if source.code().contains(&format!("crate::{floor}::")) {
                wrong.push(format!(
                    "{} (floor {}) names crate::{floor} (floor {})",
                    source.path,
                    height + 1,
                    above + 1
                ));
            }
        }
    }
    assert!(
        wrong.is_empty(),
        "imports go downwards only: app > features > platform > base. What both need belongs on the lower floor; \
         a question to a higher floor is a small trait that `app` answers.\n{}",
        wrong.join("\n")
    );
}

#[test]
fn a_slice_is_imported_through_its_face_and_along_an_arrow() {
    let mut wrong = Vec::new();
    for source in below("src/features", "rs") {
        let rooms = source.rooms();
        let slice = rooms[1].trim_end_matches(".rs");
        for used in imports(&source.code()) {
            let (other, room) = used.split_once("::").unwrap_or((&used, ""));
            if other == slice || other.is_empty() {
                continue;
            }
            let known = ARROWS.iter().find(|(name, _)| *name == slice);
            if slice != "mod" && !known.is_some_and(|(_, may)| may.contains(&other)) {
                wrong.push(format!("{}: {slice} may not import {other}", source.path));
            }
            if is_room(room) {
                wrong.push(format!("{}: crate::features::{used} goes into a room", source.path));
            }
        }
    }
    assert!(
        wrong.is_empty(),
        "a slice is imported through its face (`features::hazards::{{..}}`), never through its rooms, and only along \
         an arrow of the table in this test; a new arrow needs a note in docs/decisions/.\n{}",
        wrong.join("\n")
    );
}

/// What follows `crate::features::` in each mention, as far as it is lower-case path.
fn imports(code: &str) -> Vec<String> {
    code.split("crate::features::")
        .skip(1)
        .map(|rest| rest.chars().take_while(|c| c.is_ascii_lowercase() || *c == '_' || *c == ':').collect())
        .collect()
}

/// Whether the path goes on into a file of the slice.
fn is_room(path: &str) -> bool {
    let first = path.split("::").next().unwrap_or_default();
    ["routes", "wire", "actions", "store", "model", "jobs"].contains(&first) && path.contains("::")
}
