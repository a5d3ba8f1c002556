//! Finding cases by words in their number, title, detail and address (decision 0026).
//!
//! `GET /api/v1/cases?q=` asks [`find`]; the task `cases.file` and `wangge search rebuild` file cases for it. It is an
//! inverted index of our own, in two plain tables, because the same question must have the same answer on both
//! databases, at once, and without a burden on the way in: reporting a case writes nothing for the search.
//!
//! text (what is the same) < terms (what a case is filed under) < block (the index of some thousand cases) < store <
//! filing (in the background) and hunt (one page of answers).

mod block;
mod filing;
mod hunt;
mod set;
mod store;
mod terms;
mod text;

pub use filing::{Sizes, keep_up, rebuild};
pub use hunt::find;
pub use text::Words;
