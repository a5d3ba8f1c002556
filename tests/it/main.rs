//! One test program; folders mirror the features.
fn main() {}
