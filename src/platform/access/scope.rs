//! Where an actor may look.

use diesel::dsl::{And, GtEq, Lt};
use diesel::prelude::*;
use diesel::sql_types::{Bool, Text};
use sha2::{Digest, Sha256};
use uuid::Uuid;

use super::actor::{Actor, ActorKind};
use super::policy::Role;
use crate::base::area_code::AreaCode;
use crate::base::problem::{Problem, Result};
use crate::platform::db::prefix::within;
use crate::platform::db::{Condition, MultiBackend};

/// The areas in which an actor may use one permission, and how far the view goes there. Every function
/// of a store takes one and begins from what it makes visible.
#[derive(Debug, Clone)]
pub struct AreaScope {
    prefixes: Vec<AreaCode>,
    everywhere: bool,
    viewer: Uuid,
    alias: Option<Uuid>,
    only_own: bool,
    private_in: Vec<AreaCode>,
    sealed_in: Vec<AreaCode>,
}

/// In how much of a scope records are shown that only few roles may see.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Sight {
    /// In none of it.
    Nowhere,
    /// In these areas of it, none inside another.
    In(Vec<AreaCode>),
    /// In all of it.
    Throughout,
}

impl AreaScope {
    /// The areas in which `actor` holds one of `roles`.
    pub(super) fn of(actor: &Actor, roles: &[Role]) -> Self {
        let resident = actor.kind() == ActorKind::Resident;
        // A resident may report anything in the town but sees only what is their own.
        let area = |code: &AreaCode| if resident { code.town() } else { code.clone() };
        let held = |roles: &[Role]| {
            let posts = actor.posts().iter().filter(|post| roles.contains(&post.role));
            outermost(posts.map(|post| area(&post.area)).collect())
        };
        Self {
            prefixes: held(roles),
            everywhere: false,
            viewer: actor.id(),
            alias: actor.alias(),
            only_own: resident,
            private_in: held(SEE_PRIVATE),
            sealed_in: held(SEE_SEALED),
        }
    }

    pub(super) fn everywhere() -> Self {
        Self {
            prefixes: vec![],
            everywhere: true,
            viewer: Uuid::nil(),
            alias: None,
            only_own: false,
            private_in: vec![],
            sealed_in: vec![],
        }
    }

    /// Whether the scope has no bounds; only the system's.
    pub fn is_everywhere(&self) -> bool {
        self.everywhere
    }

    /// The areas, none inside another. Empty means nowhere unless [`Self::is_everywhere`].
    pub fn prefixes(&self) -> &[AreaCode] {
        &self.prefixes
    }

    /// Whether `code` lies inside.
    pub fn holds(&self, code: &AreaCode) -> bool {
        self.everywhere || self.prefixes.iter().any(|prefix| code.is_within(prefix))
    }

    /// Whose own records are always visible.
    pub fn viewer(&self) -> Uuid {
        self.viewer
    }

    /// The ids under which the viewer's own records lie: the viewer's own, and the alias of the anonymous ones.
    pub fn names(&self) -> impl Iterator<Item = Uuid> {
        std::iter::once(self.viewer).chain(self.alias)
    }

    /// Whether a record under `id` is the viewer's own.
    pub fn is_own(&self, id: Uuid) -> bool {
        self.names().any(|name| name == id)
    }

    /// Whether only the viewer's own records are visible.
    pub fn only_own(&self) -> bool {
        self.only_own
    }

    /// A short digest of what the scope shows; another one means that other records are shown. Not for secrets.
    pub fn digest(&self) -> [u8; 8] {
        let mut digest = Sha256::new();
        digest.update([u8::from(self.everywhere), u8::from(self.only_own)]);
        digest.update(self.viewer.as_bytes());
        for areas in [&self.prefixes, &self.private_in, &self.sealed_in] {
            for area in areas {
                digest.update(area.as_str());
                digest.update(",");
            }
            digest.update(";");
        }
        let mut short = [0; 8];
        short.copy_from_slice(&digest.finalize()[..8]);
        short
    }

    /// Rows whose area, in `column`, lies inside; every row when there are no bounds.
    pub fn inside<T: 'static, C>(&self, column: C) -> Condition<T>
    where
        C: Expression<SqlType = Text> + ExpressionMethods + Copy,
        And<GtEq<C, String>, Lt<C, String>>: BoxableExpression<T, MultiBackend, SqlType = Bool> + 'static,
    {
        if self.everywhere { Box::new(true.into_sql::<Bool>()) } else { within(column, &self.prefixes) }
    }

    /// Where private records of others are shown.
    pub fn private(&self) -> Sight {
        self.sight(&self.private_in)
    }

    /// Where sealed records of others are shown.
    pub fn sealed(&self) -> Sight {
        self.sight(&self.sealed_in)
    }

    /// All that it shows of others, in words that are equal when two scopes show the same.
    pub fn outline(&self) -> String {
        let codes = |areas: &[AreaCode]| areas.iter().map(AreaCode::as_str).collect::<Vec<_>>().join(",");
        let (seen, private, sealed) =
            (codes(&self.prefixes), codes(&self.private_in), codes(&self.sealed_in));
        let bounds = if self.everywhere { "all" } else { "in" };
        format!("{bounds} {seen};private {private};sealed {sealed}")
    }

    /// The part of this scope that lies in `areas`. A post that sees private records in one village says nothing of
    /// the next, where the same person may only walk a grid.
    fn sight(&self, areas: &[AreaCode]) -> Sight {
        let covers = |prefix: &AreaCode| areas.iter().any(|area| prefix.is_within(area));
        if self.everywhere || !areas.is_empty() && self.prefixes.iter().all(covers) {
            return Sight::Throughout;
        }
        let covered = self.prefixes.iter().filter(|prefix| covers(prefix));
        let parts = areas.iter().filter(|area| self.holds(area));
        let shown = outermost(covered.chain(parts).cloned().collect());
        if shown.is_empty() { Sight::Nowhere } else { Sight::In(shown) }
    }

    /// The part of this scope in `area` when one is asked for, all of it otherwise; 404 when nothing lies there.
    pub fn asked(&self, area: Option<&AreaCode>) -> Result<Self> {
        match area {
            Some(area) => self.narrowed_to(area).ok_or_else(Problem::not_found),
            None => Ok(self.clone()),
        }
    }

    /// The part of this scope that lies in `area`; `None` when nothing does.
    pub fn narrowed_to(&self, area: &AreaCode) -> Option<Self> {
        let prefixes: Vec<AreaCode> = if self.holds(area) {
            vec![area.clone()]
        } else {
            self.prefixes.iter().filter(|prefix| prefix.is_within(area)).cloned().collect()
        };
        if prefixes.is_empty() {
            return None;
        }
        let mut narrow = Self { prefixes, everywhere: false, ..self.clone() };
        if self.everywhere {
            narrow.private_in.clone_from(&narrow.prefixes);
            narrow.sealed_in.clone_from(&narrow.prefixes);
        }
        Some(narrow)
    }
}

impl Sight {
    /// Whether a record in `area`, which the scope holds, is shown.
    pub fn reaches(&self, area: &AreaCode) -> bool {
        match self {
            Self::Nowhere => false,
            Self::In(areas) => areas.iter().any(|shown| area.is_within(shown)),
            Self::Throughout => true,
        }
    }
}

/// The areas without those that lie in another.
fn outermost(mut areas: Vec<AreaCode>) -> Vec<AreaCode> {
    areas.sort();
    areas.dedup_by(|inner, outer| inner.is_within(outer));
    areas
}

/// Roles that may see private records of others. Mediators are
/// among them because quarrels in a family are private and theirs to settle.
const SEE_PRIVATE: &[Role] = &[Role::Approver, Role::PetitionOfficer, Role::Auditor, Role::Mediator];

/// Roles that may see sealed records, such as accusations.
const SEE_SEALED: &[Role] = &[Role::Approver, Role::PetitionOfficer, Role::Auditor];

impl Role {
    /// Whether whoever holds this role sees private records of others where they hold it.
    pub fn sees_private(self) -> bool {
        SEE_PRIVATE.contains(&self)
    }

    /// Whether whoever holds this role sees sealed records of others where they hold it.
    pub fn sees_sealed(self) -> bool {
        SEE_SEALED.contains(&self)
    }
}

/// An area that was found to exist inside the caller's scope; inserting a row asks for one. Only `areas` hands them
/// out (`require` and its kin), by way of [`AreaInScope::found`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AreaInScope {
    code: AreaCode,
}

impl AreaInScope {
    /// States that `code` exists and that `scope` holds it; `None` when it does not.
    pub fn found(scope: &AreaScope, code: &AreaCode) -> Option<Self> {
        scope.holds(code).then(|| Self { code: code.clone() })
    }

    /// The code.
    pub fn code(&self) -> &AreaCode {
        &self.code
    }
}
