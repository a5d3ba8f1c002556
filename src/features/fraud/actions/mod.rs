//! What people do with leads and dissuasions; one transaction each, with its audit entry, which never holds what is
//! sealed.

pub mod dissuasions;
pub mod leads;

use uuid::Uuid;

use crate::base::area_code::AreaCode;
use crate::base::problem::{Code, Problem, Result};
use crate::platform::access::{Granted, Permission};

/// Makes sure that what `author` has entered under an id in `area` is what `by` sends again: the `same` content, by the
/// same person, who may still enter something there; 409 `id_reused` otherwise.
fn resent<P: Permission>(by: &Granted<P>, author: Uuid, area: &AreaCode, same: bool) -> Result<()> {
    let mine = author == by.actor().id() && by.scope().holds(area);
    if mine && same { Ok(()) } else { Err(Problem::new(Code::IdReused)) }
}
