//! Folders: copied as a backup copies them, and searched byte for byte.

use std::fs;
use std::path::{Path, PathBuf};

/// Copies a folder with everything in it, permissions included.
pub fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    fs::set_permissions(to, fs::metadata(from).unwrap().permissions()).unwrap();
    for entry in fs::read_dir(from).unwrap().map(Result::unwrap) {
        let place = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            copy(&entry.path(), &place);
        } else {
            fs::copy(entry.path(), place).unwrap();
        }
    }
}

/// Every file below a folder, sorted.
pub fn files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap().map(Result::unwrap) {
        if entry.file_type().unwrap().is_dir() {
            found.extend(files(&entry.path()));
        } else {
            found.push(entry.path());
        }
    }
    found.sort();
    found
}

/// Every file below a folder, by its path from there, with its bytes.
pub fn contents(folder: &Path) -> Vec<(PathBuf, Vec<u8>)> {
    let below = |path: &Path| path.strip_prefix(folder).unwrap().to_owned();
    files(folder)
        .into_iter()
        .map(|path| (below(&path), fs::read(&path).unwrap()))
        .collect()
}

/// Files below a folder that have these bytes somewhere in them or in their path.
pub fn files_with(folder: &Path, marker: &str) -> Vec<PathBuf> {
    files(folder)
        .into_iter()
        .filter(|path| {
            path.to_string_lossy().contains(marker)
                || contains(&fs::read(path).unwrap(), marker.as_bytes())
        })
        .collect()
}

fn contains(bytes: &[u8], marker: &[u8]) -> bool {
    bytes.windows(marker.len()).any(|window| window == marker)
}
