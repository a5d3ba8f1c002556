//! Events (网格事件): every matter that is neither a hazard nor a dispute. Reported, accepted, dispatched to a station,
//! handled, verified by another, closed with a word to the reporter; or returned, rejected, withdrawn, merged into the
//! event that it repeats, put right by whoever found it, or turned into a hazard or a dispute.
//!
//! A draft is on the phone only; the server hears of an event when it is reported. The slice refuses to close anything
//! without telling the reporter how it ended, and to say "not ours" without saying whose. A merged event follows its
//! original to the end. Which events are alike, and links between cases, are the business of `duplicates`: a merger takes
//! the number of the original as it is given.
//! There is no list of duties yet (权责清单): an event may go to any station that has an officer there.

mod actions;
mod model;
pub mod offline;
mod routes;
mod stations;
mod store;
mod wire;
mod words;

pub use actions::{Ending, EventFile, FollowOriginal, ending_of, follow_original};
pub use model::{
    Event, EventCategory, EventRow, EventScale, EventState, EventStep, FRESH_DAYS, Next, Rejection, Request,
    Resolution,
};
pub use routes::routes;
pub use store::{merged_into, of_case, originals_among};
pub use wire::EventView;
pub use words::followed;
