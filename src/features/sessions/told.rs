//! What WeChat itself tells of its users, for whoever has made sure that it was WeChat.
//!
//! Each function works in the transaction of its caller, who notes there that it was told; none may be done twice for
//! one telling. A user whom we never met is passed over: nobody is asked for consent before they have come.

use serde_json::json;

use super::followers::MeetFollower;
use super::model::{TicketAnswer, WxIdentity};
use super::store::identities;
use super::store::tickets::{self, Teller};
use super::tickets::kind_of;
use crate::base::area_code::AreaCode;
use crate::base::id::Id;
use crate::base::problem::Result;
use crate::platform::access::policy::KeepStaff;
use crate::platform::access::system;
use crate::platform::audit;
use crate::platform::db::Tx;
use crate::platform::outbox;
use crate::platform::push::wechat::OpenId;
use crate::platform::push::wechat::callback::Answered;
use crate::platform::web::Templates;

/// The WeChat user `openid` of the account `appid`, when we have met them.
pub fn known(tx: &mut Tx, appid: &str, openid: &OpenId) -> Result<Option<Id<WxIdentity>>> {
    identities::of_openid(tx, appid, openid)
}

/// Enters what somebody answered to the question for consent.
pub fn answered(
    tx: &mut Tx,
    templates: &Templates,
    user: Id<WxIdentity>,
    answers: &[Answered],
) -> Result<()> {
    answers.iter().try_for_each(|Answered { template, accepted }| {
        let answer = if *accepted { TicketAnswer::Accept } else { TicketAnswer::Reject };
        tickets::answered(tx, user, template, kind_of(templates, template), answer, Teller::Event)
    })
}

/// Enters what somebody changed in the settings of WeChat. Today that can only be a no.
pub fn changed(tx: &mut Tx, user: Id<WxIdentity>, answers: &[Answered]) -> Result<()> {
    let mut off = answers.iter().filter(|answer| !answer.accepted);
    off.try_for_each(|answer| tickets::switched_off(tx, user, &answer.template))
}

/// Notes that somebody follows the official account `appid`, and has a job ask who that is.
pub fn followed(tx: &mut Tx, appid: &str, openid: &OpenId) -> Result<()> {
    let user = identities::visit(tx, appid, openid, None)?.id;
    outbox::add(tx, &MeetFollower { user })
}

/// Forgets who a follower was, because they follow no longer. In the mini-program they stay who they are.
pub fn unfollowed(tx: &mut Tx, user: Id<WxIdentity>, word: &str) -> Result<()> {
    tickets::void(tx, user)?;
    if identities::forget(tx, user)? { note(tx, "wechat_user.unlink", user, word) } else { Ok(()) }
}

/// Forgets whom a WeChat user stands for and what they consented to, because they took it back or are gone. Whoever it
/// was must tell their phone number again.
pub fn withdrew(tx: &mut Tx, user: Id<WxIdentity>, word: &str) -> Result<()> {
    tickets::void(tx, user)?;
    if identities::unlink(tx, user)? { note(tx, "wechat_user.unlink", user, word) } else { Ok(()) }
}

/// Writes into the audit log whom a WeChat user came, or ceased, to stand for, without naming either.
pub(super) fn note(tx: &mut Tx, action: &'static str, user: Id<WxIdentity>, word: &str) -> Result<()> {
    let by = system::<KeepStaff>("WeChat tells what its user decided");
    let object = ("wechat_user", user.to_string());
    audit::record(tx, by.actor(), action, object, &AreaCode::country(), json!({ "why": word }))
}
