//! Who you are, where you may look, what you may do.
//!
//! [`Actor`], [`AreaScope`] and [`Granted`] have private fields and are made only here, so that an action
//! that asks for `&Granted<P>` cannot be called by whom the policy does not name, and a store that asks
//! for `&AreaScope` cannot be asked for rows outside of it. `policy.rs` is the whole policy.

mod actor;
mod granted;
pub mod password;
pub mod policy;
mod principals;
pub mod refresh;
mod scope;
mod secret;
pub mod token;

pub use actor::{Actor, ActorKind, Display, Household, Post, Principal, Resident, Session, Staff};
pub use granted::{Granted, Identity, system};
pub use policy::{Permission, Role};
pub use principals::{Principals, Roster};
pub use scope::{AreaInScope, AreaScope, Sight};
pub use secret::RandomSecret;
