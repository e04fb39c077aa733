//! Moves: what an operator says of something that is public. Suppress, restore, withdraw, replace, redact.
//!
//! Each is one act of the log. Whether it is allowed is asked of the protocol's own state machine
//! ([`protocol::history`]), run on what the database remembers; it is never decided here.

use std::cell::RefCell;
use std::collections::{HashMap, HashSet};

use protocol::digest::Digest;
use protocol::entry::{Entry, Operation, Reason};
use protocol::history::{History, Past, Standing, State};
use protocol::identifier::{Accession, Kind, ResourceId, VersionedId};

use crate::archive::Archive;
use crate::database::file::{self, FileRow};
use crate::database::record::{self, RecordRow};
use crate::database::{Connection, DatabaseError, standing};
use crate::log::append::{self, AppendError};
use crate::log::journal::{self, Act, ErasedRecord, Erasures, TreeHead};
use crate::log::lease::Lease;
use crate::relative_path::RelPath;
use crate::staging::{self, StagingError};
use crate::store::ocfl::OcflError;
use crate::store::{Key, StoreError};
use crate::study_object::{FILES, FINDINGS, RECORDS, SOURCE, STUDY};

/// A move that an operator asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Move {
    /// Out of lists and search; still answers by its id, marked.
    Suppress(Accession, Reason),
    /// Undoes `Suppress`.
    Restore(Accession, Reason),
    /// Gone for good. For `consent`, `privacy` and `legal` everything of it is erased, also where it was gone before.
    Withdraw(Accession, Reason),
    /// As `Withdraw`, with a successor.
    Replace(Accession, ResourceId, Reason),
    /// The bytes of one version's record are removed for legal cause.
    Redact(VersionedId, Reason),
}

/// What a move did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Moved {
    /// Entries that it appended.
    pub entries: u64,
    /// Records whose bytes it removed.
    pub erased_records: u64,
    /// Files in the storage that it removed.
    pub erased_files: u64,
}

/// Why a move was not made.
#[derive(Debug, thiserror::Error)]
pub enum MoveError {
    /// There is nothing with this id.
    #[error("{0} is not in this archive")]
    Unknown(String),
    /// There is no such version, or it is redacted already.
    #[error("{0} cannot be redacted: {1}")]
    NoVersion(String, &'static str),
    /// The state machine does not allow it.
    #[error("{0}")]
    Refused(String),
    /// The act.
    #[error(transparent)]
    Append(#[from] AppendError),
    /// The journal.
    #[error(transparent)]
    Journal(#[from] journal::JournalError),
    /// The database.
    #[error(transparent)]
    Database(#[from] DatabaseError),
    /// The storage root.
    #[error(transparent)]
    Ocfl(#[from] OcflError),
    /// The store.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The staging.
    #[error(transparent)]
    Staging(#[from] StagingError),
    /// An entry could not be written.
    #[error(transparent)]
    Entry(#[from] protocol::entry::EntryError),
}

/// Makes a move.
///
/// # Errors
/// When it is not allowed or cannot be written; then nothing has happened.
pub fn make(archive: &Archive, lease: &mut Lease, wanted: &Move) -> Result<Moved, MoveError> {
    let base = append::recover(archive, lease)?;
    journal::begin(archive.store(), &archive.clock().timestamp())?;
    let moved = make_on(archive, lease, base, wanted);
    if moved.is_err() {
        journal::give_up(archive.store());
    }
    moved
}

fn make_on(
    archive: &Archive,
    lease: &mut Lease,
    base: TreeHead,
    wanted: &Move,
) -> Result<Moved, MoveError> {
    // what a killed import staged may be what is to be erased
    staging::clear_abandoned(archive.folder())?;
    let mut connection = archive.database().connection()?;
    let time = archive.clock().timestamp();
    let operations = operations(&mut connection, wanted)?;
    let mut history = History::with_past(
        archive.config().prefix.clone(),
        DatabasePast {
            connection: RefCell::new(&mut connection),
            changed: HashMap::new(),
        },
    );
    let mut entries = Vec::with_capacity(operations.len());
    for (id, operation) in &operations {
        let entry = Entry::new(id, operation, &time)?;
        let index = base.size + entries.len() as u64;
        history
            .try_apply(index, &entry)?
            .map_err(|rejection| MoveError::Refused(rejection.sentence().to_owned()))?;
        entries.push(entry.to_bytes());
    }
    drop(history);
    let erasures = erasures(archive, &mut connection, wanted, &operations)?;
    drop(connection);
    let moved = Moved {
        entries: entries.len() as u64,
        erased_records: erasures.records.len() as u64,
        erased_files: erasures
            .objects
            .iter()
            .map(|plan| plan.deleted_files() as u64)
            .sum(),
    };
    let act = Act {
        erasures,
        ..Act::new(lease.fence(), base, &entries)
    };
    journal::decide(archive.store(), &act, &entries)?;
    append::complete(archive, lease, &act)?;
    Ok(moved)
}

impl Move {
    /// The id that it is about.
    pub fn id(&self) -> &Accession {
        match self {
            Move::Suppress(id, _)
            | Move::Restore(id, _)
            | Move::Withdraw(id, _)
            | Move::Replace(id, ..) => id,
            Move::Redact(versioned, _) => versioned.id(),
        }
    }

    /// Whether everything of the thing is to be erased (PROTOCOL.md section 3).
    pub fn asks_for_erasure(&self) -> bool {
        matches!(self, Move::Withdraw(_, reason) | Move::Replace(_, _, reason) if reason.asks_for_erasure())
    }
}

/// The operations that a move comes to, in the order of their entries.
fn operations(
    connection: &mut Connection,
    wanted: &Move,
) -> Result<Vec<(Accession, Operation)>, MoveError> {
    if record::latest(connection, wanted.id().as_str())?.is_none() {
        return Err(MoveError::Unknown(wanted.id().to_string()));
    }
    Ok(match wanted {
        Move::Suppress(id, reason) => vec![(id.clone(), Operation::Suppress { reason: *reason })],
        Move::Restore(id, reason) => vec![(id.clone(), Operation::Restore { reason: *reason })],
        Move::Replace(id, by, reason) => {
            refuse_dead_end(connection, id, by)?;
            let replacing = Operation::Replace {
                by: by.clone(),
                reason: *reason,
            };
            removal(connection, id, replacing, *reason)?
        }
        Move::Withdraw(id, reason) => removal(
            connection,
            id,
            Operation::Withdraw { reason: *reason },
            *reason,
        )?,
        Move::Redact(versioned, reason) => {
            let row = record::version(connection, versioned.id().as_str(), versioned.version())?;
            let refused = |why| MoveError::NoVersion(versioned.to_string(), why);
            let row = row.ok_or_else(|| refused("there is no such version"))?;
            if row.redacted {
                return Err(refused("its bytes have been removed already"));
            }
            vec![redaction(&row, *reason)?]
        }
    })
}

/// The operations that take something away for good, with its records where the reason asks for that. What is gone
/// already, for another reason or because a newer version of its study came without it, can still be erased: then the
/// log says so by redactions alone, one at least, whatever was redacted before.
fn removal(
    connection: &mut Connection,
    id: &Accession,
    operation: Operation,
    reason: Reason,
) -> Result<Vec<(Accession, Operation)>, MoveError> {
    if !reason.asks_for_erasure() {
        return Ok(vec![(id.clone(), operation)]);
    }
    let standing = standing::effective(connection, id.as_str(), id.study_part())?;
    let is_gone = standing.is_some_and(|row| row.is_gone());
    let mut operations = Vec::new();
    if !is_gone {
        operations.push((id.clone(), operation));
    }
    for row in records_of(connection, id)?
        .into_iter()
        .filter(|row| is_gone || !row.redacted)
    {
        operations.push(redaction(&row, reason)?);
    }
    Ok(operations)
}

/// Replacing is final: a successor that leads nowhere could never be corrected.
fn refuse_dead_end(
    connection: &mut Connection,
    id: &Accession,
    by: &ResourceId,
) -> Result<(), MoveError> {
    if by.as_str() == id.as_str() {
        return Err(MoveError::Refused(format!(
            "{id} cannot be replaced by itself; name its successor"
        )));
    }
    let is_ours = by.prefix() == id.prefix();
    if is_ours && record::latest(connection, by.as_str())?.is_none() {
        return Err(MoveError::Refused(format!(
            "{by}, which is to replace {id}, is not in this archive; publish it first"
        )));
    }
    Ok(())
}

/// All versions of an id and, for a study, of what is part of it.
fn records_of(
    connection: &mut Connection,
    id: &Accession,
) -> Result<Vec<RecordRow>, DatabaseError> {
    match id.kind() {
        Kind::Study => record::of_study(connection, id.as_str()),
        _ => record::versions(connection, id.as_str()),
    }
}

fn redaction(row: &RecordRow, reason: Reason) -> Result<(Accession, Operation), MoveError> {
    let damaged = || {
        MoveError::Refused(format!(
            "the database row of {} is damaged; run omma-node rebuild",
            row.id
        ))
    };
    let id = Accession::parse(&row.id).map_err(|_| damaged())?;
    let record = Digest::parse(&row.digest).map_err(|_| damaged())?;
    Ok((id, Operation::Redact { record, reason }))
}

/// What goes once the log has said so. Plans are made now, so that a crash in the middle of one finds it.
fn erasures(
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
        let studies = record::versions(connection, study.as_str())?;
        for row in &rows {
            // an image's record lies in the object's version of the study that was announced right before it
            let at = studies
                .iter()
                .rfind(|study| study.log_index <= row.log_index);
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
        if let Some(other) = row
            .image
            .as_deref()
            .filter(|other| *other != image.as_str())
            && standing::of(connection, other)?.is_none_or(|standing| !standing.is_gone())
        {
            rows.push(row);
        }
    }
    Ok(rows)
}

/// What the state machine asks of the past, answered by the database, and what the act under way has changed since.
struct DatabasePast<'a> {
    connection: RefCell<&'a mut Connection>,
    changed: HashMap<String, Standing>,
}

impl Past for DatabasePast<'_> {
    type Error = DatabaseError;

    fn standing(&self, id: &Accession) -> Result<Option<Standing>, DatabaseError> {
        if let Some(standing) = self.changed.get(id.as_str()) {
            return Ok(Some(standing.clone()));
        }
        let connection = &mut **self.connection.borrow_mut();
        let Some(latest) = record::latest(connection, id.as_str())? else {
            return Ok(None);
        };
        let state = match standing::of(connection, id.as_str())? {
            None => State::Public,
            Some(row) if row.is_gone() => State::Gone {
                reason: Reason::parse(&row.reason).unwrap_or(Reason::Other),
                by: row.replaced_by.and_then(|by| ResourceId::parse(&by).ok()),
            },
            Some(_) => State::Suppressed,
        };
        Ok(Some(Standing {
            puts: latest.version.unsigned_abs(),
            state: Some(state),
        }))
    }

    fn set_standing(&mut self, id: &Accession, standing: Standing) -> Result<(), DatabaseError> {
        self.changed.insert(id.to_string(), standing);
        Ok(())
    }

    fn is_redacted(&self, id: &Accession, record: &Digest) -> Result<bool, DatabaseError> {
        let rows = record::versions(&mut self.connection.borrow_mut(), id.as_str())?;
        Ok(rows
            .iter()
            .any(|row| row.redacted && row.digest == record.to_string()))
    }

    fn add_redaction(&mut self, _id: &Accession, _record: &Digest) -> Result<(), DatabaseError> {
        // the projection does that when the entry is in the log
        Ok(())
    }

    fn promise(&self, _id: &Accession, _index: u64) -> Result<Option<Digest>, DatabaseError> {
        Ok(None)
    }

    fn add_promise(
        &mut self,
        _id: &Accession,
        _index: u64,
        _commitment: &Digest,
    ) -> Result<(), DatabaseError> {
        Ok(())
    }
}
