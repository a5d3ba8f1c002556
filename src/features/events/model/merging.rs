//! Into which event another may be merged.
//!
//! Who finds the original is not decided here: this is the rule that a merger obeys, however the number was found. What
//! becomes of the merged ones afterwards is in `following`.

use super::{EventRow, EventState, Resolution};
use crate::base::clock::Timestamp;
use crate::base::problem::{Problem, Result};
use crate::features::cases::CaseFile;

/// Days after its end during which an event may still be the original of another.
pub const FRESH_DAYS: i64 = 90;

crate::text_enum! {
    /// What stands in the timeline of the original, which takes no step itself.
    pub enum Taken {
        TakeIn = "take_in" "有事件并入本件",
        LetGo = "let_go" "并入的事件已分出",
    }
}

/// 422 `original_no` unless `row`, the event of `original`, may take in another one.
pub fn guard_original(original: &CaseFile, row: &EventRow, now: Timestamp) -> Result<()> {
    let refused = |why: String| Err(Problem::field("original_no", why));
    let no = &original.no;
    if let Some(further) = &row.merged_into_no {
        return refused(format!("{no} 已并入 {further},请填写 {further}"));
    }
    match row.state {
        EventState::Rejected | EventState::Withdrawn => {
            return refused(format!("{no} {},不能作为原件", row.state.label()));
        }
        EventState::Closed if row.resolution == Some(Resolution::Converted) => {
            return refused(format!("{no} 已转为其他案卷,不能作为原件"));
        }
        EventState::Closed => {}
        EventState::Reported
        | EventState::Returned
        | EventState::Accepted
        | EventState::Dispatched
        | EventState::Handling
        | EventState::Handled
        | EventState::Suspended
        | EventState::Duplicate => return Ok(()),
    }
    let age = original.closed_at.map_or(0, |closed| (now.local_date() - closed.local_date()).num_days());
    if age >= FRESH_DAYS {
        return refused(format!("{no} 结案已满 {FRESH_DAYS} 日,应作为新事件办理"));
    }
    Ok(())
}
