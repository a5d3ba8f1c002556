//! At the end of the year everybody chooses the password of the sample, so that all can sign in at once.

use futures_util::future::try_join_all;
use secrecy::{ExposeSecret, SecretString};
use serde_json::json;

use super::Stage;
use super::cast::{Cast, Member, first_password};
use super::door::{Ask, By, Door};
use crate::app::Refusal;
use crate::base::id::Id;
use crate::platform::access::Role;
use crate::platform::access::Staff;

/// The administrator gives each a password, and each changes it; the administrators have theirs already.
pub async fn choose(stage: &Stage, door: &Door, cast: &Cast, password: &SecretString) -> Result<(), Refusal> {
    stage.bar.set_length(u64::try_from(cast.people.len()).unwrap_or(0));
    stage.bar.set_position(0);
    for few in cast.people.chunks(4) {
        try_join_all(few.iter().map(|member| give(door, cast.people[0].id, member, password))).await?;
        stage.bar.inc(u64::try_from(few.len()).unwrap_or(0));
    }
    Ok(())
}

async fn give(
    door: &Door,
    admin: uuid::Uuid,
    member: &Member,
    password: &SecretString,
) -> Result<(), Refusal> {
    let chosen = password.expose_secret();
    let mut old = first_password();
    if !Role::ADMINISTRATORS.contains(&member.role) {
        old = SecretString::from(format!("{chosen}-first"));
        let path = format!("/api/v1/staff/{}/password", Id::<Staff>::from_uuid(member.id));
        door.post(By::Staff(admin), Ask::step(path, 1, json!({ "password": old.expose_secret() }))).await?;
    }
    let change = json!({ "phone": member.phone, "password": old.expose_secret(), "new_password": chosen });
    door.post(By::Nobody, Ask::new("/api/v1/auth/password/change", change)).await?;
    Ok(())
}
