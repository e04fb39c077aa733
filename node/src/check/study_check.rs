//! The storage root, compared with what is signed: a study's record states the digest of its manifest, the manifest the
//! digest of each file, and the storage has files of these digests. So every byte that is served is under the signature.

use std::collections::HashMap;

use ontologies::schema::omma;
use protocol::digest::Digest;
use protocol::entry::{Entry, Operation};
use protocol::identifier::{Accession, Kind};

use super::Checked;
use crate::archive::Archive;
use crate::database::{Connection, DatabaseError, standing};
use crate::log::LogError;
use crate::relative_path::RelPath;
use crate::store::manifest::{self, ManifestRow, images_in};
use crate::store::ocfl::OcflError;
use crate::study_object::{FILES, MANIFEST, StudyObject};

const FROM_A_COPY: &str = "restore the object from a copy";

/// Compares every version of every study whose record is there. The database has to be filled from this log.
pub fn check(archive: &Archive, checked: &mut Checked) {
    // what of the log cannot be read is told by the check of the log
    let Ok(head) = archive.log().head() else {
        return;
    };
    for bundle in archive.log().entries(0, head.checkpoint.size()) {
        let Ok((_, entries)) = bundle else { return };
        for entry in entries.iter().filter_map(|entry| Entry::parse(entry).ok()) {
            if let (
                Some(id),
                Operation::Put {
                    record, version, ..
                },
            ) = (entry.accession(), entry.operation())
                && id.kind() == Kind::Study
                && let Err(message) = study(archive, id, *version, record, checked)
            {
                checked.problem(format!("{id}.{version}"), message);
            }
        }
    }
}

fn study(
    archive: &Archive,
    id: &Accession,
    version: u64,
    record: &Digest,
    checked: &mut Checked,
) -> Result<(), String> {
    let said = match archive.log().record(record) {
        Ok(Some(said)) => String::from_utf8_lossy(&said).into_owned(),
        // a redacted version says nothing that could be compared
        Ok(None) | Err(LogError::Damaged { .. }) => return Ok(()),
        Err(error) => return Err(error.to_string()),
    };
    let iri = archive.config().namespace.iri(id);
    let object = StudyObject::open(archive, &iri, version).map_err(|error| error.to_string())?;
    let stored = object.manifest().map_err(|error| error.to_string())?;
    let signed = format!("<{iri}> <{}> ", omma::MANIFEST);
    let signed = said.lines().find(|line| line.starts_with(&signed));
    match (signed, stored) {
        (None, None) => Ok(()),
        (Some(signed), Some(rows)) if is_signed(signed, &rows) => {
            let connection = &mut *archive
                .database()
                .connection()
                .map_err(|error| error.to_string())?;
            files(connection, &object, version, &rows, checked).map_err(|error| error.to_string())
        }
        _ => Err(format!(
            "{MANIFEST} in the storage is not the manifest that the signed record names; {FROM_A_COPY}"
        )),
    }
}

/// Whether the statement names the digest of the manifest with these rows.
fn is_signed(statement: &str, rows: &[ManifestRow]) -> bool {
    manifest::write(rows).is_ok_and(|bytes| statement.contains(&Digest::of(&bytes).to_string()))
}

fn files(
    connection: &mut Connection,
    object: &StudyObject,
    version: u64,
    rows: &[ManifestRow],
    checked: &mut Checked,
) -> Result<(), DatabaseError> {
    let mut gone: HashMap<&str, bool> = HashMap::new();
    for row in rows {
        let Ok(logical) = RelPath::parse(&format!("{FILES}/{}", row.path)) else {
            continue;
        };
        let found = match object.object().file(&logical, version) {
            Ok(file) if file.sha256 == Some(row.sha256) => continue,
            Ok(_) => "has another digest than the signed manifest says",
            Err(OcflError::NoFile { .. }) => "is not in the storage",
            Err(_) => "cannot be found in the storage",
        };
        // files of an image that was withdrawn may have been erased
        let mut is_gone = false;
        for image in row.image.iter().flat_map(|column| images_in(column)) {
            is_gone |= match gone.get(image) {
                Some(is_gone) => *is_gone,
                None => {
                    let is_gone =
                        standing::of(connection, image)?.is_some_and(|standing| standing.is_gone());
                    *gone.entry(image).or_insert(is_gone)
                }
            };
        }
        if !is_gone {
            checked.problem(
                format!("{} version {version}: {}", object.object().id(), row.path),
                format!("it {found}; {FROM_A_COPY}"),
            );
        }
    }
    Ok(())
}
