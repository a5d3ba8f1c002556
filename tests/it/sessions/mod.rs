//! Signing in, staying signed in and oneself, through the real router.

mod me;
mod password;
mod refresh;
mod wechat;
