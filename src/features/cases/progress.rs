//! What a procedure says to the reporter of a case, in words that need no knowledge of procedures.
//!
//! The words name no person, repeat no remark of the office and hold nothing that was sealed; each procedure has one
//! total `match` from its states to them.

use chrono::NaiveDate;

use super::model::{Case, CaseKind};
use super::wire::Action;
use crate::base::id::Id;
use crate::features::messages::MessageKind;

/// What a step means for the reporter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct News {
    /// What kind of message it is.
    pub kind: MessageKind,
    /// Where the case stands after it; a sentence without its full stop.
    pub words: String,
}

/// Where a case stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Progress {
    /// In a sentence without its full stop.
    pub now: String,
    /// What comes next; none when nothing does.
    pub next: Option<&'static str>,
    /// The day (Asia/Shanghai) until which it rests; only while it does.
    pub rests_until: Option<NaiveDate>,
    /// Whether it has come to a result that its reporter may rate.
    pub rateable: bool,
}

impl Progress {
    /// It goes on.
    pub fn going_on(now: impl Into<String>, next: &'static str) -> Self {
        Self { now: now.into(), next: Some(next), rests_until: None, rateable: false }
    }

    /// It has ended; `rateable` is whether with something to rate.
    pub fn ended(now: impl Into<String>, rateable: bool) -> Self {
        Self { now: now.into(), next: None, rests_until: None, rateable }
    }
}

/// What a procedure knows of a case that its reporter follows.
#[derive(Debug, Clone)]
pub struct Followed {
    /// The procedure's state.
    pub state: &'static str,
    /// The same in words.
    pub progress: Progress,
    /// What a step of this procedure meant, in words, by its name in the timeline; none for one that is not told.
    pub passed: fn(&str) -> Option<&'static str>,
    /// What whoever asks may do now: the buttons of the record itself.
    pub actions: Vec<Action>,
    /// The case as which it goes on under another procedure; none for almost all. Whether whoever asks may know of it is not
    /// said here.
    pub became: Option<(CaseKind, Id<Case>)>,
}
