//! The log, read again from its first entry: signature, bundles, tiles, moves, records.

use protocol::bundle;
use protocol::checkpoint::Checkpoint;
use protocol::digest::Digest;
use protocol::entry::{Entry, Operation};
use protocol::history::History;
use protocol::merkle::{self, Hash};
use protocol::record::Record;
use protocol::tile::{self, Edge, EntryBundleAddress, TileAddress, TileHashes};

use super::Checked;
use crate::archive::Archive;
use crate::log::{WIDTH, append, bundle_of_tree, key};

const FROM_A_MIRROR: &str = "take the true bytes from a mirror of this log or from a backup";

/// Reads the whole log again.
pub fn check(archive: &Archive, checked: &mut Checked) {
    let head = match archive.log().head() {
        Ok(head) => head,
        Err(error) => return checked.problem("log/checkpoint", error.to_string()),
    };
    let size = head.checkpoint.size();
    let history = History::new(archive.config().prefix.clone());
    let mut reading = Reading {
        archive,
        head: &head.checkpoint,
        checked,
        edge: Edge::empty(),
        history,
        redactions: Vec::new(),
    };
    for index in 0..size.div_ceil(WIDTH) {
        if !reading.bundle(bundle_of_tree(index, size)) {
            return;
        }
    }
    reading.partial_tiles();
    let root = reading.edge.root();
    reading.removed_records();
    if root != *head.checkpoint.root() {
        let message = format!(
            "it signs the root {} and the entries give {}; {FROM_A_MIRROR}",
            merkle::to_base64(head.checkpoint.root()),
            merkle::to_base64(&root)
        );
        checked.problem("log/checkpoint", message);
    }
}

struct Reading<'a> {
    archive: &'a Archive,
    /// What is signed.
    head: &'a Checkpoint,
    checked: &'a mut Checked,
    edge: Edge,
    history: History,
    /// Records that are missing, which is right only where the log redacts them, be it later.
    redactions: Vec<(Entry, Digest)>,
}

impl Reading<'_> {
    /// One entry bundle; false where it cannot be read, and nothing after it can be compared.
    fn bundle(&mut self, address: EntryBundleAddress) -> bool {
        let entries = match self.archive.log().entry_bundle(address) {
            Ok(entries) => entries,
            Err(error) => {
                self.checked
                    .problem(format!("log/{}", address.path()), error.to_string());
                return false;
            }
        };
        let mut full = Vec::new();
        let mut sizes = Vec::new();
        let leaves = self.leaves(address, &entries);
        for ((index, bytes), leaf) in (address.first_entry()..).zip(&entries).zip(leaves) {
            self.edge
                .append(leaf, &mut |address, hashes| full.push((address, hashes)));
            self.checked.entries += 1;
            self.entry(index, bytes);
            sizes.extend(append::announced(bytes));
        }
        for (address, hashes) in full {
            self.tile(address, &hashes);
        }
        if address.is_full() {
            self.record_bundle(address.index(), &sizes);
        }
        true
    }

    /// The hashes of a bundle's entries. Where one is not that of the tile, the signature tells which of the two is
    /// damaged: a hash of the tile that can be proved under the signed root stays, and the entry is named.
    fn leaves(&mut self, address: EntryBundleAddress, entries: &[Vec<u8>]) -> Vec<Hash> {
        let mut leaves: Vec<Hash> = entries
            .iter()
            .map(|entry| merkle::leaf_hash(entry))
            .collect();
        let tile = self
            .archive
            .log()
            .tile(address.tile())
            .ok()
            .and_then(|tile| tile::hashes(&tile))
            .unwrap_or_default();
        for ((index, leaf), stored) in (address.first_entry()..).zip(&mut leaves).zip(&tile) {
            if leaf != stored && self.is_signed(index, stored) {
                let message =
                    format!("its entry {index} is not the one that was signed; {FROM_A_MIRROR}");
                self.checked
                    .problem(format!("log/{}", address.path()), message);
                *leaf = *stored;
            }
        }
        leaves
    }

    /// Whether the stored tiles prove that this is the hash of an entry under the signed root.
    fn is_signed(&self, index: u64, leaf: &Hash) -> bool {
        let size = self.head.size();
        let log = self.archive.log();
        let proof = merkle::inclusion_proof(
            index,
            size,
            &mut TileHashes::new(size, |address| log.tile(address)),
        );
        proof.is_ok_and(|proof| {
            merkle::verify_inclusion(index, size, leaf, &proof, self.head.root()).is_ok()
        })
    }

    fn entry(&mut self, index: u64, bytes: &[u8]) {
        let entry = match Entry::parse(bytes) {
            Ok(entry) => entry,
            Err(error) => {
                return self
                    .checked
                    .problem(format!("log entry {index}"), error.to_string());
            }
        };
        if let Err(rejection) = self.history.apply(index, &entry) {
            self.checked.problem(
                format!("log entry {index}"),
                rejection.sentence().to_owned(),
            );
        }
        if let Operation::Put { record, size, .. } = entry.operation() {
            let digest = *record;
            self.record(index, entry.clone(), digest, *size);
        }
    }

    fn record(&mut self, index: u64, entry: Entry, digest: Digest, size: u64) {
        let path = format!("log/{}", tile::record_path(&digest));
        match self.archive.log().record(&digest) {
            Err(error) => self.checked.problem(path, error.to_string()),
            Ok(None) => self.redactions.push((entry, digest)),
            Ok(Some(bytes)) => {
                self.checked.records += 1;
                if bytes.len() as u64 != size {
                    self.checked.problem(
                        &path,
                        format!("it has {} bytes and entry {index} says {size}", bytes.len()),
                    );
                }
                if let Some(id) = entry.accession()
                    && let Err(error) = Record::parse(bytes, id, &self.archive.config().namespace)
                {
                    self.checked
                        .problem(path, format!("it is no record of {id}: {error}"));
                }
            }
        }
    }

    fn tile(&mut self, address: TileAddress, hashes: &[u8]) {
        let path = format!("log/{}", address.path());
        match self.archive.log().tile(address) {
            Ok(stored) if stored == hashes => {}
            Ok(_) => self.checked.problem(
                path,
                format!("it does not fit the entries; {FROM_A_MIRROR}"),
            ),
            Err(error) => self.checked.problem(path, error.to_string()),
        }
    }

    fn partial_tiles(&mut self) {
        for (address, hashes) in self.edge.partial_tiles() {
            self.tile(address, &hashes);
        }
    }

    fn record_bundle(&mut self, index: u64, puts: &[(Digest, u64)]) {
        let path = append::record_bundle_path(index);
        let sizes: Vec<u64> = puts.iter().map(|(_, size)| *size).collect();
        let plain =
            match append::inflated(self.archive.store(), &path, bundle::inflated_limit(&sizes)) {
                Ok(plain) => plain,
                Err(error) => {
                    return self
                        .checked
                        .problem(format!("log/{path}"), error.to_string());
                }
            };
        match bundle::decode_records(&plain, &sizes) {
            Err(error) => self
                .checked
                .problem(format!("log/{path}"), error.to_string()),
            Ok(records) => {
                for (record, (digest, _)) in records.iter().zip(puts) {
                    let stored =
                        self.archive
                            .store()
                            .size(&match key(&tile::record_path(digest)) {
                                Ok(key) => key,
                                Err(error) => {
                                    return self
                                        .checked
                                        .problem(format!("log/{path}"), error.to_string());
                                }
                            });
                    let is_there = matches!(stored, Ok(Some(_)));
                    let fits =
                        record.map_or(!is_there, |bytes| is_there && Digest::of(bytes) == *digest);
                    if !fits {
                        self.checked.problem(
                            format!("log/{path}"),
                            format!(
                                "its record {digest} is not the single record; {FROM_A_MIRROR}"
                            ),
                        );
                    }
                }
            }
        }
    }

    /// A record may be missing only where the log redacts it.
    fn removed_records(&mut self) {
        for (entry, digest) in std::mem::take(&mut self.redactions) {
            if entry
                .accession()
                .is_some_and(|id| self.history.is_redacted(id, &digest))
            {
                self.checked.redacted += 1;
            } else {
                let path = format!("log/{}", tile::record_path(&digest));
                self.checked.problem(
                    path,
                    format!(
                        "the record of {} is missing and not redacted; {FROM_A_MIRROR}",
                        entry.id()
                    ),
                );
            }
        }
    }
}
