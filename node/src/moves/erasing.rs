//! What goes once the log has said so.

use std::collections::{HashMap, HashSet};

use protocol::entry::Operation;
use protocol::identifier::{Accession, Kind};

use super::{Move, MoveError};
use crate::archive::Archive;
use crate::database::file::{self, FileRow};
use crate::database::record;
use crate::database::{Connection, DatabaseError, standing};
use crate::log::journal::{self, ErasedRecord, Erasures};
use crate::relative_path::RelPath;
use crate::store::manifest::images_in;
use crate::store::{Key, StoreError};
use crate::study_object::{FILES, FINDINGS, RECORDS, SOURCE, STUDY};

/// What goes once the log has said so. Plans are made now, so that a crash in the middle of one finds it.
pub(super) fn erasures(
    archive: &Archive,
    connection: &mut Connection,
    wanted: &Move,
    operations: &[(Accession, Operation)],
) -> Result<Erasures, MoveError> {
    let mut erasures = Erasures::default();
    for (id, operation) in operations {
        if let Operation::Redact { record: digest, .. } = operation {
            let rows = record::versions(connection, id.as_str())?.into_iter();
            erasures
                .records
                .extend(
                    rows.filter(|row| row.digest == digest.to_string())
                        .map(|row| ErasedRecord {
                            log_index: row.log_index.unsigned_abs(),
                            digest: *digest,
                        }),
                );
        }
    }
    let hides = matches!(
        wanted,
        Move::Withdraw(..) | Move::Replace(..) | Move::Redact(..)
    );
    if let Some(study) = wanted.id().study_id().filter(|_| hides) {
        erasures.derived.push(study.to_string());
    }
    // files go where the reason asks for it, also where every record was redacted before
    let erases = wanted.asks_for_erasure() || !erasures.records.is_empty();
    if let Some(study) = wanted.id().study_id().filter(|_| erases) {
        let erased = Erased::by(connection, wanted, &study)?;
        let place =
            Key::parse(&format!("{}/erasure", journal::FOLDER)).map_err(StoreError::from)?;
        let object_id = archive.config().namespace.iri(&study);
        let is_erased = |version, path: &RelPath| erased.has(version, path.as_str());
        erasures.objects.extend(
            archive
                .ocfl()
                .stage_erasure(&place, &object_id, is_erased)?,
        );
        erasures.studies.push(study.to_string());
    }
    Ok(erasures)
}

/// Which files of a study's object go.
enum Erased {
    /// All but what the study is known by, so that it is not published again by mistake.
    Everything,
    /// These.
    Some {
        /// Logical paths that go from every version, but for those in which another image that still stands has them.
        everywhere: HashMap<String, Vec<FileRow>>,
        /// Logical paths that go from one version.
        in_version: HashSet<(u64, &'static str)>,
    },
}

impl Erased {
    fn by(
        connection: &mut Connection,
        wanted: &Move,
        study: &Accession,
    ) -> Result<Erased, MoveError> {
        let id = wanted.id();
        if wanted.asks_for_erasure() && id.kind() == Kind::Study {
            return Ok(Erased::Everything);
        }
        let mut everywhere = HashMap::new();
        let mut in_version = HashSet::new();
        let rows = match wanted {
            Move::Redact(versioned, _) => {
                record::version(connection, id.as_str(), versioned.version())?
                    .into_iter()
                    .collect()
            }
            _ => record::versions(connection, id.as_str())?,
        };
        for row in &rows {
            // an image's record lies in the object's version of the study with which it was announced
            let at = record::announced_with(connection, study.as_str(), row)?;
            let version = at.map_or(1, |study| study.version.unsigned_abs());
            in_version.insert((version, RECORDS));
            if id.kind() == Kind::Study {
                in_version.extend([(version, STUDY), (version, FINDINGS)]);
            }
        }
        if wanted.asks_for_erasure() {
            for path in file::of_image(connection, study.as_str(), id.as_str())? {
                let others = standing_images_at(connection, study, &path, id)?;
                everywhere.insert(format!("{FILES}/{path}"), others);
            }
        }
        Ok(Erased::Some {
            everywhere,
            in_version,
        })
    }

    fn has(&self, version: u64, path: &str) -> bool {
        match self {
            Erased::Everything => path != SOURCE,
            Erased::Some {
                everywhere,
                in_version,
            } => {
                let is_spared = |others: &Vec<FileRow>| others.iter().any(|row| row.is_in(version));
                everywhere
                    .get(path)
                    .is_some_and(|others| !is_spared(others))
                    || in_version
                        .iter()
                        .any(|(at, erased)| *at == version && *erased == path)
            }
        }
    }
}

/// Where another image, that is not gone, has its file at a path: an image that left a study and came back is another.
fn standing_images_at(
    connection: &mut Connection,
    study: &Accession,
    path: &str,
    image: &Accession,
) -> Result<Vec<FileRow>, DatabaseError> {
    let mut rows = Vec::new();
    for row in file::at_path(connection, study.as_str(), path)? {
        let column = row.image.as_deref().unwrap_or_default();
        // what holds several images cannot lose one of them alone
        if images_in(column).any(|other| other == image.as_str()) {
            continue;
        }
        let mut stands = false;
        for other in images_in(column) {
            stands |= standing::of(connection, other)?.is_none_or(|standing| !standing.is_gone());
        }
        if stands {
            rows.push(row);
        }
    }
    Ok(rows)
}
