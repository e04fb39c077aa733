//! The Merkle tree of RFC 6962 section 2.1 over SHA-256, its inclusion and consistency proofs, and their checks (RFC 9162 section 2.1).

mod cover;
mod prove;
mod verify;

pub use cover::{Subtree, peaks, root_of_cover, subtrees_between};
pub use prove::{HashSource, Leaves, ProofError, consistency_proof, inclusion_proof, tree_root};
pub use verify::{VerifyError, root_from_inclusion, verify_consistency, verify_inclusion};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest as _, Sha256};

/// A node of the tree: 32 bytes of SHA-256.
pub type Hash = [u8; 32];

/// The hash of a leaf: SHA-256 of a zero byte and the entry's bytes.
pub fn leaf_hash(entry: &[u8]) -> Hash {
    Sha256::new()
        .chain_update([0])
        .chain_update(entry)
        .finalize()
        .into()
}

/// The hash of an inner node: SHA-256 of a one byte and both children.
pub fn node_hash(left: &Hash, right: &Hash) -> Hash {
    Sha256::new()
        .chain_update([1])
        .chain_update(left)
        .chain_update(right)
        .finalize()
        .into()
}

/// The root of a tree without leaves: SHA-256 of nothing.
pub fn empty_root() -> Hash {
    Sha256::digest([]).into()
}

/// The root of the tree over these leaf hashes, in order.
pub fn root_from_leaves(leaves: &[Hash]) -> Hash {
    match leaves {
        [] => empty_root(),
        [leaf] => *leaf,
        _ => {
            // RFC 6962: the left half is the largest power of two below the number of leaves
            let split = leaves.len().next_power_of_two() / 2;
            node_hash(
                &root_from_leaves(&leaves[..split]),
                &root_from_leaves(&leaves[split..]),
            )
        }
    }
}

/// A hash as checkpoints, proofs and rosters write it: standard base64 with padding, 44 characters.
pub fn to_base64(hash: &Hash) -> String {
    STANDARD.encode(hash)
}

/// Reads what [`to_base64`] writes; none for any other text.
pub fn from_base64(text: &str) -> Option<Hash> {
    STANDARD.decode(text).ok()?.try_into().ok()
}
