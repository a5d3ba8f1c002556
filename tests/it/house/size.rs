//! A source file is small.

use super::sources::below;

/// The most lines of a source file.
const MOST: usize = 400;

/// Files that are longer, each with its reason. The list may only shrink.
const LONGER: &[(&str, &str)] = &[("src/platform/db/schema.rs", "one schema file for all tables")];

#[test]
fn no_source_file_is_longer_than_four_hundred_lines() {
    let files = ["src", "tests", "examples"].into_iter().flat_map(|folder| below(folder, "rs"));
    let long =
        files.filter(|f| f.text.lines().count() > MOST && !LONGER.iter().any(|(path, _)| *path == f.path));
    let long: Vec<_> = long.map(|f| format!("{}: {} lines", f.path, f.text.lines().count())).collect();
    assert!(
        long.is_empty(),
        "more than {MOST} lines is more than one idea; split by idea.\n{}",
        long.join("\n")
    );
}

#[test]
fn the_list_of_longer_files_only_shrinks() {
    for (path, _) in LONGER {
        let lines = std::fs::read_to_string(path).map(|text| text.lines().count()).unwrap_or(0);
        assert!(lines > MOST, "{path} has {lines} lines now: take it off the list");
    }
    assert!(LONGER.len() <= 1, "the list may only shrink");
}
