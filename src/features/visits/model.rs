//! Rounds, tasks and results of visits, and when a task is open.

use chrono::NaiveDate;
use diesel::prelude::*;

use crate::base::area_code::AreaCode;
use crate::base::clock::Timestamp;
use crate::base::id::Id;
use crate::base::problem::{Problem, Result};
use crate::features::attachments::Photo;
use crate::features::notices::{Notice, ReachStatus};
use crate::platform::access::{Household, Staff};
use crate::platform::db::Doc;
use crate::platform::db::schema::{visit_rounds, visit_tasks, visits};

crate::id_kind! {
    /// The visits of one notice in one area.
    VisitRound = "visit_round";
    /// What came of one visit.
    Visit = "visit";
}

crate::text_enum! {
    /// What came of a visit.
    pub enum VisitResult {
        /// Somebody of the household was told at the door.
        Visited = "visited" "已入户",
        /// Somebody of the household was told by phone.
        Phoned = "phoned" "已电话",
        /// Nobody was there; the task stays open for another try.
        Absent = "absent" "未遇",
        /// They did not want to be told.
        Refused = "refused" "拒绝",
        /// They do not live there any more.
        Moved = "moved" "搬离",
    }
}

crate::text_enum! {
    /// Whether a household is still to be visited.
    pub enum TaskState {
        Open = "open" "待走访",
        Done = "done" "已办结",
        /// Somebody there has read it, or the notice was cancelled.
        NotNeeded = "not_needed" "无需走访",
    }
}

/// The most results of one task; who knocks fifty times in vain needs another plan.
pub const MOST_RESULTS: usize = 50;

impl VisitResult {
    /// How far the notice is with the household after that.
    pub const fn reaches(self) -> ReachStatus {
        match self {
            Self::Visited => ReachStatus::Visited,
            Self::Phoned => ReachStatus::Phoned,
            Self::Absent => ReachStatus::Absent,
            Self::Refused => ReachStatus::Refused,
            Self::Moved => ReachStatus::Moved,
        }
    }
}

impl TaskState {
    /// The state of a task with this standing result in a household that the notice came so far with. Total.
    pub fn of(result: Option<VisitResult>, reach: Option<ReachStatus>, cancelled: bool) -> Self {
        use VisitResult::{Absent, Moved, Phoned, Refused, Visited};
        let needed = !cancelled && !reach.is_some_and(ReachStatus::is_reached);
        match (result, needed) {
            (Some(Visited | Phoned | Refused | Moved), _) => Self::Done,
            (Some(Absent) | None, true) => Self::Open,
            (Some(Absent) | None, false) => Self::NotNeeded,
        }
    }
}

/// The visits of a notice in an area, as the office opened them.
#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = visit_rounds, treat_none_as_default_value = false)]
pub struct RoundRow {
    /// The round.
    pub id: Id<VisitRound>,
    /// Which notice is brought.
    pub notice_id: Id<Notice>,
    /// Where.
    pub area_code: AreaCode,
    /// The day by which everybody should have been visited.
    pub due_on: NaiveDate,
    /// Tasks that were written so far.
    pub tasks: i32,
    /// Who opened it last.
    pub opened_by: Id<Staff>,
    /// When it was opened first.
    pub opened_at: Timestamp,
    /// When all tasks were there; none while they are written.
    pub written_at: Option<Timestamp>,
}

/// A household that is to be visited.
#[derive(Debug, Clone, Queryable, Selectable)]
#[diesel(table_name = visit_tasks)]
pub struct TaskRow {
    /// The notice that is brought.
    pub notice_id: Id<Notice>,
    /// The household.
    pub household_id: Id<Household>,
    /// By which round.
    pub round_id: Id<VisitRound>,
    /// Where the household lay when the task was written.
    pub area_code: AreaCode,
    /// Whether nobody there had a smartphone then.
    pub no_smartphone: bool,
    /// The best of the results that stand.
    pub result: Option<VisitResult>,
    /// How many results stand.
    pub tries: i32,
    /// When the last of them was.
    pub last_at: Option<Timestamp>,
    /// Counts the changes.
    pub version: i32,
}

/// What came of one visit; written once and never changed.
#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = visits, treat_none_as_default_value = false)]
pub struct VisitRow {
    /// The visit.
    pub id: Id<Visit>,
    /// Of which notice.
    pub notice_id: Id<Notice>,
    /// To which household.
    pub household_id: Id<Household>,
    /// Where.
    pub area_code: AreaCode,
    /// What came of it; none in a correction that says that there was no such visit.
    pub result: Option<VisitResult>,
    /// Whether the household signed the pledge (承诺书).
    pub pledge_signed: bool,
    /// In words, sealed.
    pub note_sealed: Option<Vec<u8>>,
    /// The result that this one takes the place of.
    pub corrects: Option<Id<Visit>>,
    /// Why, sealed.
    pub reason_sealed: Option<Vec<u8>>,
    /// When it was.
    pub visited_at: Timestamp,
    /// Who was there.
    pub recorded_by: Id<Staff>,
    /// A keyed digest of what the phone sent.
    pub content_hash: Vec<u8>,
    /// When the server had it.
    pub created_at: Timestamp,
    /// The ids of the photos of the signed pledge.
    pub papers: Doc,
}

impl VisitRow {
    /// The photos of the signed pledge.
    pub fn papers(&self) -> Result<Vec<Id<Photo>>> {
        serde_json::from_value(self.papers.0.clone()).map_err(Problem::internal)
    }
}

/// What the results of a task come to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Standing {
    /// The best of those that stand.
    pub result: Option<VisitResult>,
    /// How many stand.
    pub tries: i32,
    /// When the last of them was.
    pub last_at: Option<Timestamp>,
}

impl Standing {
    /// Of all results of a task. One that another corrects does not stand, nor does a correction that takes it back.
    pub fn of(results: &[VisitRow]) -> Self {
        let standing = || {
            let corrected = |row: &VisitRow| results.iter().any(|other| other.corrects == Some(row.id));
            results.iter().filter(move |row| !corrected(row)).filter_map(|row| Some((row, row.result?)))
        };
        Self {
            result: standing().map(|(_, result)| result).max_by_key(|result| result.reaches()),
            tries: i32::try_from(standing().count()).unwrap_or(i32::MAX),
            last_at: standing().map(|(row, _)| row.visited_at).max(),
        }
    }
}

/// A result to write down.
#[derive(Debug, Clone)]
pub struct NewVisit {
    /// Made by the phone, so that a resend is the same visit.
    pub id: Id<Visit>,
    /// Of which notice.
    pub notice: Id<Notice>,
    /// To which household.
    pub household: Id<Household>,
    /// What came of it.
    pub result: VisitResult,
    /// Photos of the signed pledge.
    pub papers: Vec<Id<Photo>>,
    /// The rest.
    pub about: About,
}

/// A result that takes the place of a wrong one.
#[derive(Debug, Clone)]
pub struct NewCorrection {
    /// Made by the phone.
    pub id: Id<Visit>,
    /// What really came of it; none when there was no such visit.
    pub result: Option<VisitResult>,
    /// Why, sealed.
    pub reason_sealed: Vec<u8>,
    /// The rest; without a time the visit keeps its own.
    pub about: About,
}

/// What is written down of a visit besides its result.
#[derive(Debug, Clone)]
pub struct About {
    /// Whether the household signed the pledge.
    pub pledge_signed: bool,
    /// In words, sealed.
    pub note_sealed: Option<Vec<u8>>,
    /// When it was.
    pub visited_at: Option<Timestamp>,
    /// A keyed digest of what the phone sent.
    pub content_hash: [u8; 32],
}

#[cfg(test)]
mod tests {
    use super::*;

    fn visit(result: Option<VisitResult>, corrects: Option<Id<Visit>>, at: i64) -> VisitRow {
        VisitRow {
            id: Id::new(),
            notice_id: Id::new(),
            household_id: Id::new(),
            area_code: AreaCode::country(),
            result,
            pledge_signed: false,
            note_sealed: None,
            corrects,
            reason_sealed: None,
            visited_at: Timestamp::from_millis(at),
            recorded_by: Id::new(),
            content_hash: vec![],
            created_at: Timestamp::from_millis(at),
            papers: Doc(serde_json::json!([])),
        }
    }

    #[test]
    fn an_absent_after_a_visit_lowers_nothing_and_counts_as_a_try() {
        let rows = [visit(Some(VisitResult::Visited), None, 1), visit(Some(VisitResult::Absent), None, 2)];
        let standing = Standing::of(&rows);
        assert_eq!((standing.result, standing.tries), (Some(VisitResult::Visited), 2));
        assert_eq!(standing.last_at, Some(Timestamp::from_millis(2)));
    }

    #[test]
    fn a_correction_stands_in_the_place_of_what_it_corrects_and_may_be_corrected_itself() {
        let wrong = visit(Some(VisitResult::Visited), None, 1);
        let right = visit(Some(VisitResult::Absent), Some(wrong.id), 1);
        let gone = visit(None, Some(right.id), 1);
        let of = |rows: &[&VisitRow]| Standing::of(&rows.iter().copied().cloned().collect::<Vec<_>>());
        assert_eq!(of(&[&wrong, &right]).result, Some(VisitResult::Absent));
        assert_eq!(of(&[&wrong, &right, &gone]), Standing { result: None, tries: 0, last_at: None });
    }

    #[test]
    fn a_task_is_open_until_somebody_is_told_refuses_or_has_moved() {
        let state = |result, reach| TaskState::of(result, reach, false);
        assert_eq!(state(None, None), TaskState::Open);
        assert_eq!(state(None, Some(ReachStatus::Sent)), TaskState::Open, "sent is not read");
        assert_eq!(state(Some(VisitResult::Absent), Some(ReachStatus::Absent)), TaskState::Open);
        assert_eq!(state(Some(VisitResult::Absent), Some(ReachStatus::Read)), TaskState::NotNeeded);
        assert_eq!(TaskState::of(None, None, true), TaskState::NotNeeded);
        for result in [VisitResult::Visited, VisitResult::Phoned, VisitResult::Refused, VisitResult::Moved] {
            assert_eq!(state(Some(result), Some(result.reaches())), TaskState::Done);
        }
    }

    #[test]
    fn the_best_result_is_the_one_that_brings_the_notice_furthest() {
        let best =
            |one, other| Standing::of(&[visit(Some(one), None, 1), visit(Some(other), None, 2)]).result;
        assert_eq!(best(VisitResult::Refused, VisitResult::Phoned), Some(VisitResult::Phoned));
        assert_eq!(best(VisitResult::Moved, VisitResult::Absent), Some(VisitResult::Moved));
    }
}
