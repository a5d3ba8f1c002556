//! What people do with an event; one transaction each.

mod beginning;
mod conversion;
mod ending;
mod following;
mod intake;
mod merging;
mod pauses;
mod taking;
mod work;

pub use beginning::{Report, read, report, stations};
pub use conversion::{Conversion, Destination, convert};
pub use ending::{close, reopen, rework, self_handle, withdraw};
pub use following::{Ending, FollowOriginal, ending_of, follow_original};
pub use intake::{Refusal, accept, reject, return_to_reporter, supplement};
pub use merging::{merge, unmerge};
pub use pauses::{ask_extension, ask_suspension, deny, extend, resume, suspend};
pub use taking::Said;
pub use work::{Dispatch, decline, dispatch, finish, handle};

use super::model::{Caller, EventRow};
use crate::features::cases::CaseFile;

/// An event with its file.
#[derive(Debug, Clone)]
pub struct EventFile {
    /// The file.
    pub file: CaseFile,
    /// What only events have.
    pub row: EventRow,
    /// Who asks.
    pub caller: Caller,
}
