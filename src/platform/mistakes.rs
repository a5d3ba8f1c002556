//! What is wrong with the settings, for the person who starts the program. Used by `config` and `secrets`.

use std::fmt;

/// What is wrong with one setting.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mistake {
    /// The setting's dotted name, or the file.
    pub setting: String,
    /// How to mend it, in Chinese; never the value, which may be a secret.
    pub message: String,
}

/// Everything that is wrong.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Mistakes(pub Vec<Mistake>);

impl Mistakes {
    /// A single mistake.
    pub fn one(setting: impl Into<String>, message: impl Into<String>) -> Self {
        let mut mistakes = Self::default();
        mistakes.add(setting, message);
        mistakes
    }

    /// Adds a mistake.
    pub fn add(&mut self, setting: impl Into<String>, message: impl Into<String>) {
        self.0.push(Mistake { setting: setting.into(), message: message.into() });
    }
}

impl fmt::Display for Mistakes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "设置有 {} 处需要改正:", self.0.len())?;
        self.0.iter().try_for_each(|Mistake { setting, message }| write!(f, "\n  {setting}: {message}"))
    }
}

impl std::error::Error for Mistakes {}
