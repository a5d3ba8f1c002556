//! What is done with visits; each change is one transaction with its audit entry.

mod opening;
mod reading;
mod recording;

pub use opening::open;
pub use reading::{
    ListedTask, Packed, Round, Seen, TaskFile, VisitFile, open_tasks, rounds, task, tasks, visit,
};
pub use recording::{correct, record};
