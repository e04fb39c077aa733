use super::{Hash, empty_root, node_hash};

/// Why a proof does not hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum VerifyError {
    /// An index that is not in the tree, or an older size above the newer.
    #[error("no proof from {from} can hold in a tree of size {size}")]
    OutOfRange {
        /// the index, or the older size
        from: u64,
        /// the tree's size
        size: u64,
    },
    /// Too few or too many hashes for these sizes.
    #[error("the proof has not as many hashes as its sizes ask for")]
    Length,
    /// Hashes that give another root.
    #[error("the proof leads to another root hash")]
    Root,
}

/// Checks that a leaf stands at `index` in the tree of `size` leaves with this root (RFC 9162 section 2.1.3.2).
///
/// # Errors
/// [`VerifyError`] says how the proof fails.
pub fn verify_inclusion(
    index: u64,
    size: u64,
    leaf: &Hash,
    proof: &[Hash],
    root: &Hash,
) -> Result<(), VerifyError> {
    if root_from_inclusion(index, size, leaf, proof)? == *root {
        Ok(())
    } else {
        Err(VerifyError::Root)
    }
}

/// The root that a leaf at `index` and its proof give for a tree of `size` leaves.
///
/// # Errors
/// [`VerifyError::OutOfRange`] and [`VerifyError::Length`].
pub fn root_from_inclusion(
    index: u64,
    size: u64,
    leaf: &Hash,
    proof: &[Hash],
) -> Result<Hash, VerifyError> {
    if index >= size {
        return Err(VerifyError::OutOfRange { from: index, size });
    }
    // `node` is our place among the nodes of the level reached, `last` that of the level's last node
    let (mut node, mut last) = (index, size - 1);
    let mut hash = *leaf;
    for sibling in proof {
        if last == 0 {
            return Err(VerifyError::Length);
        }
        if node % 2 == 1 || node == last {
            hash = node_hash(sibling, &hash);
            // a last node without a right sibling is its own parent until it is a right child
            while node % 2 == 0 && node != 0 {
                node /= 2;
                last /= 2;
            }
        } else {
            hash = node_hash(&hash, sibling);
        }
        node /= 2;
        last /= 2;
    }
    if last == 0 {
        Ok(hash)
    } else {
        Err(VerifyError::Length)
    }
}

/// Checks that the tree of `old` leaves with root `old_root` is the beginning of the tree of `size` leaves with root `root` (RFC 9162
/// section 2.1.4.2). Every tree begins with the empty one, for which the proof is empty.
///
/// # Errors
/// [`VerifyError`] says how the proof fails.
pub fn verify_consistency(
    old: u64,
    old_root: &Hash,
    size: u64,
    root: &Hash,
    proof: &[Hash],
) -> Result<(), VerifyError> {
    if old > size {
        return Err(VerifyError::OutOfRange { from: old, size });
    }
    if old == 0 || old == size {
        let expected = if old == 0 { empty_root() } else { *root };
        return match proof {
            [] if *old_root == expected => Ok(()),
            [] => Err(VerifyError::Root),
            _ => Err(VerifyError::Length),
        };
    }
    let (from_old, from_new) = roots_from_consistency(old, old_root, size, proof)?;
    if from_old == *old_root && from_new == *root {
        Ok(())
    } else {
        Err(VerifyError::Root)
    }
}

/// The older and the newer root that a consistency proof gives, for 0 < old < size.
fn roots_from_consistency(
    old: u64,
    old_root: &Hash,
    size: u64,
    proof: &[Hash],
) -> Result<(Hash, Hash), VerifyError> {
    let (start, rest) = if old.is_power_of_two() {
        (*old_root, proof)
    } else {
        let (first, rest) = proof.split_first().ok_or(VerifyError::Length)?;
        (*first, rest)
    };
    let (mut node, mut last) = (old - 1, size - 1);
    // up to where the older tree's last subtree is a left child
    let height = node.trailing_ones();
    node >>= height;
    last >>= height;
    let (mut from_old, mut from_new) = (start, start);
    for sibling in rest {
        if last == 0 {
            return Err(VerifyError::Length);
        }
        if node % 2 == 1 || node == last {
            from_old = node_hash(sibling, &from_old);
            from_new = node_hash(sibling, &from_new);
            while node % 2 == 0 && node != 0 {
                node /= 2;
                last /= 2;
            }
        } else {
            from_new = node_hash(&from_new, sibling);
        }
        node /= 2;
        last /= 2;
    }
    if last == 0 {
        Ok((from_old, from_new))
    } else {
        Err(VerifyError::Length)
    }
}
