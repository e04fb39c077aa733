//! Where a made log is kept: in memory, for a server that lies about it, or in a folder, for a log of many records.

use std::collections::{BTreeMap, HashSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// The files of a log by their paths below the log prefix.
#[derive(Debug)]
pub enum Files {
    /// In memory. A copy shares the bytes.
    Memory(BTreeMap<String, Arc<[u8]>>),
    /// In a folder.
    Folder {
        /// the log prefix
        root: PathBuf,
        /// folders that are there, so that each is made once
        made: HashSet<PathBuf>,
    },
}

impl Files {
    /// Files in memory, none yet.
    pub fn in_memory() -> Files {
        Files::Memory(BTreeMap::new())
    }

    /// Files in a folder, which is made where it is absent.
    pub fn in_folder(root: &Path) -> Files {
        fs::create_dir_all(root).unwrap();
        Files::Folder {
            root: root.to_owned(),
            made: HashSet::new(),
        }
    }

    /// Writes a file, in place of what is there.
    pub fn write(&mut self, path: &str, bytes: &[u8]) {
        match self {
            Files::Memory(files) => drop(files.insert(path.to_owned(), Arc::from(bytes))),
            Files::Folder { root, made } => {
                let place = root.join(path);
                let folder = place.parent().unwrap();
                if made.insert(folder.to_owned()) {
                    fs::create_dir_all(folder).unwrap();
                }
                fs::write(place, bytes).unwrap();
            }
        }
    }

    /// The bytes of a file, where it is there.
    pub fn read(&self, path: &str) -> Option<Arc<[u8]>> {
        match self {
            Files::Memory(files) => files.get(path).cloned(),
            Files::Folder { root, .. } => fs::read(root.join(path)).ok().map(Arc::from),
        }
    }

    /// Removes a file.
    pub fn remove(&mut self, path: &str) {
        match self {
            Files::Memory(files) => drop(files.remove(path).unwrap()),
            Files::Folder { root, .. } => fs::remove_file(root.join(path)).unwrap(),
        }
    }

    /// The files in memory.
    pub fn in_hand(&self) -> &BTreeMap<String, Arc<[u8]>> {
        match self {
            Files::Memory(files) => files,
            Files::Folder { root, .. } => panic!("the log is in {}", root.display()),
        }
    }
}
