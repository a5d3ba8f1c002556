//! What a server must answer so that it can be measured: each method writes the bytes of one request.
//! The works and the drill know nothing else of a server; [`crate::wangge`] and [`crate::bare::target`]
//! answer. Paths and body shapes stand there and nowhere else.

use std::path::Path;

use anyhow::Result;
use clap::ValueEnum;
use serde_json::Value;

use crate::bare::target::Ceiling;
use crate::manifest::Manifest;
use crate::report::Report;
use crate::wangge::Wangge;
use crate::works::Work;

/// A server under measurement.
pub trait Target {
    /// What it told of itself.
    fn manifest(&self) -> &Manifest;
    /// The path that answers 200 once requests are welcome.
    fn ready_path(&self) -> &'static str;
    /// W1: create `report`.
    fn create(&self, report: &Report, out: &mut Vec<u8>);
    /// W2: the newest 20 reports of `grid` in the first state.
    fn page(&self, grid: &str, out: &mut Vec<u8>);
    /// W3: one report.
    fn one(&self, id: &str, out: &mut Vec<u8>);
    /// W4: publish the notice `id`.
    fn publish(&self, id: &str, out: &mut Vec<u8>);
    /// W4: ask how far the publication is.
    fn coverage(&self, id: &str, out: &mut Vec<u8>);
    /// W4: how many delivery rows an answer to [`Target::coverage`] speaks of.
    fn covered(&self, answer: &Value) -> u64;
    /// W5: the newest 20 notices of the resident who holds `token`.
    fn feed(&self, token: &str, out: &mut Vec<u8>);
    /// W6: the counts of the town.
    fn dashboard(&self, out: &mut Vec<u8>);
    /// W7: move the new report `id` (version 1) to its next state.
    fn step(&self, id: &str, out: &mut Vec<u8>);
    /// Whether the server can do `work` at all.
    fn takes(&self, _work: Work) -> bool {
        true
    }
    /// W8: `reports` as what a phone did offline, in one request.
    fn push(&self, reports: &[Report], out: &mut Vec<u8>);
    /// W8: how many reports an answer to [`Target::push`] says were applied.
    fn applied(&self, answer: &Value) -> usize;
    /// Whether `answer` to [`Target::one`] or [`Target::create`] is `report`.
    fn holds(&self, report: &Report, answer: &Value) -> bool {
        report.is(answer)
    }
}

/// The servers that can be measured.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Kind {
    /// The bare ceiling server of this package.
    Ceiling,
    /// The product.
    Wangge,
}

impl Kind {
    /// The target that the manifest at `path` describes.
    ///
    /// # Errors
    /// See [`Manifest::read`].
    pub fn open(self, path: &Path) -> Result<Box<dyn Target>> {
        let manifest = Manifest::read(path)?;
        Ok(match self {
            Self::Ceiling => Box::new(Ceiling::new(manifest)),
            Self::Wangge => Box::new(Wangge::new(manifest)),
        })
    }

    /// The path that answers 200 once the server is ready, known before there is a manifest.
    pub const fn ready_path(self) -> &'static str {
        match self {
            Self::Ceiling => crate::bare::target::READY,
            Self::Wangge => crate::wangge::READY,
        }
    }
}
