//! Redaction: the entry first, and then the bytes are gone from wherever they were.

use protocol::bundle::{decode_entries, decode_records};
use protocol::digest::Digest;
use protocol::entry::{Operation, Reason};
use protocol::tile::{EntryBundleAddress, RecordBundleAddress, WIDTH, record_path};

use super::{Announced, LogMaker, PutOf, put_of};
use crate::federation::frame;

impl LogMaker {
    /// Redacts a version: the entry, and then its bytes are gone from wherever they were.
    pub fn redact(&mut self, announced: &Announced) {
        let (record, reason) = (announced.record, Reason::Legal);
        self.operate(&announced.id, &Operation::Redact { record, reason });
        self.files.remove(&record_path(&record));
        for (place, slot) in puts(&self.entries).into_iter().zip(&mut self.records) {
            if place.digest == record {
                *slot = None;
            }
        }
        for index in self.bundles.get(&record).cloned().unwrap_or_default() {
            self.erase_from_bundle(index, &record);
        }
    }

    fn erase_from_bundle(&mut self, index: u64, record: &Digest) {
        let path = RecordBundleAddress::new(index).unwrap().path();
        let Some(bundle) = self.files.read(&path) else {
            return; // not full yet
        };
        let entries = EntryBundleAddress::new(index, WIDTH as u16).unwrap().path();
        let entries = self.files.read(&entries).unwrap();
        let puts = puts(&decode_entries(&entries, WIDTH as u16).unwrap());
        let sizes: Vec<u64> = puts.iter().map(|put| put.size).collect();
        let plain = frame::inflate(&bundle);
        let mut records = decode_records(&plain, &sizes).unwrap();
        for (slot, put) in records.iter_mut().zip(puts) {
            if put.digest == *record {
                *slot = None;
            }
        }
        self.files.write(&path, &frame::of_records(&records));
    }
}

fn puts<B: AsRef<[u8]>>(entries: &[B]) -> Vec<PutOf> {
    entries
        .iter()
        .filter_map(|entry| put_of(entry.as_ref()))
        .collect()
}
