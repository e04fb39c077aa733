use super::{TileAddress, WIDTH, hashes};
use crate::merkle::{Hash, Subtree, empty_root, node_hash, root_from_leaves, subtrees_between};

/// The right edge of a growing tree: the hashes of the tiles that are not full. All that an appender needs to hold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Edge {
    size: u64,
    /// for each level the hashes of its last, partial tile: always fewer than 256
    levels: Vec<Vec<Hash>>,
}

/// Why an edge was not opened.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum EdgeError<E> {
    /// A tile could not be had.
    #[error(transparent)]
    Fetch(E),
    /// A tile of another length than its width asks for.
    #[error("tile {path} is damaged: it has {found} bytes instead of {expected}")]
    Damaged {
        /// its path
        path: String,
        /// the bytes that it has
        found: usize,
        /// the bytes that it should have
        expected: usize,
    },
}

impl Edge {
    /// The edge of the tree without leaves.
    pub fn empty() -> Self {
        Self {
            size: 0,
            levels: Vec::new(),
        }
    }

    /// The edge of a tree of `size` leaves, read from its partial tiles (at most eight). What they say is not proven: the caller
    /// compares [`Edge::root`] with a checkpoint.
    ///
    /// # Errors
    /// [`EdgeError`] names the tile.
    pub fn open<E>(
        size: u64,
        mut fetch: impl FnMut(TileAddress) -> Result<Vec<u8>, E>,
    ) -> Result<Self, EdgeError<E>> {
        let mut levels = Vec::new();
        for level in 0..8 {
            let in_level = size >> (8 * u32::from(level));
            if in_level == 0 {
                break;
            }
            let width = (in_level % WIDTH) as u16;
            levels.push(match TileAddress::new(level, in_level / WIDTH, width) {
                Some(address) => read_tile(address, &mut fetch)?,
                // a level whose tiles are all full has nothing at its edge
                None => Vec::new(),
            });
        }
        Ok(Self { size, levels })
    }

    /// The number of leaves.
    pub fn size(&self) -> u64 {
        self.size
    }

    /// The root of the tree.
    pub fn root(&self) -> Hash {
        let mut root: Option<Hash> = None;
        for hashes in &self.levels {
            // within a level as in the whole tree: what is taller stands to the left
            for Subtree { height, index } in
                subtrees_between(0, hashes.len() as u64).into_iter().rev()
            {
                let start = (index << height) as usize;
                let left = root_from_leaves(&hashes[start..start + (1 << height)]);
                root = Some(root.map_or(left, |right| node_hash(&left, &right)));
            }
        }
        root.unwrap_or_else(empty_root)
    }

    /// Adds a leaf hash. Each tile that becomes full by it goes to `full`, the lowest level first.
    pub fn append(&mut self, leaf: Hash, full: &mut impl FnMut(TileAddress, Vec<u8>)) {
        self.size += 1;
        let mut hash = leaf;
        for level in 0_u8.. {
            if self.levels.len() == usize::from(level) {
                self.levels.push(Vec::with_capacity(WIDTH as usize));
            }
            let hashes = &mut self.levels[usize::from(level)];
            hashes.push(hash);
            if hashes.len() < WIDTH as usize {
                return;
            }
            let address = TileAddress::new(level, tiles_before(self.size - 1, level), 256);
            full(
                address.expect("a tile that filled is in the tree"),
                hashes.concat(),
            );
            hash = root_from_leaves(hashes);
            hashes.clear();
        }
    }

    /// The partial tiles of the tree as it stands, the lowest level first. A checkpoint of this size needs them.
    pub fn partial_tiles(&self) -> Vec<(TileAddress, Vec<u8>)> {
        (0_u8..)
            .zip(&self.levels)
            .filter_map(|(level, hashes)| {
                let address =
                    TileAddress::new(level, tiles_before(self.size, level), hashes.len() as u16)?;
                Some((address, hashes.concat()))
            })
            .collect()
    }
}

/// The full tiles of a level in a tree of `size` leaves: the index of the one behind them.
fn tiles_before(size: u64, level: u8) -> u64 {
    // above level 6 a full tile would need 2⁶⁴ leaves
    size.checked_shr(8 * (u32::from(level) + 1)).unwrap_or(0)
}

fn read_tile<E>(
    address: TileAddress,
    fetch: &mut impl FnMut(TileAddress) -> Result<Vec<u8>, E>,
) -> Result<Vec<Hash>, EdgeError<E>> {
    let bytes = fetch(address).map_err(EdgeError::Fetch)?;
    let expected = usize::from(address.width()) * 32;
    match hashes(&bytes) {
        Some(hashes) if bytes.len() == expected => Ok(hashes),
        _ => Err(EdgeError::Damaged {
            path: address.path(),
            found: bytes.len(),
            expected,
        }),
    }
}
