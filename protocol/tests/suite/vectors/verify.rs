//! Verifies the vectors from their files alone.

use protocol::bundle::{decode_entries, decode_records};
use protocol::checkpoint::{self, Checkpoint};
use protocol::cosignature;
use protocol::digest::Digest;
use protocol::entry::{Entry, Operation};
use protocol::fork::Evidence;
use protocol::history::History;
use protocol::identifier::{Prefix, VersionedId};
use protocol::merkle::{consistency_proof, leaf_hash, tree_root, verify_consistency};
use protocol::note::VerifierKey;
use protocol::proof::TlogProof;
use protocol::record::Record;
use protocol::roster::{Followed, RosterError, TrustedRoster};
use protocol::tile::{TileAddress, TileHashes, check_bundle, entry_bundles_of, hashes, tiles_of};
use serde_json::Value;

use super::folder;
use super::story::{outcome_name, state_name};
use crate::fixture::namespace;

fn read(path: &str) -> Vec<u8> {
    std::fs::read(folder().join(path)).unwrap()
}

fn json(path: &str) -> Value {
    serde_json::from_slice(&read(path)).unwrap()
}

fn rows(path: &str) -> Vec<Value> {
    json(path).as_array().unwrap().clone()
}

fn text<'a>(row: &'a Value, name: &str) -> &'a str {
    row[name].as_str().unwrap()
}

fn keys(name: &str) -> Vec<VerifierKey> {
    serde_json::from_value(json("keys.json")[name].clone()).unwrap()
}

fn witness() -> VerifierKey {
    serde_json::from_value(json("keys.json")["witness"].clone()).unwrap()
}

#[test]
fn records_are_accepted_and_refused_for_ever() {
    for name in ["ABC-S1.1", "ABC-S1.2", "ABC-S1-I1.1", "ABC-N1.1"] {
        let about = VersionedId::parse(name).unwrap();
        let bytes = read(&format!("record/{name}.nq"));
        let record = Record::parse(bytes.clone(), about.id(), &namespace()).unwrap();
        let statements = record
            .statements()
            .map(|statement| statement.to_statement())
            .collect();
        assert_eq!(
            Record::from_statements(about.id(), &namespace(), statements)
                .unwrap()
                .bytes(),
            bytes
        );
    }
    for row in rows("record/refused.json") {
        let about = crate::fixture::id(text(&row, "about"));
        let error = Record::parse(text(&row, "bytes").into(), &about, &namespace()).unwrap_err();
        assert_eq!(error.code(), text(&row, "code"), "{row}");
    }
}

#[test]
fn entries_are_accepted_and_refused_for_ever() {
    for row in rows("entry/accepted.json") {
        let bytes = text(&row, "entry").as_bytes();
        let entry = Entry::parse(bytes).unwrap();
        assert_eq!(
            (entry.id(), entry.kind(), entry.operation().name()),
            (text(&row, "id"), text(&row, "kind"), text(&row, "op"))
        );
        assert_eq!(
            Digest::from_bytes(leaf_hash(bytes)).to_string(),
            text(&row, "leaf")
        );
    }
    for row in rows("entry/refused.json") {
        let error = Entry::parse(text(&row, "bytes").as_bytes()).unwrap_err();
        assert_eq!(error.code(), text(&row, "code"), "{row}");
    }
}

#[test]
fn the_history_goes_as_it_went() {
    let story = json("history.json");
    let mut history = History::new(Prefix::parse(text(&story, "prefix")).unwrap());
    for (index, step) in (0..).zip(story["steps"].as_array().unwrap()) {
        let entry = Entry::parse(text(step, "entry").as_bytes()).unwrap();
        assert_eq!(
            outcome_name(&history.apply(index, &entry)),
            text(step, "outcome"),
            "{step}"
        );
        assert_eq!(
            state_name(history.state(entry.accession().unwrap()).as_ref()),
            text(step, "state"),
            "{step}"
        );
    }
}

#[test]
fn the_log_verifies_from_its_checkpoint_down_to_every_record() {
    let signed = checkpoint::open(&read("log/checkpoint"), &keys("log")).unwrap();
    assert_eq!(signed.signers(), &keys("log")[1..]);
    assert_eq!(
        cosignature::verify(signed.note(), &witness()),
        Ok(Some(1_795_253_460))
    );
    let (size, root) = (signed.checkpoint().size(), signed.checkpoint().root());
    let fetch = |address: TileAddress| {
        Ok::<_, std::convert::Infallible>(read(&format!("log/{}", address.path())))
    };
    let mut source = TileHashes::new(size, fetch);
    assert_eq!(tree_root(size, &mut source).unwrap(), *root);
    let earlier = tree_root(256, &mut source).unwrap();
    let proof = consistency_proof(256, size, &mut source).unwrap();
    assert_eq!(
        verify_consistency(256, &earlier, size, root, &proof),
        Ok(())
    );
    for address in tiles_of(size) {
        assert_eq!(
            hashes(&fetch(address).unwrap()).unwrap().len(),
            usize::from(address.width())
        );
    }
    let mut entries = Vec::new();
    for address in entry_bundles_of(size) {
        let bundle = read(&format!("log/{}", address.path()));
        let decoded = decode_entries(&bundle, address.width()).unwrap();
        let tile = hashes(&fetch(address.tile()).unwrap()).unwrap();
        assert_eq!(check_bundle(&decoded, &tile), Ok(()));
        entries.extend(
            decoded
                .into_iter()
                .map(|bytes| Entry::parse(bytes).unwrap()),
        );
    }
    let mut history = History::new(Prefix::parse("ABC").unwrap());
    for (index, entry) in (0..).zip(&entries) {
        history.apply(index, entry).unwrap();
    }
    check_records(&entries[..256], &history);
}

fn check_records(entries: &[Entry], history: &History) {
    let puts: Vec<_> = entries
        .iter()
        .filter_map(|entry| match entry.operation() {
            Operation::Put { record, size, .. } => {
                Some((entry.accession().unwrap(), *record, *size))
            }
            _ => None,
        })
        .collect();
    let sizes: Vec<_> = puts.iter().map(|(_, _, size)| *size).collect();
    let bundle = read("log/records/000.inflated");
    let records = decode_records(&bundle, &sizes).unwrap();
    for ((about, digest, size), bytes) in puts.into_iter().zip(records) {
        match bytes {
            Some(bytes) => {
                let record = Record::parse(bytes.to_vec(), about, &namespace()).unwrap();
                assert_eq!((record.digest(), record.size()), (digest, size));
            }
            None => assert!(history.is_redacted(about, &digest)),
        }
    }
}

#[test]
fn the_roster_chain_is_walked_and_establishes_the_proof() {
    let follow = |held: &TrustedRoster, path: &str| match held.follow(&read(path)) {
        Ok(Followed::Newer(next)) => Ok(*next),
        Ok(Followed::Same) => panic!("{path} is the roster held"),
        Err(error) => Err(error),
    };
    let first = TrustedRoster::first(&read("roster/1.note"), &keys("first roots"), 2).unwrap();
    assert!(
        matches!(
            follow(&first, "roster/3.note"),
            Err(RosterError::Threshold { .. })
        ),
        "its roots are unknown to version 1"
    );
    let second = follow(&first, "roster/2.note").unwrap();
    let third = follow(&second, "roster/3.note").unwrap();
    let fifth = follow(&third, "roster/5.note").unwrap();
    assert!(matches!(
        follow(&fifth, "roster/3.note"),
        Err(RosterError::Older { .. })
    ));
    assert_eq!(follow(&second, "roster/5.note").unwrap(), fifth);

    let proof = TlogProof::parse(&read("proof/ABC-S1.2.tlog-proof")).unwrap();
    let verdict = fifth.roster().verify_proof(&proof).unwrap();
    assert_eq!(verdict.member.id, "abc");
    assert_eq!(verdict.witnesses, [("w.org/witness", 1_795_253_460)]);
    let Operation::Put {
        record, version, ..
    } = verdict.proven.entry().operation()
    else {
        panic!("the proof is of a put");
    };
    assert_eq!(
        (*record, *version),
        (Digest::of(&read("record/ABC-S1.2.nq")), 2)
    );
    assert!(
        second.roster().verify_proof(&proof).is_err(),
        "version 2 did not know the key"
    );
}

#[test]
fn the_pin_is_the_root_of_the_log_at_that_size() {
    let head = Checkpoint::parse(
        checkpoint::open(&read("log/checkpoint"), &keys("log"))
            .unwrap()
            .note()
            .text(),
    )
    .unwrap();
    let fetch = |address: TileAddress| {
        Ok::<_, std::convert::Infallible>(read(&format!("log/{}", address.path())))
    };
    let second =
        TrustedRoster::first(&read("roster/3.note"), &keys_of("roster/2.note"), 2).unwrap();
    let (_, log) = second.roster().log(head.origin()).unwrap();
    for (size, root) in log.pins() {
        assert_eq!(
            tree_root(size, &mut TileHashes::new(head.size(), fetch)).unwrap(),
            root
        );
    }
    assert_eq!(log.pins().len(), 1);
}

fn keys_of(path: &str) -> Vec<VerifierKey> {
    let first = TrustedRoster::first(&read("roster/1.note"), &keys("first roots"), 2).unwrap();
    let Ok(Followed::Newer(next)) = first.follow(&read(path)) else {
        panic!("{path} follows the first");
    };
    next.roster().document().roots.keys.clone()
}

#[test]
fn the_fork_is_proven() {
    let fork = Evidence::parse(&read("fork/evidence.json"))
        .unwrap()
        .verify(&keys("log"))
        .unwrap();
    assert_eq!((fork.smaller().size(), fork.larger().size()), (200, 260));
}
