//! Completing an act: the one piece of code that writes to the log, before a crash and after it.
//!
//! An act has been decided ([`super::journal`]). What follows may be cut off at any line and is then run again from
//! its beginning; every step finds what it did before and leaves it.
//!
//! 1. **Objects** are moved from the staging into the storage root. A crash: some are moved; moving again does nothing
//!    to those.
//! 2. **Records, bundles and tiles** are written where nothing is yet. They are a function of the tree before, the
//!    entries and the records alone, so what an interrupted run left is equal; anything else there is refused, not
//!    overwritten. Nobody reads them: no checkpoint speaks of them.
//! 3. **Barrier.** All of it is durable from here on.
//! 4. **Checkpoint**, signed and stored in one durable step, and only then seen by anybody. A crash before leaves the
//!    old one true, a crash after finds the new one and skips steps 1 to 4. Ed25519 signs the same text to the same
//!    bytes, so that even a step 4 done twice has signed one thing.
//! 5. **Database**, in one transaction that also moves its position. It is behind until then, never ahead.
//! 6. **Erasures**: the log has said so first, then the bytes go (PROTOCOL.md section 3, "Redaction").
//! 7. **The journal is removed.**

use std::collections::BTreeSet;

use protocol::bundle;
use protocol::checkpoint::Checkpoint;
use protocol::digest::Digest;
use protocol::entry::{Entry, Operation};
use protocol::merkle;
use protocol::tile::{Edge, RecordBundleAddress, TileAddress, record_path};

use super::journal::{self, Act, JournalError, TreeHead};
use super::lease::{Lease, LeaseError};
use super::{FULL, LogError, WIDTH, bundle_of_tree, damaged, full_bundle, key};
use crate::archive::Archive;
use crate::database::{DatabaseError, record};
use crate::store::key::KeyError;
use crate::store::ocfl::OcflError;
use crate::store::{ObjectStore, PutNew, StoreError};
use crate::study_object::{StudyObject, StudyObjectError};

/// What can stand in the way of completing an act.
#[derive(Debug, thiserror::Error)]
pub enum AppendError {
    /// The log cannot be read.
    #[error(transparent)]
    Log(#[from] LogError),
    /// The journal cannot be read or written.
    #[error(transparent)]
    Journal(#[from] JournalError),
    /// The lease was lost.
    #[error(transparent)]
    Lease(#[from] LeaseError),
    /// The storage refused.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The storage root refused.
    #[error(transparent)]
    Ocfl(#[from] OcflError),
    /// The object of a study cannot be read.
    #[error(transparent)]
    StudyObject(#[from] StudyObjectError),
    /// The database refused.
    #[error(transparent)]
    Database(#[from] DatabaseError),
    /// What was derived of images could not be removed.
    #[error(transparent)]
    Derived(#[from] crate::derive::DeriveError),
    /// Projection failed.
    #[error(transparent)]
    Projection(#[from] crate::projection::ProjectionError),
    /// The act does not fit the log.
    #[error(
        "the act in the journal builds on {expected} entries and the log has {found}: the log and the journal are not of one copy; nothing was signed, restore both from one backup"
    )]
    Foreign {
        /// What the act builds on.
        expected: u64,
        /// What the log has.
        found: u64,
    },
}

impl From<KeyError> for AppendError {
    fn from(error: KeyError) -> AppendError {
        AppendError::Log(error.into())
    }
}

/// The record that an entry announces, with its digest; nothing for an entry that is no `put`.
type Announced = Option<(Digest, Vec<u8>)>;

/// Threads that write single records, beside the one that writes bundles.
const SINGLE_RECORD_WRITERS: usize = 2;

/// Completes the act in the journal, if there is one, and brings the database up to the log: what every appender does
/// first, and what a crash leaves to the next.
///
/// # Errors
/// See [`AppendError`]; the act stays in the journal.
pub fn recover(archive: &Archive, lease: &mut Lease) -> Result<TreeHead, AppendError> {
    let head = archive.log().head()?.tree_head();
    // the database before the act: completing one asks which records of earlier acts are redacted
    crate::projection::catch_up(archive, &mut *archive.database().connection()?, &head)?;
    let Some(act) = journal::read(archive.store())? else {
        return Ok(head);
    };
    tracing::info!(
        entries = act.entries,
        base = act.base.size,
        "completing an act that was interrupted"
    );
    complete(archive, lease, &act)
}

/// Completes a decided act: see the module's text for the order and why.
///
/// # Errors
/// See [`AppendError`]; the act stays in the journal and is completed by the next call.
pub fn complete(archive: &Archive, lease: &mut Lease, act: &Act) -> Result<TreeHead, AppendError> {
    let before = archive.log().head()?.tree_head();
    let mut steps = Steps::start();
    let head = if before == act.base {
        let entries = journal::entries(archive.store(), act)?;
        commit_objects(archive, act)?;
        steps.done("objects");
        let checkpoint = write_entries(archive, act, &entries)?;
        steps.done("entries");
        archive.store().barrier()?;
        crate::crash::point("barrier-passed");
        steps.done("barrier");
        let head = store_checkpoint(archive, lease, &checkpoint)?;
        steps.done("checkpoint");
        head
    } else if before.size == act.base.size + act.entries {
        before
    } else {
        return Err(AppendError::Foreign {
            expected: act.base.size,
            found: before.size,
        });
    };
    crate::projection::catch_up(archive, &mut *archive.database().connection()?, &head)?;
    crate::crash::point("database-updated");
    steps.done("database");
    crate::erase::erase(archive, act)?;
    crate::crash::point("erased");
    remove_outgrown_partials(archive, act.base.size, head.size)?;
    journal::remove(archive.store())?;
    steps.done("tidied");
    Ok(head)
}

/// How long each step of an act took, for who looks with `OMMA_LOG=debug`.
struct Steps(std::time::Instant);

impl Steps {
    fn start() -> Steps {
        Steps(std::time::Instant::now())
    }

    fn done(&mut self, step: &'static str) {
        let elapsed_ms = u64::try_from(self.0.elapsed().as_millis()).unwrap_or(u64::MAX);
        tracing::debug!(step, elapsed_ms, "a step of the act is done");
        self.0 = std::time::Instant::now();
    }
}

fn commit_objects(archive: &Archive, act: &Act) -> Result<(), AppendError> {
    for object in &act.objects {
        archive.ocfl().commit(object)?;
        crate::crash::point("object-committed");
    }
    crate::crash::point("objects-committed");
    Ok(())
}

/// Writes records, bundles and tiles, and gives the checkpoint that they make true.
fn write_entries(
    archive: &Archive,
    act: &Act,
    entries: &[Vec<u8>],
) -> Result<Checkpoint, AppendError> {
    let log = archive.log();
    let base = act.base.size;
    let mut edge =
        Edge::open(base, |address| log.tile(address)).map_err(|error| damaged("tile", error))?;
    if merkle::to_base64(&edge.root()) != act.base.root {
        return Err(damaged("tile", "the tiles do not give the root of the checkpoint").into());
    }
    let records = records_of(archive, act, entries)?;
    let store = archive.store();
    // the single records are many small files, which several threads write faster than one
    std::thread::scope(|scope| {
        let part = records.len().div_ceil(SINGLE_RECORD_WRITERS).max(1);
        let singles: Vec<_> = records
            .chunks(part)
            .map(|part| scope.spawn(move || write_single_records(store, part)))
            .collect();
        let bundles = write_bundles(archive, base, entries, &records);
        singles
            .into_iter()
            .map(|thread| {
                thread
                    .join()
                    .unwrap_or_else(|panic| std::panic::resume_unwind(panic))
            })
            .fold(bundles, Result::and)
    })?;
    crate::crash::point("records-written");
    crate::crash::point("bundles-written");
    for entry in entries {
        let mut failure = None;
        edge.append(merkle::leaf_hash(entry), &mut |address, bytes| {
            let written = write_new(store, &address.path(), &bytes);
            failure = failure.take().or(written.err());
        });
        failure.map_or(Ok(()), Err)?;
    }
    for (address, bytes) in edge.partial_tiles() {
        write_new(store, &address.path(), &bytes)?;
    }
    crate::crash::point("tiles-written");
    Ok(Checkpoint::new(
        log.origin().clone(),
        edge.size(),
        edge.root(),
    ))
}

/// The record that each entry announces, in the order of the entries: they stand in the same order, one after the
/// other, in the objects that the act brought.
fn records_of(
    archive: &Archive,
    act: &Act,
    entries: &[Vec<u8>],
) -> Result<Vec<Announced>, AppendError> {
    let mut stored = Vec::new();
    for object in &act.objects {
        let version = StudyObject::open(archive, object.object_id(), object.version())?;
        stored.extend_from_slice(&version.records()?.unwrap_or_default());
    }
    let mut rest = stored.as_slice();
    entries
        .iter()
        .map(|entry| {
            let Some((digest, size)) = announced(entry) else {
                return Ok(None);
            };
            let record = usize::try_from(size)
                .ok()
                .and_then(|size| rest.split_off(..size));
            match record {
                Some(record) if Digest::of(record) == digest => Ok(Some((digest, record.to_vec()))),
                _ => Err(damaged(
                    &record_path(&digest),
                    "the storage does not hold what the act's entry announces",
                )
                .into()),
            }
        })
        .collect()
}

/// Digest and size of the record that an entry announces, for a `put`.
pub(crate) fn announced(entry: &[u8]) -> Option<(Digest, u64)> {
    match Entry::parse(entry).ok()?.operation() {
        Operation::Put { record, size, .. } => Some((*record, *size)),
        _ => None,
    }
}

fn write_single_records(store: &dyn ObjectStore, records: &[Announced]) -> Result<(), AppendError> {
    for (digest, bytes) in records.iter().flatten() {
        store.put_content_addressed(&key(&record_path(digest))?, bytes)?;
    }
    Ok(())
}

/// Writes entry bundles, and record bundles where an entry bundle has become full.
fn write_bundles(
    archive: &Archive,
    base: u64,
    entries: &[Vec<u8>],
    records: &[Announced],
) -> Result<(), AppendError> {
    let (store, log) = (archive.store(), archive.log());
    let size = base + entries.len() as u64;
    let mut appended = entries.iter().zip(records);
    for index in base / WIDTH..size.div_ceil(WIDTH) {
        let address = bundle_of_tree(index, size);
        let carried_over = match base.saturating_sub(index * WIDTH) {
            0 => Vec::new(),
            _ => log.proved_bundle(bundle_of_tree(index, base))?,
        };
        let fresh: Vec<_> = appended
            .by_ref()
            .take(usize::from(address.width()) - carried_over.len())
            .collect();
        let all: Vec<&[u8]> = carried_over
            .iter()
            .map(Vec::as_slice)
            .chain(fresh.iter().map(|(entry, _)| entry.as_slice()))
            .collect();
        let framed =
            bundle::encode_entries(&all).map_err(|error| damaged(&address.path(), error))?;
        write_new(store, &address.path(), &framed)?;
        if u64::from(address.width()) == WIDTH {
            let mut bundled = earlier_records(archive, index * WIDTH, &carried_over)?;
            bundled.extend(
                fresh
                    .iter()
                    .filter_map(|(_, record)| record.as_ref())
                    .map(|(_, bytes)| Some(bytes.clone())),
            );
            write_record_bundle(store, index, &bundled)?;
        }
    }
    Ok(())
}

/// The records that earlier acts announced in a bundle that now becomes full, whose first entry has the index `first`;
/// of a redacted one nothing is left.
fn earlier_records(
    archive: &Archive,
    first: u64,
    entries: &[Vec<u8>],
) -> Result<Vec<Option<Vec<u8>>>, AppendError> {
    let mut records = Vec::with_capacity(entries.len());
    for (index, entry) in (first..).zip(entries) {
        let Some((digest, _)) = announced(entry) else {
            continue;
        };
        let record = archive.log().record(&digest)?;
        if record.is_none() {
            let row = record::at_index(&mut *archive.database().connection()?, index)?;
            if row.is_none_or(|row| !row.redacted) {
                return Err(LogError::Missing {
                    path: record_path(&digest),
                }
                .into());
            }
        }
        records.push(record);
    }
    Ok(records)
}

/// Writes a record bundle: what is there must hold the same records. The compressed bytes may differ, because an act
/// that an older version began may be completed by a newer one.
fn write_record_bundle(
    store: &dyn ObjectStore,
    index: u64,
    records: &[Option<Vec<u8>>],
) -> Result<(), AppendError> {
    let path = record_bundle_path(index);
    let plain = bundle::encode_records(records).map_err(|error| damaged(&path, error))?;
    match store.put_new(&key(&path)?, &compress(&path, &plain)?) {
        Ok(PutNew::Stored | PutNew::AlreadyThere) => Ok(()),
        Err(StoreError::Different { .. }) if inflated(store, &path, plain.len())? == plain => {
            Ok(())
        }
        Err(error) => Err(error.into()),
    }
}

/// The path of the record bundle beside a full entry bundle.
pub(crate) fn record_bundle_path(index: u64) -> String {
    // sizes are below 2^64, so there is a path for every bundle of a tree
    RecordBundleAddress::new(index).map_or_else(String::new, |address| address.path())
}

/// One zstd frame with its content size in the header and nothing after it (PROTOCOL.md section 3, "Records").
pub(crate) fn compress(path: &str, plain: &[u8]) -> Result<Vec<u8>, LogError> {
    let compressed = (|| {
        let mut compressor = zstd::bulk::Compressor::new(3)?;
        compressor.include_contentsize(true)?;
        compressor.include_checksum(true)?;
        // 2^23 bytes = 8 MiB, the largest window that a reader must have
        compressor.window_log(23)?;
        compressor.compress(plain)
    })();
    compressed.map_err(|error: std::io::Error| damaged(path, error))
}

/// The content of a record bundle, at most `limit` bytes.
pub(crate) fn inflated(
    store: &dyn ObjectStore,
    path: &str,
    limit: usize,
) -> Result<Vec<u8>, LogError> {
    let compressed = store.read(&key(path)?)?.ok_or_else(|| LogError::Missing {
        path: path.to_owned(),
    })?;
    zstd::bulk::decompress(&compressed, limit).map_err(|error| damaged(path, error))
}

fn write_new(store: &dyn ObjectStore, path: &str, bytes: &[u8]) -> Result<(), AppendError> {
    store.put_new(&key(path)?, bytes)?;
    Ok(())
}

fn store_checkpoint(
    archive: &Archive,
    lease: &mut Lease,
    checkpoint: &Checkpoint,
) -> Result<TreeHead, AppendError> {
    lease.still_holds()?;
    let note = checkpoint
        .sign(archive.signer())
        .map_err(|error| damaged("checkpoint", error))?;
    archive
        .store()
        .replace(&key("checkpoint")?, &note.to_bytes())?;
    crate::crash::point("checkpoint-stored");
    Ok(TreeHead {
        size: checkpoint.size(),
        root: merkle::to_base64(checkpoint.root()),
    })
}

/// Removes partial tiles and bundles of which the full one has come: readers fall back to that (tlog-tiles), and a log
/// that lives ten years does not keep one file a publication.
fn remove_outgrown_partials(archive: &Archive, before: u64, after: u64) -> Result<(), AppendError> {
    let mut outgrown = BTreeSet::new();
    let (mut old, mut new, mut level) = (before, after, 0_u8);
    while old > 0 {
        if !old.is_multiple_of(WIDTH) && old / WIDTH < new / WIDTH {
            let tile = TileAddress::new(level, old / WIDTH, FULL).map(|tile| tile.path());
            outgrown.extend(tile.map(|path| format!("{path}.p")));
            if level == 0 {
                outgrown.insert(format!(
                    "{}.p",
                    full_bundle(&bundle_of_tree(old / WIDTH, after)).path()
                ));
            }
        }
        (old, new, level) = (old / WIDTH, new / WIDTH, level + 1);
    }
    for folder in &outgrown {
        archive.store().delete_tree(&key(folder)?)?;
    }
    Ok(())
}
