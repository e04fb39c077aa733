//! A small log, the web that it is served in, and the desk of a harvester of it.

use std::sync::Arc;

use protocol::bundle::{encode_entries, encode_records};
use protocol::checkpoint::Checkpoint;
use protocol::digest::Digest;
use protocol::entry::{Entry, Operation};
use protocol::identifier::{Accession, Namespace, Origin, Prefix};
use protocol::merkle::{Hash, leaf_hash};
use protocol::note::{Note, SigningKey};
use protocol::roster::{Log as RosterLog, LogKey};
use protocol::tile::{Edge, EntryBundleAddress, RecordBundleAddress, WIDTH, record_path};
use serde_json::Map;
use tempfile::TempDir;
use time::macros::datetime;
use tokio::sync::Semaphore;
use url::Url;

use crate::clock::HandClock;
use crate::fetch::{Fetch, MemoryFetch};
use crate::harvest::Task;
use crate::harvest::desk::Desk;
use crate::ledger::Ledger;
use crate::mirror::{Mirror, compress};
use crate::verify::Rules;

const NOW: &str = "2026-11-21T09:30:00Z";

/// A log of `put`s whose records keep no rule: enough where they are not looked at.
#[derive(Clone)]
pub(super) struct SmallLog {
    name: String,
    entries: Vec<Vec<u8>>,
    records: Vec<Vec<u8>>,
}

impl SmallLog {
    /// The log of a member, with so many entries.
    pub(super) fn of(member: &str, entries: u64) -> SmallLog {
        let mut log = SmallLog {
            name: member.to_owned(),
            entries: Vec::new(),
            records: Vec::new(),
        };
        log.grow_to(entries, None);
        log
    }

    /// Adds entries up to this size; each announces its record to be so long, whatever it is.
    pub(super) fn grow_to(&mut self, size: u64, announced: Option<u64>) {
        for serial in self.size() + 1..=size {
            self.say(
                serial,
                &format!("record {serial} of {}", self.name),
                announced,
            );
        }
    }

    /// Another past of the same length: the last entry says something else.
    pub(super) fn with_another_end(&self) -> SmallLog {
        let mut other = self.clone();
        other.entries.pop();
        other.records.pop();
        other.say(self.size(), "something else", None);
        other
    }

    fn say(&mut self, serial: u64, record: &str, announced: Option<u64>) {
        let operation = Operation::Put {
            record: Digest::of(record.as_bytes()),
            size: announced.unwrap_or(record.len() as u64),
            version: 1,
            opens: None,
            nonce: None,
        };
        let id = Accession::parse(&format!("{}-S{serial}", self.prefix())).unwrap();
        let entry = Entry::new(&id, &operation, NOW).unwrap();
        self.entries.push(entry.to_bytes());
        self.records.push(record.as_bytes().to_vec());
    }

    /// Its entries as they are read.
    pub(super) fn parsed(&self) -> impl Iterator<Item = Entry> {
        self.entries
            .iter()
            .map(|entry| Entry::parse(entry).unwrap())
    }

    pub(super) fn size(&self) -> u64 {
        self.entries.len() as u64
    }

    /// The root over the first entries.
    pub(super) fn root_at(&self, size: u64) -> Hash {
        let mut edge = Edge::empty();
        for entry in &self.entries[..size as usize] {
            edge.append(leaf_hash(entry), &mut |_, _| {});
        }
        edge.root()
    }

    fn prefix(&self) -> String {
        self.name.to_uppercase()
    }

    pub(super) fn origin(&self) -> Origin {
        Origin::parse(&format!("{}.example.org/log", self.name)).unwrap()
    }

    /// Where a path under its log prefix is.
    pub(super) fn url(&self, path: &str) -> Url {
        Url::parse(&format!("https://{}.example.org/log/{path}", self.name)).unwrap()
    }

    /// Its key of this number.
    pub(super) fn key(&self, number: u8) -> SigningKey {
        SigningKey::from_seed(self.origin().as_str(), &[number; 32]).unwrap()
    }

    /// Its checkpoint, signed by the key of this number.
    pub(super) fn note(&self, key: u8) -> Note {
        let size = self.size();
        let checkpoint = Checkpoint::new(self.origin(), size, self.root_at(size));
        checkpoint.sign(&self.key(key)).unwrap()
    }

    /// Serves everything of it, with a checkpoint by the key of this number.
    pub(super) fn serve(&self, web: &MemoryFetch, key: u8) {
        let put = |path: &str, bytes: Vec<u8>| web.put(&self.url(path), bytes);
        let mut edge = Edge::empty();
        for entry in &self.entries {
            edge.append(leaf_hash(entry), &mut |address, tile| {
                put(&address.path(), tile);
            });
        }
        for (address, tile) in edge.partial_tiles() {
            put(&address.path(), tile);
        }
        for (index, entries) in (0..).zip(self.entries.chunks(WIDTH as usize)) {
            let address = EntryBundleAddress::new(index, entries.len() as u16).unwrap();
            put(&address.path(), encode_entries(entries).unwrap());
        }
        for (index, records) in (0..).zip(self.records.chunks_exact(WIDTH as usize)) {
            let records: Vec<_> = records.iter().map(Some).collect();
            let bundle = compress(&encode_records(&records).unwrap()).unwrap();
            put(&RecordBundleAddress::new(index).unwrap().path(), bundle);
        }
        for record in &self.records {
            put(&record_path(&Digest::of(record)), record.clone());
        }
        put("checkpoint", self.note(key).to_bytes());
    }

    /// What there is to harvest of it by a roster with these keys: each with its number, from where on it counts, and what it pins there.
    pub(super) fn task(&self, keys: &[(u8, u64, Option<Hash>)]) -> Task {
        let keys = keys.iter().map(|(number, from, root)| LogKey {
            vkey: self.key(*number).vkey().clone(),
            from: *from,
            root: *root,
            other: Map::new(),
        });
        Task {
            member: self.name.clone(),
            log: RosterLog {
                origin: self.origin(),
                url: self.url("").into(),
                keys: keys.collect(),
                closed: None,
                other: Map::new(),
            },
            prefixes: vec![self.url("")],
            rules: Rules {
                prefix: Prefix::parse(&self.prefix()).unwrap(),
                namespace: Namespace::parse("https://images.example.org/id/").unwrap(),
            },
            may_judge: true,
        }
    }
}

/// A desk in a folder of its own.
pub(super) fn desk(fetch: Arc<dyn Fetch>, budget_kib: u32) -> (TempDir, Desk) {
    let folder = tempfile::tempdir().unwrap();
    let ledger = Ledger::open(&folder.path().join("state.sqlite")).unwrap();
    let desk = Desk {
        fetch,
        mirror: Mirror::new(folder.path().join("mirror")),
        ledger: Arc::new(ledger),
        clock: Arc::new(HandClock::at(datetime!(2026-11-21 09:30 UTC))),
        own_kib: budget_kib / 16,
        budget: Arc::new(Semaphore::new(budget_kib as usize)),
        budget_kib,
        evidence: folder.path().join("evidence"),
    };
    (folder, desk)
}
