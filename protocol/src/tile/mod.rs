//! The tree as static files: tiles of 256 hashes (C2SP tlog-tiles; `docs/PROTOCOL.md` section 3).
//!
//! `address` names them, `edge` grows them, `read` proves from them.

mod address;
mod edge;
mod read;

pub use address::{
    AddressError, EntryBundleAddress, RecordBundleAddress, TileAddress, entry_bundles_of,
    record_path, tiles_of,
};
pub use edge::{Edge, EdgeError};
pub use read::{MisfitError, TileHashes, TileReadError, TileReader, check_bundle};

use crate::merkle::Hash;

/// Hashes in a full tile, and entries in a full bundle.
pub const WIDTH: u64 = 256;

/// The hashes of a tile, 32 bytes each; none when the length is not a multiple of 32, or not from 1 to 256 hashes.
pub fn hashes(tile: &[u8]) -> Option<Vec<Hash>> {
    let (hashes, rest) = tile.as_chunks::<32>();
    let well_formed = rest.is_empty() && (1..=WIDTH as usize).contains(&hashes.len());
    well_formed.then(|| hashes.to_vec())
}
