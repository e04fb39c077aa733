use std::collections::HashSet;

use protocol::identifier::{Accession, Namespace};
use protocol::record::Record;

use super::*;
use crate::node::NAMESPACE;

#[test]
fn every_record_keeps_the_rules_and_has_thirty_to_sixty_statements() {
    let vocabulary = Vocabulary::builtin();
    let namespace = Namespace::parse(NAMESPACE).unwrap();
    let mut salts = HashSet::new();
    let mut lengths = Vec::new();
    for serial in 1..=120 {
        for (id, bytes) in study_of("SYN", NAMESPACE, &vocabulary, serial, 7) {
            let id = Accession::parse(&id).unwrap();
            let record = Record::parse(bytes, &id, &namespace).unwrap();
            assert!(salts.insert(record.digest()), "{id} is there twice");
            lengths.push(record.len());
        }
    }
    assert!(lengths.len() > 1000);
    let (least, most) = (lengths.iter().min().unwrap(), lengths.iter().max().unwrap());
    assert!(
        *least >= 30 && *most <= 60,
        "from {least} to {most} statements"
    );
}

#[test]
fn a_log_is_the_same_whichever_thread_was_faster() {
    let filled = || {
        let mut log = LogMaker::new("SYN", "syn.example.org/log", NAMESPACE, 3);
        fill(&mut log, 600, 1, 3);
        log.checkpoint();
        log
    };
    let (one, other) = (filled(), filled());
    assert_eq!(one.size(), 600);
    assert_eq!(one.files(), other.files());
}
