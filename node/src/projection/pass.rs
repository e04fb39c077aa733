//! One pass over a part of the log.

use std::collections::BTreeSet;

use protocol::digest::Digest;
use protocol::entry::{Entry, EntryError, Operation};
use protocol::identifier::{Accession, Kind};

use crate::archive::Archive;
use crate::database::Connection;
use crate::database::announcement;
use crate::database::image::{self, ImageRow};
use crate::database::record::{self, RecordRow};
use crate::study_object::{self};

use super::ProjectionError;
use super::moving::{MoveError, apply_move};
use super::study_version::{StudyVersion, set_study};

/// One pass over a part of the log; `put`s are gathered, because databases like many rows at once.
pub(super) struct Pass<'a> {
    pub(super) archive: &'a Archive,
    pub(super) puts: Vec<RecordRow>,
    pub(super) images: Vec<ImageRow>,
    /// The study version whose entries are being read.
    pub(super) version: Option<StudyVersion>,
    /// Studies of which something was announced or moved.
    pub(super) touched: BTreeSet<String>,
    /// Studies that got a new version.
    pub(super) revised: BTreeSet<String>,
}

impl Pass<'_> {
    pub(super) fn apply(
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
        if let Some(study) = id
            .study_part()
            .filter(|study| !self.touched.contains(*study))
        {
            self.touched.insert(study.to_owned());
        }
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
                    if row.version > 1 {
                        self.revised.insert(id.to_string());
                    }
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
    pub(super) fn describe(
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

    pub(super) fn flush(&mut self, connection: &mut Connection) -> Result<(), ProjectionError> {
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
