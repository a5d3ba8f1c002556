//! What the search files a case by is written once. Whoever lets it change must have the case filed anew (decision 0026),
//! or it is no longer found by the words that it has.

use super::sources::below;

/// What `Filed` holds, but for the id, for the area, which may become finer: searches look into its village, too, and for
/// who may see it, which may become fewer: whoever may see what is hidden also looks through what is not.
fn filed_by() -> Vec<String> {
    let text = std::fs::read_to_string("src/features/cases/store/sought.rs").unwrap();
    let (_, row) = text.split_once("pub struct Filed {").unwrap();
    let (row, _) = row.split_once('}').unwrap();
    let names = row.lines().filter_map(|line| line.trim().strip_prefix("pub ")?.split_once(':'));
    names
        .map(|(name, _)| name.to_owned())
        .filter(|name| !["id", "area_code", "confidential"].contains(&name.as_str()))
        .collect()
}

/// What stands in `.set(…)`, when `rest` is what follows the bracket.
fn set(rest: &str) -> &str {
    let end = [".execute(", ".returning("].iter().filter_map(|end| rest.find(end)).min();
    end.map_or(rest, |end| &rest[..end])
}

#[test]
fn nothing_that_a_case_is_filed_by_is_written_a_second_time() {
    let filed_by = filed_by();
    assert!(filed_by.iter().any(|name| name == "title"), "the reading is broken: {filed_by:?}");
    let (mut changes, mut wrong) = (0, Vec::new());
    for source in below("src/features/cases", "rs") {
        if !source.path.starts_with("src/features/cases/store") {
            continue;
        }
        let code = source.code();
        for change in code.split(".set(").skip(1).map(set) {
            changes += 1;
            let again = filed_by.iter().filter(|name| change.contains(&format!("cases::{name}.eq(")));
            wrong.extend(again.map(|name| format!("{} changes {name}", source.path)));
        }
        assert!(!code.contains("AsChangeset"), "{}: a whole row is written anew", source.path);
    }
    assert!(changes > 2, "only {changes} changes: the reading is broken");
    assert!(wrong.is_empty(), "have such a case filed anew, and say here how.\n{}", wrong.join("\n"));
}
