//! Evidence of forks.

use protocol::checkpoint::Checkpoint;
use protocol::fork::{Evidence, EvidenceError};
use protocol::merkle::Leaves;
use protocol::note::{Note, VerifierKey};

use super::fixture::{Log, key};
use super::properties;

pub fn log_of(size: u64, forked_at: u64) -> Log {
    let mut log = Log::new("x.org/log");
    log.append((0..size).map(|index| {
        let side = if index < forked_at { "left" } else { "right" };
        format!("{side} {index}").into_bytes()
    }));
    log
}

fn keys() -> [VerifierKey; 1] {
    [key("x.org/log", 1).vkey().clone()]
}

fn collect(one: &Log, other: &Log) -> Result<Evidence, EvidenceError> {
    let larger = if one.edge.size() > other.edge.size() {
        one
    } else {
        other
    };
    Evidence::collect(one.signed(1), other.signed(1), &mut larger.hashes()).unwrap()
}

#[test]
fn two_heads_that_do_not_fit_are_evidence_in_either_order() {
    for (smaller, larger) in [(1, 2), (3, 7), (7, 7), (255, 256), (256, 300), (300, 700)] {
        let (honest, forked) = (log_of(smaller, smaller), log_of(larger, 0));
        for evidence in [collect(&honest, &forked), collect(&forked, &honest)] {
            let bytes = evidence.unwrap().to_bytes().unwrap();
            properties::evidence(&bytes);
            let fork = Evidence::parse(&bytes).unwrap().verify(&keys()).unwrap();
            assert_eq!(fork.smaller().size(), smaller);
            assert_eq!(fork.larger().size(), larger);
        }
    }
}

#[test]
fn an_empty_tree_with_another_root_is_a_fork() {
    let log = log_of(3, 3);
    let empty = Checkpoint::new(log.origin.clone(), 0, [1; 32])
        .sign(&key("x.org/log", 1))
        .unwrap();
    let evidence = Evidence::collect(empty, log.signed(1), &mut log.hashes()).unwrap();
    assert!(evidence.unwrap().verify(&keys()).is_ok());
}

#[test]
fn heads_that_fit_are_no_evidence() {
    for (smaller, larger) in [(0, 3), (3, 7), (7, 7), (256, 300)] {
        let outcome = collect(&log_of(smaller, 1000), &log_of(larger, 1000));
        assert_eq!(
            outcome,
            Err(EvidenceError::NoFork),
            "{smaller} and {larger}"
        );
    }
}

#[test]
fn nobody_can_frame_a_log_with_hashes_or_signatures_of_their_own() {
    let (smaller, larger) = (log_of(3, 1000), log_of(7, 1000));
    // hashes of another tree do not give the larger root
    let other = log_of(7, 0);
    let outcome =
        Evidence::collect(smaller.signed(1), larger.signed(1), &mut other.hashes()).unwrap();
    assert_eq!(outcome, Err(EvidenceError::Unrelated));
    // a checkpoint that the log never signed
    let forged = other.signed(2);
    let evidence = Evidence::collect(smaller.signed(1), forged, &mut other.hashes()).unwrap();
    assert!(matches!(
        evidence.unwrap().verify(&keys()),
        Err(EvidenceError::Checkpoint(_))
    ));
    // checkpoints of two logs
    let mut elsewhere = Log::new("y.org/log");
    elsewhere.append([b"one".to_vec()]);
    let outcome =
        Evidence::collect(smaller.signed(1), elsewhere.signed(1), &mut Leaves(&[])).unwrap();
    assert!(matches!(outcome, Err(EvidenceError::TwoLogs(..))));
}

#[test]
fn every_altered_byte_of_evidence_is_found_out() {
    let bytes = collect(&log_of(3, 1000), &log_of(7, 0))
        .unwrap()
        .to_bytes()
        .unwrap();
    let mut still_true = 0;
    for place in 0..bytes.len() {
        let mut altered = bytes.clone();
        altered[place] ^= 1;
        if let Ok(evidence) = Evidence::parse(&altered) {
            still_true += usize::from(evidence.verify(&keys()).is_ok());
        }
    }
    assert_eq!(still_true, 0);
    let text = String::from_utf8(bytes).unwrap();
    let more = text.replace("\"format\"", "\"extra\":1,\"format\"");
    assert!(Evidence::parse(more.as_bytes()).is_err());
    assert!(Note::parse(text.as_bytes()).is_err());
}
