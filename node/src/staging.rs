//! Holding a study: its files are copied into the staging and hashed, before anybody waits for the lease.
//!
//! The studies of a batch share a room, `staging/hold/<random>/`, with a lock on it for as long as their process lives.
//! A room whose lock is free belongs to nobody: whoever next holds the lease removes it, once it has completed the act
//! that may name what lies there.

mod error;
mod manifest;
mod room;

use std::path::{Path, PathBuf};
use std::sync::Arc;

use protocol::digest::Digest;
use protocol::identifier::Accession;
use time::OffsetDateTime;

use crate::archive::Archive;
use crate::database::study;
use crate::finding::Finding;
use crate::relative_path::RelPath;
use crate::store::manifest::ManifestRow;
use crate::store::ocfl::{self, Source, StagedVersion, StoredFile, User};
use crate::study::Study;
use crate::study_object::{self, FINDINGS, KnownBy, MANIFEST, RECORDS, SOURCE, STUDY, SourceKey};
use crate::validate::Validated;

pub use error::StagingError;
use manifest::manifest_rows;
pub use room::{Place, Room, clear_abandoned};

/// The object id of a study that has no accession yet; it never leaves the staging.
const UNASSIGNED: &str = "urn:uuid:00000000-0000-0000-0000-000000000000";

/// A validated study whose files are in the staging, with their digests.
pub struct Held<'archive> {
    validated: Validated,
    source_key: SourceKey,
    study_json: Vec<u8>,
    fingerprint: Digest,
    files: Vec<StoredFile>,
    draft: ocfl::Draft<'archive>,
    place: Place,
}

impl<'archive> Held<'archive> {
    /// Copies and hashes the files of a study.
    ///
    /// # Errors
    /// When a file cannot be read, has changed since it was looked at, or the staging cannot be written.
    pub fn hold(
        archive: &'archive Archive,
        room: &Arc<Room>,
        validated: Validated,
    ) -> Result<Held<'archive>, StagingError> {
        let source_key = SourceKey::of(&validated.study().source.identifier);
        let study_json = serde_json::to_vec_pretty(validated.study())?;
        let place = room.next_place();
        let known = study::by_source(&mut *archive.database().connection()?, &source_key.key)?;
        let object_id = known.as_ref().and_then(|row| {
            Some(
                archive
                    .config()
                    .namespace
                    .iri(&Accession::parse(&row.id).ok()?),
            )
        });
        let (draft, files) = draft(archive, &place, &validated, object_id.as_deref())?;
        let rows = manifest_rows(&validated, &files, &[]);
        let fingerprint = study_object::fingerprint(&study_json, &rows)?;
        Ok(Held {
            validated,
            source_key,
            study_json,
            fingerprint,
            files,
            draft,
            place,
        })
    }

    /// The path of the study's file or folder.
    pub fn source(&self) -> &Path {
        self.validated.source()
    }

    /// The study.
    pub fn study(&self) -> &Study {
        self.validated.study()
    }

    /// What was found in reading and validating it.
    pub fn findings(&self) -> &[Finding] {
        self.validated.findings()
    }

    /// How many files it has.
    pub fn number_of_files(&self) -> usize {
        self.files.len()
    }

    /// The folder and the new identifier of a study whose source gives it none.
    pub fn identifier_to_remember(&self) -> Option<(PathBuf, String)> {
        let source = &self.study().source;
        (!source.identifier_is_given).then(|| (self.source().to_owned(), source.identifier.clone()))
    }

    /// By what it is known again.
    pub fn source_key(&self) -> &SourceKey {
        &self.source_key
    }

    /// What an unchanged study is known by.
    pub fn fingerprint(&self) -> Digest {
        self.fingerprint
    }

    /// The rows of its manifest, with the accessions of the images in the order of the study.
    pub fn manifest_rows(&self, images: &[Accession]) -> Vec<ManifestRow> {
        manifest_rows(&self.validated, &self.files, images)
    }

    /// Under the lease: the study will be this version of this object. Where that was revised, or erased, by somebody
    /// else since the files were held, they are held again on what it is now.
    ///
    /// # Errors
    /// As [`Held::hold`]; [`StagingError::OtherVersion`] where storage and database do not fit each other.
    pub fn settle(
        &mut self,
        archive: &'archive Archive,
        object_id: &str,
        version: u64,
    ) -> Result<(), StagingError> {
        self.draft.set_object_id(object_id);
        if !self.draft.is_current()? {
            (self.draft, self.files) =
                draft(archive, &self.place, &self.validated, Some(object_id))?;
            self.fingerprint =
                study_object::fingerprint(&self.study_json, &self.manifest_rows(&[]))?;
        }
        let stored = self.draft.number();
        if stored == version {
            Ok(())
        } else {
            Err(StagingError::OtherVersion {
                object: object_id.to_owned(),
                stored,
                wanted: version,
            })
        }
    }

    /// Completes the version of the object that the study becomes: everything but the move into the storage root.
    ///
    /// # Errors
    /// When the staging cannot be written.
    pub fn stage(
        mut self,
        archive: &Archive,
        version: StudyVersion,
    ) -> Result<Staged, StagingError> {
        let mut add = |path: &str, bytes: Vec<u8>| -> Result<(), StagingError> {
            self.draft
                .add(RelPath::parse(path)?, Source::Bytes(bytes))?;
            Ok(())
        };
        let known_by = KnownBy {
            key: self.source_key.key,
            fingerprint: self.fingerprint.to_string(),
        };
        add(SOURCE, serde_json::to_vec_pretty(&known_by)?)?;
        add(STUDY, self.study_json)?;
        add(
            FINDINGS,
            serde_json::to_vec_pretty(self.validated.findings())?,
        )?;
        if let Some(manifest) = version.manifest {
            add(MANIFEST, manifest)?;
        }
        add(RECORDS, version.records)?;
        let message = format!("version {} of the study", version.number);
        let config = archive.config();
        // OCFL asks for an address: of the institution in its registry, else of the node
        let address = config.ror.clone().unwrap_or_else(|| config.base.clone());
        let user = User {
            name: config.name.clone(),
            address: Some(address),
        };
        let staged = self.draft.finish(&message, version.created, Some(user))?;
        Ok(Staged {
            version: staged,
            place: self.place,
        })
    }
}

/// What publishing adds to a held study.
pub struct StudyVersion {
    /// The version's number.
    pub number: u64,
    /// The manifest, for a held study.
    pub manifest: Option<Vec<u8>>,
    /// The records that the version announces, one after the other.
    pub records: Vec<u8>,
    /// When it is published.
    pub created: OffsetDateTime,
}

/// A version that waits in the staging, and the place that must stay until it is in the storage root.
pub struct Staged {
    /// For the journal.
    pub version: StagedVersion,
    /// Where it waits.
    pub place: Place,
}

fn draft<'archive>(
    archive: &'archive Archive,
    place: &Place,
    validated: &Validated,
    object_id: Option<&str>,
) -> Result<(ocfl::Draft<'archive>, Vec<StoredFile>), StagingError> {
    let base = object_id
        .map(|id| archive.ocfl().object(id))
        .transpose()?
        .flatten();
    let mut draft =
        archive
            .ocfl()
            .draft(&place.key, object_id.unwrap_or(UNASSIGNED), base.as_ref())?;
    let mut stored = Vec::with_capacity(validated.files().len());
    for file in validated.files() {
        let unreadable = |source| StagingError::Unreadable {
            path: file.location.clone(),
            source,
        };
        let opened = file.open().map_err(unreadable)?;
        let logical = RelPath::parse(&format!("{}/{}", study_object::FILES, file.path))?;
        stored.push(draft.add(logical, Source::File(opened, file.bytes))?);
    }
    Ok((draft, stored))
}
