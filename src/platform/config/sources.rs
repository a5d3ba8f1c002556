//! The three layers as one flat table: dotted key, value.

use std::collections::BTreeMap;

use config::{Config, File, FileFormat};
use serde_json::Value;

use crate::platform::mistakes::Mistakes;

/// The documented defaults; also the list of what may be set.
const DEFAULTS: &str = include_str!("../../../deploy/config.default.toml");
/// Begins the names of our environment variables.
const PREFIX: &str = "WANGGE_";
/// Names the operator's file.
const FILE: &str = "WANGGE_CONFIG";
/// The name that every platform knows for `database.url`.
const DATABASE_URL: &str = "DATABASE_URL";

/// What was set, and by whom.
#[derive(Debug)]
pub struct Sources {
    defaults: BTreeMap<String, Value>,
    given: BTreeMap<String, Value>,
}

impl Sources {
    /// The file that `WANGGE_CONFIG` names, and this process's environment.
    pub fn of_process() -> Result<Self, Mistakes> {
        let text = match std::env::var(FILE) {
            Ok(path) => std::fs::read_to_string(&path)
                .map_err(|error| Mistakes::one(FILE, format!("读不到 {path}:{error}")))?,
            Err(_) => String::new(),
        };
        let environment = std::env::vars_os();
        Self::new(
            &text,
            environment.filter_map(|(k, v)| Some((k.into_string().ok()?, v.into_string().ok()?))),
        )
    }

    /// A file's text and an environment.
    pub fn new(file: &str, environment: impl Iterator<Item = (String, String)>) -> Result<Self, Mistakes> {
        let defaults = read(DEFAULTS, "config.default.toml")?;
        let mut given = read(file, FILE)?;
        let mut ours = BTreeMap::new();
        for (name, value) in environment {
            if name == DATABASE_URL {
                // Our own name for the same setting is the more deliberate one.
                ours.entry("database.url".to_owned()).or_insert(Value::String(value));
            } else if let Some(key) = name.strip_prefix(PREFIX).filter(|_| name != FILE) {
                ours.insert(key.to_ascii_lowercase().replace("__", "."), Value::String(value));
            }
        }
        given.extend(ours);
        Ok(Self { defaults, given })
    }

    /// The value that counts.
    pub fn get(&self, key: &str) -> Option<&Value> {
        self.given.get(key).or_else(|| self.defaults.get(key))
    }

    /// Every key that may be set.
    pub fn known_keys(&self) -> Vec<String> {
        self.defaults.keys().cloned().collect()
    }

    /// Keys that were set and do not exist, each with the nearest that does.
    pub fn unknown(&self) -> Vec<(&str, Option<&str>)> {
        let unknown = self.given.keys().filter(|key| !self.defaults.contains_key(*key));
        unknown.map(|key| (key.as_str(), self.nearest(key))).collect()
    }

    fn nearest(&self, key: &str) -> Option<&str> {
        let alike = |known: &str| strsim::jaro_winkler(known, key);
        let best = self.defaults.keys().max_by(|a, b| alike(a).total_cmp(&alike(b)))?;
        (alike(best) > 0.85).then_some(best.as_str())
    }
}

fn read(text: &str, name: &str) -> Result<BTreeMap<String, Value>, Mistakes> {
    let wrong = |error: config::ConfigError| Mistakes::one(name, format!("不是正确的 TOML:{error}"));
    let file = File::from_str(text, FileFormat::Toml);
    let tree: Value =
        Config::builder().add_source(file).build().and_then(Config::try_deserialize).map_err(wrong)?;
    let mut flat = BTreeMap::new();
    flatten(String::new(), tree, &mut flat);
    Ok(flat)
}

fn flatten(key: String, value: Value, into: &mut BTreeMap<String, Value>) {
    match value {
        Value::Object(table) => {
            for (name, value) in table {
                let key = if key.is_empty() { name } else { format!("{key}.{name}") };
                flatten(key, value, into);
            }
        }
        value => drop(into.insert(key, value)),
    }
}
