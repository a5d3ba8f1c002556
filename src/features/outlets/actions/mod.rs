//! What is done with outlets and on them; each change is one transaction with its audit entry.

mod keeping;
mod showing;

pub use keeping::{NewOutlet, change, create, get, list};
pub use showing::{Asked, Summary, broadcast, exposures, photo, record, summary};
