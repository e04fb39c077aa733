//! The bytes of entries that stand aside, out of the mirror.

use std::collections::BTreeMap;

use protocol::bundle;
use protocol::tile::{EntryBundleAddress, WIDTH};

use crate::ledger::log::Log;
use crate::ledger::quarantine::Quarantined;
use crate::mirror::LogMirror;
use crate::serve::error::ServeError;

/// The longest record whose bytes stand in a report.
const LONGEST_RECORD: usize = 64 << 10;

/// The mirror of a log, with the bundle that was looked into last: entries that stand aside often lie together.
pub(super) struct Opened<'m> {
    mirror: &'m LogMirror,
    pub log: &'m Log,
    entries: Option<(u64, Option<Vec<Vec<u8>>>)>,
    records: Option<(u64, Records)>,
}

/// The records of a bundle by digest.
type Records = BTreeMap<String, Vec<u8>>;

impl<'m> Opened<'m> {
    /// Nothing is opened yet.
    pub fn new(mirror: &'m LogMirror, log: &'m Log) -> Self {
        Self {
            mirror,
            log,
            entries: None,
            records: None,
        }
    }

    /// The bytes of an entry; none where its bundle is not in the mirror.
    ///
    /// # Errors
    /// When the mirror cannot be read.
    pub fn entry(&mut self, index: u64) -> Result<Option<Vec<u8>>, ServeError> {
        let bundle = index / WIDTH;
        if self
            .entries
            .as_ref()
            .is_none_or(|(held, _)| *held != bundle)
        {
            self.entries = Some((bundle, entries_of(self.mirror, self.log, bundle)?));
        }
        let (_, entries) = self
            .entries
            .as_ref()
            .map_or((0, None), |(number, entries)| (*number, entries.as_ref()));
        Ok(entries.and_then(|entries| entries.get((index % WIDTH) as usize).cloned()))
    }

    /// The bytes of an entry's record, where they are kept and not too long to be shown.
    pub fn record(&mut self, entry: &Quarantined) -> Option<Vec<u8>> {
        let digest = entry.record?;
        let single = self.mirror.read(&protocol::tile::record_path(&digest));
        if let Some(bytes) = self.known(entry, single)? {
            return Some(bytes);
        }
        let bundle = entry.index / WIDTH;
        if self
            .records
            .as_ref()
            .is_none_or(|(held, _)| *held != bundle)
        {
            let records = self.mirror.records_of_bundle(bundle);
            let records = self.known(entry, records)?.unwrap_or_default();
            let with_bytes = records
                .into_iter()
                .filter_map(|record| Some((record.digest.to_string(), record.bytes?)))
                .filter(|(_, bytes)| bytes.len() <= LONGEST_RECORD)
                .collect();
            self.records = Some((bundle, with_bytes));
        }
        let (_, records) = self.records.as_ref()?;
        records.get(&digest.to_string()).cloned()
    }

    /// A mirror that is damaged at one place does not keep the rest of a report from its reader.
    fn known<T>(
        &self,
        entry: &Quarantined,
        read: Result<T, crate::mirror::MirrorError>,
    ) -> Option<T> {
        read.inspect_err(|error| {
            tracing::warn!(log.origin = %self.log.origin, log.index = entry.index, "a record in quarantine cannot be shown: {error}");
        })
        .ok()
    }
}

fn entries_of(
    mirror: &LogMirror,
    log: &Log,
    bundle_index: u64,
) -> Result<Option<Vec<Vec<u8>>>, ServeError> {
    let whole = EntryBundleAddress::new(bundle_index, WIDTH as u16);
    let head = log.head.as_ref().map_or(0, |head| head.size);
    let partial = EntryBundleAddress::new(bundle_index, (head % WIDTH) as u16);
    for address in [whole, partial].into_iter().flatten() {
        let found = mirror
            .read(&address.path())
            .map_err(|error| ServeError::Broken(error.into()))?;
        let Some(bytes) = found else { continue };
        let entries = bundle::decode_entries(&bytes, address.width())
            .map_err(|error| ServeError::Broken(error.into()))?;
        return Ok(Some(entries.iter().map(|entry| entry.to_vec()).collect()));
    }
    Ok(None)
}
