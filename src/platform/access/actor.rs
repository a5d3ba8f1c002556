//! Who acts.

use std::sync::Arc;

use uuid::Uuid;

use super::policy::Role;
use crate::base::area_code::AreaCode;
use crate::base::clock::Timestamp;
use crate::base::id::Id;
use crate::base::problem::{Problem, Result};

crate::id_kind! {
    /// A person who works for the township.
    Staff = "staff";
    /// A person who lives in a household.
    Resident = "resident";
    /// A screen on a wall that shows a dashboard and signs in by itself.
    Display = "display";
    /// The people behind one door.
    Household = "household";
    /// A sign-in on one device; the family of its refresh tokens.
    Session = "session";
}

crate::text_enum! {
    /// What kind of being acts.
    pub enum ActorKind {
        Staff = "staff" "工作人员",
        Resident = "resident" "居民",
        Machine = "machine" "设备",
        System = "system" "系统",
        /// A person who must not be known; see [`Actor::anonymous`]. Nobody signs in as one.
        Anonymous = "anonymous" "匿名",
    }
}

impl ActorKind {
    /// `id` as people and records show it, when it is the id of such a being.
    pub fn shown(self, id: Uuid) -> String {
        match self {
            Self::Resident => Id::<Resident>::from_uuid(id).to_string(),
            Self::Staff => Id::<Staff>::from_uuid(id).to_string(),
            Self::Machine => Id::<Display>::from_uuid(id).to_string(),
            // An alias says that two records are of one person, which is more than anybody need know.
            Self::System | Self::Anonymous => self.to_string(),
        }
    }
}

/// A role in an area.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Post {
    /// The role.
    pub role: Role,
    /// Where it is held; everything inside belongs to it.
    pub area: AreaCode,
}

/// What the roster knows of the holder of a session. Handed to `platform/access`, which makes an
/// [`Actor`] of it; holding one gives no rights.
#[derive(Debug, Clone)]
pub struct Principal {
    /// What kind of being.
    pub kind: ActorKind,
    /// The staff member or resident.
    pub id: Uuid,
    /// The sign-in.
    pub session: Id<Session>,
    /// A resident's household.
    pub household: Option<Id<Household>>,
    /// Where the person belongs: a worker's town, a resident's grid.
    pub home: AreaCode,
    /// The roles held now.
    pub posts: Vec<Post>,
    /// When the session ends by itself.
    pub expires_at: Timestamp,
}

/// Who acts, as established by the platform for this request or job.
#[derive(Debug, Clone)]
pub struct Actor {
    principal: Arc<Principal>,
    request: Option<Arc<str>>,
    alias: Option<Uuid>,
}

impl Actor {
    pub(super) fn new(principal: Arc<Principal>) -> Self {
        Self { principal, request: None, alias: None }
    }

    /// The same actor with the alias under which their anonymous records lie.
    pub(super) fn under(self, alias: Option<Uuid>) -> Self {
        Self { alias, ..self }
    }

    /// The same actor as somebody who must not be known: nothing that is recorded of what they do tells who it was.
    /// Only the alias remains, by which they, and nobody without our keys, find it again. 500 where nobody has one.
    pub(super) fn anonymous(&self) -> Result<Self> {
        let alias = self.alias.ok_or_else(|| Problem::internal("nobody has an alias here"))?;
        let principal = Principal {
            kind: ActorKind::Anonymous,
            id: alias,
            session: Id::from_uuid(Uuid::nil()),
            household: None,
            home: self.principal.home.town(),
            posts: vec![],
            expires_at: self.principal.expires_at,
        };
        Ok(Self::new(Arc::new(principal)))
    }

    /// The same actor in one request, whose id goes into the audit.
    pub(super) fn in_request(self, id: Option<Arc<str>>) -> Self {
        Self { request: id, ..self }
    }

    /// The request that this actor acts in; none for jobs and commands.
    pub fn request(&self) -> Option<&str> {
        self.request.as_deref()
    }

    /// What kind of being acts.
    pub fn kind(&self) -> ActorKind {
        self.principal.kind
    }

    /// The staff member or resident; nil for the system itself, an alias for whoever must not be known.
    pub fn id(&self) -> Uuid {
        self.principal.id
    }

    /// The alias under which anonymous records of this person lie; none where nobody has one.
    pub fn alias(&self) -> Option<Uuid> {
        self.alias
    }

    /// The id that traces keep: none for the system and for whoever must not be known.
    pub fn traced_id(&self) -> Option<Uuid> {
        match self.kind() {
            ActorKind::System | ActorKind::Anonymous => None,
            ActorKind::Staff | ActorKind::Resident | ActorKind::Machine => Some(self.id()),
        }
    }

    /// The sign-in; `None` for the system and for whoever must not be known.
    pub fn session(&self) -> Option<Id<Session>> {
        self.traced_id().map(|_| self.principal.session)
    }

    /// A resident's household.
    pub fn household(&self) -> Option<Id<Household>> {
        self.principal.household
    }

    /// Where the person belongs: a worker's town, a resident's grid.
    pub fn home(&self) -> &AreaCode {
        &self.principal.home
    }

    /// The roles held now, each with its area.
    pub fn posts(&self) -> &[Post] {
        &self.principal.posts
    }

    /// The id as people and records show it.
    pub fn shown_id(&self) -> String {
        self.kind().shown(self.id())
    }
}
