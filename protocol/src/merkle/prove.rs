use super::cover::{Subtree, subtrees_between};
use super::{Hash, empty_root, node_hash};

/// Where proofs take the hashes of perfect subtrees from: a slice of leaves, or the tiles of a log.
pub trait HashSource {
    /// Why a hash could not be had.
    type Error;

    /// The hash of a perfect subtree that lies wholly inside the tree.
    ///
    /// # Errors
    /// Those of the source.
    fn hash(&mut self, subtree: Subtree) -> Result<Hash, Self::Error>;
}

/// A source that has all leaf hashes at hand.
#[derive(Debug, Clone, Copy)]
pub struct Leaves<'a>(pub &'a [Hash]);

impl HashSource for Leaves<'_> {
    type Error = std::convert::Infallible;

    /// # Panics
    /// When the subtree is not inside the slice, which no proof within its size asks for.
    fn hash(&mut self, subtree: Subtree) -> Result<Hash, Self::Error> {
        let start = (subtree.index << subtree.height) as usize;
        Ok(super::root_from_leaves(
            &self.0[start..start + (1 << subtree.height)],
        ))
    }
}

/// Why a proof was not made.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ProofError<E> {
    /// An index that is not in the tree, or an older size above the newer.
    #[error("no proof from {from} in a tree of size {size}")]
    OutOfRange {
        /// the index, or the older size
        from: u64,
        /// the tree's size
        size: u64,
    },
    /// A hash could not be had.
    #[error(transparent)]
    Source(E),
}

/// The root of the tree over leaves 0 to `size`.
///
/// # Errors
/// Those of the source.
pub fn tree_root<S: HashSource>(size: u64, source: &mut S) -> Result<Hash, S::Error> {
    range_root(0, size, source)
}

/// `MTH(D[start:end])` of RFC 6962, for a start that RFC 6962's splits reach.
fn range_root<S: HashSource>(start: u64, end: u64, source: &mut S) -> Result<Hash, S::Error> {
    let mut hashes = Vec::new();
    for subtree in subtrees_between(start, end) {
        hashes.push(source.hash(subtree)?);
    }
    let mut from_the_right = hashes.into_iter().rev();
    let Some(last) = from_the_right.next() else {
        return Ok(empty_root());
    };
    Ok(from_the_right.fold(last, |right, left| node_hash(&left, &right)))
}

/// `PATH(index, D[size])` of RFC 6962 section 2.1.1: from the leaf's sibling to the root's child.
///
/// # Errors
/// [`ProofError::OutOfRange`] for an index that is not below the size; those of the source.
pub fn inclusion_proof<S: HashSource>(
    index: u64,
    size: u64,
    source: &mut S,
) -> Result<Vec<Hash>, ProofError<S::Error>> {
    if index >= size {
        return Err(ProofError::OutOfRange { from: index, size });
    }
    let (mut start, mut end) = (0, size);
    let mut ranges = Vec::new();
    while end - start > 1 {
        let middle = start + split(end - start);
        if index < middle {
            ranges.push((middle, end));
            end = middle;
        } else {
            ranges.push((start, middle));
            start = middle;
        }
    }
    collect(ranges, source)
}

/// `PROOF(old, D[size])` of RFC 6962 section 2.1.2. Empty when the sizes are equal or the older tree is empty.
///
/// # Errors
/// [`ProofError::OutOfRange`] for an older size above the newer; those of the source.
pub fn consistency_proof<S: HashSource>(
    old: u64,
    size: u64,
    source: &mut S,
) -> Result<Vec<Hash>, ProofError<S::Error>> {
    if old > size {
        return Err(ProofError::OutOfRange { from: old, size });
    }
    if old == 0 || old == size {
        return Ok(Vec::new());
    }
    let (mut start, mut end) = (0, size);
    let mut ranges = Vec::new();
    while end != old {
        let middle = start + split(end - start);
        if old <= middle {
            ranges.push((middle, end));
            end = middle;
        } else {
            ranges.push((start, middle));
            start = middle;
        }
    }
    // the verifier knows the older root itself; it needs a hash to start from only where the older tree is no single subtree
    if start > 0 {
        ranges.push((start, end));
    }
    collect(ranges, source)
}

/// The largest power of two below `leaves`, for two leaves or more.
fn split(leaves: u64) -> u64 {
    1 << (leaves - 1).ilog2()
}

/// Hashes of the ranges, the last one first: proofs go from the leaves up.
fn collect<S: HashSource>(
    ranges: Vec<(u64, u64)>,
    source: &mut S,
) -> Result<Vec<Hash>, ProofError<S::Error>> {
    ranges
        .into_iter()
        .rev()
        .map(|(start, end)| range_root(start, end, source).map_err(ProofError::Source))
        .collect()
}
