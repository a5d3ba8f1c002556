//! Which code runs which kind of job.

use std::collections::BTreeMap;
use std::panic::AssertUnwindSafe;
use std::pin::Pin;
use std::sync::Arc;

use futures_util::FutureExt;
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::{Job, Place};

/// What a run came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// It is done.
    Done,
    /// A part of it is done, and the [`Place`] says how far; the rest is due at once.
    More,
    /// It may succeed later; why it did not now. No personal data: the text is stored and shown.
    Retry(String),
    /// It never will; why not.
    GaveUp(String),
}

type Run = Pin<Box<dyn Future<Output = Outcome> + Send>>;
type Handler<C> = Arc<dyn Fn(Value, Place, C) -> Run + Send + Sync>;

/// The handlers by kind; `C` is what they work with and is cloned for each run.
pub struct Handlers<C> {
    by_kind: BTreeMap<&'static str, Handler<C>>,
}

impl<C: Clone + Send + Sync + 'static> Handlers<C> {
    /// No handlers.
    pub fn new() -> Self {
        Self { by_kind: BTreeMap::new() }
    }

    /// Runs `handler` for every job of type `J`: `.on(|job: FanOut, app: App| async move { .. })`.
    /// A payload that `J` does not read is tried again: during an update another node may know it.
    pub fn on<J, F, R>(self, handler: F) -> Self
    where
        J: Job + DeserializeOwned + Send + 'static,
        F: Fn(J, C) -> R + Send + Sync + 'static,
        R: Future<Output = Outcome> + Send + 'static,
    {
        self.on_long(move |job, _, context| handler(job, context))
    }

    /// The same for a job that is done part by part, and writes down at its [`Place`] how far it has come.
    pub fn on_long<J, F, R>(mut self, handler: F) -> Self
    where
        J: Job + DeserializeOwned + Send + 'static,
        F: Fn(J, Place, C) -> R + Send + Sync + 'static,
        R: Future<Output = Outcome> + Send + 'static,
    {
        const { assert!(is_kind(J::KIND), "a kind is lower-case letters, dots and underscores") };
        let handler = Arc::new(handler);
        let run = move |payload: Value, place: Place, context: C| -> Run {
            let handler = Arc::clone(&handler);
            Box::pin(async move {
                match serde_json::from_value(payload) {
                    Ok(job) => handler(job, place, context).await,
                    Err(error) => Outcome::Retry(format!("the payload cannot be read: {error}")),
                }
            })
        };
        self.by_kind.insert(J::KIND, Arc::new(run));
        self
    }

    /// The kinds that this program knows.
    pub(super) fn kinds(&self) -> impl Iterator<Item = &'static str> {
        self.by_kind.keys().copied()
    }

    /// Runs one job; a panic is a try that failed.
    pub(super) async fn run(&self, kind: &str, payload: Value, place: Place, context: C) -> Outcome {
        let Some(handler) = self.by_kind.get(kind) else {
            return Outcome::Retry(format!("no handler for {kind}"));
        };
        let run = AssertUnwindSafe(async { handler(payload, place, context).await }).catch_unwind();
        run.await.unwrap_or_else(|_| Outcome::Retry("the handler panicked".to_owned()))
    }
}

impl<C: Clone + Send + Sync + 'static> Default for Handlers<C> {
    fn default() -> Self {
        Self::new()
    }
}

/// The claim writes the kinds into its text, so they hold nothing that SQL could read otherwise.
const fn is_kind(kind: &str) -> bool {
    let mut at = 0;
    while at < kind.len() {
        if !matches!(kind.as_bytes()[at], b'a'..=b'z' | b'.' | b'_') {
            return false;
        }
        at += 1;
    }
    !kind.is_empty()
}
