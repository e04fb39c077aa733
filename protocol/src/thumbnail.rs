//! What a picture may be that stands for a study in lists (docs/PROTOCOL.md section 8).
//!
//! A node takes no larger one as a thumbnail, and a harvester fetches and decodes no larger one, so that what a depositor
//! is told is what readers will see.

/// The most bytes of the file.
pub const MOST_BYTES: u64 = 5 << 20;

/// The most pixels, width times height: 4096 by 4096, which is 64 MiB in memory at four bytes each.
pub const MOST_PIXELS: u64 = 1 << 24;
