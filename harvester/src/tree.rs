//! The tree under a signed head, proven tile by tile (`docs/PROTOCOL.md` section 6, step 2).
//!
//! A head binds its right edge: the tiles that are not full give the root. Every full tile is bound by the one hash that stands for it
//! in the tile above. So any tile is proven by at most eight tiles, whatever the size of the log, and none is believed before.

use std::collections::HashMap;
use std::sync::Arc;

use futures_util::future::BoxFuture;
use protocol::merkle::{Hash, HashSource, Subtree, peaks, root_from_leaves, tree_root};
use protocol::tile::{Edge, EdgeError, TileAddress, WIDTH, hashes};

/// Where tiles come from: several places, asked in order, none of which is trusted.
pub trait TilePlaces: Send + Sync {
    /// Why a tile could not be had.
    type Error: Send;

    /// How many places there are.
    fn places(&self) -> usize;

    /// The tile that a place has; none where it has none.
    ///
    /// # Errors
    /// When the place cannot be asked.
    fn tile(
        &self,
        place: usize,
        address: TileAddress,
    ) -> BoxFuture<'_, Result<Option<Vec<u8>>, Self::Error>>;
}

/// Why a tree is not proven.
#[derive(Debug)]
pub enum TreeError<E> {
    /// No place could be asked; the error is that of the last.
    Place(E),
    /// What was served does not give the signed root.
    Unproven(String),
}

/// The tree of a signed head: its edge, and the tiles above the leaves that were proven so far.
pub struct Tree<P> {
    size: u64,
    root: Hash,
    places: Arc<P>,
    /// proven tiles of the edge and of level 1 and above: 8 KiB for 65,536 entries
    proven: HashMap<(u8, u64), Arc<Vec<Hash>>>,
    /// full tiles that came from elsewhere than the first place, which is the mirror
    fresh: Vec<(TileAddress, Vec<u8>)>,
    /// whether the edge did
    is_edge_fresh: bool,
}

impl<P> std::fmt::Debug for Tree<P> {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter
            .debug_struct("Tree")
            .field("size", &self.size)
            .finish_non_exhaustive()
    }
}

impl<P: TilePlaces> Tree<P> {
    /// Proves the right edge of the tree of `size` leaves against its root.
    ///
    /// # Errors
    /// [`TreeError::Unproven`] when some place served tiles and none gave the root.
    pub async fn open(size: u64, root: Hash, places: Arc<P>) -> Result<Self, TreeError<P::Error>> {
        let mut failures = Failures::new();
        for place in 0..places.places() {
            match edge_from(&*places, place, size, &root).await {
                Ok(Some(proven)) => {
                    return Ok(Self {
                        size,
                        root,
                        places,
                        proven,
                        fresh: Vec::new(),
                        is_edge_fresh: place > 0,
                    });
                }
                Ok(None) => {}
                Err(error) => failures.add(error),
            }
        }
        Err(failures.worst(|| "no place has the tiles of the signed tree".to_owned()))
    }

    /// The number of leaves.
    pub fn size(&self) -> u64 {
        self.size
    }

    /// The root.
    pub fn root(&self) -> &Hash {
        &self.root
    }

    /// The tiles of the right edge, as they are published.
    pub fn edge(&self) -> Vec<(TileAddress, Vec<u8>)> {
        edge_addresses(self.size)
            .filter_map(|address| {
                let tile = self.proven.get(&(address.level(), address.index()))?;
                Some((address, tile.concat()))
            })
            .collect()
    }

    /// Whether the tiles of the edge came from elsewhere than the first place.
    pub fn is_edge_fresh(&self) -> bool {
        self.is_edge_fresh
    }

    /// The full tiles above the leaves that were proven since this was asked last and did not come from the first place.
    pub fn take_fresh(&mut self) -> Vec<(TileAddress, Vec<u8>)> {
        std::mem::take(&mut self.fresh)
    }

    /// What must be known of a tile before anybody serves it: all of its hashes at the edge, else the one hash that stands for it above.
    ///
    /// # Errors
    /// [`TreeError`] when the tile above is not proven.
    pub async fn expect(&mut self, address: TileAddress) -> Result<Expected, TreeError<P::Error>> {
        if let Some(known) = self.proven.get(&(address.level(), address.index())) {
            return Ok(Expected::Hashes(Arc::clone(known)));
        }
        // climb to the first tile that is proven, then come down again, proving each
        let mut path = vec![(address.level(), address.index())];
        let mut known = loop {
            let (level, index) = path[path.len() - 1];
            let above = (level + 1, index / WIDTH);
            match self.proven.get(&above) {
                Some(tile) => break Arc::clone(tile),
                None if level < 7 => path.push(above),
                None => {
                    return Err(TreeError::Unproven(format!(
                        "tile {} is outside of the tree of {} entries",
                        address.path(),
                        self.size
                    )));
                }
            }
        };
        while let Some((level, index)) = path.pop() {
            let Some(hash) = known.get((index % WIDTH) as usize).copied() else {
                return Err(TreeError::Unproven(format!(
                    "tile {} is outside of the tree of {} entries",
                    address.path(),
                    self.size
                )));
            };
            if path.is_empty() {
                return Ok(Expected::Hash(hash));
            }
            known = Arc::new(self.full_tile(level, index, &hash).await?);
            self.proven.insert((level, index), Arc::clone(&known));
        }
        Err(TreeError::Unproven(format!(
            "tile {} is not in the tree",
            address.path()
        )))
    }

    async fn full_tile(
        &mut self,
        level: u8,
        index: u64,
        hash: &Hash,
    ) -> Result<Vec<Hash>, TreeError<P::Error>> {
        let Some(address) = TileAddress::new(level, index, WIDTH as u16) else {
            return Err(TreeError::Unproven("a tile that no tree has".to_owned()));
        };
        let mut failures = Failures::new();
        for place in 0..self.places.places() {
            match self.places.tile(place, address).await {
                Err(error) => failures.add(TreeError::Place(error)),
                Ok(None) => {}
                Ok(Some(bytes)) => match Expected::Hash(*hash).check(address, &bytes) {
                    Ok(tile) => {
                        if place > 0 && level > 0 {
                            self.fresh.push((address, bytes));
                        }
                        return Ok(tile);
                    }
                    Err(sentence) => failures.add(TreeError::Unproven(sentence)),
                },
            }
        }
        Err(failures.worst(|| format!("no place has the tile {}", address.path())))
    }

    /// The root that the first `size` leaves of this tree have.
    ///
    /// # Errors
    /// [`TreeError`] when a tile that it needs is not proven.
    pub async fn root_at(&mut self, size: u64) -> Result<Hash, TreeError<P::Error>> {
        let mut hashes = self.hashes_of(&peaks(size)).await?;
        tree_root(size, &mut hashes)
            .map_err(|missing| TreeError::Unproven(format!("the tree has no {missing:?}")))
    }

    /// The hashes of some subtrees, proven: a source for proofs and evidence.
    ///
    /// # Errors
    /// [`TreeError`] when a tile that it needs is not proven.
    pub async fn hashes_of(&mut self, subtrees: &[Subtree]) -> Result<Proven, TreeError<P::Error>> {
        let mut found = HashMap::new();
        for subtree in subtrees {
            let hash = self.hash_of(*subtree).await?;
            found.insert((subtree.height, subtree.index), hash);
        }
        Ok(Proven(found))
    }

    async fn hash_of(&mut self, subtree: Subtree) -> Result<Hash, TreeError<P::Error>> {
        let Subtree { height, index } = subtree;
        let outside = || TreeError::Unproven(format!("the tree has no {subtree:?}"));
        let (level, within) = (height / 8, height % 8);
        let first = index.checked_mul(1 << within).ok_or_else(outside)?;
        let in_level = self.size >> (8 * u32::from(level));
        let tile_index = first / WIDTH;
        let width = in_level.saturating_sub(tile_index * WIDTH).min(WIDTH);
        let address = TileAddress::new(level, tile_index, width as u16).ok_or_else(outside)?;
        let tile = match self.expect(address).await? {
            Expected::Hashes(tile) => tile,
            Expected::Hash(hash) => Arc::new(self.full_tile(level, tile_index, &hash).await?),
        };
        let start = (first % WIDTH) as usize;
        let leaves = tile.get(start..start + (1 << within)).ok_or_else(outside)?;
        Ok(root_from_leaves(leaves))
    }
}

/// What is known of a tile before it is served.
#[derive(Debug, Clone)]
pub enum Expected {
    /// All of it.
    Hashes(Arc<Vec<Hash>>),
    /// The root of its 256 hashes.
    Hash(Hash),
}

impl Expected {
    /// The tile's hashes when the bytes are what is expected.
    ///
    /// # Errors
    /// A sentence that names the tile.
    pub fn check(&self, address: TileAddress, bytes: &[u8]) -> Result<Vec<Hash>, String> {
        let tile = hashes(bytes)
            .filter(|tile| tile.len() == usize::from(address.width()))
            .ok_or_else(|| {
                format!(
                    "the tile {} has {} bytes instead of {}",
                    address.path(),
                    bytes.len(),
                    usize::from(address.width()) * 32
                )
            })?;
        let fits = match self {
            Self::Hashes(known) => **known == tile,
            Self::Hash(hash) => root_from_leaves(&tile) == *hash,
        };
        if fits {
            Ok(tile)
        } else {
            Err(format!(
                "the tile {} does not fit the signed tree",
                address.path()
            ))
        }
    }
}

/// Hashes of subtrees that were proven.
#[derive(Debug, Clone)]
pub struct Proven(HashMap<(u8, u64), Hash>);

impl HashSource for Proven {
    type Error = Subtree;

    fn hash(&mut self, subtree: Subtree) -> Result<Hash, Subtree> {
        self.0
            .get(&(subtree.height, subtree.index))
            .copied()
            .ok_or(subtree)
    }
}

fn edge_addresses(size: u64) -> impl Iterator<Item = TileAddress> {
    (0..8_u8).filter_map(move |level| {
        let in_level = size >> (8 * u32::from(level));
        TileAddress::new(level, in_level / WIDTH, (in_level % WIDTH) as u16)
    })
}

/// The tiles of the edge that one place has; none where it has not all of them.
async fn edge_from<P: TilePlaces>(
    places: &P,
    place: usize,
    size: u64,
    root: &Hash,
) -> Result<Option<HashMap<(u8, u64), Arc<Vec<Hash>>>>, TreeError<P::Error>> {
    let mut tiles = HashMap::new();
    for address in edge_addresses(size) {
        let found = places
            .tile(place, address)
            .await
            .map_err(TreeError::Place)?;
        let Some(tile) = found else {
            return Ok(None);
        };
        tiles.insert(address, tile);
    }
    let absent = "a tile of the edge was not asked for";
    let edge = Edge::open(size, |address| tiles.get(&address).cloned().ok_or(absent)).map_err(
        |error| match error {
            EdgeError::Fetch(absent) => TreeError::Unproven(absent.to_owned()),
            EdgeError::Damaged {
                path,
                found,
                expected,
            } => TreeError::Unproven(format!(
                "the tile {path} has {found} bytes instead of {expected}"
            )),
        },
    )?;
    if edge.root() != *root {
        return Err(TreeError::Unproven(format!(
            "the tiles at the edge of the tree of {size} entries do not give the signed root"
        )));
    }
    let proven = tiles.iter().filter_map(|(address, bytes)| {
        Some(((address.level(), address.index()), Arc::new(hashes(bytes)?)))
    });
    Ok(Some(proven.collect()))
}

/// What went wrong at the places that were asked. What was served and is wrong tells more than what was not served.
struct Failures<E>(Option<TreeError<E>>);

impl<E> Failures<E> {
    fn new() -> Self {
        Self(None)
    }

    fn add(&mut self, error: TreeError<E>) {
        if !matches!(self.0, Some(TreeError::Unproven(_)))
            || matches!(error, TreeError::Unproven(_))
        {
            self.0 = Some(error);
        }
    }

    fn worst(self, absent: impl FnOnce() -> String) -> TreeError<E> {
        self.0.unwrap_or_else(|| TreeError::Unproven(absent()))
    }
}
