//! The golden vectors in `vectors/v1/`: those that are new are written by `UPDATE_VECTORS=1 cargo test -p protocol`; every run compares all
//! byte for byte and verifies them from the files alone. What a released program accepted must be accepted for ever, so no run ever
//! overwrites one.

mod make;
mod story;
mod verify;

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

/// Files by their path under `vectors/v1/`.
pub type Files = BTreeMap<String, Vec<u8>>;

pub fn folder() -> PathBuf {
    PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../vectors/v1"))
}

fn collect(folder: &Path, root: &Path, found: &mut BTreeSet<String>) {
    for file in std::fs::read_dir(folder).unwrap() {
        let path = file.unwrap().path();
        if path.is_dir() {
            collect(&path, root, found);
        } else {
            found.insert(
                path.strip_prefix(root)
                    .unwrap()
                    .to_str()
                    .unwrap()
                    .to_owned(),
            );
        }
    }
}

#[test]
fn the_golden_vectors_are_what_they_were() {
    let made = make::all();
    let folder = folder();
    if std::env::var_os("UPDATE_VECTORS").is_some() {
        let new = made
            .iter()
            .map(|(path, bytes)| (folder.join(path), bytes))
            .filter(|(file, _)| !file.exists());
        for (file, bytes) in new {
            std::fs::create_dir_all(file.parent().unwrap()).unwrap();
            std::fs::write(file, bytes).unwrap();
        }
    }
    let mut found = BTreeSet::new();
    collect(&folder, &folder, &mut found);
    found.remove("README.md");
    assert_eq!(found, made.keys().cloned().collect(), "files in vectors/v1");
    for (path, bytes) in &made {
        assert!(
            std::fs::read(folder.join(path)).unwrap() == *bytes,
            "vectors/v1/{path} is not what the code makes"
        );
    }
}
