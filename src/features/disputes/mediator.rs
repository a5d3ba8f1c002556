//! Who may mediate a dispute: a mediator who holds a post there and is not concerned in it.

use super::model::PartyRow;
use crate::base::area_code::AreaCode;
use crate::base::id::Id;
use crate::base::problem::{Code, Problem, Result};
use crate::features::cases::CaseFile;
use crate::features::{households, staff};
use crate::platform::access::{ActorKind, Role, Staff};
use crate::platform::db::Tx;
use crate::platform::privacy::Vault;

/// 422 when `mediator` does not hold a mediator's post over `area` now.
pub fn require_post(tx: &mut Tx, mediator: Id<Staff>, area: &AreaCode) -> Result<()> {
    let now = tx.now();
    let posts = staff::holder(tx, mediator, now)?.map(|holder| holder.posts).unwrap_or_default();
    if posts.iter().any(|post| post.role == Role::Mediator && area.is_within(&post.area)) {
        return Ok(());
    }
    Err(Problem::field("mediator", "该人员不是本地的人民调解员"))
}

/// 409 `guard_refused` when `mediator` is a party, or reported the dispute as a resident. A person is known by
/// the phone that they sign in with. Whoever registered it on duty for others is not concerned in it.
pub fn require_no_interest(
    tx: &mut Tx,
    vault: &Vault,
    mediator: Id<Staff>,
    file: &CaseFile,
    parties: &[PartyRow],
) -> Result<()> {
    let (_, phone) = staff::own(tx, vault, mediator)?;
    let index = vault.index_value(&phone);
    if parties.iter().any(|party| party.phone_index.as_ref() == Some(&index)) {
        return Err(Problem::because(Code::GuardRefused, "调解员是本件当事人,应当回避"));
    }
    let resident = households::find_by_phone(tx, &index)?.map(|found| found.resident.uuid());
    if file.reporter_kind == ActorKind::Resident && resident == Some(file.reporter_id.uuid()) {
        return Err(Problem::because(Code::GuardRefused, "调解员是本件上报人,应当回避"));
    }
    Ok(())
}
