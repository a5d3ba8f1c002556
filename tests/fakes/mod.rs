//! Stand-ins for outside services, faithful in state, limits and failures. They know nothing of wangge.

pub mod s3;
pub mod wechat;
