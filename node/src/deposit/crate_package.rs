//! RO-Crates as packages on disk: a detached `.json`, a folder with `ro-crate-metadata.json`, a zip of such a folder.

use std::ffi::OsStr;
use std::fs;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use serde_json::Value;

use super::ro_crate::document::{self, MAX_BYTES};
use super::ro_crate::unzip::{Bounds, unzip};
use super::ro_crate::{self, ReadCrate};
use super::walk::CRATE_FILE;
use super::{Deposit, Found, open_regular};
use crate::finding::Finding;
use crate::relative_path::RelPath;

/// Whether a JSON document has the outer form of a crate: an object with `@context` and a list `@graph`.
pub fn looks_like_crate(json: &Value) -> bool {
    document::looks_like_crate(json)
}

/// Reads a crate that is metadata alone, in a file of any name.
pub fn read_detached(path: &Path) -> Found {
    match read_bounded(fs::File::open(path)) {
        Ok(bytes) => found(path, &bytes, None),
        Err(finding) => unreadable(path, vec![finding]),
    }
}

/// Reads the crate in a folder, with its files.
pub fn read_folder(folder: &Path) -> Found {
    read_in(folder, folder)
}

/// Reads the crate in a zip, at its top or in its only folder. It is unpacked into a new folder under `scratch`, which
/// lives as long as the deposit.
pub fn read_zip(path: &Path, scratch: &Path) -> Found {
    let unpacked = match unzip(path, scratch, Bounds::default()) {
        Ok(unpacked) => unpacked,
        Err(error) => return unreadable(path, vec![Finding::error("", error.to_string())]),
    };
    let folder = match crate_folder(unpacked.path()) {
        Ok(folder) => folder,
        Err(finding) => return unreadable(path, vec![finding]),
    };
    match read_in(path, &folder) {
        Found::Deposit(mut deposit) => {
            deposit.unpacked = Some(unpacked);
            Found::Deposit(deposit)
        }
        unreadable => unreadable,
    }
}

fn read_in(source: &Path, folder: &Path) -> Found {
    let metadata = RelPath::parse(CRATE_FILE).map_err(io::Error::other);
    match read_bounded(metadata.and_then(|name| open_regular(folder, &name))) {
        Ok(bytes) => found(source, &bytes, Some(folder)),
        Err(finding) => unreadable(source, vec![Finding { path: CRATE_FILE.to_owned(), ..finding }]),
    }
}

fn found(source: &Path, bytes: &[u8], folder: Option<&Path>) -> Found {
    let json = match document::parse(bytes) {
        Ok(json) => json,
        Err(error) => return unreadable(source, vec![Finding::error("", error.to_string())]),
    };
    match ro_crate::read(json, source, folder) {
        Ok(ReadCrate { study, files, findings }) => {
            Found::Deposit(Box::new(Deposit { source: source.to_owned(), study, files, findings, unpacked: None }))
        }
        Err(findings) => unreadable(source, findings),
    }
}

fn unreadable(source: &Path, findings: Vec<Finding>) -> Found {
    Found::Unreadable { source: source.to_owned(), findings }
}

/// The bytes of a metadata file, if they are not too many.
fn read_bounded(file: io::Result<fs::File>) -> Result<Vec<u8>, Finding> {
    let mut bytes = Vec::new();
    file.and_then(|file| file.take(MAX_BYTES + 1).read_to_end(&mut bytes)).map_err(|error| Finding::error("", format!("it cannot be read: {error}")))?;
    if bytes.len() as u64 > MAX_BYTES {
        return Err(Finding::error("", format!("it is larger than the {MAX_BYTES} bytes that are read as the metadata of a crate")));
    }
    Ok(bytes)
}

/// Where the crate is in what was unpacked.
fn crate_folder(unpacked: &Path) -> Result<PathBuf, Finding> {
    if unpacked.join(CRATE_FILE).is_file() {
        return Ok(unpacked.to_owned());
    }
    let failed = |error: io::Error| Finding::error("", format!("the zip cannot be looked into: {error}"));
    let mut folders = Vec::new();
    for entry in fs::read_dir(unpacked).map_err(failed)? {
        let entry = entry.map_err(failed)?;
        // what some systems add beside the folder that was packed
        if entry.file_name() != OsStr::new("__MACOSX") && entry.file_name() != OsStr::new(".DS_Store") {
            folders.push(entry.path());
        }
    }
    match &folders[..] {
        [only] if only.join(CRATE_FILE).is_file() => Ok(only.clone()),
        _ => Err(Finding::error("", format!("the zip holds no {CRATE_FILE}, neither at its top nor in its only folder; pack the crate's folder"))),
    }
}
