//! Who may take steps in a dispute: nobody who is concerned in it; and mediate: mediators who hold a post there.

use super::model::{Mediators, PartyRow};
use crate::base::area_code::AreaCode;
use crate::base::id::Id;
use crate::base::problem::{Code, Problem, Result};
use crate::features::cases::CaseFile;
use crate::features::{households, staff};
use crate::platform::access::{ActorKind, Role, Staff};
use crate::platform::db::Tx;
use crate::platform::privacy::Vault;

/// Refuses mediators who may not mediate this dispute: 422 under `lead` or `others` for one who is named twice or holds
/// no mediator's post there now, 409 `guard_refused` for one who is concerned in it. Of `me`, who takes the step,
/// that was asked before.
pub fn require_fit(
    tx: &mut Tx,
    vault: &Vault,
    mediators: &Mediators,
    me: Id<Staff>,
    (file, parties): (&CaseFile, &[PartyRow]),
    (lead, others): (&'static str, &'static str),
) -> Result<()> {
    for (n, mediator) in mediators.all().enumerate() {
        let field = if n == 0 { lead } else { others };
        if mediators.all().take(n).any(|other| other == mediator) {
            return Err(Problem::field(field, format!("{mediator} 重复")));
        }
        if !holds_post(tx, mediator, &file.area_code)? {
            return Err(Problem::field(field, "该人员不是本地的人民调解员"));
        }
        if mediator != me {
            require_no_interest(tx, vault, mediator, Whose::Anothers, file, parties)?;
        }
    }
    Ok(())
}

/// Whether `mediator` holds a mediator's post over `area` now.
fn holds_post(tx: &mut Tx, mediator: Id<Staff>, area: &AreaCode) -> Result<bool> {
    let now = tx.now();
    let posts = staff::holder(tx, mediator, now)?.map(|holder| holder.posts).unwrap_or_default();
    Ok(posts.iter().any(|post| post.role == Role::Mediator && area.is_within(&post.area)))
}

/// Whose interest is asked about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Whose {
    /// That of whoever takes the step, who is told what they know.
    Own,
    /// That of somebody else; whether they are a party or reported it is not said: who reports is nobody's business.
    Anothers,
}

/// 409 `guard_refused` when `staff` is a party, or reported the dispute as a resident. A person is known by the phone that they sign in with. Whoever registered it on duty for others is not
/// concerned in it.
pub fn require_no_interest(
    tx: &mut Tx,
    vault: &Vault,
    staff: Id<Staff>,
    whose: Whose,
    file: &CaseFile,
    parties: &[PartyRow],
) -> Result<()> {
    let (_, phone) = staff::own(tx, vault, staff)?;
    let index = vault.index_value(&phone);
    let concerned = |as_what: &str| {
        let why = match whose {
            Whose::Own => format!("您是本件{as_what},应当回避"),
            Whose::Anothers => "该调解员与本件有利害关系,应当回避".to_owned(),
        };
        Err(Problem::because(Code::GuardRefused, why))
    };
    if parties.iter().any(|party| party.phone_index.as_ref() == Some(&index)) {
        return concerned("当事人");
    }
    if file.reporter_kind != ActorKind::Resident {
        return Ok(());
    }
    let resident = households::find_by_phone(tx, &index)?.map(|found| found.resident.uuid());
    if resident == Some(file.reporter_id.uuid()) { concerned("上报人") } else { Ok(()) }
}
