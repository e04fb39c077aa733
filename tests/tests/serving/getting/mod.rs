//! Downloads by `omma-harvester get`, from a real node behind a server that can be given faults.

mod commands;
mod disturbed;
mod forged;
mod whole;
mod world;
