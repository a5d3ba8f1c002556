//! This process among all that work on a database, and the names of what it holds.

use std::ops::RangeInclusive;
use std::sync::atomic::{AtomicU32, Ordering};

use uuid::Uuid;

use crate::base::id::{Id, Kind};

crate::id_kind! {
    /// A running process of this program.
    Node = "node";
}

/// The bits of a hold's id that count the holds of a node; the others are the node's.
const COUNTED: u128 = u32::MAX as u128;

/// What this process is called, from its start to its end.
pub struct ThisNode {
    id: Id<Node>,
    holds: AtomicU32,
}

impl ThisNode {
    pub(super) fn new() -> Self {
        Self { id: Id::new(), holds: AtomicU32::new(0) }
    }

    /// Its name.
    pub fn id(&self) -> Id<Node> {
        self.id
    }

    /// A new id for something that this node takes hold of: a claim, a lease. It is one of [`holds`], so that all of them
    /// can be ended when the node is no more.
    pub fn hold<K: Kind>(&self) -> Id<K> {
        let first = self.id.uuid().as_u128() & !COUNTED;
        let counted = self.holds.fetch_add(1, Ordering::Relaxed);
        Id::from_uuid(Uuid::from_u128(first | u128::from(counted)))
    }
}

/// The ids of everything that `node` ever took hold of.
pub fn holds<K: Kind>(node: Id<Node>) -> RangeInclusive<Id<K>> {
    let bits = node.uuid().as_u128();
    let id = |bits| Id::from_uuid(Uuid::from_u128(bits));
    id(bits & !COUNTED)..=id(bits | COUNTED)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_node_holds_is_told_from_what_others_hold() {
        let (east, west) = (ThisNode::new(), ThisNode::new());
        let (one, two) = (east.hold::<Node>(), east.hold::<Node>());
        assert_ne!(one, two);
        assert!(holds(east.id()).contains(&one) && holds(east.id()).contains(&two));
        assert!(!holds::<Node>(west.id()).contains(&one));
    }
}
