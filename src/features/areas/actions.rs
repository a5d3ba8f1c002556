//! What is done with areas.

use super::store;
use crate::base::area_code::AreaCode;
use crate::base::problem::Result;
use crate::platform::access::{AreaInScope, AreaScope};
use crate::platform::db::DbConnection;

/// The area, when it is in use and `scope` holds it; 404 otherwise. Whoever takes the code from a body turns
/// that into a complaint about the field.
pub fn require(c: &mut DbConnection, scope: &AreaScope, code: &AreaCode) -> Result<AreaInScope> {
    store::require(c, scope, code)
}
