//! Signing in, staying signed in and oneself, through the real router.

mod displays;
mod me;
mod password;
mod refresh;
mod wechat;
