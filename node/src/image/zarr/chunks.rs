//! Decoded chunks that are asked for again: one of several planes with the next plane, one that a tile's edge goes through with
//! the next tile, and all of them where somebody looks around in an image.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use crate::image::cache::Cache;

/// What keeping a chunk costs beside its samples.
const OVERHEAD: u64 = 200;

/// Decoded chunks of one image or of many, within a number of bytes; those that were not asked for the longest go first. A
/// single one that is larger than all room is kept alone.
pub struct Chunks {
    held: Cache<(u64, Box<[u64]>), Vec<u8>>,
    next: AtomicU64,
}

impl Chunks {
    /// Room for so many bytes.
    pub fn of(bytes: u64) -> Self {
        Self {
            held: Cache::of(bytes),
            next: AtomicU64::new(0),
        }
    }

    /// A number for one more array: its chunks are told from those of others by it.
    pub(super) fn number(&self) -> u64 {
        self.next.fetch_add(1, Ordering::Relaxed)
    }

    /// A chunk of an array by its place there, if it is kept.
    pub(super) fn get(&self, array: u64, place: &[u64]) -> Option<Arc<Vec<u8>>> {
        self.held.get(&(array, place.into()))
    }

    /// Keeps a chunk.
    pub(super) fn keep(&self, array: u64, place: &[u64], chunk: &Arc<Vec<u8>>) {
        let bytes = chunk.len() as u64 + OVERHEAD;
        self.held
            .put((array, place.into()), Arc::clone(chunk), bytes);
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::Chunks;

    #[test]
    fn chunks_of_two_arrays_share_the_room_and_are_never_mistaken_for_each_other() {
        let chunks = Chunks::of(3_000);
        let (one, other) = (chunks.number(), chunks.number());
        chunks.keep(one, &[0, 1], &Arc::new(vec![1; 1_000]));
        chunks.keep(other, &[0, 1], &Arc::new(vec![2; 1_000]));
        assert_eq!(chunks.get(one, &[0, 1]).map(|chunk| chunk[0]), Some(1));
        assert_eq!(chunks.get(one, &[1, 0]), None);
        // the other array's was not asked for the longest
        chunks.keep(one, &[5, 5], &Arc::new(vec![3; 1_000]));
        assert_eq!(chunks.get(other, &[0, 1]), None);
        assert_eq!(chunks.get(one, &[0, 1]).map(|chunk| chunk[0]), Some(1));
        // larger than all room: alone
        chunks.keep(other, &[9, 9], &Arc::new(vec![4; 9_000]));
        assert_eq!(chunks.get(one, &[0, 1]), None);
        assert_eq!(chunks.get(other, &[9, 9]).map(|chunk| chunk[0]), Some(4));
    }
}
