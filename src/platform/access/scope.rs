//! Where an actor may look.

use uuid::Uuid;

use super::actor::{Actor, ActorKind};
use super::policy::Role;
use crate::base::area_code::AreaCode;

/// The areas in which an actor may use one permission, and how far the view goes there. Every function
/// of a store takes one and begins from what it makes visible.
#[derive(Debug, Clone)]
pub struct AreaScope {
    prefixes: Vec<AreaCode>,
    everywhere: bool,
    viewer: Uuid,
    only_own: bool,
    sees_private: bool,
    sees_sealed: bool,
}

impl AreaScope {
    /// The areas in which `actor` holds one of `roles`.
    pub(super) fn of(actor: &Actor, roles: &[Role]) -> Self {
        let resident = actor.kind() == ActorKind::Resident;
        let held = actor.posts().iter().filter(|post| roles.contains(&post.role));
        // A resident may report anything in the town but sees only what is their own.
        let area = |code: &AreaCode| if resident { code.town() } else { code.clone() };
        let mut prefixes: Vec<AreaCode> = held.map(|post| area(&post.area)).collect();
        prefixes.sort();
        prefixes.dedup_by(|inner, outer| inner.is_within(outer));
        let holds = |roles: &[Role]| actor.posts().iter().any(|post| roles.contains(&post.role));
        let (sees_private, sees_sealed) = (holds(SEE_PRIVATE), holds(SEE_SEALED));
        Self {
            prefixes,
            everywhere: false,
            viewer: actor.id(),
            only_own: resident,
            sees_private,
            sees_sealed,
        }
    }

    pub(super) fn everywhere() -> Self {
        Self {
            prefixes: vec![],
            everywhere: true,
            viewer: Uuid::nil(),
            only_own: false,
            sees_private: true,
            sees_sealed: true,
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

    /// Whether only the viewer's own records are visible.
    pub fn only_own(&self) -> bool {
        self.only_own
    }

    /// Whether private records of others are visible.
    pub fn sees_private(&self) -> bool {
        self.sees_private
    }

    /// Whether sealed records of others are visible.
    pub fn sees_sealed(&self) -> bool {
        self.sees_sealed
    }

    /// The part of this scope that lies in `area`; `None` when nothing does.
    pub fn narrowed_to(&self, area: &AreaCode) -> Option<Self> {
        let prefixes: Vec<AreaCode> = if self.holds(area) {
            vec![area.clone()]
        } else {
            self.prefixes.iter().filter(|prefix| prefix.is_within(area)).cloned().collect()
        };
        (!prefixes.is_empty()).then(|| Self { prefixes, everywhere: false, ..self.clone() })
    }
}

/// Roles that may see private records of others. Mediators are
/// among them because quarrels in a family are private and theirs to settle.
const SEE_PRIVATE: &[Role] = &[Role::Approver, Role::PetitionOfficer, Role::Auditor, Role::Mediator];

/// Roles that may see sealed records, such as accusations.
const SEE_SEALED: &[Role] = &[Role::Approver, Role::PetitionOfficer, Role::Auditor];

/// An area that was found to exist inside the caller's scope; inserting a row asks for one. Only
/// `areas::require` hands them out, by way of [`AreaInScope::found`].
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
