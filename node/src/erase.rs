//! Erasing: the last step of an act that redacts or withdraws for a cause that asks for it.
//!
//! The log has said so before (its checkpoint is stored); now the bytes go: single records, their places in record
//! bundles, what was derived of images, the files and metadata in the storage root, and then the rows of the database that told of them, out of its
//! free pages and its write-ahead log as well. Each step can be run again.

use std::collections::{BTreeMap, BTreeSet};

use protocol::bundle;
use protocol::tile::record_path;

use crate::archive::Archive;
use crate::database::{self, record};
use crate::derive;
use crate::log::append::{self, AppendError};
use crate::log::journal::Erasures;
use crate::log::{Act, WIDTH, bundle_of_tree, damaged, key};
use crate::projection;

/// Removes what the act says is to be removed.
///
/// # Errors
/// When the storage or the database refuses; the act stays in the journal and this is run again.
pub fn erase(archive: &Archive, act: &Act) -> Result<(), AppendError> {
    let erasures = &act.erasures;
    if *erasures == Erasures::default() {
        return Ok(());
    }
    let mut connection = archive.database().connection()?;
    for study in &erasures.derived {
        derive::remove_hidden(archive, &mut connection, study)?;
    }
    if erasures.records.is_empty() && erasures.objects.is_empty() {
        return Ok(());
    }
    for erased in &erasures.records {
        // a record speaks of its own id, so no other id has these bytes, and of its own all versions with them go
        archive
            .store()
            .delete(&key(&record_path(&erased.digest))?)?;
    }
    let full_bundles = archive.log().head()?.checkpoint.size() / WIDTH;
    let bundles: BTreeSet<u64> = erasures
        .records
        .iter()
        .map(|erased| erased.log_index / WIDTH)
        .collect();
    for index in bundles.into_iter().filter(|index| *index < full_bundles) {
        rewrite_record_bundle(archive, &mut connection, index)?;
    }
    for object in &erasures.objects {
        archive.ocfl().commit_erasure(object)?;
    }
    for study in &erasures.studies {
        projection::project_again(archive, &mut connection, study)?;
    }
    database::empty_write_ahead_log(&mut connection)?;
    // what lost its place must not come back by a power cut, and neither must the rows, once the journal is gone
    archive.store().barrier()?;
    Ok(())
}

/// Writes a record bundle again without the records that have been redacted.
fn rewrite_record_bundle(
    archive: &Archive,
    connection: &mut crate::database::Connection,
    index: u64,
) -> Result<(), AppendError> {
    let path = append::record_bundle_path(index);
    let entries = archive
        .log()
        .proved_bundle(bundle_of_tree(index, (index + 1) * WIDTH))?;
    let puts: BTreeMap<u64, u64> = entries
        .iter()
        .enumerate()
        .filter_map(|(place, entry)| {
            Some((index * WIDTH + place as u64, append::announced(entry)?.1))
        })
        .collect();
    let sizes: Vec<u64> = puts.values().copied().collect();
    let plain = append::inflated(archive.store(), &path, bundle::inflated_limit(&sizes))?;
    let records = bundle::decode_records(&plain, &sizes).map_err(|error| damaged(&path, error))?;
    let mut kept = Vec::with_capacity(records.len());
    for (log_index, bytes) in puts.keys().zip(records) {
        let row = record::at_index(connection, *log_index)?;
        kept.push(bytes.filter(|_| row.is_some_and(|row| !row.redacted)));
    }
    let plain = bundle::encode_records(&kept).map_err(|error| damaged(&path, error))?;
    archive
        .store()
        .replace(&key(&path)?, &append::compress(&path, &plain)?)?;
    Ok(())
}
