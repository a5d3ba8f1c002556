//! Stand-ins for outside services, faithful in state, limits and failures. They know nothing of wangge.

pub mod gateway;
pub mod s3;

/// The WeChat of all the gateways, which stood here alone once.
pub use gateway as wechat;
