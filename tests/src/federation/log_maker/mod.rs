//! A member's log of whatever content a story asks for: well-formed or not, true or not.

use std::collections::{BTreeMap, HashMap};
use std::path::Path;
use std::sync::Arc;

use protocol::bundle::encode_entries;
use protocol::digest::Digest;
use protocol::entry::{Entry, Operation, Reason};
use protocol::identifier::{Accession, Namespace, Origin, Prefix, ResourceId};
use protocol::merkle::{Hash, leaf_hash};
use protocol::note::SigningKey;
use protocol::record::{Object, Record, SALT_PREDICATE, Statement};
use protocol::tile::{Edge, EntryBundleAddress, RecordBundleAddress, WIDTH, record_path};
use time::format_description::well_known::Rfc3339;
use time::macros::datetime;

mod notes;
mod redaction;

use super::chance::Chance;
use super::files::Files;
use super::frame;

/// Makes a log entry by entry and signs it when asked. The same calls with the same seed make the same bytes.
///
/// Whatever is added is announced as a node announces it; nothing is checked. What makes a tile or bundle full is written at once, what
/// is not full when a checkpoint is signed. A record bundle has a place for each well-formed `put` of its entry bundle and for no other.
pub struct LogMaker {
    prefix: Prefix,
    origin: Origin,
    namespace: Namespace,
    seed: u64,
    key: SigningKey,
    chance: Chance,
    files: Files,
    edge: Edge,
    /// of the last bundle, which is not full
    entries: Vec<Vec<u8>>,
    /// of the `put`s among them; none where there are no bytes
    records: Vec<Option<Vec<u8>>>,
    /// the version that each id had last
    versions: HashMap<String, u64>,
    /// the full bundles in which a digest is announced
    bundles: HashMap<Digest, Vec<u64>>,
}

/// What an entry announced.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Announced {
    /// the accession
    pub id: String,
    /// the version
    pub version: u64,
    /// SHA-256 of the record
    pub record: Digest,
    /// its length in bytes
    pub size: u64,
}

impl LogMaker {
    /// An empty log in memory.
    pub fn new(prefix: &str, origin: &str, namespace: &str, seed: u64) -> LogMaker {
        let origin = Origin::parse(origin).unwrap();
        LogMaker {
            prefix: Prefix::parse(prefix).unwrap(),
            key: key_of(origin.as_str(), seed),
            origin,
            namespace: Namespace::parse(namespace).unwrap(),
            seed,
            chance: Chance::new(seed),
            files: Files::in_memory(),
            edge: Edge::empty(),
            entries: Vec::new(),
            records: Vec::new(),
            versions: HashMap::new(),
            bundles: HashMap::new(),
        }
    }

    /// The same, kept in a folder: what grows with the log is on the disk, but for an id and a digest a record.
    pub fn in_folder(mut self, folder: &Path) -> LogMaker {
        assert_eq!(self.size(), 0, "the log has begun elsewhere");
        self.files = Files::in_folder(folder);
        self
    }

    /// A second log with this past, this name and this key, which goes its own way from here. Both are in memory.
    pub fn fork(&self) -> LogMaker {
        LogMaker {
            prefix: self.prefix.clone(),
            origin: self.origin.clone(),
            namespace: self.namespace.clone(),
            seed: self.seed,
            key: key_of(self.origin.as_str(), self.seed),
            // otherwise the next record would be the same record
            chance: Chance::new(!self.seed),
            files: Files::Memory(self.files.in_hand().clone()),
            edge: self.edge.clone(),
            entries: self.entries.clone(),
            records: self.records.clone(),
            versions: self.versions.clone(),
            bundles: self.bundles.clone(),
        }
    }

    /// The accession prefix.
    pub fn prefix(&self) -> &Prefix {
        &self.prefix
    }

    /// The name of the log.
    pub fn origin(&self) -> &Origin {
        &self.origin
    }

    /// What its records' IRIs begin with.
    pub fn namespace(&self) -> &Namespace {
        &self.namespace
    }

    /// The key that verifies its checkpoints.
    pub fn vkey(&self) -> &str {
        self.key.vkey().as_str()
    }

    /// The number of entries.
    pub fn size(&self) -> u64 {
        self.edge.size()
    }

    /// The root over them.
    pub fn root(&self) -> Hash {
        self.edge.root()
    }

    /// The files, as far as they are written.
    pub fn files(&self) -> &BTreeMap<String, Arc<[u8]>> {
        self.files.in_hand()
    }

    /// Statements about an id as a record that keeps every rule, with a salt; not added to the log.
    pub fn record(&mut self, id: &str, mut statements: Vec<Statement>) -> Record {
        let id = Accession::parse(id).unwrap();
        let salt = Object::text(self.chance.salt());
        statements.push(Statement::parse(self.namespace.iri(&id), SALT_PREDICATE, salt).unwrap());
        Record::from_statements(&id, &self.namespace, statements).unwrap()
    }

    /// Announces the next version of an id with a record of these statements and a salt.
    pub fn put(&mut self, id: &str, statements: Vec<Statement>) -> Announced {
        let record = self.record(id, statements);
        self.record_raw(id, record.bytes())
    }

    /// Announces the next version of an id with any bytes as its record.
    pub fn record_raw(&mut self, id: &str, bytes: &[u8]) -> Announced {
        let announced = Announced {
            id: id.to_owned(),
            version: self.next_version(id),
            record: Digest::of(bytes),
            size: bytes.len() as u64,
        };
        self.announce(&announced, Some(bytes.to_vec()));
        announced
    }

    /// Announces whatever this says, and serves these bytes for it, or none.
    pub fn announce(&mut self, announced: &Announced, served: Option<Vec<u8>>) {
        self.versions
            .insert(announced.id.clone(), announced.version);
        let operation = Operation::Put {
            record: announced.record,
            size: announced.size,
            version: announced.version,
            opens: None,
            nonce: None,
        };
        let entry = self.entry(&announced.id, &operation);
        self.entry_raw(entry.bytes(), served);
    }

    /// The version that the next `put` of an id has to carry.
    pub fn next_version(&self, id: &str) -> u64 {
        self.versions.get(id).copied().unwrap_or(0) + 1
    }

    /// An entry as the log would write it now; not added to it.
    pub fn entry(&self, id: &str, operation: &Operation) -> Entry {
        Entry::new(&Accession::parse(id).unwrap(), operation, &self.now()).unwrap()
    }

    /// Adds an operation on an id.
    pub fn operate(&mut self, id: &str, operation: &Operation) {
        let entry = self.entry(id, operation);
        self.entry_raw(entry.bytes(), None);
    }

    /// Takes an id out of sight.
    pub fn suppress(&mut self, id: &str) {
        let reason = Reason::Error;
        self.operate(id, &Operation::Suppress { reason });
    }

    /// Undoes it.
    pub fn restore(&mut self, id: &str) {
        let reason = Reason::Error;
        self.operate(id, &Operation::Restore { reason });
    }

    /// Withdraws an id for good.
    pub fn withdraw(&mut self, id: &str) {
        let reason = Reason::OwnerRequest;
        self.operate(id, &Operation::Withdraw { reason });
    }

    /// Withdraws an id and names its successor.
    pub fn replace(&mut self, id: &str, by: &str) {
        let by = ResourceId::parse(by).unwrap();
        let reason = Reason::Duplicate;
        self.operate(id, &Operation::Replace { by, reason });
    }

    /// Adds any bytes as an entry, with the record that goes with it where it is a `put`. Gives its index.
    pub fn entry_raw(&mut self, entry: &[u8], record: Option<Vec<u8>>) -> u64 {
        let index = self.size();
        if let Some(put) = put_of(entry) {
            if let Some(bytes) = &record {
                self.files.write(&record_path(&put.digest), bytes);
            }
            self.bundles
                .entry(put.digest)
                .or_default()
                .push(index / WIDTH);
            self.records.push(record);
        }
        self.entries.push(entry.to_vec());
        let files = &mut self.files;
        self.edge.append(leaf_hash(entry), &mut |address, tile| {
            files.write(&address.path(), &tile);
        });
        if self.entries.len() as u64 == WIDTH {
            self.finish_bundle(index / WIDTH);
        }
        index
    }

    /// Signs what there is, writes everything that a checkpoint of this size needs, and gives the checkpoint.
    pub fn checkpoint(&mut self) -> Vec<u8> {
        for (address, tile) in self.edge.partial_tiles() {
            self.files.write(&address.path(), &tile);
        }
        let width = self.entries.len() as u16;
        if let Some(address) = EntryBundleAddress::new(self.size() / WIDTH, width) {
            self.write_entries(address);
        }
        let note = self.note(self.size(), self.root());
        self.files.write("checkpoint", &note);
        note
    }

    /// One second an entry, from a fixed moment on.
    fn now(&self) -> String {
        let start = datetime!(2026-01-05 08:00 UTC);
        let now = start + time::Duration::seconds(self.size() as i64);
        now.format(&Rfc3339).unwrap()
    }

    fn finish_bundle(&mut self, index: u64) {
        self.write_entries(EntryBundleAddress::new(index, WIDTH as u16).unwrap());
        let path = RecordBundleAddress::new(index).unwrap().path();
        self.files.write(&path, &frame::of_records(&self.records));
        self.entries.clear();
        self.records.clear();
    }

    fn write_entries(&mut self, address: EntryBundleAddress) {
        let bundle = encode_entries(&self.entries).unwrap();
        self.files.write(&address.path(), &bundle);
    }
}

/// What a well-formed `put` announces.
struct PutOf {
    digest: Digest,
    size: u64,
}

fn put_of(entry: &[u8]) -> Option<PutOf> {
    match Entry::parse(entry).ok()?.operation() {
        Operation::Put { record, size, .. } => Some(PutOf {
            digest: *record,
            size: *size,
        }),
        _ => None,
    }
}

fn key_of(name: &str, seed: u64) -> SigningKey {
    SigningKey::from_seed(name, &secret(name, seed)).unwrap()
}

/// Thirty-two bytes that a name and a seed decide.
fn secret(name: &str, seed: u64) -> [u8; 32] {
    *Digest::of(&[name.as_bytes(), &seed.to_be_bytes()].concat()).as_bytes()
}
