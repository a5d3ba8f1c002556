//! The JSON of events; turning input into values.

mod buttons;
mod conversion;
mod ending;
mod intake;
mod merging;
mod pauses;
mod report;
mod view;
mod work;

pub use buttons::buttons;
pub use conversion::ConversionBody;
pub use ending::{ClosureBody, ReopeningBody, SelfHandlingBody};
pub use intake::{AcceptanceBody, RejectionBody, ReturnBody, WordsBody, supplement};
pub use merging::{MergerBody, SeparationBody};
pub use pauses::{ExtensionRequestBody, SuspensionRequestBody};
pub use report::EventBody;
pub use view::{EventView, StationsView};
pub use work::{CompletionBody, DispatchBody, ReasonBody, ReworkBody};
