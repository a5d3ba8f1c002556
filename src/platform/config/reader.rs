//! Reads settings one by one and remembers every complaint.
//!
//! Each call answers a placeholder for a bad value so that the next is looked at as well;
//! [`Reader::finish`] lets the settings out only when nothing was wrong.

use std::collections::BTreeSet;
use std::fmt::Display;
use std::net::IpAddr;
use std::str::FromStr;
use std::time::Duration;

use ipnet::IpNet;
use secrecy::SecretString;
use serde_json::Value;

use super::sources::Sources;
use crate::platform::db::DatabaseUrl;
use crate::platform::mistakes::Mistakes;

/// The settings on their way in.
pub struct Reader {
    sources: Sources,
    read: BTreeSet<String>,
    mistakes: Mistakes,
}

impl Reader {
    /// Nothing read yet.
    pub fn new(sources: Sources) -> Self {
        Self { sources, read: BTreeSet::new(), mistakes: Mistakes::default() }
    }

    /// Adds a complaint.
    pub fn refuse(&mut self, key: &str, message: impl Into<String>) {
        self.mistakes.add(key, message);
    }

    /// Complains unless `given`.
    pub fn require(&mut self, key: &str, given: bool, message: &str) {
        if !given {
            self.refuse(key, message);
        }
    }

    fn value(&mut self, key: &str) -> Value {
        self.read.insert(key.to_owned());
        self.sources.get(key).cloned().unwrap_or_else(|| {
            self.refuse(key, "不在 config.default.toml 中");
            Value::Null
        })
    }

    /// A text, blank or not.
    fn blank_or_text(&mut self, key: &str) -> String {
        match self.value(key) {
            Value::String(text) => text.trim().to_owned(),
            Value::Null => String::new(),
            _ => {
                self.refuse(key, "应为带引号的文字");
                String::new()
            }
        }
    }

    /// A text that is not blank.
    pub fn text(&mut self, key: &str) -> String {
        let before = self.mistakes.0.len();
        let text = self.blank_or_text(key);
        if text.is_empty() && self.mistakes.0.len() == before {
            self.refuse(key, "不能为空");
        }
        text
    }

    /// A text; blank is none.
    pub fn optional(&mut self, key: &str) -> Option<String> {
        Some(self.blank_or_text(key)).filter(|text| !text.is_empty())
    }

    /// A secret; blank is none.
    pub fn secret(&mut self, key: &str) -> Option<SecretString> {
        self.optional(key).map(SecretString::from)
    }

    /// One of some words.
    pub fn one_of(&mut self, key: &str, words: &[&str]) -> String {
        let word = self.blank_or_text(key);
        self.require(key, words.contains(&word.as_str()), &format!("应为以下之一:{}", words.join("、")));
        word
    }

    /// A text that `T` reads.
    pub fn parsed<T: FromStr<Err: Display>>(&mut self, key: &str, placeholder: T) -> T {
        match self.text(key).parse() {
            Ok(value) => value,
            Err(_) if self.mistakes.0.last().is_some_and(|last| last.setting == key) => placeholder,
            Err(error) => {
                self.refuse(key, format!("写法不对:{error}"));
                placeholder
            }
        }
    }

    /// The beginning of a web address; a slash at the end is taken off.
    pub fn url(&mut self, key: &str) -> String {
        let url = self.text(key).trim_end_matches('/').to_owned();
        let web = url.starts_with("http://") || url.starts_with("https://");
        self.require(key, web || url.is_empty(), "应为 http:// 或 https:// 开头的网址");
        url
    }

    /// A whole number in a range.
    pub fn number<N: TryFrom<i64> + Default>(&mut self, key: &str, min: i64, max: i64) -> N {
        let value = match self.value(key) {
            Value::Number(n) => n.as_i64(),
            Value::String(text) => text.trim().parse().ok(),
            _ => None,
        };
        let value = value.filter(|n| (min..=max).contains(n)).and_then(|n| N::try_from(n).ok());
        value.unwrap_or_else(|| {
            self.refuse(key, format!("应为 {min} 到 {max} 之间的整数"));
            N::default()
        })
    }

    /// Yes or no.
    pub fn flag(&mut self, key: &str) -> bool {
        match self.value(key) {
            Value::Bool(flag) => flag,
            Value::String(text) if text.eq_ignore_ascii_case("true") || text == "1" => true,
            Value::String(text) if text.eq_ignore_ascii_case("false") || text == "0" => false,
            _ => {
                self.refuse(key, "应为 true 或 false");
                false
            }
        }
    }

    fn list(&mut self, key: &str) -> Vec<String> {
        let items = match self.value(key) {
            Value::Array(items) => items,
            Value::String(text) => {
                text.split(',').map(|item| Value::String(item.trim().to_owned())).collect()
            }
            _ => {
                self.refuse(key, "应为列表,例如 [\"甲\", \"乙\"],环境变量中用逗号分隔");
                vec![]
            }
        };
        let texts = items.into_iter().map(|item| match item {
            Value::String(text) => text,
            other => other.to_string(),
        });
        texts.filter(|text| !text.is_empty()).collect()
    }

    /// A list of what `read` reads; a wrong one is not repeated, it may hold a secret.
    pub fn all<T>(&mut self, key: &str, how: &str, read: impl Fn(&str) -> Option<T>) -> Vec<T> {
        let items = self.list(key);
        let read: Option<Vec<T>> = items.iter().map(|item| read(item)).collect();
        self.require(key, read.is_some(), how);
        read.unwrap_or_default()
    }

    /// Texts.
    pub fn texts(&mut self, key: &str) -> Vec<String> {
        self.list(key)
    }

    /// Pairs, written `name:value`.
    pub fn pairs(&mut self, key: &str) -> Vec<(String, String)> {
        let read = |text: &str| text.split_once(':').map(|(name, value)| (name.to_owned(), value.to_owned()));
        self.all(key, "应为“名称:内容”的列表,例如 [\"thing1:title\"]", read)
    }

    /// Networks or single addresses.
    pub fn networks(&mut self, key: &str) -> Vec<IpNet> {
        let read = |text: &str| text.parse().ok().or_else(|| text.parse::<IpAddr>().ok().map(IpNet::from));
        self.all(key, "应为网段或地址的列表,例如 [\"10.0.0.0/8\"]", read)
    }

    /// Pauses, in seconds.
    pub fn seconds(&mut self, key: &str) -> Vec<Duration> {
        let read = |text: &str| text.parse().ok().map(Duration::from_secs);
        self.all(key, "应为秒数的列表,例如 [5, 30]", read)
    }

    /// The address of a database; blank is none. A wrong one is not repeated, it may hold a password.
    pub fn database(&mut self, key: &str) -> Option<DatabaseUrl> {
        let url = DatabaseUrl::parse(&self.optional(key)?).ok();
        self.require(key, url.is_some(), "应为 sqlite:路径 或 postgres://用户:密码@主机/库名");
        url
    }

    /// Keys of the defaults file that nobody asked for yet.
    pub fn unread(&self) -> Vec<String> {
        self.sources.known_keys().into_iter().filter(|key| !self.read.contains(key)).collect()
    }

    /// Lets `settings` out when nothing was wrong, no key was unknown and none was left unread.
    pub fn finish<T>(mut self, settings: T) -> Result<T, Mistakes> {
        for (key, nearest) in self.sources.unknown() {
            let hint = nearest.map_or_else(String::new, |known| format!(",是否想写 {known}?"));
            self.mistakes.add(key, format!("没有这个设置{hint}"));
        }
        for key in self.unread() {
            self.refuse(&key, "在 config.default.toml 中,但程序不用它");
        }
        if self.mistakes.0.is_empty() { Ok(settings) } else { Err(self.mistakes) }
    }
}
