//! Harvests in one process, where a story needs a roster, a moment or a measure that no command gives.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod awaited;
mod fixture;
mod memory;
mod notes;
mod pins;
mod rebuilding;
mod turns;
