//! The command line; see `app`.
fn main() {}
