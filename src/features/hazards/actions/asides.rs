//! What the approver does beside the ordinary way: gives more time, lists a hazard for supervision, hands it to the
//! district and takes it back, writes a reward down.

use super::taking::{Brought, said, step};
use crate::base::id::Id;
use crate::base::problem::Result;
use crate::features::attachments::{Photo, Remark};
use crate::features::cases::Desk;
use crate::features::clocks::{Change, Rule};
use crate::features::hazards::extension::Extension;
use crate::features::hazards::model::{Hazard, HazardFile, HazardStep};
use crate::features::hazards::supervision::Supervision;
use crate::platform::access::Granted;
use crate::platform::access::policy::{ExtendHazard, RewardReport, SuperviseHazard, TransferHazard};
use crate::platform::db::Db;
use crate::platform::web::At;

/// To whom a hazard goes, and with which papers.
#[derive(Debug, Clone)]
pub struct Transfer {
    /// The district department.
    pub office: String,
    /// Why, for the reporter.
    pub note: String,
    /// Photos of the papers that go with it.
    pub papers: Vec<Id<Photo>>,
}

/// Gives more time, once and before the day is over; the reporter is told until when and why. Nobody gives it to
/// themselves.
pub async fn extend(
    db: &Db,
    by: Granted<ExtendHazard>,
    at: At<Hazard>,
    extension: Extension,
) -> Result<HazardFile> {
    step(db, by, at, HazardStep::Extend, Remark::default(), move |_, _, step| {
        let days = extension.check(&step.row)?;
        step.clocks.push(Change::Extend(Rule::Rectify, days));
        step.desk = Desk::Stays;
        step.note = Some(extension.told(&step.row));
        step.note_internal = extension.kept(&step.row);
        extension.clone().write_into(&mut step.row);
        Ok(())
    })
    .await
}

/// Lists a major hazard, or one that is overdue, for supervision (挂牌督办); listed again it has another day or another
/// supervisor. It is listed until it is closed.
pub async fn supervise(
    db: &Db,
    by: Granted<SuperviseHazard>,
    at: At<Hazard>,
    supervision: Supervision,
) -> Result<HazardFile> {
    let note = said(supervision.note.clone());
    step(db, by, at, HazardStep::Supervise, note, move |_, tx, step| {
        supervision.check(tx, &step.area, &step.row, step.today)?;
        step.desk = Desk::Stays;
        step.row.supervisor_id = Some(supervision.supervisor);
        step.row.supervised_until = Some(supervision.until);
        Ok(())
    })
    .await
}

/// Hands a major hazard to the district department, with papers (安全生产法 2021 art. 69). Here it is closed then.
pub async fn transfer(
    db: &Db,
    by: Granted<TransferHazard>,
    at: At<Hazard>,
    transfer: Transfer,
) -> Result<HazardFile> {
    let Transfer { office, note, papers } = transfer;
    let brought = Brought { remark: said(Some(note)), papers };
    step(db, by, at, HazardStep::Transfer, brought, move |_, _, step| {
        step.row.transferred_to = Some(office.clone());
        step.row.transferred_on = Some(step.today);
        Ok(())
    })
    .await
}

/// The district hands it back: it is open again and graded as it was, and waits for another order.
pub async fn take_back(
    db: &Db,
    by: Granted<TransferHazard>,
    at: At<Hazard>,
    note: String,
) -> Result<HazardFile> {
    step(db, by, at, HazardStep::TakeBack, said(Some(note)), |_, _, step| {
        step.row.transferred_to = None;
        step.row.transferred_on = None;
        step.desk = Desk::Of(step.me);
        Ok(())
    })
    .await
}

/// Writes down what the reporter was rewarded with (安全生产法 2021 art. 76), once.
pub async fn reward(
    db: &Db,
    by: Granted<RewardReport>,
    at: At<Hazard>,
    fen: i64,
    note: Option<String>,
) -> Result<HazardFile> {
    step(db, by, at, HazardStep::Reward, said(note), move |_, _, step| {
        step.desk = Desk::Stays;
        step.row.reward_fen = Some(fen);
        Ok(())
    })
    .await
}
