//! What can go wrong with the graph, and what to do about it.

use std::io;

use oxigraph::store::StorageError;

/// An error of the graph.
#[derive(Debug, thiserror::Error)]
pub enum GraphError {
    /// The files of the graph are not what a graph wrote.
    #[error(
        "the graph {place} is damaged ({detail}); run `omma-harvester rebuild`, which makes it again from the mirror"
    )]
    Damaged {
        /// Its folder, or "in memory".
        place: String,
        /// What is wrong with it.
        detail: String,
    },
    /// The store under it cannot read or write; what was committed before is not touched by that.
    #[error(
        "the graph {place} cannot be read or written ({source}): is the disk full or read-only, or does another process have it open? what it held before it still holds"
    )]
    Storage {
        /// Its folder, or "in memory".
        place: String,
        /// What the store said.
        source: StorageError,
    },
    /// This program was compiled without a graph on disk.
    #[error(
        "the graph {0} is on disk, and this program was compiled without the feature `rocksdb`; set `graph = \"memory\"` in config.toml or take a program that has it"
    )]
    NoDisk(String),
    /// A load was asked for where there is something already.
    #[error(
        "the graph {0} is not empty, and records are loaded in bulk into an empty one only; run `omma-harvester rebuild`"
    )]
    NotEmpty(String),
    /// A change was asked for where no load was ever completed.
    #[error(
        "the graph {0} was never loaded to the end, so nothing can be changed in it; run `omma-harvester rebuild`"
    )]
    NotLoaded(String),
    /// The records to be loaded could not be had.
    #[error("the records to be loaded into the graph cannot be read: {0:#}")]
    Records(anyhow::Error),
    /// The bytes of a record that is to be taken out could not be asked for.
    #[error(
        "the bytes of {record}, which is to be taken out of the graph, cannot be read: {error:#}"
    )]
    Bytes {
        /// The record's version, as an IRI.
        record: String,
        /// What the mirror or the ledger said.
        error: anyhow::Error,
    },
    /// A dump could not be written, or its lines could not be sorted on disk.
    #[error("the dump of the graph cannot be written: {0}")]
    Dump(#[from] io::Error),
    /// The folder of the graph could not be made or removed.
    #[error("the folder of the graph, {place}, cannot be made or removed: {source}")]
    Folder {
        /// The folder.
        place: String,
        /// What the file system said.
        source: io::Error,
    },
}
