//! The `lara` binary.
fn main() {}
