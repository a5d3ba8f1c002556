//! Reads the source tree for the other rules.

use std::path::{Path, PathBuf};

/// A file of the tree.
pub struct Source {
    /// Its path from the top, with `/`.
    pub path: String,
    /// Its text.
    pub text: String,
}

impl Source {
    /// The text with comments and the unit tests at its end left out.
    pub fn code(&self) -> String {
        let code = self.text.split("#[cfg(test)]\nmod tests").next().unwrap_or_default();
        let lines = code.lines().filter(|line| !line.trim_start().starts_with("//"));
        lines.map(|line| format!("{line}\n")).collect()
    }

    /// The path below `src/`, split at `/`.
    pub fn rooms(&self) -> Vec<&str> {
        self.path.trim_start_matches("src/").split('/').collect()
    }
}

/// Every file below `folder` with this ending.
pub fn below(folder: &str, ending: &str) -> Vec<Source> {
    let top = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut found = Vec::new();
    let mut open = vec![top.join(folder)];
    while let Some(folder) = open.pop() {
        for entry in std::fs::read_dir(&folder).unwrap().flatten() {
            let path: PathBuf = entry.path();
            if path.is_dir() {
                let skipped = ["target", "node_modules"].iter().any(|name| path.ends_with(name));
                open.extend((!skipped).then_some(path));
            } else if path.extension().is_some_and(|e| e == ending) {
                let shown = path.strip_prefix(top).unwrap().to_string_lossy().replace('\\', "/");
                found.push(Source { path: shown, text: std::fs::read_to_string(&path).unwrap() });
            }
        }
    }
    assert!(!found.is_empty(), "no .{ending} files below {folder}");
    found.sort_by(|a, b| a.path.cmp(&b.path));
    found
}
