//! Appointing to posts and ending them.

use serde_json::json;

use super::model::can_be_given;
use super::store;
use crate::base::area_code::AreaCode;
use crate::base::clock::Timestamp;
use crate::base::id::Id;
use crate::base::problem::{Code, Problem, Result};
use crate::features::areas;
use crate::platform::access::policy::{KeepPosts, SeeStaff};
use crate::platform::access::{Actor, ActorKind, Granted, Role, Staff};
use crate::platform::audit;
use crate::platform::web::{App, IdempotencyKey};

crate::id_kind! {
    /// A post that somebody holds or held.
    PostId = "post";
}

/// A post, running or ended.
#[derive(Debug, Clone)]
pub struct Appointed {
    /// The post.
    pub id: Id<PostId>,
    /// Who holds it.
    pub staff: Id<Staff>,
    /// The role.
    pub role: Role,
    /// Where.
    pub area: AreaCode,
    /// Since when.
    pub started_at: Timestamp,
    /// Until when; none while it runs.
    pub ended_at: Option<Timestamp>,
    /// Who appointed; none for the first administrators, who were named on the command line.
    pub appointed_by: Option<Id<Staff>>,
    /// Who ended it.
    pub ended_by: Option<Id<Staff>>,
}

/// Appoints `staff` as `role` in `area`, once per key. Whoever becomes an administrator signs in anew.
///
/// # Errors
/// 403 `same_person` for oneself; 404 for somebody outside the caller's areas; 409 `role_excluded` when another
/// administration is held, `already_exists` when this post is; 422 for an area that is none or too fine.
pub async fn appoint(
    app: &App,
    by: Granted<KeepPosts>,
    key: IdempotencyKey,
    staff: Id<Staff>,
    role: Role,
    area: AreaCode,
) -> Result<Appointed> {
    can_be_given(role, &area)?;
    refuse_self(by.actor(), staff)?;
    let vault = app.vault.clone();
    let fingerprint = format!("staff.appoint {staff} {role} {area}").into_bytes();
    let appointed = app.db.write(move |tx| {
        let id = key.once(tx, by.actor(), &fingerprint, |tx| {
            let member = store::members::get(tx, &vault, by.scope(), staff)?;
            let place = areas::hold_for(tx, by.scope(), &area, "area")?;
            let id = store::posts::insert(tx, member.id, role, &place, person(by.actor()))?;
            if Role::ADMINISTRATORS.contains(&role) {
                // A phone that was to stay signed in for a month must not administer for longer than a day.
                store::members::void_sign_ins(tx, by.scope(), member.id)?;
            }
            let details = json!({ "post": id, "role": role });
            audit::record(tx, by.actor(), "staff.appoint", ("staff", staff.to_string()), &area, details)?;
            Ok(id)
        })?;
        store::posts::get(tx, by.scope(), id)
    });
    let appointed = appointed.await?;
    app.principals.forget_all();
    Ok(appointed)
}

/// Ends a post; ending one that has ended already changes nothing.
///
/// # Errors
/// 403 `same_person` for one's own post; 404 outside the caller's areas.
pub async fn end(app: &App, by: Granted<KeepPosts>, id: Id<PostId>) -> Result<()> {
    let ended = app.db.write(move |tx| {
        let post = store::posts::get(tx, by.scope(), id)?;
        refuse_self(by.actor(), post.staff)?;
        if store::posts::end(tx, by.scope(), id, person(by.actor()))? {
            let details = json!({ "post": id, "role": post.role });
            let object = ("staff", post.staff.to_string());
            audit::record(tx, by.actor(), "staff.end_post", object, &post.area, details)?;
        }
        Ok(())
    });
    ended.await?;
    app.principals.forget_all();
    Ok(())
}

/// The posts that `staff` has held in the caller's areas, newest first; 404 for somebody outside of them.
pub async fn history(app: &App, by: Granted<SeeStaff>, staff: Id<Staff>) -> Result<Vec<Appointed>> {
    let vault = app.vault.clone();
    let read = app.db.read(move |c| {
        store::members::get(c, &vault, by.scope(), staff)?;
        store::posts::history(c, by.scope(), staff)
    });
    read.await
}

/// Nobody keeps their own account or posts.
pub(super) fn refuse_self(by: &Actor, staff: Id<Staff>) -> Result<()> {
    if by.kind() == ActorKind::Staff && by.id() == staff.uuid() {
        return Err(Problem::because(Code::SamePerson, "本人的账号和岗位须由另一人办理"));
    }
    Ok(())
}

/// The member of staff who acts; none for the system.
fn person(by: &Actor) -> Option<Id<Staff>> {
    (by.kind() == ActorKind::Staff).then(|| Id::from_uuid(by.id()))
}
