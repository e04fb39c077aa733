//! The program `omma-harvester`.
fn main() {}
