//! A case that comes out of another: what was taken for one kind of matter turns out to be one of another kind.
//!
//! The new file is the same matter under another procedure: it lies where the other lies, says what was said and has
//! the same reporter, who follows it as their own. Photos stay with the file that they were sent for; the link leads
//! there. Closing the other file is its own procedure's business.

use super::actions::{Step, record};
use super::model::{Case, CaseFile, CaseKind, Confidential, Phase};
use super::{counts, store};
use crate::base::id::Id;
use crate::base::problem::{Problem, Result};
use crate::features::areas;
use crate::features::clocks::Faces;
use crate::platform::access::{AreaInScope, Granted, Permission};
use crate::platform::db::Tx;

/// What only the new procedure knows of the case that it opens.
#[derive(Debug, Clone, Copy)]
pub struct Successor {
    /// The procedure.
    pub kind: CaseKind,
    /// Its category.
    pub category: &'static str,
    /// Who may see it.
    pub confidential: Confidential,
    /// The state that it begins in.
    pub state: &'static str,
}

/// Opens the case that `origin` becomes, in the transaction that closes `origin`. Its area may have been closed
/// meanwhile: what is open there is still finished.
pub fn open_out_of<P: Permission>(
    tx: &mut Tx,
    by: &Granted<P>,
    no: &str,
    new: Successor,
    origin: &CaseFile,
) -> Result<(CaseFile, AreaInScope)> {
    let area = areas::of_record(by.scope(), &origin.area_code)?;
    let now = tx.now();
    // Written out, so that whoever adds a field says what becomes of it here.
    let file = CaseFile {
        id: Id::<Case>::new(),
        no: no.to_owned(),
        kind: new.kind,
        area_code: area.code().clone(),
        category: new.category.to_owned(),
        title: origin.title.clone(),
        detail: origin.detail.clone(),
        source: origin.source,
        urgency: origin.urgency,
        confidential: new.confidential,
        phase: Phase::Reported,
        address: origin.address.clone(),
        lat: origin.lat,
        lng: origin.lng,
        accuracy_m: origin.accuracy_m,
        assignment: origin.assignment.clone(),
        awaiting_media: None,
        reporter_kind: origin.reporter_kind,
        reporter_id: origin.reporter_id,
        handler_id: None,
        occurred_at: origin.occurred_at,
        reported_at: origin.reported_at,
        received_at: now,
        closed_at: None,
        due_on: None,
        content_hash: origin.content_hash.clone(),
        version: 1,
        updated_at: now,
        clocks: Faces::none(),
        origin_kind: Some(origin.kind),
        origin_id: Some(origin.id),
    };
    if !store::insert(tx, &area, &file)? {
        return Err(Problem::internal("an id of ours was taken"));
    }
    let whence = format!("由{} {} 转来", origin.kind.label(), origin.no);
    let step = Step {
        name: "report",
        from: None,
        to: new.state,
        note: Some(&whence),
        note_internal: None,
        device_at: None,
    };
    record(tx, by, &file, step)?;
    counts::count(tx, &file, 1)?;
    Ok((file, area))
}
