//! WeChat users and whom they stand for.

use std::collections::BTreeMap;

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
    union_index: Option<Vec<u8>>,
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
    /// The resident who is written to.
    pub resident: Uuid,
    /// Whose tickets are drawn.
    pub identity: Id<WxIdentity>,
    /// The name to send to.
    pub openid: OpenId,
}

/// Notes that a WeChat user has come, known or not; `union` is the keyed index of who they are over all our accounts, as
/// far as WeChat says.
pub fn visit(tx: &mut Tx, appid: &str, openid: &OpenId, union: Option<&[u8]>) -> Result<Identity> {
    let now = tx.now();
    let own = dsl::wx_identities.filter(dsl::appid.eq(appid)).filter(dsl::openid.eq(openid.expose()));
    if let Some(row) = own.select(Row::cols()).first::<Row>(&mut **tx).or_none()? {
        let own = dsl::wx_identities.find(row.id);
        diesel::update(own).set(dsl::last_visit_at.eq(now)).execute(&mut **tx)?;
        if let Some(union) = union.filter(|union| row.union_index.as_deref() != Some(*union)) {
            recognise(tx, row.id, union)?;
        }
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
        union_index: union.map(<[u8]>::to_vec),
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

/// The name of a WeChat user in the account `appid`, to ask WeChat about them.
pub fn name(c: &mut DbConnection, appid: &str, id: Id<WxIdentity>) -> Result<Option<OpenId>> {
    let own = dsl::wx_identities.find(id).filter(dsl::appid.eq(appid));
    Ok(own.select(dsl::openid).first::<String>(c).or_none()?.map(OpenId::new))
}

/// Notes who a WeChat user is over all our accounts.
pub fn recognise(tx: &mut Tx, id: Id<WxIdentity>, union: &[u8]) -> Result<()> {
    let own = dsl::wx_identities.find(id);
    diesel::update(own).set(dsl::union_index.eq(Some(union.to_vec()))).execute(&mut **tx)?;
    Ok(())
}

/// Lets whoever is `union` in our other accounts stand for whom they stand for in the account `appid`, in which they told
/// their phone, and no longer than there. Answers who was linked by that.
pub fn share(tx: &mut Tx, appid: &str, union: &[u8]) -> Result<Vec<Id<WxIdentity>>> {
    let same = || dsl::wx_identities.filter(dsl::union_index.eq(union.to_vec()));
    let told = same().filter(dsl::appid.eq(appid)).filter(dsl::subject_id.is_not_null());
    let told = told.order((dsl::linked_at.desc(), dsl::id)).select(Row::cols()).first::<Row>(&mut **tx);
    let Some(Row { subject_kind, subject_id, linked_at, .. }) = told.or_none()? else { return Ok(vec![]) };
    let others = same().filter(dsl::appid.ne(appid)).select(Row::cols()).load::<Row>(&mut **tx)?;
    let as_told = |row: &Row| {
        (row.subject_kind, row.subject_id, row.linked_at) == (subject_kind, subject_id, linked_at)
    };
    let ids: Vec<_> = others.iter().filter(|row| !as_told(row)).map(|row| row.id).collect();
    let change =
        (dsl::subject_kind.eq(subject_kind), dsl::subject_id.eq(subject_id), dsl::linked_at.eq(linked_at));
    if !ids.is_empty() {
        let others = dsl::wx_identities.filter(dsl::id.eq_any(ids.clone()));
        diesel::update(others).set(change).execute(&mut **tx)?;
    }
    Ok(ids)
}

/// Who a WeChat user is over all our accounts, as far as WeChat has said.
pub fn union_of(c: &mut DbConnection, id: Id<WxIdentity>) -> Result<Option<Vec<u8>>> {
    Ok(dsl::wx_identities.find(id).select(dsl::union_index).first(c).or_none()?.flatten())
}

/// Forgets whom a WeChat user stands for and who they are in our other accounts, in which they stand for nobody either;
/// whether they stood for anybody.
pub fn unlink(tx: &mut Tx, id: Id<WxIdentity>) -> Result<bool> {
    if let Some(union) = union_of(tx, id)? {
        let same = dsl::wx_identities.filter(dsl::union_index.eq(union)).filter(dsl::id.ne(id));
        let others: Vec<Id<WxIdentity>> = same.select(dsl::id).load(&mut **tx)?;
        others.into_iter().try_for_each(|other| stands_for_nobody(tx, other).map(drop))?;
    }
    forget(tx, id)
}

/// Forgets whom a WeChat user stands for in this account, and who they are in others, where they stay who they are;
/// whether they stood for anybody.
pub fn forget(tx: &mut Tx, id: Id<WxIdentity>) -> Result<bool> {
    let own = dsl::wx_identities.find(id);
    diesel::update(own).set(dsl::union_index.eq(None::<Vec<u8>>)).execute(&mut **tx)?;
    stands_for_nobody(tx, id)
}

fn stands_for_nobody(tx: &mut Tx, id: Id<WxIdentity>) -> Result<bool> {
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

/// The WeChat users of our mini-program who stand for one of `residents` now; for deliveries, which have found the
/// residents inside their own scope. A link from before the phone was corrected is somebody else's.
pub fn recipients(c: &mut DbConnection, appid: &str, residents: &[Uuid]) -> Result<Vec<Recipient>> {
    let ids: Vec<_> = residents.iter().map(|id| Id::from_uuid(*id)).collect();
    let found = households::find_residents(c, &ids)?;
    let since: BTreeMap<Uuid, _> =
        found.iter().map(|one| (one.resident.uuid(), one.sessions_since)).collect();
    let rows = dsl::wx_identities
        .filter(dsl::subject_id.eq_any(since.keys().map(|id| Id::<Anyone>::from_uuid(*id))))
        .filter(dsl::subject_kind.eq(ActorKind::Resident))
        .filter(dsl::appid.eq(appid))
        .order(dsl::id)
        .select((dsl::id, dsl::openid, dsl::subject_id.assume_not_null(), dsl::linked_at));
    let rows = rows.load::<(Id<WxIdentity>, String, Id<Anyone>, Option<Timestamp>)>(c)?;
    let stands = |resident: &Uuid, linked_at: Option<Timestamp>| {
        let linked_at = linked_at?;
        Some(since.get(resident)?.is_none_or(|since| linked_at >= since))
    };
    Ok(rows
        .into_iter()
        .map(|(identity, openid, of, at)| {
            (Recipient { resident: of.uuid(), identity, openid: OpenId::new(openid) }, at)
        })
        .filter(|(who, at)| stands(&who.resident, *at) == Some(true))
        .map(|(who, _)| who)
        .collect())
}
