//! What becomes of merged events when their original ends, begins again, or is taken back.
//!
//! Nobody takes these steps on a merged event itself: it follows. So they are no steps of the procedure and have no
//! buttons; they stand in the timeline by the names here.

use super::{EventRow, EventState, Resolution};

crate::text_enum! {
    /// How a merged event follows its original.
    pub enum Following {
        End = "end_with_original" "随原件办结",
        Again = "follow_again" "原件重新办理,恢复并案",
        /// The original was its reporter's to take back, not that of the others.
        Leave = "leave_original" "原件已撤回,恢复单独办理",
    }
}

/// What an original in `state` means for those that are merged into it, and in which state they wait for it. Total: an
/// event that follows is never left behind in a state that nobody thought of.
pub const fn of_original(state: EventState) -> (Following, EventState) {
    match state {
        EventState::Closed | EventState::Rejected => (Following::End, EventState::Duplicate),
        EventState::Withdrawn => (Following::Leave, EventState::Duplicate),
        EventState::Reported
        | EventState::Returned
        | EventState::Accepted
        | EventState::Dispatched
        | EventState::Handling
        | EventState::Handled
        | EventState::Suspended
        // None is merged into one that is merged itself.
        | EventState::Duplicate => (Following::Again, EventState::Closed),
    }
}

impl EventRow {
    /// Makes of this merged event what `original` makes of it.
    pub fn follow(&mut self, original: &Self, how: Following) {
        match how {
            Following::End => {
                self.state = original.state;
                self.rejection = original.rejection;
                self.right_office.clone_from(&original.right_office);
                (self.became_kind, self.became_id) = (original.became_kind, original.became_id);
                self.resolution = match (original.state, original.resolution) {
                    (EventState::Rejected, _) => None,
                    (_, Some(Resolution::Converted)) => Some(Resolution::Converted),
                    (_, _) => Some(Resolution::Duplicate),
                };
            }
            Following::Again => {
                self.state = EventState::Duplicate;
                self.resolution = None;
            }
            Following::Leave => {
                self.state = self.state_before_merger();
                self.leave_original();
            }
        }
    }
}
