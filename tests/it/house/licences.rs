//! Whose code we build on, and on what terms.

use std::process::Command;

use serde_json::Value;

/// Licences that ask for no more than their text beside the program. A licence that asks for the source of what it is
/// linked with does not belong here.
const ALLOWED: [&str; 13] = [
    "0BSD",
    "Apache-2.0",
    "Apache-2.0 WITH LLVM-exception",
    "BSD-2-Clause",
    "BSD-3-Clause",
    "BSL-1.0",
    "CC0-1.0",
    "CDLA-Permissive-2.0",
    "ISC",
    "MIT",
    "PostgreSQL",
    "Unicode-3.0",
    "Zlib",
];
/// Where they come from.
const SOURCE: &str = "registry+https://github.com/rust-lang/crates.io-index";

#[test]
fn every_dependency_is_from_crates_io_and_may_be_used_freely() {
    let host = Command::new("rustc").arg("-vV").output().unwrap().stdout;
    let host = String::from_utf8(host).unwrap();
    let host = host.lines().find_map(|line| line.strip_prefix("host: ")).unwrap();
    let arguments = ["metadata", "--offline", "--locked", "--format-version", "1", "--filter-platform", host];
    let asked = Command::new(env!("CARGO")).args(arguments).output().unwrap();
    assert!(asked.status.success(), "{}", String::from_utf8_lossy(&asked.stderr));
    let metadata: Value = serde_json::from_slice(&asked.stdout).unwrap();
    let packages = metadata["packages"].as_array().unwrap();
    assert!(packages.len() > 100, "only {} packages", packages.len());
    let mut wrong = Vec::new();
    for package in packages.iter().filter(|package| package["name"] != "wangge") {
        let (name, licence) = (&package["name"], package["license"].as_str().unwrap_or("none at all"));
        if !is_allowed(licence) {
            wrong.push(format!("{name} is under {licence}"));
        }
        if package["source"] != SOURCE {
            wrong.push(format!("{name} comes from {}", package["source"]));
        }
    }
    assert!(
        wrong.is_empty(),
        "a dependency comes from crates.io, under a licence of the list in this test. Take another crate; or, when the \
         licence asks for no more than those do, add it to the list and say so in the commit.\n{}",
        wrong.join("\n")
    );
}

/// Whether an SPDX expression leaves a way that is allowed. OR binds weaker than AND; parentheses enclose choices; a
/// slash is how OR was written once.
fn is_allowed(expression: &str) -> bool {
    let expression = expression.replace('/', " OR ");
    let mut words = expression.replace('(', " ( ").replace(')', " ) ");
    words = words.split_whitespace().collect::<Vec<_>>().join(" ").replace(" WITH ", "+WITH+");
    let words: Vec<&str> = words.split(' ').collect();
    let mut at = 0;
    any(&words, &mut at) && at == words.len()
}

fn any(words: &[&str], at: &mut usize) -> bool {
    let mut allowed = all(words, at);
    while words.get(*at) == Some(&"OR") {
        *at += 1;
        allowed |= all(words, at);
    }
    allowed
}

fn all(words: &[&str], at: &mut usize) -> bool {
    let mut allowed = one(words, at);
    while words.get(*at) == Some(&"AND") {
        *at += 1;
        allowed &= one(words, at);
    }
    allowed
}

fn one(words: &[&str], at: &mut usize) -> bool {
    let word = words.get(*at).copied().unwrap_or_default();
    *at += 1;
    if word == "(" {
        let allowed = any(words, at);
        *at += 1; // its end
        return allowed;
    }
    ALLOWED.contains(&word.replace("+WITH+", " WITH ").as_str())
}

#[test]
fn a_licence_expression_is_read_as_it_is_meant() {
    for (expression, allowed) in [
        ("MIT", true),
        ("GPL-3.0", false),
        ("none at all", false),
        ("MIT OR GPL-3.0", true),
        ("MIT AND GPL-3.0", false),
        ("Unlicense/MIT", true),
        ("(MIT OR Apache-2.0) AND Unicode-3.0", true),
        ("(MIT OR Apache-2.0) AND GPL-3.0", false),
        ("GPL-3.0 OR MIT AND ISC", true),
        ("Apache-2.0 WITH LLVM-exception OR GPL-2.0", true),
        ("MIT)", false),
    ] {
        assert_eq!(is_allowed(expression), allowed, "{expression}");
    }
}
