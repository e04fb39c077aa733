//! The Merkle tree of RFC 6962, section 2.1, from scratch, and its tiles (c2sp.org/tlog-tiles).

use sha2::{Digest, Sha256};

/// A node of the tree.
pub type Hash = [u8; 32];

/// Hashes of a full tile, entries of a full bundle.
pub const WIDTH: usize = 256;

/// The hash of an entry.
pub fn leaf(entry: &[u8]) -> Hash {
    Sha256::new_with_prefix([0])
        .chain_update(entry)
        .finalize()
        .into()
}

/// The root over these leaves, by the recursive definition.
pub fn root(leaves: &[Hash]) -> Hash {
    match leaves {
        [] => Sha256::digest([]).into(),
        [leaf] => *leaf,
        _ => {
            // the largest power of two that is smaller than their number
            let split = leaves.len().next_power_of_two() / 2;
            let (left, right) = leaves.split_at(split);
            let [left, right] = [root(left), root(right)];
            Sha256::new_with_prefix([1])
                .chain_update(left)
                .chain_update(right)
                .finalize()
                .into()
        }
    }
}

/// The hashes of a level of tiles: level 0 are the leaves, each further one the roots of 256 of the one below.
pub fn level_above(level: &[Hash]) -> Vec<Hash> {
    level.chunks_exact(WIDTH).map(root).collect()
}

/// The number of a tile in a path: groups of three digits, all but the last marked by an `x`, and for a tile that is
/// not full its width.
pub fn numbered(index: usize, width: usize) -> String {
    let mut path = format!("{:03}", index % 1000);
    let mut rest = index / 1000;
    while rest > 0 {
        path = format!("x{:03}/{path}", rest % 1000);
        rest /= 1000;
    }
    if width == WIDTH {
        path
    } else {
        format!("{path}.p/{width}")
    }
}
