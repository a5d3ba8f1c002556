//! A dispute that was first taken for another kind of matter.

use super::model::{DisputeRow, DisputeState, DisputeType};
use super::store;
use crate::base::problem::Result;
use crate::features::cases::{self, CaseFile, CaseKind, Successor};
use crate::platform::access::Granted;
use crate::platform::access::policy::RegisterDispute;
use crate::platform::db::Tx;

/// Opens the dispute that `origin` becomes, registered without parties, as when a resident reports one: they are
/// written down when they are asked whether they want mediation. For the procedure that closes `origin` in the same
/// transaction.
pub fn open_out_of(
    tx: &mut Tx,
    by: &Granted<RegisterDispute>,
    no: &str,
    dispute_type: DisputeType,
    origin: &CaseFile,
) -> Result<CaseFile> {
    let new = Successor {
        kind: CaseKind::Dispute,
        category: dispute_type.as_str(),
        confidential: dispute_type.usual_confidentiality(),
        state: DisputeState::Registered.as_str(),
    };
    let (file, area) = cases::open_out_of(tx, by, no, new, origin)?;
    store::insert(tx, &area, &DisputeRow::registered(file.id, area.code(), dispute_type, None))?;
    Ok(file)
}
