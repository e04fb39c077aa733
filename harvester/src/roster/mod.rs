//! Who belongs: the roster that holds, and the commands by which roots make a new one (`docs/PROTOCOL.md` section 5).

pub mod commands;
mod held;

pub use held::{HeldRoster, Offered};
