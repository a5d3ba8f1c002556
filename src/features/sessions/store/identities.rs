//! WeChat users and whom they stand for.

use diesel::prelude::*;
use uuid::Uuid;

use crate::base::clock::Timestamp;
use crate::base::id::Id;
use crate::base::problem::Result;
use crate::features::households;
use crate::features::sessions::model::{Anyone, SubjectRef, WxIdentity};
use crate::platform::access::ActorKind;
use crate::platform::db::schema::wx_identities::{self, dsl};
use crate::platform::db::{Cols, DbConnection, Outcome, Tx};
use crate::platform::push::wechat::OpenId;

#[derive(Queryable, Selectable, Insertable)]
#[diesel(table_name = wx_identities, treat_none_as_default_value = false)]
struct Row {
    id: Id<WxIdentity>,
    appid: String,
    openid: String,
    subject_kind: Option<ActorKind>,
    subject_id: Option<Id<Anyone>>,
    linked_at: Option<Timestamp>,
    last_visit_at: Timestamp,
    created_at: Timestamp,
}

/// A WeChat user, and whom the phone number found.
#[derive(Debug, Clone)]
pub struct Identity {
    /// The user.
    pub id: Id<WxIdentity>,
    /// Whom they stand for; none before the first link.
    pub subject: Option<SubjectRef>,
    /// When they last told their phone.
    linked_at: Option<Timestamp>,
}

impl Identity {
    /// Whether the link is as young as `since` wants it.
    pub fn holds(&self, since: Option<Timestamp>) -> bool {
        since.is_none_or(|since| self.linked_at >= Some(since))
    }
}

impl From<Row> for Identity {
    fn from(row: Row) -> Self {
        let subject = row.subject_kind.zip(row.subject_id).map(|(kind, id)| SubjectRef { kind, id });
        Self { id: row.id, subject, linked_at: row.linked_at }
    }
}

/// A WeChat user who may be written to.
#[derive(Debug, Clone)]
pub struct Recipient {
    /// Whose tickets are drawn.
    pub identity: Id<WxIdentity>,
    /// The name to send to.
    pub openid: OpenId,
}

/// Notes that a WeChat user has come, known or not.
pub fn visit(tx: &mut Tx, appid: &str, openid: &OpenId) -> Result<Identity> {
    let now = tx.now();
    let own = dsl::wx_identities.filter(dsl::appid.eq(appid)).filter(dsl::openid.eq(openid.expose()));
    if let Some(row) = own.select(Row::cols()).first::<Row>(&mut **tx).or_none()? {
        let own = dsl::wx_identities.find(row.id);
        diesel::update(own).set(dsl::last_visit_at.eq(now)).execute(&mut **tx)?;
        return Ok(row.into());
    }
    let row = Row {
        id: Id::new(),
        appid: appid.to_owned(),
        openid: openid.expose().to_owned(),
        subject_kind: None,
        subject_id: None,
        linked_at: None,
        last_visit_at: now,
        created_at: now,
    };
    diesel::insert_into(wx_identities::table).values(&row).execute(&mut **tx).or_again()?;
    Ok(row.into())
}

/// Says whom a WeChat user stands for from now on.
pub fn link(tx: &mut Tx, id: Id<WxIdentity>, subject: SubjectRef) -> Result<()> {
    let now = tx.now();
    let change = (
        dsl::subject_kind.eq(Some(subject.kind)),
        dsl::subject_id.eq(Some(subject.id)),
        dsl::linked_at.eq(Some(now)),
    );
    let linked = diesel::update(dsl::wx_identities.find(id)).set(change).execute(&mut **tx)?;
    if linked == 1 { Ok(()) } else { Err(crate::base::Problem::not_found()) }
}

/// The WeChat user with this name, when they have come before.
pub fn of_openid(c: &mut DbConnection, appid: &str, openid: &OpenId) -> Result<Option<Id<WxIdentity>>> {
    let own = dsl::wx_identities.filter(dsl::appid.eq(appid)).filter(dsl::openid.eq(openid.expose()));
    own.select(dsl::id).first(c).or_none()
}

/// Forgets whom a WeChat user stands for; whether they stood for anybody.
pub fn unlink(tx: &mut Tx, id: Id<WxIdentity>) -> Result<bool> {
    let none = (
        dsl::subject_kind.eq(None::<ActorKind>),
        dsl::subject_id.eq(None::<Id<Anyone>>),
        dsl::linked_at.eq(None::<Timestamp>),
    );
    let linked = dsl::wx_identities.find(id).filter(dsl::subject_id.is_not_null());
    Ok(diesel::update(linked).set(none).execute(&mut **tx)? == 1)
}

/// The WeChat user linked to one subject after `since` who came last; none when there is none.
pub fn of_subject(
    c: &mut DbConnection,
    subject: SubjectRef,
    since: Option<Timestamp>,
) -> Result<Option<Id<WxIdentity>>> {
    dsl::wx_identities
        .filter(dsl::subject_id.eq(subject.id))
        .filter(dsl::subject_kind.eq(subject.kind))
        .filter(dsl::linked_at.ge(since.unwrap_or(Timestamp::from_millis(0))))
        .order((dsl::last_visit_at.desc(), dsl::id.desc()))
        .select(dsl::id)
        .first(c)
        .or_none()
}

/// The WeChat users of our mini-program who stand for a resident now; for deliveries, which have found the resident
/// inside their own scope. A link from before the phone was corrected is somebody else's.
pub fn recipients(c: &mut DbConnection, appid: &str, resident: Uuid) -> Result<Vec<Recipient>> {
    let Some(found) = households::find_resident(c, Id::from_uuid(resident))? else { return Ok(vec![]) };
    let rows = dsl::wx_identities
        .filter(dsl::subject_id.eq(Id::<Anyone>::from_uuid(resident)))
        .filter(dsl::linked_at.ge(found.sessions_since.unwrap_or(Timestamp::from_millis(0))))
        .filter(dsl::subject_kind.eq(ActorKind::Resident))
        .filter(dsl::appid.eq(appid))
        .order(dsl::id)
        .select((dsl::id, dsl::openid));
    let rows = rows.load::<(Id<WxIdentity>, String)>(c)?;
    Ok(rows
        .into_iter()
        .map(|(identity, openid)| Recipient { identity, openid: OpenId::new(openid) })
        .collect())
}
