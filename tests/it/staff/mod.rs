//! Accounts, posts and passwords through the real router.

mod accounts;
mod posts;
