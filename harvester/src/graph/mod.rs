//! The graph that SPARQL asks: every shown record, who vouches for it, and the terms of the ontologies.
//!
//! It is a projection (see [`crate::projection`]): what the mirror proves and the ledger decides, in an oxigraph store, which
//! can be thrown away and made again. Everything stands in the **default graph**. The statements of a record have subjects
//! of its own (PROTOCOL.md section 1), so records never overlap and a version is taken out by removing exactly its statements.
//!
//! The store's *position* says how far the changes were applied. It is written with them in one transaction, in a named
//! graph of the harvester's own that no query sees. So after a crash the graph holds all of a call of
//! [`Graph::apply`] or nothing of it, and says which. A transaction is in the write-ahead log when it is committed, but not
//! forced to the disk: when the power fails the last of them may be gone, their positions with them, and they are applied
//! again. A bulk load is not one transaction, so its position comes last of all: a store without one was never loaded to
//! the end, and is thrown away.
//!
//! The store keeps numbers, times and truth values by value, not by spelling: `"01"^^xsd:integer` is asked for and dumped as
//! `"1"^^xsd:integer`, and so are the types derived from integer. The bytes that a member signed are in the mirror.

mod apply;
mod dump;
mod error;
mod expected;
mod held;
mod load;
pub mod names;
mod perceptual_hashes;
mod sort;
mod state;
mod statement;
mod term_statements;
mod terms;
mod vocabulary;

#[cfg(test)]
mod tests;

use std::path::PathBuf;
use std::{fs, io};

use oxigraph::model::GraphNameRef;
use oxigraph::store::{StorageError, Store};

pub use apply::Applied;
pub use error::GraphError;
pub use expected::write_expected;
pub use load::Loaded;
pub use terms::TermsChange;

use vocabulary as v;

/// Where a graph is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Place {
    /// In memory: gone with the process, and loaded from the mirror at its start. The store gives the memory of what was
    /// removed back only then (oxigraph 0.5.13 collects no garbage), so it grows with every version ever shown.
    Memory,
    /// In this folder, by RocksDB; needs the feature `rocksdb`. One process may have it open at a time.
    Disk(PathBuf),
}

impl std::fmt::Display for Place {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Memory => formatter.write_str("in memory"),
            Self::Disk(path) => path.display().fmt(formatter),
        }
    }
}

/// The graph. One at a time writes; anybody may read meanwhile, and sees whole transactions.
pub struct Graph {
    store: Store,
    place: Place,
}

impl Graph {
    /// Opens the graph, or makes an empty one where there is none.
    ///
    /// # Errors
    /// [`GraphError::Damaged`] for files that are no graph (the caller may [`Graph::destroy`] it and open it anew),
    /// [`GraphError::Storage`] when they cannot be read, are on a full disk or are open in another process,
    /// [`GraphError::NoDisk`] when this program has no RocksDB.
    pub fn open(place: &Place) -> Result<Self, GraphError> {
        let store = match place {
            Place::Memory => Store::new().map_err(|error| at(place, error))?,
            Place::Disk(path) => open_on_disk(path, place)?,
        };
        let place = place.clone();
        let graph = Self { store, place };
        // a first look into the files: whoever opens a damaged graph should know it now rather than at the first query
        graph.position()?;
        Ok(graph)
    }

    /// Removes a graph that nobody has open, with all its files; one that is not there is removed already.
    ///
    /// # Errors
    /// [`GraphError::Folder`] when the files cannot be removed.
    pub fn destroy(place: &Place) -> Result<(), GraphError> {
        let Place::Disk(path) = place else {
            return Ok(());
        };
        match fs::remove_dir_all(path) {
            Err(source) if source.kind() != io::ErrorKind::NotFound => Err(GraphError::Folder {
                place: place.to_string(),
                source,
            }),
            _ => Ok(()),
        }
    }

    /// The position of the last changes that were applied; none when nothing was ever loaded to the end: the graph is fresh,
    /// or a load was cut off, and it is to be destroyed, opened anew and loaded.
    ///
    /// # Errors
    /// [`GraphError::Storage`] or [`GraphError::Damaged`] when the store cannot be read.
    pub fn position(&self) -> Result<Option<u64>, GraphError> {
        let text = state::read(&self.store, v::POSITION).map_err(|error| self.fault(error))?;
        let read = |text: String| {
            text.parse().map_err(|_| GraphError::Damaged {
                place: self.place.to_string(),
                detail: format!("its position is {text:?}, which is no number"),
            })
        };
        text.map(read).transpose()
    }

    /// The number of statements that queries see. Counts them all: seconds for ten millions.
    ///
    /// # Errors
    /// As [`Graph::position`].
    pub fn len(&self) -> Result<u64, GraphError> {
        let all = self.store.len().map_err(|error| self.fault(error))?;
        let own = state::len(&self.store).map_err(|error| self.fault(error))?;
        Ok(all as u64 - own)
    }

    /// Whether queries see nothing.
    ///
    /// # Errors
    /// As [`Graph::position`].
    pub fn is_empty(&self) -> Result<bool, GraphError> {
        let default = Some(GraphNameRef::DefaultGraph);
        match self
            .store
            .quads_for_pattern(None, None, None, default)
            .next()
        {
            None => Ok(true),
            Some(Ok(_)) => Ok(false),
            Some(Err(error)) => Err(self.fault(error)),
        }
    }

    /// The number of records that are shown. Counts them all.
    ///
    /// # Errors
    /// As [`Graph::position`].
    pub fn records(&self) -> Result<u64, GraphError> {
        let default = Some(GraphNameRef::DefaultGraph);
        let topics = self
            .store
            .quads_for_pattern(None, Some(v::PRIMARY_TOPIC), None, default);
        topics
            .map(|quad| quad.map(|_| 1))
            .sum::<Result<u64, _>>()
            .map_err(|error| self.fault(error))
    }

    /// The store, to be asked. Restrict the dataset of a query to the default graph; write through the graph only.
    #[must_use]
    pub fn store(&self) -> &Store {
        &self.store
    }

    fn fault(&self, error: StorageError) -> GraphError {
        at(&self.place, error)
    }

    /// Refuses a graph that was never loaded to the end.
    fn require_loaded(&self) -> Result<(), GraphError> {
        match self.position()? {
            Some(_) => Ok(()),
            None => Err(GraphError::NotLoaded(self.place.to_string())),
        }
    }
}

impl std::fmt::Debug for Graph {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "Graph({})", self.place)
    }
}

/// Tells damage, which is mended by making the graph again, from a disk that does not read or write.
fn at(place: &Place, source: StorageError) -> GraphError {
    let place = place.to_string();
    match source {
        StorageError::Corruption(error) => GraphError::Damaged {
            place,
            detail: error.to_string(),
        },
        source => GraphError::Storage { place, source },
    }
}

#[cfg(feature = "rocksdb")]
fn open_on_disk(path: &std::path::Path, place: &Place) -> Result<Store, GraphError> {
    fs::create_dir_all(path).map_err(|source| GraphError::Folder {
        place: place.to_string(),
        source,
    })?;
    // RocksDB takes all file handles but these; connections, the mirror and the text index need theirs
    let options = oxigraph::store::StoreOptions::default().with_max_open_files(MAX_OPEN_FILES);
    Store::open_with_options(path, options).map_err(|error| match error {
        // the folder is there, so it is one of its files that is not; and what RocksDB calls neither input nor output is a
        // file that it does not understand
        StorageError::Io(error) if error.kind() == io::ErrorKind::NotFound => GraphError::Damaged {
            place: place.to_string(),
            detail: error.to_string(),
        },
        StorageError::Other(error) => GraphError::Damaged {
            place: place.to_string(),
            detail: error.to_string(),
        },
        error => at(place, error),
    })
}

/// How many files RocksDB may have open: half of the 1,024 that a process commonly may.
#[cfg(feature = "rocksdb")]
const MAX_OPEN_FILES: u32 = 512;

#[cfg(not(feature = "rocksdb"))]
fn open_on_disk(_path: &std::path::Path, place: &Place) -> Result<Store, GraphError> {
    Err(GraphError::NoDisk(place.to_string()))
}
