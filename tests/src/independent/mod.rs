//! A second implementation of reading a log, written after docs/PROTOCOL.md and the specifications that it names, and
//! sharing no code with the program: what this accepts is what a stranger would accept.
//!
//! [`read`] takes a log prefix and the key, and believes nothing: the [`note`] is verified, the [`tree`] is made again
//! from all entries and compared with the root and with every tile, every entry must be in [`canonical`] form, every
//! record must have its digest, and every record [`bundle`] must hold the single records.

pub mod bundle;
pub mod canonical;
pub mod note;
mod reader;
pub mod tree;

#[cfg(test)]
mod tests;

pub use reader::{Put, WholeLog, read};
