//! Holding a study: its files are copied into the staging and hashed, before anybody waits for the lease.
//!
//! The studies of a batch share a room, `staging/hold/<random>/`, with a lock on it for as long as their process lives.
//! A room whose lock is free belongs to nobody: whoever next holds the lease removes it, once it has completed the act
//! that may name what lies there.

use std::collections::HashMap;
use std::fs::File;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use protocol::digest::Digest;
use protocol::identifier::Accession;
use rustix::fs::{FlockOperation, flock};
use time::OffsetDateTime;

use crate::archive::{Archive, DataFolder};
use crate::database::{DatabaseError, study};
use crate::finding::Finding;
use crate::relative_path::{RelPath, RelPathError};
use crate::store::manifest::{ManifestError, ManifestRow};
use crate::store::ocfl::{self, OcflError, Source, StagedVersion, StoredFile, User};
use crate::store::{Key, StoreError};
use crate::study::Study;
use crate::study_object::{self, FINDINGS, KnownBy, MANIFEST, RECORDS, SOURCE, STUDY, SourceKey};
use crate::validate::Validated;

/// The object id of a study that has no accession yet; it never leaves the staging.
const UNASSIGNED: &str = "urn:uuid:00000000-0000-0000-0000-000000000000";

/// Why a study could not be held.
#[derive(Debug, thiserror::Error)]
pub enum StagingError {
    /// The staging cannot be written.
    #[error("{path} cannot be written: {source}; is the disk full or read-only?")]
    Room {
        /// The folder or file.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// A file of the study cannot be read.
    #[error("{path} cannot be read: {source}")]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// The storage root.
    #[error(transparent)]
    Ocfl(#[from] OcflError),
    /// The store.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The database.
    #[error(transparent)]
    Database(#[from] DatabaseError),
    /// The files are no manifest.
    #[error(transparent)]
    Manifest(#[from] ManifestError),
    /// A path.
    #[error(transparent)]
    Path(#[from] RelPathError),
    /// A value cannot be written as JSON.
    #[error("the study cannot be written as JSON: {0}")]
    Json(#[from] serde_json::Error),
    /// Storage and database are not of one copy.
    #[error(
        "the storage would make this version {stored} of {object} and the database makes it version {wanted}; nothing was published: has node.namespace in config.toml been changed, or a part of DATA been restored? `omma-node check` tells more"
    )]
    OtherVersion {
        /// The object's id.
        object: String,
        /// The version that the storage would make.
        stored: u64,
        /// The version that the database asks for.
        wanted: u64,
    },
}

impl StagingError {
    /// Whether something is wrong with the study's own files, and not with this node's disk.
    pub fn concerns_the_study(&self) -> bool {
        match self {
            StagingError::Unreadable { .. }
            | StagingError::Path(_)
            | StagingError::Json(_)
            | StagingError::Manifest(_)
            | StagingError::Store(StoreError::Source { .. }) => true,
            StagingError::Ocfl(error) => matches!(
                error,
                OcflError::Damaged { .. }
                    | OcflError::ChangedWhileStored { .. }
                    | OcflError::Unreadable { .. }
                    | OcflError::PathTaken { .. }
            ),
            _ => false,
        }
    }
}

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

fn manifest_rows(
    validated: &Validated,
    files: &[StoredFile],
    images: &[Accession],
) -> Vec<ManifestRow> {
    let image_of = FilesOfImages::new(validated.study(), images);
    validated
        .files()
        .iter()
        .zip(files)
        .map(|(deposited, stored)| ManifestRow {
            path: deposited.path.clone(),
            bytes: stored.bytes,
            sha256: stored.sha256,
            media_type: deposited.media_type.clone(),
            image: image_of.image(&deposited.path).map(ToString::to_string),
            columns: deposited.columns.clone(),
        })
        .collect()
}

/// Which image a file holds, or is a part of: a `.zarr` image is a folder whose primary files are a few of many.
struct FilesOfImages<'a> {
    by_file: HashMap<&'a str, &'a Accession>,
    by_key: HashMap<&'a str, &'a Accession>,
}

impl<'a> FilesOfImages<'a> {
    fn new(study: &'a Study, ids: &'a [Accession]) -> FilesOfImages<'a> {
        let images = || study.images.iter().zip(ids);
        FilesOfImages {
            by_file: images()
                .flat_map(|(image, id)| image.files.iter().map(move |path| (path.as_str(), id)))
                .collect(),
            by_key: images()
                .map(|(image, id)| (image.key.as_str(), id))
                .collect(),
        }
    }

    fn image(&self, path: &'a RelPath) -> Option<&'a Accession> {
        let path = path.as_str();
        let of_folder = || {
            path.match_indices('/')
                .find_map(|(end, _)| self.by_key.get(&path[..end]))
        };
        self.by_file.get(path).or_else(of_folder).copied()
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

/// A place in a room, for one held study; the room stays for as long as one of its places is in use.
#[derive(Debug)]
pub struct Place {
    key: Key,
    room: Arc<Room>,
}

impl Place {
    /// From here on an act in the journal may name what lies here: the room outlives this process until that act is
    /// complete, whatever fails.
    pub fn entrust(&self) {
        self.room.is_entrusted.store(true, Ordering::SeqCst);
    }

    /// No act names what lies here, or the act is complete.
    pub fn release(&self) {
        self.room.is_entrusted.store(false, Ordering::SeqCst);
    }
}

/// A folder of the staging that belongs to one batch of one process, for as long as this value lives.
#[derive(Debug)]
pub struct Room {
    key: Key,
    places: AtomicU64,
    folder: PathBuf,
    lock: PathBuf,
    /// Whether an act in the journal may name what lies in it.
    is_entrusted: AtomicBool,
    /// Closing it gives the lock back.
    _locked: File,
}

impl Room {
    /// Takes a room of the staging.
    ///
    /// # Errors
    /// When the staging cannot be written.
    pub fn take(archive: &Archive) -> Result<Arc<Room>, StagingError> {
        let hold = hold_folder(archive.folder());
        let failed = |path: &Path, source: std::io::Error| StagingError::Room {
            path: path.to_owned(),
            source,
        };
        std::fs::create_dir_all(&hold).map_err(|source| failed(&hold, source))?;
        loop {
            let mut random = [0_u8; 12];
            getrandom::fill(&mut random)
                .map_err(|error| failed(&hold, std::io::Error::other(error)))?;
            let name: String = random.iter().map(|byte| format!("{byte:02x}")).collect();
            let lock = hold.join(format!("{name}.lock"));
            let locked = File::create_new(&lock).map_err(|source| failed(&lock, source))?;
            match flock(&locked, FlockOperation::NonBlockingLockExclusive) {
                Ok(()) if is_still_there(&locked, &lock) => {}
                // who clears the staging came between making and locking it, and took it for abandoned
                Ok(()) | Err(rustix::io::Errno::WOULDBLOCK) => continue,
                Err(error) => return Err(failed(&lock, error.into())),
            }
            let key = Key::parse(&format!("staging/hold/{name}")).map_err(StoreError::from)?;
            let (folder, places, is_entrusted) =
                (hold.join(name), AtomicU64::new(0), AtomicBool::new(false));
            return Ok(Arc::new(Room {
                key,
                places,
                folder,
                lock,
                is_entrusted,
                _locked: locked,
            }));
        }
    }

    /// Its folder, for what else has to vanish with it, as the files of a zip.
    ///
    /// # Errors
    /// When the staging cannot be written.
    pub fn folder(&self) -> Result<&Path, StagingError> {
        std::fs::create_dir_all(&self.folder).map_err(|source| StagingError::Room {
            path: self.folder.clone(),
            source,
        })?;
        Ok(&self.folder)
    }

    /// The next free place in it.
    fn next_place(self: &Arc<Room>) -> Place {
        let number = self.places.fetch_add(1, Ordering::Relaxed);
        Place {
            key: self.key.part(number),
            room: Arc::clone(self),
        }
    }
}

impl Drop for Room {
    fn drop(&mut self) {
        if self.is_entrusted.load(Ordering::SeqCst) {
            // an act that has been decided needs what lies here: whoever completes it removes the room
            return;
        }
        // what cannot be removed now is removed by the next holder of the lease: its lock is free
        let _ = std::fs::remove_dir_all(&self.folder);
        let _ = std::fs::remove_file(&self.lock);
    }
}

/// Whether the name still stands for the opened file.
fn is_still_there(opened: &File, path: &Path) -> bool {
    match (opened.metadata(), std::fs::metadata(path)) {
        (Ok(opened), Ok(named)) => (opened.dev(), opened.ino()) == (named.dev(), named.ino()),
        _ => false,
    }
}

/// Removes the rooms of processes that died. For the holder of the lease, once no act is left in the journal.
///
/// # Errors
/// When the staging cannot be read.
pub fn clear_abandoned(folder: &DataFolder) -> Result<(), StagingError> {
    let hold = hold_folder(folder);
    let failed = |source: std::io::Error| StagingError::Room {
        path: hold.clone(),
        source,
    };
    let entries = match std::fs::read_dir(&hold) {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(()),
        entries => entries.map_err(failed)?,
    };
    for entry in entries {
        let path = entry.map_err(failed)?.path();
        let (room, lock) = match path.extension() {
            Some(extension) if extension == "lock" => (path.with_extension(""), path),
            None if path.is_dir() => (path.clone(), path.with_extension("lock")),
            _ => continue,
        };
        let locked = match File::open(&lock) {
            // a room is made after its lock and removed before it: one without belongs to nobody
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => None,
            opened => Some(opened.map_err(failed)?),
        };
        if let Some(file) = &locked
            && flock(file, FlockOperation::NonBlockingLockExclusive).is_err()
        {
            continue;
        }
        // its owner may have ended just now and taken both along
        let gone = |error: std::io::Error| {
            if error.kind() == std::io::ErrorKind::NotFound {
                Ok(())
            } else {
                Err(failed(error))
            }
        };
        std::fs::remove_dir_all(&room).or_else(gone)?;
        std::fs::remove_file(&lock).or_else(gone)?;
    }
    Ok(())
}

fn hold_folder(folder: &DataFolder) -> PathBuf {
    folder.staging().join("hold")
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

    use std::fs;

    use super::{Room, clear_abandoned};
    use crate::config::Identity;
    use crate::init;

    #[test]
    fn rooms_that_belong_to_nobody_are_cleared_and_no_others() {
        let folder = tempfile::tempdir().unwrap();
        let identity = Identity {
            name: "Test".to_owned(),
            prefix: "TST".to_owned(),
            base_url: "http://127.45.67.89:9/".to_owned(),
            namespace: None,
            ror: None,
            origin: None,
        };
        let archive = init::init(&folder.path().join("data"), &identity).unwrap();
        let room = || {
            let room = Room::take(&archive).unwrap();
            fs::write(room.folder().unwrap().join("staged"), "bytes").unwrap();
            (room.folder.clone(), room)
        };
        let (of_the_living, living) = room();
        let (of_the_journal, journalled) = room();
        journalled.next_place().entrust();
        let (of_the_ended, ended) = room();
        drop((journalled, ended));
        assert!(of_the_living.exists() && of_the_journal.exists() && !of_the_ended.exists());
        let without_lock = super::hold_folder(archive.folder()).join("0123");
        fs::create_dir(&without_lock).unwrap();

        clear_abandoned(archive.folder()).unwrap();
        assert!(of_the_living.join("staged").exists());
        assert!(!of_the_journal.exists() && !without_lock.exists());
        drop(living);
        assert_eq!(
            fs::read_dir(super::hold_folder(archive.folder()))
                .unwrap()
                .count(),
            0
        );
    }
}
