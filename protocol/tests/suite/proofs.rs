//! Proof files.

use protocol::entry::{Entry, Operation, Reason};
use protocol::merkle::inclusion_proof;
use protocol::proof::{TlogProof, TlogProofError};

use super::fixture::{Log, TIME, id, key};
use super::properties;

pub fn entry(serial: u64) -> Entry {
    let reason = Reason::Error;
    Entry::new(
        &id(&format!("ABC-S{serial}")),
        &Operation::Suppress { reason },
        TIME,
    )
    .unwrap()
}

pub fn log_of(size: u64) -> Log {
    let mut log = Log::new("x.org/log");
    log.append((1..=size).map(|serial| entry(serial).to_bytes()));
    log
}

pub fn proof(log: &Log, index: u64) -> TlogProof {
    let hashes = inclusion_proof(index, log.edge.size(), &mut log.hashes()).unwrap();
    TlogProof::new(&entry(index + 1), index, hashes, log.signed(1)).unwrap()
}

#[test]
fn a_proof_file_is_written_read_and_verified() {
    for size in [1, 2, 7, 300] {
        let log = log_of(size);
        for index in [0, size / 2, size - 1] {
            let file = proof(&log, index).to_bytes();
            properties::proof(&file);
            let proven = TlogProof::parse(&file)
                .unwrap()
                .verify(&[key("x.org/log", 1).vkey().clone()])
                .unwrap();
            assert_eq!(proven.entry(), &entry(index + 1));
            assert_eq!(proven.index(), index);
            assert_eq!(proven.checkpoint().checkpoint(), &log.checkpoint());
        }
    }
}

#[test]
fn every_altered_byte_of_a_proof_file_is_found_out() {
    let file = proof(&log_of(7), 4).to_bytes();
    let keys = [key("x.org/log", 1).vkey().clone()];
    for place in 0..file.len() {
        for bit in 0..8 {
            let mut altered = file.clone();
            altered[place] ^= 1 << bit;
            let outcome = TlogProof::parse(&altered).and_then(|proof| proof.verify(&keys));
            assert!(
                outcome.is_err(),
                "byte {place}, bit {bit}: {}",
                String::from_utf8_lossy(&altered)
            );
        }
    }
}

#[test]
fn what_is_not_in_the_tree_is_not_proven() {
    let log = log_of(7);
    let hashes = inclusion_proof(3, 7, &mut log.hashes()).unwrap();
    let wrong = TlogProof::new(&entry(99), 3, hashes, log.signed(1));
    assert!(matches!(wrong, Err(TlogProofError::Inclusion(_))));
    let without_entry = String::from_utf8(proof(&log, 3).to_bytes()).unwrap();
    let without_entry: String = without_entry
        .split_inclusive('\n')
        .filter(|line| !line.starts_with("extra "))
        .collect();
    let read = TlogProof::parse(without_entry.as_bytes()).unwrap();
    assert_eq!(
        read.verify(&[key("x.org/log", 1).vkey().clone()]),
        Err(TlogProofError::NoEntry)
    );
    assert_eq!(read.to_bytes(), without_entry.as_bytes());
}

#[test]
fn only_the_form_of_the_specification_is_read() {
    let good = String::from_utf8(proof(&log_of(7), 3).to_bytes()).unwrap();
    for (from, to) in [
        ("@v1", "@v2"),
        ("index 3", "index 03"),
        ("index 3", "index  3"),
        ("index 3\n", ""),
        ("extra ", "extra"),
        ("\n\n", "\n"),
        ("\n", "\r\n"),
    ] {
        let bad = good.replacen(from, to, 1);
        assert!(TlogProof::parse(bad.as_bytes()).is_err(), "{bad}");
    }
}
