//! Makes every vector anew, from seeds that anyone may know.

use protocol::bundle::{encode_entries, encode_records};
use protocol::cosignature::Cosigner;
use protocol::digest::Digest;
use protocol::entry::{Entry, Operation, Reason, commitment};
use protocol::fork::Evidence;
use protocol::identifier::{Accession, ResourceId};
use protocol::merkle::{inclusion_proof, leaf_hash, tree_root};
use protocol::note::Note;
use protocol::proof::TlogProof;
use protocol::record::{Object, Record, SALT_PREDICATE, Statement};
use protocol::roster::Document;
use protocol::tile::entry_bundles_of;
use protocol::timestamp::Timestamp;
use serde_json::{Value, json};

use super::{Files, story};
use crate::fixture::{Log, TIME, id, key, namespace};
use crate::rosters::{document, log_key, member, roots, signed, witness};

pub const ORIGIN: &str = "x.org/log";
pub const WITNESS: &str = "w.org/witness";

/// Entries of the log; the second key signs from a full bundle on.
const SIZE: u64 = 260;
const ROTATED: u64 = 256;

pub fn all() -> Files {
    let records = records();
    let entries = log_entries(&records);
    let log = log(&entries);
    let mut files = Files::new();
    for (name, record) in &records {
        files.insert(format!("record/{name}.nq"), record.bytes().to_vec());
    }
    add_json(&mut files, "record/refused.json", refused_records());
    add_json(&mut files, "entry/accepted.json", accepted_entries());
    add_json(&mut files, "entry/refused.json", refused_entries());
    add_json(&mut files, "history.json", story::history());
    add_log(&mut files, &log, &records, &entries);
    files.insert(
        "proof/ABC-S1.2.tlog-proof".to_owned(),
        proof(&log, &entries).to_bytes(),
    );
    add_rosters(&mut files, &log);
    files.insert(
        "fork/evidence.json".to_owned(),
        evidence(&log).to_bytes().unwrap(),
    );
    add_json(&mut files, "keys.json", keys());
    files
}

fn add_json(files: &mut Files, path: &str, value: Value) {
    let text = serde_json::to_string_pretty(&value).unwrap() + "\n";
    files.insert(path.to_owned(), text.into_bytes());
}

fn cosigner() -> Cosigner {
    Cosigner::from_seed(WITNESS, &[50; 32]).unwrap()
}

fn keys() -> Value {
    json!({
        "log": [key(ORIGIN, 1).vkey(), key(ORIGIN, 2).vkey()],
        "witness": cosigner().vkey(),
        "first roots": roots(2, &[101, 102, 103]).keys,
        "seeds": "each secret key grows from 32 equal bytes: the log's keys from 1 and 2, the witness's from 50, the roots' from 101 to 105; never use them",
    })
}

/// Every character that has an escape, and neighbours of those that have none.
const ESCAPES: &str = "\0\u{1}\u{7}\u{8}\t\n\u{b}\u{c}\r\u{e}\u{1f} \"\\'/\u{7f}\u{80}\u{9f}\u{a0}\u{2028}\u{d7ff}\u{e000}\u{fffd}\u{fffe}\u{ffff}\u{10000}\u{10ffff}";

fn records() -> Vec<(&'static str, Record)> {
    let name = "http://schema.org/name";
    let study = namespace().iri(&id("ABC-S1"));
    let make = |about: &str, salt: &str, statements: Vec<(&str, &str, Object)>| {
        let iri = namespace().iri(&id(about));
        let mut all =
            vec![Statement::parse(iri.clone(), SALT_PREDICATE, Object::text(salt)).unwrap()];
        for (fragment, predicate, object) in statements {
            all.push(Statement::parse(format!("{iri}{fragment}"), predicate, object).unwrap());
        }
        Record::from_statements(&id(about), &namespace(), all).unwrap()
    };
    let day = "http://www.w3.org/2001/XMLSchema#date";
    let first = vec![
        (
            "",
            name,
            Object::text("Septin rings in dividing fission yeast"),
        ),
        (
            "",
            "http://schema.org/datePublished",
            Object::typed("2026-03-01", day).unwrap(),
        ),
        (
            "",
            "http://schema.org/author",
            Object::iri(format!("{study}#author-1")).unwrap(),
        ),
        (
            "#author-1",
            name,
            Object::tagged("A. Author", "en-GB").unwrap(),
        ),
    ];
    let image = vec![
        (
            "",
            "http://schema.org/isPartOf",
            Object::iri(study.clone()).unwrap(),
        ),
        ("", name, Object::text("Wild type")),
    ];
    let said = vec![(
        "",
        "http://www.w3.org/1999/02/22-rdf-syntax-ns#subject",
        Object::iri("https://images.example.org/id/XYZ-S9").unwrap(),
    )];
    vec![
        ("ABC-S1.1", make("ABC-S1", "AAAAAAAAAAAAAAAAAAAAAA", first)),
        (
            "ABC-S1.2",
            make(
                "ABC-S1",
                "BBBBBBBBBBBBBBBBBBBBBA",
                vec![("", name, Object::text(ESCAPES))],
            ),
        ),
        (
            "ABC-S1-I1.1",
            make("ABC-S1-I1", "CCCCCCCCCCCCCCCCCCCCCA", image),
        ),
        ("ABC-N1.1", make("ABC-N1", "DDDDDDDDDDDDDDDDDDDDDA", said)),
    ]
}

fn refused_records() -> Value {
    let iri = "<https://images.example.org/id/ABC-S1>";
    let salt = format!("{iri} <{SALT_PREDICATE}> \"AAAAAAAAAAAAAAAAAAAAAA\" .\n");
    let refused = [
        String::new(),
        salt.trim_end().to_owned(),
        salt.clone() + &salt,
        salt.replace("\" .", "\"  ."),
        salt.replace("\" .", "\"^^<http://www.w3.org/2001/XMLSchema#string> ."),
        salt.clone() + "<https://images.example.org/id/ABC-S2> <http://schema.org/name> \"a\" .\n",
        format!("{iri} <http://schema.org/about> _:b .\n{salt}"),
        format!(
            "{iri} <http://schema.org/isPartOf> <https://images.example.org/id/ABC-S2> .\n{salt}"
        ),
        format!("{iri} <http://schema.org/name> \"a\" <http://g.example/g> .\n{salt}"),
        format!("{iri} <http://schema.org/name> \"a\"@EN .\n{salt}"),
        format!("{iri} <http://schema.org/name> \"\\u0041\" .\n{salt}"),
        format!(
            "{iri} <http://www.w3.org/1999/02/22-rdf-syntax-ns#type> <http://www.w3.org/ns/dcat#CatalogRecord> .\n{salt}"
        ),
        format!("{iri} <http://www.w3.org/1999/02/22-rdf-syntax-ns#first> \"a\" .\n{salt}"),
        format!("{iri} <https://w3id.org/ommatidia/ns#logIndex> \"1\" .\n{salt}"),
    ];
    refused
        .into_iter()
        .map(|bytes| {
            let error =
                Record::parse(bytes.clone().into_bytes(), &id("ABC-S1"), &namespace()).unwrap_err();
            json!({"about": "ABC-S1", "bytes": bytes, "code": error.code()})
        })
        .collect()
}

pub fn put(record: Digest, size: u64, version: u64) -> Operation {
    Operation::Put {
        record,
        size,
        version,
        opens: None,
        nonce: None,
    }
}

pub fn entry(name: &str, operation: &Operation) -> Entry {
    Entry::new(&id(name), operation, TIME).unwrap()
}

fn accepted_entries() -> Value {
    let reason = Reason::OwnerRequest;
    let record = Digest::of(b"record");
    let release = Timestamp::parse("2027-01-01T00:00:00.5Z").unwrap();
    let opened = Operation::Put {
        record,
        size: (1 << 53) - 1,
        version: 1,
        opens: Some(7),
        nonce: Some([9; 32]),
    };
    let by = ResourceId::parse("XYZ-S7").unwrap();
    let mut entries = vec![
        entry("ABC-S42", &put(record, 5321, 2)).to_bytes(),
        entry("ABC-S42", &opened).to_bytes(),
        entry("ABC-S42-I7", &Operation::Suppress { reason }).to_bytes(),
        entry("ABC-S42-A1", &Operation::Restore { reason }).to_bytes(),
        entry("ABC-S42-O3", &Operation::Withdraw { reason }).to_bytes(),
        entry("ABC-N9", &Operation::Replace { by, reason }).to_bytes(),
        entry(
            "ABC-S42",
            &Operation::Redact {
                record,
                reason: Reason::Legal,
            },
        )
        .to_bytes(),
        entry(
            "ABC-S42",
            &Operation::Commit {
                commitment: commitment(&[9; 32], &record),
                release,
            },
        )
        .to_bytes(),
    ];
    // what later versions may say: another member, another operation, another kind
    entries.push(br#"{"colour":"bl\u0001ue","id":"ABC-S1","kind":"study","op":"restore","reason":"error","time":"2026-11-21T09:30:00Z"}"#.to_vec());
    entries.push(
        br#"{"id":"ABC-S1","kind":"study","op":"applaud","time":"2026-11-21T09:30:00Z"}"#.to_vec(),
    );
    entries.push(br#"{"id":"ABC-V1-x","kind":"video","op":"withdraw","reason":"error","time":"2026-11-21T09:30:00Z"}"#.to_vec());
    entries
        .into_iter()
        .map(|bytes| {
            let entry = Entry::parse(&bytes).unwrap();
            let leaf = Digest::from_bytes(leaf_hash(&bytes));
            json!({"entry": String::from_utf8(bytes).unwrap(), "id": entry.id(), "kind": entry.kind(), "op": entry.operation().name(), "leaf": leaf})
        })
        .collect()
}

fn refused_entries() -> Value {
    let good = String::from_utf8(
        entry(
            "ABC-S1",
            &Operation::Suppress {
                reason: Reason::Error,
            },
        )
        .to_bytes(),
    )
    .unwrap();
    let refused = [
        String::new(),
        "[]".to_owned(),
        good.replace(':', ": "),
        good.clone() + "\n",
        good.replace("\"op\"", "\"id\":\"ABC-S1\",\"op\""),
        good.replace("study", "st\\u0075dy"),
        good.replace('}', ",\"x\":1.0}"),
        good.replace('}', ",\"x\":9007199254740992}"),
        good.replace("study", "image"),
        good.replace("ABC-S1", "ABC-S01"),
        good.replace("error", "boredom"),
        good.replace("30:00Z", "30:60Z"),
        good.replace(",\"time\"", ",\"tim\""),
        good.replace("suppress", "put"),
    ];
    refused
        .into_iter()
        .map(|bytes| json!({"code": Entry::parse(bytes.as_bytes()).unwrap_err().code(), "bytes": bytes}))
        .collect()
}

/// Four puts, then a study that comes and goes until the bundle is full, then the redaction of the statement and a withdrawal.
fn log_entries(records: &[(&'static str, Record)]) -> Vec<Entry> {
    let mut entries: Vec<_> = records
        .iter()
        .map(|(name, record)| {
            let (name, version) = name.split_once('.').unwrap();
            entry(
                name,
                &put(record.digest(), record.size(), version.parse().unwrap()),
            )
        })
        .collect();
    let reason = Reason::Error;
    for turn in entries.len() as u64..SIZE - 2 {
        let operation = if turn % 2 == 0 {
            Operation::Suppress { reason }
        } else {
            Operation::Restore { reason }
        };
        entries.push(entry("ABC-S1", &operation));
    }
    let record = records[3].1.digest();
    entries.push(entry(
        "ABC-N1",
        &Operation::Redact {
            record,
            reason: Reason::Legal,
        },
    ));
    entries.push(entry(
        "ABC-N1",
        &Operation::Withdraw {
            reason: Reason::Legal,
        },
    ));
    entries
}

fn log(entries: &[Entry]) -> Log {
    let mut log = Log::new(ORIGIN);
    let (first, rest) = entries.split_at(ROTATED as usize);
    log.append(first.iter().map(Entry::to_bytes));
    log.append(rest.iter().map(Entry::to_bytes));
    log
}

fn checkpoint(log: &Log) -> Note {
    let mut note = log.signed(2);
    note.add(cosigner().cosign(&log.checkpoint(), 1_795_253_460).unwrap())
        .unwrap();
    note
}

fn add_log(files: &mut Files, log: &Log, records: &[(&'static str, Record)], entries: &[Entry]) {
    for (path, tile) in &log.tiles {
        files.insert(format!("log/{path}"), tile.clone());
    }
    for address in entry_bundles_of(SIZE) {
        let first = address.first_entry() as usize;
        let bundle: Vec<_> = entries[first..first + usize::from(address.width())]
            .iter()
            .map(Entry::bytes)
            .collect();
        files.insert(
            format!("log/{}", address.path()),
            encode_entries(&bundle).unwrap(),
        );
    }
    // the statement, the last of the four, is redacted
    let of_bundle: Vec<_> = records
        .iter()
        .map(|(name, record)| Some(record.bytes()).filter(|_| *name != "ABC-N1.1"))
        .collect();
    files.insert(
        "log/records/000.inflated".to_owned(),
        encode_records(&of_bundle).unwrap(),
    );
    files.insert("log/checkpoint".to_owned(), checkpoint(log).to_bytes());
}

fn proof(log: &Log, entries: &[Entry]) -> TlogProof {
    let hashes = inclusion_proof(1, SIZE, &mut log.hashes()).unwrap();
    TlogProof::new(&entries[1], 1, hashes, checkpoint(log)).unwrap()
}

/// Version 2 brings other roots; 3 another key of the log, pinned, and a witness; 5 (there may be a 4) another member.
fn add_rosters(files: &mut Files, log: &Log) {
    let mut add = |document: &Document, seeds: &[u8]| {
        files.insert(
            format!("roster/{}.note", document.version),
            signed(document, seeds),
        );
    };
    let mut roster = document(1);
    add(&roster, &[101, 102]);
    roster.version = 2;
    roster.roots = roots(2, &[103, 104, 105]);
    add(&roster, &[101, 103, 104]);
    roster.version = 3;
    let pinned = tree_root(ROTATED, &mut log.hashes()).unwrap();
    roster.members[0].logs[0]
        .keys
        .push(log_key(ORIGIN, 2, ROTATED, Some(pinned)));
    roster.witnesses.push(witness(WITNESS, 50));
    roster.quorum = 1;
    add(&roster, &[104, 105]);
    roster.version = 5;
    roster.members.push(member(
        "xyz",
        "XYZ",
        vec![crate::rosters::log("y.org/log", 3)],
    ));
    roster.members[1].namespace =
        Some(protocol::identifier::Namespace::parse("https://xyz.example.org/id/").unwrap());
    add(&roster, &[103, 105]);
}

/// The log at 200 entries, of which the last was another one.
fn evidence(log: &Log) -> Evidence {
    let mut other = Log::new(ORIGIN);
    other.append(log.entries[..199].iter().cloned());
    let reason = Reason::Other;
    other.append([Entry::new(
        &Accession::parse("ABC-S1").unwrap(),
        &Operation::Withdraw { reason },
        TIME,
    )
    .unwrap()
    .to_bytes()]);
    Evidence::collect(other.signed(1), checkpoint(log), &mut log.hashes())
        .unwrap()
        .unwrap()
}
