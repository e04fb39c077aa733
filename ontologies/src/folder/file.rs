//! One ontology file: bounded reading, durable writing, and what it is called in the folder.

use std::fs::{self, File};
use std::io::{self, Read, Write};
use std::path::Path;

use sha2::{Digest, Sha256};

use super::FolderError;
use crate::term::Ontology;

/// The greatest file that is read, in bytes: 1 GiB. All of NCBITaxon as OBO has some 700 MB, UBERON as OWL some 100 MB.
pub const LARGEST_FILE: u64 = 1 << 30;

/// Letters of an ontology's name in the name of its file.
const LONGEST_READABLE: usize = 40;

/// Hexadecimal digits of the content's digest in the name of its file.
const DIGITS: usize = 12;

/// A file that a power cut left empty would keep every later reader from its terms.
pub(super) fn write_durably(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut file = File::create(path)?;
    file.write_all(bytes)?;
    file.sync_all()
}

pub(super) fn read(path: &Path) -> Result<Vec<u8>, FolderError> {
    let refused = |reason: String| FolderError::Refused {
        path: path.to_owned(),
        reason,
    };
    // before it is opened, because opening a pipe waits for whoever writes into it
    let metadata = fs::metadata(path).map_err(|source| unreadable(path, source))?;
    if !metadata.is_file() {
        return Err(refused(
            "it is not a regular file; name the file itself".to_owned(),
        ));
    }
    let mut bytes = Vec::new();
    let mut is_too_large = metadata.len() > LARGEST_FILE;
    if !is_too_large {
        let file = File::open(path).map_err(|source| unreadable(path, source))?;
        bytes.reserve_exact(usize::try_from(metadata.len()).unwrap_or_default());
        file.take(LARGEST_FILE + 1)
            .read_to_end(&mut bytes)
            .map_err(|source| unreadable(path, source))?;
        is_too_large = bytes.len() as u64 > LARGEST_FILE;
    }
    if is_too_large {
        return Err(refused(format!(
            "it has more than {LARGEST_FILE} bytes; load a subset of it, or OBO instead of OWL"
        )));
    }
    Ok(bytes)
}

pub(super) fn parse(path: &Path, bytes: &[u8]) -> Result<Ontology, FolderError> {
    crate::load(bytes).map_err(|error| FolderError::Refused {
        path: path.to_owned(),
        reason: error.to_string(),
    })
}

/// It was accepted once, so that nothing but damage makes it refused.
pub(super) fn read_kept(path: &Path) -> Result<Ontology, FolderError> {
    parse(path, &read(path)?).map_err(|error| match error {
        FolderError::Refused { path, reason } => FolderError::Refused {
            path,
            reason: format!("{reason}; delete it and load the ontology again"),
        },
        other => other,
    })
}

pub(super) fn unreadable(path: &Path, source: io::Error) -> FolderError {
    FolderError::Unreadable {
        path: path.to_owned(),
        source,
    }
}

pub(super) fn unwritable(path: &Path, source: io::Error) -> FolderError {
    FolderError::Unwritable {
        path: path.to_owned(),
        source,
    }
}

/// A readable part of its name and a part of its digest, so that no two differ only in what a file name cannot hold.
pub(super) fn file_name(name: &str, bytes: &[u8]) -> String {
    let digest: String = Sha256::digest(bytes)
        .iter()
        .take(DIGITS / 2)
        .map(|byte| format!("{byte:02x}"))
        .collect();
    format!("{}-{digest}", readable(name))
}

fn readable(name: &str) -> String {
    let replaced: String = name
        .chars()
        .map(|letter| {
            if letter.is_ascii_alphanumeric() {
                letter
            } else {
                '-'
            }
        })
        .take(LONGEST_READABLE)
        .collect();
    replaced.trim_matches('-').to_owned()
}

/// Whether a kept file may be of this ontology, which spares reading those that cannot. A name that is not of our making may be
/// anything.
pub(super) fn may_share_name(file: &str, ontology: &str) -> bool {
    match file.rsplit_once('-') {
        Some((of, digest)) if is_digest(digest) => of == readable(ontology),
        _ => true,
    }
}

fn is_digest(text: &str) -> bool {
    text.len() == DIGITS
        && text
            .bytes()
            .all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
}
