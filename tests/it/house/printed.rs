//! Documents that are printed from the code say what the code says. `make docs` prints them anew.

use std::fmt::Write;

use wangge::base::problem::Code;
use wangge::platform::access::Role;
use wangge::platform::access::policy::TABLE;

/// Compares a printed document with the file, or writes the file when `UPDATE_DOCS` is set.
pub fn same_as_printed(path: &str, printed: &str) {
    if std::env::var_os("UPDATE_DOCS").is_some() {
        std::fs::write(path, printed).unwrap();
        return;
    }
    let kept = std::fs::read_to_string(path).unwrap_or_default();
    assert!(
        kept == printed,
        "{path} no longer says what the code says: run `make docs` and look at the difference"
    );
}

#[test]
fn the_table_of_problems_is_printed_from_the_code() {
    let mut page = String::from(
        "# Failures\n\nEvery failure is `application/problem+json` with one of these codes. Branch on `code`, show `detail`.\n\
         Printed from `src/base/problem.rs`; a code is never renamed or reused.\n\n\
         | code | status | 标题 | what it means, what to do |\n|---|---|---|---|\n",
    );
    for code in Code::ALL {
        writeln!(
            page,
            "| <a id=\"{0}\"></a>`{0}` | {1} | {2} | {3} |",
            code.as_str(),
            code.status(),
            code.title(),
            code.meaning()
        )
        .unwrap();
    }
    same_as_printed("docs/problems.md", &page);
}

#[test]
fn the_policy_is_printed_from_the_code() {
    let mut page = String::from(
        "# Who may do what\n\nPrinted from `src/platform/access/policy.rs`. A role is held in an area and counts there and below; \
         outside of it things are not found. A resident sees their own records and what is addressed to their household.\n\n\
         | permission | 权限 | roles |\n|---|---|---|\n",
    );
    for row in TABLE {
        let roles: Vec<_> = row.roles.iter().map(|role| role.label()).collect();
        writeln!(page, "| `{}` | {} | {} |", row.name, row.label, roles.join("、")).unwrap();
    }
    page.push_str("\n## Roles\n\n| role | 岗位 | permissions |\n|---|---|---|\n");
    for role in Role::ALL {
        let held = TABLE.iter().filter(|row| row.roles.contains(role)).count();
        writeln!(page, "| `{}` | {} | {held} |", role.as_str(), role.label()).unwrap();
    }
    page.push_str("\n系统管理员、安全管理员、审计管理员互斥:一人只能任其一,由数据库的唯一索引保证。\n");
    same_as_printed("docs/access.md", &page);
}

#[test]
fn codes_are_unique() {
    let mut words: Vec<_> = Code::ALL.iter().map(|code| code.as_str()).collect();
    words.sort_unstable();
    words.dedup();
    assert_eq!(words.len(), Code::ALL.len());
}
