//! Perfect subtrees: runs of 2^height leaves that begin at a multiple of 2^height. Any run of leaves is a few of them.

use super::{Hash, empty_root, node_hash};

/// The perfect subtree over leaves `index << height` to `(index + 1) << height`, the end not included.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Subtree {
    /// the subtree has 2^height leaves
    pub height: u8,
    /// how many subtrees of this height stand left of it
    pub index: u64,
}

/// The perfect subtrees that cover leaves `start` to `end` (not included), from left to right, as few as can be.
pub fn subtrees_between(start: u64, end: u64) -> Vec<Subtree> {
    let mut cover = Vec::new();
    let mut start = start;
    while start < end {
        let room = (end - start).ilog2();
        let alignment = start.trailing_zeros();
        let height = room.min(alignment);
        cover.push(Subtree {
            height: height as u8,
            index: start >> height,
        });
        start += 1 << height;
    }
    cover
}

/// The perfect subtrees that cover a whole tree of `size` leaves, the tallest first: one for each binary digit of the size.
pub fn peaks(size: u64) -> Vec<Subtree> {
    subtrees_between(0, size)
}

/// The root of the tree whose leaves are covered, without a gap, by these subtrees with these hashes; none when they are not such a
/// cover from leaf 0.
pub fn root_of_cover(cover: &[(Subtree, Hash)]) -> Option<Hash> {
    let mut stack: Vec<(Subtree, Hash)> = Vec::new();
    let mut end: u64 = 0;
    for &(subtree, hash) in cover {
        let leaves = 1_u64.checked_shl(subtree.height.into())?;
        if subtree.index.checked_mul(leaves)? != end {
            return None;
        }
        end = end.checked_add(leaves)?;
        stack.push((subtree, hash));
        merge_siblings(&mut stack);
    }
    // what is left are the peaks; RFC 6962 hangs the smaller ones to the right
    let mut hashes = stack.into_iter().rev().map(|(_, hash)| hash);
    let Some(last) = hashes.next() else {
        return Some(empty_root());
    };
    Some(hashes.fold(last, |right, left| node_hash(&left, &right)))
}

fn merge_siblings(stack: &mut Vec<(Subtree, Hash)>) {
    while let [.., (left, left_hash), (right, right_hash)] = stack[..] {
        if left.height != right.height || left.index % 2 == 1 || left.index + 1 != right.index {
            break;
        }
        stack.truncate(stack.len() - 2);
        let parent = Subtree {
            height: left.height + 1,
            index: left.index / 2,
        };
        stack.push((parent, node_hash(&left_hash, &right_hash)));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn peaks_follow_the_binary_digits_of_the_size() {
        let heights: Vec<_> = peaks(0b1_0110)
            .iter()
            .map(|subtree| subtree.height)
            .collect();
        assert_eq!(heights, [4, 2, 1]);
        assert_eq!(peaks(u64::MAX).len(), 64);
        assert_eq!(peaks(0), []);
    }
}
