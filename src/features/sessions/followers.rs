//! Who follows the official account: asked of WeChat by the follower's name there, and known again by the name that the
//! person has over all our accounts (`unionid`), of which only a keyed index is kept (decision 0053).
//!
//! Twice is harmless: whoever is known already is found as they are. A follower whom no mini-program knows stays a name
//! without a person, until somebody signs in under it.

use serde::{Deserialize, Serialize};

use super::model::WxIdentity;
use super::store::identities;
use super::told::note;
use crate::base::id::Id;
use crate::base::problem::Result;
use crate::platform::db::Tx;
use crate::platform::outbox::{Job, Outcome};
use crate::platform::privacy::{Field, Vault};
use crate::platform::push::wechat::UnionId;
use crate::platform::web::App;

/// Asks who a follower is.
#[derive(Debug, Serialize, Deserialize)]
pub struct MeetFollower {
    /// The follower.
    pub user: Id<WxIdentity>,
}

impl Job for MeetFollower {
    const KIND: &'static str = "wechat.meet_follower";
}

/// Runs [`MeetFollower`].
pub async fn meet(app: &App, job: MeetFollower) -> Outcome {
    match try_to_meet(app, job.user).await {
        Ok(()) => Outcome::Done,
        Err(problem) => Outcome::Retry(problem.to_string()),
    }
}

async fn try_to_meet(app: &App, user: Id<WxIdentity>) -> Result<()> {
    let Some(official) = &app.gateways.official else { return Ok(()) };
    let appid = official.client.appid().to_owned();
    let Some(openid) = app.db.read(move |c| identities::name(c, &appid, user)).await? else { return Ok(()) };
    let follower = official.client.follower(&openid).await?;
    let gone = follower.is_none();
    let union = follower.and_then(|follower| follower.unionid).map(|union| index(&app.vault, &union));
    let mini = app.wechat.as_ref().map(|wechat| wechat.appid().to_owned());
    app.db
        .write(move |tx| {
            if gone {
                // They have left meanwhile, and that is told or lost.
                return identities::forget(tx, user).map(drop);
            }
            let Some(union) = &union else { return Ok(()) };
            identities::recognise(tx, user, union)?;
            mini.as_deref().map_or(Ok(()), |mini| share(tx, mini, union))
        })
        .await
}

/// By what somebody is known again in another of our accounts.
pub(super) fn index(vault: &Vault, union: &UnionId) -> Vec<u8> {
    vault.index(Field::Union, union.expose())
}

/// Lets those who follow stand for whom the same person stands for in the mini-program `appid`.
pub(super) fn share(tx: &mut Tx, appid: &str, union: &[u8]) -> Result<()> {
    let linked = identities::share(tx, appid, union)?;
    linked.into_iter().try_for_each(|user| note(tx, "wechat_user.link", user, "unionid"))
}
