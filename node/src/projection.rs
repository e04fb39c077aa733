//! From the log and the storage root to the database: the only code that fills it.
//!
//! Publishing calls it after each checkpoint, recovery after a crash, `rebuild` from nothing. They give the same rows,
//! because all of them read the same entries and objects, and nothing else is ever written to the database.

mod found_by;

use std::collections::HashMap;

use protocol::digest::Digest;
use protocol::entry::{Entry, EntryError, Operation};
use protocol::identifier::{Accession, Kind};
use protocol::merkle;

use crate::archive::Archive;
use crate::database::announcement;
use crate::database::file::{self, FileRow};
use crate::database::image::{self, ImageRow};
use crate::database::manifest::{self as manifests, ManifestPlace};
use crate::database::position::{self, Position};
use crate::database::record::{self, RecordRow};
use crate::database::standing::{self, StandingRow};
use crate::database::study::{self, StudyRow};
use crate::database::{self, Connection, DatabaseError, browse};
use crate::log::{LogError, TreeHead};
use crate::store::manifest::{ManifestError, ManifestRow};
use crate::study::Study;
use crate::study_object::{self, StudyObject, StudyObjectError};

/// What can stand in the way of filling the database.
#[derive(Debug, thiserror::Error)]
pub enum ProjectionError {
    /// The log.
    #[error(transparent)]
    Log(#[from] LogError),
    /// The storage root.
    #[error(transparent)]
    Study(#[from] StudyObjectError),
    /// A manifest.
    #[error(transparent)]
    Manifest(#[from] ManifestError),
    /// The database.
    #[error(transparent)]
    Database(#[from] DatabaseError),
    /// An entry that this node should never have written.
    #[error("entry {index} of the log cannot be applied: {detail}; `omma-node check` tells more")]
    Entry {
        /// Its index.
        index: u64,
        /// What is wrong.
        detail: String,
    },
    /// The database knows more than the log.
    #[error(
        "the database has {database} entries and the log {log}: they are not of one copy; run `omma-node rebuild` if the log is the newer copy, and do not publish before you know"
    )]
    Ahead {
        /// Position of the database.
        database: u64,
        /// Size of the log.
        log: u64,
    },
    /// The database was made from another log.
    #[error(
        "the database was made from another history of this log (root {database}, the log has {log}); run `omma-node rebuild`"
    )]
    Foreign {
        /// Root in the database.
        database: String,
        /// Root of the log at that size.
        log: String,
    },
}

impl From<diesel::result::Error> for ProjectionError {
    fn from(error: diesel::result::Error) -> ProjectionError {
        ProjectionError::Database(error.into())
    }
}

/// Applies what the log has and the database has not, in one transaction that also moves its position.
///
/// # Errors
/// See [`ProjectionError`]; the database is then as it was.
pub fn catch_up(
    archive: &Archive,
    connection: &mut Connection,
    head: &TreeHead,
) -> Result<(), ProjectionError> {
    let known = position::current(connection)?;
    let is_new = known.is_none();
    let from = known.unwrap_or_else(|| Position {
        size: 0,
        root: merkle::to_base64(&merkle::empty_root()),
    });
    if from.size > head.size {
        return Err(ProjectionError::Ahead {
            database: from.size,
            log: head.size,
        });
    }
    if from.size == head.size {
        if from.root != head.root {
            return Err(ProjectionError::Foreign {
                database: from.root,
                log: head.root.clone(),
            });
        }
        if is_new {
            // an empty database of an empty log is up to date, and says so
            position::set(connection, &from)?;
        }
        return Ok(());
    }
    let root = merkle::to_base64(&archive.log().root_at(from.size, head)?);
    if from.root != root {
        return Err(ProjectionError::Foreign {
            database: from.root,
            log: root,
        });
    }
    connection.immediate_transaction(|connection| {
        if is_new {
            // a migration that adds tables takes the position away, so that they are filled; the old rows were read by
            // others until now
            database::empty(connection)?;
        }
        let mut pass = Pass {
            archive,
            puts: Vec::new(),
            images: Vec::new(),
            version: None,
        };
        for bundle in archive.log().entries(from.size, head.size) {
            let (first, entries) = bundle?;
            for (offset, bytes) in entries.iter().enumerate() {
                let index = first + offset as u64;
                pass.apply(connection, index, bytes)?;
            }
        }
        pass.flush(connection)?;
        position::set(
            connection,
            &Position {
                size: head.size,
                root: head.root.clone(),
            },
        )?;
        Ok(())
    })
}

/// Reads what the storage holds of a study again, after something of it has been erased: its rows become what `rebuild`
/// would make of them.
///
/// # Errors
/// See [`ProjectionError`]; the rows are then as they were.
pub fn project_again(
    archive: &Archive,
    connection: &mut Connection,
    study: &str,
) -> Result<(), ProjectionError> {
    connection.immediate_transaction(|connection| {
        study::forget(connection, study)?;
        image::forget(connection, study)?;
        file::forget(connection, study)?;
        browse::forget(connection, study)?;
        manifests::forget(connection, study)?;
        let mut pass = Pass {
            archive,
            puts: Vec::new(),
            images: Vec::new(),
            version: None,
        };
        for row in record::of_study(connection, study)? {
            let id = Accession::parse(&row.id).map_err(|error| damaged_row(&row, &error))?;
            let digest = Digest::parse(&row.digest).map_err(|error| damaged_row(&row, &error))?;
            pass.describe(connection, &id, &row, &digest)?;
        }
        pass.flush(connection)
    })
}

fn damaged_row(row: &RecordRow, detail: &dyn std::fmt::Display) -> ProjectionError {
    ProjectionError::Entry {
        index: row.log_index.unsigned_abs(),
        detail: detail.to_string(),
    }
}

/// One pass over a part of the log; `put`s are gathered, because databases like many rows at once.
struct Pass<'a> {
    archive: &'a Archive,
    puts: Vec<RecordRow>,
    images: Vec<ImageRow>,
    /// The study version whose entries are being read.
    version: Option<StudyVersion>,
}

/// What the storage holds of the study version whose entries are being read.
struct StudyVersion {
    study: String,
    version: u64,
    /// The records that it announced that have not been come to yet; nothing once they are erased.
    records: Option<Vec<u8>>,
    read: usize,
    /// Key and title of its images, by accession.
    images: HashMap<String, (String, String)>,
    /// What the files of its images are known by, by accession.
    files: HashMap<String, Digest>,
}

impl Pass<'_> {
    fn apply(
        &mut self,
        connection: &mut Connection,
        index: u64,
        bytes: &[u8],
    ) -> Result<(), ProjectionError> {
        let refused = |detail: String| ProjectionError::Entry { index, detail };
        let entry = Entry::parse(bytes).map_err(|error: EntryError| refused(error.to_string()))?;
        let id = entry
            .accession()
            .ok_or_else(|| refused(format!("{} is of an unknown kind", entry.id())))?
            .clone();
        match entry.operation() {
            Operation::Put {
                record,
                size,
                version,
                ..
            } => {
                let row = RecordRow {
                    id: id.to_string(),
                    version: version.cast_signed(),
                    kind: entry.kind().to_owned(),
                    study: id.study_id().map(|study| study.to_string()),
                    digest: record.to_string(),
                    size: size.cast_signed(),
                    log_index: index.cast_signed(),
                    time: entry.time().as_str().to_owned(),
                    redacted: false,
                };
                if id.kind() == Kind::Study {
                    let (study, version) = (id.as_str(), Some(row.version));
                    announcement::add(connection, index, study, version, &row.time)?;
                }
                self.put(connection, &id, row, record)
            }
            operation => {
                self.flush(connection)?;
                apply_move(connection, index, &entry, operation).map_err(|error| match error {
                    MoveError::Database(error) => error.into(),
                    MoveError::Unknown(name) => refused(format!("its operation {name} is unknown")),
                })?;
                if id.kind() == Kind::Study {
                    let time = entry.time().as_str();
                    announcement::add(connection, index, id.as_str(), None, time)?;
                }
                Ok(())
            }
        }
    }

    fn put(
        &mut self,
        connection: &mut Connection,
        id: &Accession,
        row: RecordRow,
        digest: &Digest,
    ) -> Result<(), ProjectionError> {
        self.describe(connection, id, &row, digest)?;
        self.puts.push(row);
        if self.puts.len() >= 3000 {
            self.flush(connection)?;
        }
        Ok(())
    }

    /// Fills the tables of studies, images and files from what the storage holds of a record.
    fn describe(
        &mut self,
        connection: &mut Connection,
        id: &Accession,
        row: &RecordRow,
        digest: &Digest,
    ) -> Result<(), ProjectionError> {
        match id.kind() {
            Kind::Study => {
                self.flush(connection)?;
                self.version = Some(set_study(self.archive, connection, id, row)?);
                self.next_record(row.size);
            }
            Kind::Image => {
                let files = self
                    .version
                    .as_ref()
                    .and_then(|version| version.files.get(id.as_str()))
                    .copied();
                let fingerprint_of =
                    |bytes: &[u8]| record_fingerprint(bytes, digest, files.as_ref());
                let stored = self.next_record(row.size).and_then(fingerprint_of);
                let fingerprint = match stored {
                    Some(fingerprint) => fingerprint,
                    // the storage root no longer has it beside an erased neighbour; the log does, unless it is redacted
                    None => self
                        .archive
                        .log()
                        .record(digest)?
                        .and_then(|bytes| fingerprint_of(&bytes))
                        .unwrap_or_default(),
                };
                let image = self.image_row(id, fingerprint);
                self.images.push(image);
            }
            _ => {
                self.next_record(row.size);
            }
        }
        Ok(())
    }

    /// The next of the records that this study version announced.
    fn next_record(&mut self, size: i64) -> Option<&[u8]> {
        let version = self.version.as_mut()?;
        let from = version.read;
        version.read = from.saturating_add(usize::try_from(size).ok()?);
        version.records.as_ref()?.get(from..version.read)
    }

    fn image_row(&self, id: &Accession, fingerprint: String) -> ImageRow {
        let study = id.study_part().unwrap_or_default().to_owned();
        let version = self
            .version
            .as_ref()
            .filter(|version| version.study == study);
        // of an erased study version nothing is known any more; the image keeps its row, so that its number is not given again
        let (image_key, title) = version
            .and_then(|version| version.images.get(id.as_str()).cloned())
            .unwrap_or_default();
        ImageRow {
            id: id.to_string(),
            study,
            serial: id.serial().cast_signed(),
            image_key,
            title,
            fingerprint,
            files_version: version.map_or(0, |version| version.version.cast_signed()),
            present: true,
        }
    }

    fn flush(&mut self, connection: &mut Connection) -> Result<(), ProjectionError> {
        record::insert(connection, &std::mem::take(&mut self.puts))?;
        image::set(connection, &std::mem::take(&mut self.images))?;
        Ok(())
    }
}

/// The image's fingerprint, where the bytes are still the record's.
fn record_fingerprint(bytes: &[u8], digest: &Digest, files: Option<&Digest>) -> Option<String> {
    let text = std::str::from_utf8(bytes)
        .ok()
        .filter(|text| Digest::of(text.as_bytes()) == *digest)?;
    Some(study_object::image_fingerprint(text.lines(), files).to_string())
}

fn set_study(
    archive: &Archive,
    connection: &mut Connection,
    id: &Accession,
    row: &RecordRow,
) -> Result<StudyVersion, ProjectionError> {
    let version = row.version.unsigned_abs();
    let object = StudyObject::open(archive, &archive.config().namespace.iri(id), version)?;
    let stored = object.study()?;
    let manifest = object.manifest()?.unwrap_or_default();
    let before = study::find(connection, id.as_str())?;
    let issued = before.map_or_else(|| row.time.clone(), |before| before.issued);
    let study_row = study_row(id, row, &object, stored.as_ref(), &manifest, issued)?;
    study::set(connection, &study_row)?;
    let described = stored.as_ref().map(|(study, _)| study);
    found_by::set(connection, id.as_str(), described, &study_row.issued)?;
    if let Some(place) = manifest_place(id, version, &object)? {
        manifests::insert(connection, &place)?;
    }
    let files = file_rows(id, version, &object, &manifest);
    file::set_version(connection, id.as_str(), version, files)?;
    let images = match &stored {
        Some((study, _)) => named_images(study, &manifest),
        None => images_of_manifest(&manifest),
    };
    image::mark_present_only(
        connection,
        id.as_str(),
        &images.keys().map(String::as_str).collect::<Vec<_>>(),
    )?;
    if stored.is_some() {
        // an image that is as it was gets no record with this version, and what the version before was told by may be gone
        image::name(connection, id.as_str(), &images)?;
    }
    let files = study_object::files_of_images(&manifest);
    Ok(StudyVersion {
        study: id.to_string(),
        version,
        records: object.records()?,
        read: 0,
        images,
        files,
    })
}

fn study_row(
    id: &Accession,
    row: &RecordRow,
    object: &StudyObject,
    stored: Option<&(Study, Vec<u8>)>,
    manifest: &[ManifestRow],
    issued: String,
) -> Result<StudyRow, ProjectionError> {
    let study = stored.map(|(study, _)| study);
    let known_by = object.known_by()?;
    Ok(StudyRow {
        id: id.to_string(),
        serial: id.serial().cast_signed(),
        source_key: known_by.key,
        latest_version: row.version,
        fingerprint: known_by.fingerprint,
        title: study
            .and_then(|study| study.title.clone())
            .unwrap_or_default(),
        released: study.and_then(|study| study.release_date.clone()),
        issued,
        modified: row.time.clone(),
        catalogued: study.is_some_and(Study::is_catalogued),
        images: study
            .map_or(0, |study| study.images.len() as u64)
            .cast_signed(),
        files: (manifest.len() as u64).cast_signed(),
        bytes: manifest
            .iter()
            .map(|row| row.bytes)
            .sum::<u64>()
            .cast_signed(),
        picture: study.and_then(|study| picture(study, manifest)),
    })
}

/// A larger picture is shown on the page of its study alone: a list shows many.
const LARGEST_IN_A_LIST: u64 = 250_000;

/// The picture that stands for a study in lists, where it is small.
fn picture(study: &Study, manifest: &[ManifestRow]) -> Option<String> {
    let path = study.thumbnail.as_ref()?;
    let is_small = |row: &&ManifestRow| row.path == *path && row.bytes <= LARGEST_IN_A_LIST;
    let row = manifest.iter().find(is_small)?;
    Some(row.path.as_str().to_owned())
}

/// Where the list of a version's files is, as long as it is there.
fn manifest_place(
    id: &Accession,
    version: u64,
    object: &StudyObject,
) -> Result<Option<ManifestPlace>, ProjectionError> {
    let found = object.manifest_file()?;
    Ok(found.map(|(content_key, sha256)| ManifestPlace {
        study: id.to_string(),
        version: version.cast_signed(),
        content_key,
        sha256: sha256.to_string(),
    }))
}

fn file_rows(
    id: &Accession,
    version: u64,
    object: &StudyObject,
    manifest: &[ManifestRow],
) -> Vec<FileRow> {
    manifest
        .iter()
        .map(|row| FileRow {
            study: id.to_string(),
            path: row.path.to_string(),
            since: version.cast_signed(),
            until: None,
            bytes: row.bytes.cast_signed(),
            sha256: row.sha256.to_string(),
            media_type: row.media_type.clone(),
            image: row.image.clone(),
            content_key: object.content_key(&row.path),
        })
        .collect()
}

/// Key and title of a study's images by accession: the manifest says which accession an image's first file has.
fn named_images(study: &Study, manifest: &[ManifestRow]) -> HashMap<String, (String, String)> {
    let by_path: HashMap<&str, &str> = manifest
        .iter()
        .filter_map(|row| Some((row.path.as_str(), row.image.as_deref()?)))
        .collect();
    study
        .images
        .iter()
        .filter_map(|image| {
            let id = by_path.get(image.files.first()?.as_str())?;
            Some(((*id).to_owned(), (image.key.clone(), image.title.clone())))
        })
        .collect()
}

/// The same where the study's description was redacted: what is known again then is the first of an image's files.
fn images_of_manifest(manifest: &[ManifestRow]) -> HashMap<String, (String, String)> {
    let mut images = HashMap::new();
    for row in manifest {
        if let Some(image) = &row.image {
            images
                .entry(image.clone())
                .or_insert_with(|| (row.path.to_string(), String::new()));
        }
    }
    images
}

enum MoveError {
    Database(DatabaseError),
    Unknown(String),
}

impl From<DatabaseError> for MoveError {
    fn from(error: DatabaseError) -> MoveError {
        MoveError::Database(error)
    }
}

fn apply_move(
    connection: &mut Connection,
    index: u64,
    entry: &Entry,
    operation: &Operation,
) -> Result<(), MoveError> {
    let standing = |reason: &str, replaced_by: Option<String>| StandingRow {
        id: entry.id().to_owned(),
        operation: operation.name().to_owned(),
        reason: reason.to_owned(),
        replaced_by,
        log_index: index.cast_signed(),
        time: entry.time().as_str().to_owned(),
    };
    match operation {
        Operation::Suppress { reason } | Operation::Withdraw { reason } => {
            standing::set(connection, &standing(reason.as_str(), None))?;
        }
        Operation::Replace { by, reason } => {
            standing::set(
                connection,
                &standing(reason.as_str(), Some(by.as_str().to_owned())),
            )?;
        }
        Operation::Restore { .. } => standing::clear(connection, entry.id())?,
        Operation::Redact { record, .. } => {
            record::mark_redacted(connection, entry.id(), &record.to_string())?
        }
        Operation::Commit { .. } => {}
        Operation::Put { .. } | Operation::Unknown(_) => {
            return Err(MoveError::Unknown(operation.name().to_owned()));
        }
    }
    Ok(())
}
