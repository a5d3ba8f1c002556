//! What is merged into an event follows it: ends with it, begins again with it, is let go when it is taken back.
//!
//! The first of them in the transaction of the original's own step, so that for almost every original there is no moment
//! in which it is over and they are not; the rest of a long row in a job, so that no transaction grows with what a
//! village reported. The system takes these steps: they may lie where whoever closed the original sees nothing.
//! Law and sense: whoever reported is answered (信访工作条例 does so for petitions, practice for events), and about one
//! matter once.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::base::id::Id;
use crate::base::problem::{Code, Problem, Result};
use crate::features::cases::{self, Advance, Case, CaseFile, Confidential, Desk};
use crate::features::events::model::{EventRow, EventState, Following, Resolution, of_original, on_its_own};
use crate::features::events::store;
use crate::features::messages::{self, About, Addressee, Message, MessageKind};
use crate::features::timeline;
use crate::platform::access::policy::VerifyEvent;
use crate::platform::access::{AreaScope, Granted, system};
use crate::platform::db::{Db, DbConnection, Tx};
use crate::platform::outbox::{self, Job, Outcome, Place};

/// How many events follow in one transaction.
const AT_ONCE: usize = 50;

/// Has the rest of a long row follow its original.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub struct FollowOriginal {
    /// The original.
    pub original: Id<Case>,
}

impl Job for FollowOriginal {
    const KIND: &'static str = "event.follow";
}

/// Has those follow that are merged into `original`, which its own step has just ended or begun again.
pub(super) fn follow(tx: &mut Tx, original: &CaseFile, row: &EventRow) -> Result<()> {
    if follow_some(tx, original, row)? {
        outbox::add(tx, &FollowOriginal { original: original.id })?;
    }
    Ok(())
}

/// Runs [`FollowOriginal`]. Twice is harmless: an event that has followed does not wait any more, and the original is
/// looked at as it is now.
pub async fn follow_original(db: &Db, job: FollowOriginal, place: Place) -> Outcome {
    outbox::in_parts(db, place, job, |tx, job| {
        let by = as_system();
        let original = cases::find(tx, by.scope(), job.original)?;
        let row = store::of_case(tx, by.scope(), &original)?;
        Ok(follow_some(tx, &original, &row)?.then_some(*job))
    })
    .await
}

fn as_system() -> Granted<VerifyEvent> {
    system("a merged event follows its original, wherever it lies")
}

/// Has at most [`AT_ONCE`] events follow; whether more of them wait.
fn follow_some(tx: &mut Tx, original: &CaseFile, of: &EventRow) -> Result<bool> {
    let by = as_system();
    let (how, waiting) = of_original(of.state);
    let mut rows = store::merged_into(tx, by.scope(), original, Some(waiting), AT_ONCE as i64 + 1)?;
    let more = rows.len() > AT_ONCE;
    rows.truncate(AT_ONCE);
    if rows.is_empty() {
        return Ok(false);
    }
    let said = last_words(tx, by.scope(), original)?;
    let words = Words { how, original, of, said: said.as_deref() };
    let ids: Vec<_> = rows.iter().map(|row| row.case_id).collect();
    let files = cases::of_ids(tx, by.scope(), &ids)?;
    let mut told = BTreeSet::new();
    for file in &files {
        let Some(row) = rows.iter_mut().find(|row| row.case_id == file.id) else { continue };
        let file = follow_one(tx, &by, file, row, &words)?;
        // Whoever reported several is told of one of them, and whoever reported the original, of that.
        if file.reporter_id != original.reporter_id && told.insert(file.reporter_id) {
            tell(tx, &file, &words)?;
        }
    }
    Ok(more)
}

/// Has one event follow.
fn follow_one(
    tx: &mut Tx,
    by: &Granted<VerifyEvent>,
    file: &CaseFile,
    row: &mut EventRow,
    words: &Words,
) -> Result<CaseFile> {
    let from = row.state;
    row.follow(words.of, words.how);
    let clocks = match words.how {
        Following::End | Following::Again => vec![],
        Following::Leave => on_its_own(file, row.state),
    };
    store::update(tx, by.scope(), file, row)?;
    let note = words.in_timeline();
    let advance = Advance {
        step: words.how.as_str(),
        states: (from.as_str(), row.state.as_str()),
        phase: row.state.phase(),
        desk: Desk::Nobodys,
        clocks: &clocks,
        note: Some(&note),
        note_internal: None,
        // Told below, once for all that one person reported.
        news: None,
        confidential: words.conceals(file),
        device_at: None,
    };
    // Somebody who took it out at this very moment is no stale version of whoever ends the original: it is tried again.
    cases::advance(tx, by, file, advance).map_err(|problem| match problem.code() {
        Code::StaleVersion => Problem::new(Code::Busy).retry_after(1).caused_by(problem),
        _ => problem,
    })
}

/// What the reporter of `original` was told with the step that led to its present state; not what was only remarked
/// since.
fn last_words(c: &mut DbConnection, scope: &AreaScope, original: &CaseFile) -> Result<Option<String>> {
    Ok(timeline::last_words(&timeline::of_case(c, scope, original.id.uuid())?).map(str::to_owned))
}

/// What is said to those who reported a merged event.
struct Words<'a> {
    how: Following,
    original: &'a CaseFile,
    of: &'a EventRow,
    said: Option<&'a str>,
}

impl Words<'_> {
    fn in_timeline(&self) -> String {
        let no = &self.original.no;
        match self.how {
            Following::End => format!("原件 {no} {}{}", ending(self.of), self.explanation()),
            Following::Again => format!("原件 {no} 重新办理,本件恢复并案"),
            Following::Leave => format!("原件 {no} 已由其上报人撤回,本件恢复单独办理"),
        }
    }

    /// What was said to the reporter of the original, and whose the matter is when it is not ours.
    fn explanation(&self) -> String {
        let said = self.said.map(|said| format!(":{said}")).unwrap_or_default();
        let office = self.of.right_office.as_deref().filter(|_| self.of.state == EventState::Rejected);
        let office = office.map(|office| format!("(请向{office}反映)")).unwrap_or_default();
        said + &office
    }

    /// Who may see `merged` from now on: it says of the matter what its original says, which may have become private.
    fn conceals(&self, merged: &CaseFile) -> Option<Confidential> {
        let ends = self.how == Following::End && self.of.resolution == Some(Resolution::Converted);
        let original = self.original.confidential;
        (ends && original > merged.confidential).then_some(original)
    }

    const fn kind(&self) -> MessageKind {
        match self.how {
            Following::End => kind_of_ending(self.of),
            Following::Again => MessageKind::Reopened,
            Following::Leave => MessageKind::Resumed,
        }
    }
}

/// Tells the reporter of `merged`, once for each end of the original, however many they reported.
fn tell(tx: &mut Tx, merged: &CaseFile, words: &Words) -> Result<()> {
    let text = format!("您反映的“{}”({}):{}。", merged.title, merged.no, words.in_timeline());
    let message = Message {
        to: Addressee { kind: merged.reporter_kind, id: merged.reporter_id.uuid() },
        about: About { kind: merged.kind.as_str(), case: merged.id.uuid(), area: merged.area_code.clone() },
        kind: words.kind(),
        text,
        dedupe_key: match words.how {
            Following::End => words.original.closing(),
            how => format!("{how}:{}:{}", words.original.id, words.of.reopen_count),
        },
    };
    messages::tell(tx, &message)?;
    Ok(())
}

/// How an event ended.
#[derive(Debug, Clone)]
pub struct Ending {
    /// Under which heading that is told.
    pub kind: MessageKind,
    /// In a few words.
    pub words: &'static str,
    /// Names it: see [`CaseFile::closing`]. A merged event has the end of its original.
    pub closing: String,
}

/// How the event of a closed file ended.
pub fn ending_of(c: &mut DbConnection, scope: &AreaScope, file: &CaseFile) -> Result<Ending> {
    let row = store::of_case(c, scope, file)?;
    let closing = match row.merged_into {
        Some(original) => cases::find(c, scope, original)?.closing(),
        None => file.closing(),
    };
    Ok(Ending { kind: kind_of_ending(&row), words: ending(&row), closing })
}

const fn kind_of_ending(row: &EventRow) -> MessageKind {
    match (row.state, row.resolution) {
        (EventState::Rejected, _) => MessageKind::Rejected,
        (_, Some(Resolution::Converted)) => MessageKind::Transferred,
        (_, _) => MessageKind::Concluded,
    }
}

const fn ending(row: &EventRow) -> &'static str {
    match (row.state, row.resolution) {
        (EventState::Rejected, _) => "不予受理",
        (EventState::Withdrawn, _) => "已由上报人撤回",
        (_, Some(resolution)) => match resolution {
            Resolution::Converted => "已转为其他案卷办理",
            Resolution::Resolved => "已办结(已解决)",
            Resolution::NotResolved => "已办结(未能解决)",
            Resolution::NotNeeded => "已办结(无需处理)",
            Resolution::NotOurs => "已办结(不属本镇职责)",
            Resolution::Duplicate => "已办结(重复事件)",
        },
        (_, None) => "已办结",
    }
}
