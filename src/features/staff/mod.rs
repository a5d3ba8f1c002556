//! Staff: who works for the township, which posts they hold, and whether a password is theirs.
//!
//! An account is kept by the system administrator, its posts by the security administrator, so that nobody can
//! both make an account and give it power; nobody touches their own posts, and the three administrations exclude
//! each other. Posts are ended, never deleted: who could do what, when, must be answerable later. It refuses to
//! issue tokens (`sessions` does) and to show names and phones unmasked without a purpose.
//!
//! Called by `sessions` for sign-in and for the roster, by procedures that ask which posts somebody holds and which
//! stations there are, and by the command `wangge staff add`.

mod accounts;
mod model;
mod passwords;
mod posts;
mod routes;
mod sign_in;
mod store;
mod wire;

pub use accounts::{FirstMember, add_first, own};
pub use model::Holder;
pub use passwords::change as change_password;
pub use routes::routes;
pub use sign_in::{Verified, admit, verify};
pub use store::credentials::{
    Found, count_failure, find_by_phone, forget_failures, forget_old_failures, holder, refuse_locked,
};
pub use store::members::sample;
pub use store::posts::in_post;
pub use store::stations::stations_over;
