//! Sessions: signing in, staying signed in, signing out, and what one may know of oneself.
//!
//! A session is a sign-in on one device and the family of its refresh tokens. Staff sign in with phone and
//! password or with WeChat, residents with WeChat, which tells us the phone number that finds them. The access
//! token says only who; [`SessionRoster`] reads posts and standing on each request, so that ending a session or
//! suspending an account works within a second everywhere. WeChat is asked outside of any transaction.
//!
//! A display on a wall signs in by itself, with a secret that an administrator was shown once (`displays`).
//!
//! It also keeps the ledger of WeChat tickets (the right to send one message), because it knows who stands behind
//! an openid; deliveries draw on it, and `callbacks` enters what WeChat itself tells (`told`). Whoever follows the official
//! account is known again by the name that they have over all our accounts (`followers`). It refuses to make accounts or
//! households: `staff` and `households` do.
//! Why it may import both: `docs/decisions/0002-sessions-slice.md`.

mod displays;
mod followers;
mod link;
mod me;
mod model;
mod open;
mod own;
mod refresh;
mod roster;
mod routes;
mod sign_in;
mod store;
mod subject;
mod tickets;
pub mod told;
mod wechat;
mod wire;

pub use followers::{MeetFollower, meet as meet_follower};
pub use model::WxIdentity;
pub use roster::SessionRoster;
pub use routes::routes;
pub use store::identities::{Recipient, recipients};
pub use store::sessions::forget_old as forget_old_sessions;
pub use store::tickets::{
    give_back, holds as holds_ticket, refused, reserve as reserve_ticket, reserve_all as reserve_tickets,
};
