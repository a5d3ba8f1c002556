//! Files of cases and of the ledgers of fraud (导出): asked for with a purpose, written in the background, downloaded within
//! a day by whoever asked.
//!
//! A file holds what a list shows to its reader, by the same filter and in the same areas (decisions 0027, 0052): persons
//! unnamed, numbers in texts masked, every cell plain text, and on top who took it, when and what for. It refuses to export
//! personal data that is sealed in its own field, and to hand a file to anybody else.

mod actions;
mod asker;
mod columns;
mod model;
mod parts;
mod purge;
mod routes;
mod source;
mod store;
mod wire;
mod writing;

pub use model::{Export, ExportFailure, ExportFormat, ExportState, ExportStep, ExportSubject};
pub use purge::purge;
pub use routes::routes;
pub use writing::{WriteExport, write};
