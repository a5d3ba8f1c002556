//! A hazard that was first taken for another kind of matter.

use super::model::{HazardField, HazardRow, HazardState, Origin};
use super::store;
use crate::base::problem::Result;
use crate::features::cases::{self, CaseFile, CaseKind, Confidential, Successor};
use crate::platform::access::Granted;
use crate::platform::access::policy::ReportHazard;
use crate::platform::db::Tx;

/// Opens the hazard that `origin` becomes, as if it had been reported: found, and graded by nobody yet. For the
/// procedure that closes `origin` in the same transaction.
pub fn open_out_of(
    tx: &mut Tx,
    by: &Granted<ReportHazard>,
    no: &str,
    field: HazardField,
    origin: &CaseFile,
) -> Result<CaseFile> {
    // Whoever grades sees neither private nor sealed cases.
    let confidential = match origin.confidential {
        Confidential::Public => Confidential::Public,
        Confidential::Internal | Confidential::Private | Confidential::Sealed => Confidential::Internal,
    };
    let new = Successor {
        kind: CaseKind::Hazard,
        category: field.as_str(),
        confidential,
        state: HazardState::Found.as_str(),
    };
    let (file, area) = cases::open_out_of(tx, by, no, new, origin)?;
    let row = HazardRow::found(file.id, &file.area_code, field, Origin::default());
    store::insert(tx, &area, &row)?;
    Ok(file)
}
