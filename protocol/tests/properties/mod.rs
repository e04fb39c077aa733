//! What must hold for any bytes whatever that a parser is given: it does not panic, and what it accepts it writes back the same.
//!
//! The tests replay a corpus through these functions, the fuzz targets (`tests/fuzz`) random bytes; both include this file by its path.

#![expect(
    clippy::unwrap_used,
    reason = "a property that fails must stop the run"
)]

use protocol::bundle::{decode_entries, decode_records, encode_entries, encode_records};
use protocol::checkpoint::Checkpoint;
use protocol::entry::{Entry, Operation};
use protocol::fork::Evidence;
use protocol::identifier::{Accession, Kind, Namespace, Origin, Prefix, ResourceId, VersionedId};
use protocol::jcs;
use protocol::note::{Note, VerifierKey};
use protocol::proof::TlogProof;
use protocol::record::{MAX_BYTES, Record, parse_line};
use protocol::roster::Roster;
use protocol::tile::{EntryBundleAddress, RecordBundleAddress, TileAddress};
use protocol::timestamp::Timestamp;

/// A parser's name, and what must hold for any bytes that it is given.
pub type Property = (&'static str, fn(&[u8]));

/// Every parser of a stranger's bytes, by the name of its fuzz target and corpus folder.
pub const ALL: [Property; 11] = [
    ("record", record),
    ("entry", entry),
    ("note", note),
    ("checkpoint", checkpoint),
    ("tile_path", tile_path),
    ("bundle", bundle),
    ("roster", roster),
    ("proof", proof),
    ("evidence", evidence),
    ("accession", accession),
    ("jcs", json),
];

/// Holds the parser of this name to its property.
pub fn check(name: &str, bytes: &[u8]) {
    let (_, property) = ALL.iter().find(|(known, _)| *known == name).unwrap();
    property(bytes);
}

fn text(bytes: &[u8]) -> Option<&str> {
    std::str::from_utf8(bytes).ok()
}

/// The record of study `ABC-S1` is built again from its statements.
pub fn record(bytes: &[u8]) {
    let about = Accession::parse("ABC-S1").unwrap();
    let namespace = Namespace::parse("https://images.example.org/id/").unwrap();
    if let Some(line) = text(bytes)
        && let Ok(statement) = parse_line(line)
    {
        assert_eq!(statement.to_line(), line);
        assert_eq!(statement.to_statement().as_ref(), statement);
    }
    let Ok(record) = Record::parse(bytes.to_vec(), &about, &namespace) else {
        return;
    };
    assert_eq!(record.bytes(), bytes);
    let statements: Vec<_> = record
        .statements()
        .map(|statement| statement.to_statement())
        .collect();
    assert_eq!(statements.len(), record.len());
    let reversed = statements.into_iter().rev().collect();
    assert_eq!(
        Record::from_statements(&about, &namespace, reversed).unwrap(),
        record
    );
}

/// A known operation on a known kind, written anew, says the same.
pub fn entry(bytes: &[u8]) {
    let Ok(entry) = Entry::parse(bytes) else {
        return;
    };
    assert_eq!(entry.bytes(), bytes);
    let Some(id) = entry.accession() else {
        return;
    };
    let again = Entry::new(id, entry.operation(), entry.time().as_str());
    if let Operation::Unknown(_) = entry.operation() {
        assert!(again.is_err());
        return;
    }
    let again = again.unwrap();
    assert_eq!(
        (again.subject(), again.operation(), again.time()),
        (entry.subject(), entry.operation(), entry.time())
    );
    // the one read may carry members that nobody knows; the one written has none
    assert!(again.bytes().len() <= bytes.len());
}

/// A note and its keys; a key's signature verifies or not, without a panic.
pub fn note(bytes: &[u8]) {
    if let Some(key) = text(bytes).and_then(|vkey| VerifierKey::parse(vkey).ok()) {
        assert_eq!(key.as_str().as_bytes(), bytes);
        assert!(!key.verify("text\n", bytes));
    }
    if let Ok(note) = Note::parse(bytes) {
        assert_eq!(note.to_bytes(), bytes);
    }
}

/// A checkpoint's text, and an origin.
pub fn checkpoint(bytes: &[u8]) {
    let Some(text) = text(bytes) else {
        return;
    };
    if let Ok(checkpoint) = Checkpoint::parse(text) {
        assert_eq!(checkpoint.to_string(), text);
    }
    if let Ok(origin) = Origin::parse(text) {
        assert!(
            Checkpoint::parse(&format!(
                "{origin}\n0\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n"
            ))
            .is_ok()
        );
    }
}

/// A path is that of at most one kind of file, and is written back.
pub fn tile_path(bytes: &[u8]) {
    let Some(path) = text(bytes) else {
        return;
    };
    let read = [
        TileAddress::parse(path).map(|address| address.path()),
        EntryBundleAddress::parse(path).map(|address| address.path()),
        RecordBundleAddress::parse(path).map(|address| address.path()),
    ];
    let written: Vec<_> = read.into_iter().flatten().collect();
    assert!(written.len() <= 1);
    assert!(written.iter().all(|written| written == path));
}

/// The first byte says how many pieces there should be; the rest is a bundle of either sort.
pub fn bundle(bytes: &[u8]) {
    let Some((width, bundle)) = bytes.split_first() else {
        return;
    };
    let width = u16::from(*width) + 1;
    if let Ok(entries) = decode_entries(bundle, width) {
        assert_eq!(entries.len(), usize::from(width));
        assert_eq!(encode_entries(&entries).unwrap(), bundle);
    }
    let sizes = vec![MAX_BYTES as u64; usize::from(width) - 1];
    if let Ok(records) = decode_records(bundle, &sizes) {
        assert_eq!(encode_records(&records).unwrap(), bundle);
    }
}

/// A roster keeps its text; what it says, written anew, says the same.
pub fn roster(bytes: &[u8]) {
    let Some(roster) = text(bytes).and_then(|text| Roster::parse(text).ok()) else {
        return;
    };
    assert_eq!(roster.text().as_bytes(), bytes);
    let again = Roster::new(roster.document().clone()).unwrap();
    assert_eq!(again.document(), roster.document());
    assert_eq!(Roster::parse(again.text()).unwrap(), again);
}

/// A proof file.
pub fn proof(bytes: &[u8]) {
    if let Ok(proof) = TlogProof::parse(bytes) {
        assert_eq!(proof.to_bytes(), bytes);
        assert!(proof.verify(&[]).is_err());
    }
}

/// Evidence of a fork.
pub fn evidence(bytes: &[u8]) {
    if let Ok(evidence) = Evidence::parse(bytes) {
        assert_eq!(evidence.to_bytes().unwrap(), bytes);
        assert!(evidence.verify(&[]).is_err());
    }
}

/// Names of things: what is read is written back, and an accession is made again from its parts.
pub fn accession(bytes: &[u8]) {
    let Some(text) = text(bytes) else {
        return;
    };
    if let Ok(id) = VersionedId::parse(text) {
        assert_eq!(id.to_string(), text);
        assert_eq!(VersionedId::new(id.id().clone(), id.version()).unwrap(), id);
        accession(id.id().as_str().as_bytes());
    }
    if let Ok(namespace) = Namespace::parse(text) {
        assert_eq!(namespace.as_str(), text);
    }
    if let Ok(moment) = Timestamp::parse(text) {
        assert_eq!(moment.as_str(), text);
    }
    let Ok(id) = Accession::parse(text) else {
        return;
    };
    assert_eq!(id.to_string(), text);
    assert_eq!(
        ResourceId::parse(text).unwrap().accession(),
        Some(id.clone())
    );
    let prefix = Prefix::parse(id.prefix()).unwrap();
    let study = id.study_id();
    let again = match (id.kind(), &study) {
        (Kind::Study, _) => Accession::study(&prefix, id.serial()),
        (Kind::Statement, _) => Accession::statement(&prefix, id.serial()),
        (Kind::Image, Some(study)) => Accession::image(study, id.serial()),
        (Kind::Annotation, Some(study)) => Accession::annotation(study, id.serial()),
        (Kind::Observations, Some(study)) => Accession::observations(study, id.serial()),
        (kind, None) => panic!("a {kind} without a study"),
    };
    assert_eq!(again.unwrap(), id);
    assert_eq!(
        study.is_some_and(|study| id.is_part_of(&study)),
        text.matches('-').count() == 2
    );
}

/// A canonical document is written back; any JSON document's canonical form is its own.
pub fn json(bytes: &[u8]) {
    if let Ok(value) = jcs::parse_exact(bytes) {
        assert_eq!(jcs::to_bytes(&value).unwrap(), bytes);
    }
    if let Ok(value) = serde_json::from_slice(bytes)
        && let Ok(canonical) = jcs::to_bytes(&value)
    {
        assert_eq!(jcs::parse_exact(&canonical).unwrap(), value);
    }
}
