//! Visits (入户走访): bringing a notice to the households that it has not reached.
//!
//! The office opens a round for a notice that has been published; a job writes a task for each household that lived there
//! then and that nothing has reached yet (`writing`). Grid workers list the tasks of their grids in the order of walking,
//! those without a smartphone first, and record what came of each visit, at the door or later from their phone
//! (`offline`). A result is appended and never changed; a wrong one is corrected by another that gives a reason. Whether a
//! task is still open is no state of its own: it follows from its results and from how far the notice came with the
//! household, so a household that reads the notice meanwhile needs no visit from that moment on (decision 0046).
//! A signed pledge may be photographed; the photo is a paper, shown by its reveal alone.
//! It refuses to rank workers or households, and to show anybody's name or address unmasked.
//! Callers: the office, grid workers, `sync`. How far notices came is counted by `notices` and told by `coverage`.

mod actions;
mod model;
pub mod offline;
mod reveal;
mod routes;
mod store;
mod wire;
mod writing;

pub use model::{TaskState, Visit, VisitResult, VisitRound};
pub use routes::routes;
pub use wire::VisitView;
pub use writing::{WriteVisits, write};
