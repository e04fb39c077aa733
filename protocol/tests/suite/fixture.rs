//! A small member with a log, for the other tests.

use std::collections::BTreeMap;
use std::convert::Infallible;
use std::path::PathBuf;

use protocol::checkpoint::Checkpoint;
use protocol::identifier::{Accession, Namespace, Origin};
use protocol::merkle::leaf_hash;
use protocol::note::{Note, SigningKey};
use protocol::tile::{Edge, TileAddress, TileHashes, TileReader};

pub const TIME: &str = "2026-11-21T09:30:00Z";

pub fn id(text: &str) -> Accession {
    Accession::parse(text).unwrap()
}

pub fn namespace() -> Namespace {
    Namespace::parse("https://images.example.org/id/").unwrap()
}

pub fn key(name: &str, seed: u8) -> SigningKey {
    SigningKey::from_seed(name, &[seed; 32]).unwrap()
}

/// The folder of public test data beside the project; none, with a word, where it is not there. In CI it must be.
pub fn shared_data() -> Option<PathBuf> {
    let path = PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../../shared/data"));
    if path.is_dir() {
        return Some(path);
    }
    assert!(
        std::env::var_os("CI").is_none(),
        "the shared test data is missing"
    );
    eprintln!("skipped: the shared test data is not at {}", path.display());
    None
}

/// A log in memory: its edge, and every tile that it ever wrote.
pub struct Log {
    pub origin: Origin,
    pub edge: Edge,
    pub tiles: BTreeMap<String, Vec<u8>>,
    pub entries: Vec<Vec<u8>>,
}

impl Log {
    pub fn new(origin: &str) -> Self {
        Self {
            origin: Origin::parse(origin).unwrap(),
            edge: Edge::empty(),
            tiles: BTreeMap::new(),
            entries: Vec::new(),
        }
    }

    /// Appends entries and writes the partial tiles that a checkpoint then needs.
    pub fn append(&mut self, entries: impl IntoIterator<Item = Vec<u8>>) {
        let tiles = &mut self.tiles;
        let mut write = |address: TileAddress, bytes: Vec<u8>| {
            let path = address.path();
            let before = tiles.insert(path.clone(), bytes.clone());
            assert!(
                before.is_none_or(|before| before == bytes),
                "{path} was written twice, differently"
            );
        };
        for entry in entries {
            self.edge.append(leaf_hash(&entry), &mut write);
            self.entries.push(entry);
        }
        for (address, bytes) in self.edge.partial_tiles() {
            write(address, bytes);
        }
    }

    pub fn read(&self, address: TileAddress) -> Result<Vec<u8>, Infallible> {
        Ok(self.tiles[&address.path()].clone())
    }

    pub fn hashes(&self) -> TileHashes<impl TileReader<Error = Infallible>> {
        TileHashes::new(self.edge.size(), |address: TileAddress| self.read(address))
    }

    pub fn checkpoint(&self) -> Checkpoint {
        Checkpoint::new(self.origin.clone(), self.edge.size(), self.edge.root())
    }

    pub fn signed(&self, seed: u8) -> Note {
        self.checkpoint()
            .sign(&key(self.origin.as_str(), seed))
            .unwrap()
    }
}
