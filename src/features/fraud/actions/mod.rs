//! What people do with leads and dissuasions; one transaction each, with its audit entry, which never holds what is
//! sealed.

pub mod dissuasions;
pub mod leads;
