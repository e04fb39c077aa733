//! Made logs are what a node would publish, and false only where they are meant to be.

use protocol::checkpoint;
use protocol::fork::Evidence;
use protocol::merkle::{Leaves, leaf_hash};
use protocol::note::{Note, VerifierKey};

use super::a_log;
use crate::federation::{LogMaker, LyingNode, sample, synthetic};
use crate::independent;
use crate::node::NAMESPACE;

#[test]
fn a_made_log_is_proved_by_a_reader_that_shares_no_code_with_its_maker() {
    for records in [3, 251, 252, 253, 508, 600] {
        let log = a_log(records);
        let node = LyingNode::of(&log);
        let read = independent::read(&node.log(), log.vkey()).unwrap();
        assert_eq!((read.head.size, read.head.root), (log.size(), log.root()));
        assert_eq!(read.operations("ABC-S1"), ["put", "suppress", "restore"]);
        assert_eq!(read.records.len() as u64, records + 1);
    }
}

#[test]
fn what_is_redacted_is_gone_from_bundle_and_folder() {
    let mut log = a_log(300);
    let namespace = log.namespace().clone();
    let kept = log.put(
        "ABC-S301",
        sample::study(&namespace, "ABC-S301", "Septin rings, kept"),
    );
    let in_full_bundle = log.put(
        "ABC-S302",
        sample::study(&namespace, "ABC-S302", "Septin rings, secret"),
    );
    for serial in 303..=520 {
        let id = format!("ABC-S{serial}");
        log.put(&id, sample::study(&namespace, &id, "Septin rings, more"));
    }
    let in_the_last = log.put(
        "ABC-S521",
        sample::study(&namespace, "ABC-S521", "Septin rings, secret"),
    );
    log.redact(&in_full_bundle);
    log.redact(&in_the_last);
    log.checkpoint();
    let node = LyingNode::of(&log);
    let read = independent::read(&node.log(), log.vkey()).unwrap();
    assert!(read.record(&kept.id, 1).is_some());
    for gone in [in_full_bundle, in_the_last] {
        assert!(read.record(&gone.id, 1).is_none());
    }
}

#[test]
fn a_log_in_a_folder_is_the_log_in_memory() {
    let folder = tempfile::tempdir().unwrap();
    let make = |log: LogMaker| {
        let mut log = log;
        synthetic::fill(&mut log, 300, 1, 5);
        log.checkpoint();
        log
    };
    let new = || LogMaker::new("ABC", "abc.example.org/omma/log", NAMESPACE, 5);
    let in_memory = make(new());
    let in_folder = make(new().in_folder(folder.path()));
    assert_eq!(in_memory.root(), in_folder.root());
    let on_disk = crate::folder::contents(folder.path());
    let held: Vec<_> = in_memory
        .files()
        .iter()
        .map(|(path, bytes)| (path.into(), bytes.to_vec()))
        .collect();
    let mut sorted = on_disk;
    sorted.sort();
    let mut expected: Vec<(std::path::PathBuf, Vec<u8>)> = held;
    expected.sort();
    assert_eq!(sorted, expected);
    let identity = LyingNode::of(&in_memory).identity().clone();
    let node = LyingNode::of_folder(folder.path(), identity);
    independent::read(&node.log(), in_folder.vkey()).unwrap();
}

#[test]
fn two_pasts_of_one_log_are_a_fork_that_can_be_proved() {
    let mut log = a_log(10);
    let mut other = log.fork();
    let namespace = log.namespace().clone();
    log.put(
        "ABC-S11",
        sample::study(&namespace, "ABC-S11", "Told to one"),
    );
    other.put(
        "ABC-S11",
        sample::study(&namespace, "ABC-S11", "Told to another"),
    );
    other.put("ABC-S12", sample::study(&namespace, "ABC-S12", "And more"));
    let notes = [log.checkpoint(), other.checkpoint()].map(|note| Note::parse(&note).unwrap());
    let [one, larger] = notes;
    let node = LyingNode::of(&other);
    let entries = independent::read(&node.log(), other.vkey())
        .unwrap()
        .entries;
    let leaves: Vec<_> = entries.iter().map(|entry| leaf_hash(entry)).collect();
    let evidence = Evidence::collect(one, larger, &mut Leaves(&leaves))
        .unwrap()
        .unwrap();
    let key = VerifierKey::parse(log.vkey()).unwrap();
    let fork = evidence.verify(&[key]).unwrap();
    assert_eq!((fork.smaller().size(), fork.larger().size()), (15, 16));
}

#[test]
fn checkpoints_are_false_in_the_way_they_are_meant_to_be() {
    let log = a_log(3);
    let key = VerifierKey::parse(log.vkey()).unwrap();
    let keys = [key];
    let opened = |note: &[u8]| checkpoint::open(note, &keys);
    assert!(opened(&log.note(log.size(), log.root())).is_ok());
    assert!(opened(&log.note(9, [7; 32])).is_ok());
    assert!(opened(&log.note_by_another_key()).is_err());
    let other = log.note_of_another_origin("xyz.example.org/log");
    assert!(other.starts_with(b"xyz.example.org/log\n"));
    assert!(opened(&other).is_err());
}
