//! Who you are, where you may look, what you may do.

pub mod password;
pub mod refresh;
pub mod token;
