use std::collections::HashMap;

use super::{TileAddress, WIDTH, hashes};
use crate::merkle::{Hash, HashSource, Subtree, leaf_hash, root_from_leaves};

/// Where tiles come from: a directory, a store, a network.
pub trait TileReader {
    /// Why a tile could not be had.
    type Error;

    /// The bytes of a tile.
    ///
    /// # Errors
    /// Those of the reader.
    fn read(&mut self, address: TileAddress) -> Result<Vec<u8>, Self::Error>;
}

impl<E, F: FnMut(TileAddress) -> Result<Vec<u8>, E>> TileReader for F {
    type Error = E;

    fn read(&mut self, address: TileAddress) -> Result<Vec<u8>, E> {
        self(address)
    }
}

/// Why a hash could not be taken from tiles.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TileReadError<E> {
    /// The tile could not be had.
    #[error(transparent)]
    Reader(E),
    /// The tile is not as long as its width asks for.
    #[error("tile {0} is damaged: its length is not that of its width")]
    Damaged(String),
    /// A hash was asked for that is not in the tree.
    #[error("the tree of {size} leaves has no subtree of height {height} at {index}")]
    OutOfTree {
        /// the tree's size
        size: u64,
        /// of the subtree
        height: u8,
        /// of the subtree
        index: u64,
    },
}

/// The hashes of a tree of a known size, taken from its tiles, each of which is read once.
///
/// What tiles say is not proven: check the proofs made of them against a signed root.
#[derive(Debug)]
pub struct TileHashes<R> {
    size: u64,
    reader: R,
    tiles: HashMap<TileAddress, Vec<Hash>>,
}

impl<R: TileReader> TileHashes<R> {
    /// A tree of `size` leaves whose tiles `reader` has.
    pub fn new(size: u64, reader: R) -> Self {
        Self {
            size,
            reader,
            tiles: HashMap::new(),
        }
    }

    fn tile(&mut self, address: TileAddress) -> Result<&[Hash], TileReadError<R::Error>> {
        use std::collections::hash_map::Entry;
        match self.tiles.entry(address) {
            Entry::Occupied(known) => Ok(known.into_mut()),
            Entry::Vacant(place) => {
                let bytes = self.reader.read(address).map_err(TileReadError::Reader)?;
                let tile = hashes(&bytes)
                    .filter(|tile| tile.len() == usize::from(address.width()))
                    .ok_or_else(|| TileReadError::Damaged(address.path()))?;
                Ok(place.insert(tile))
            }
        }
    }

    /// The tile that holds hash `place` of a level, as wide as it is in a tree of this size.
    fn address(&self, level: u8, place: u64) -> Option<TileAddress> {
        let in_level = self.size.checked_shr(8 * u32::from(level))?;
        let index = place / WIDTH;
        let width = in_level.checked_sub(index * WIDTH)?.min(WIDTH);
        TileAddress::new(level, index, width as u16)
    }
}

impl<R: TileReader> HashSource for TileHashes<R> {
    type Error = TileReadError<R::Error>;

    fn hash(&mut self, subtree: Subtree) -> Result<Hash, Self::Error> {
        let Subtree { height, index } = subtree;
        let out_of_tree = TileReadError::OutOfTree {
            size: self.size,
            height,
            index,
        };
        let (level, within) = (height / 8, height % 8);
        // the subtree's leaves, as hashes of that level: at most 128, all in one tile
        let Some(first) = index.checked_mul(1 << within) else {
            return Err(out_of_tree);
        };
        let Some(address) = self.address(level, first) else {
            return Err(out_of_tree);
        };
        let start = (first % WIDTH) as usize;
        match self.tile(address)?.get(start..start + (1 << within)) {
            Some(hashes) => Ok(root_from_leaves(hashes)),
            None => Err(out_of_tree),
        }
    }
}

/// A bundle of entries that does not hash to its tile.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum MisfitError {
    /// More or fewer entries than hashes.
    #[error("the bundle has {entries} entries and its tile {hashes} hashes")]
    Length {
        /// in the bundle
        entries: usize,
        /// in the tile
        hashes: usize,
    },
    /// An entry that hashes to something else.
    #[error("entry {0} of the bundle does not hash to what its tile says")]
    Entry(usize),
}

/// Checks that each entry of a bundle hashes to its place in the level-0 tile beside it. With the tile proven against a signed root,
/// the bundle is proven too.
///
/// # Errors
/// [`MisfitError`] names the first entry that does not fit.
pub fn check_bundle<B: AsRef<[u8]>>(entries: &[B], tile: &[Hash]) -> Result<(), MisfitError> {
    if entries.len() != tile.len() {
        return Err(MisfitError::Length {
            entries: entries.len(),
            hashes: tile.len(),
        });
    }
    let misfit = entries
        .iter()
        .zip(tile)
        .position(|(entry, hash)| leaf_hash(entry.as_ref()) != *hash);
    misfit.map_or(Ok(()), |place| Err(MisfitError::Entry(place)))
}
