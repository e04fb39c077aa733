//! Stories of a harvester: the real program in a federation of two members, one of whom lies while the other does not.
//!
//! What each proves beside its own point: the other member is `current` and unharmed, nothing false is shown at any time,
//! and when the truth is served again it is shown.

#![expect(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

mod beside_a_server;
mod bundles;
mod clocks;
mod disks;
// it hangs at points that a release build does not have
#[cfg(debug_assertions)]
mod endings;
mod entries;
mod forks;
mod heads;
mod honest;
// a release build has no points at which they kill it
#[cfg(debug_assertions)]
mod kills;
mod loading;
mod lost;
mod moves;
mod records;
mod redactions;
mod rosters;
mod servers;
mod statuses;
mod tiles;
mod world;

/// The program, built by cargo for these tests.
const PROGRAM: &str = env!("CARGO_BIN_EXE_omma-harvester-tested");
