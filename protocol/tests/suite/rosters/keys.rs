//! Which keys count at which size, and what stands offline.

use protocol::checkpoint::Checkpoint;
use protocol::cosignature::Cosigner;
use protocol::identifier::{Origin, Prefix};
use protocol::roster::{Closed, Document, OfflineError, PinError, Roster};
use serde_json::Map;

use super::{document, log, log_key, witness};
use crate::proofs;

#[test]
fn keys_are_valid_by_size_and_at_the_boundary_both() {
    let mut log = log("x.org/log", 1);
    log.keys.push(log_key("x.org/log", 2, 812, Some([8; 32])));
    log.closed = Some(Closed {
        size: 900,
        root: [9; 32],
        other: Map::new(),
    });
    let names = |size: u64| -> Vec<bool> {
        log.keys_at(size)
            .iter()
            .map(|valid| *valid == log.keys[0].vkey)
            .collect()
    };
    assert_eq!(names(0), [true]);
    assert_eq!(names(811), [true]);
    assert_eq!(names(812), [true, false]);
    assert_eq!(names(813), [false]);
    assert_eq!(names(900), [false]);
    assert_eq!(names(901), [] as [bool; 0]);
    assert_eq!(log.pins(), [(812, [8; 32]), (900, [9; 32])]);
}

#[test]
fn pins_decide_what_stands_offline() {
    let mut log = log("x.org/log", 1);
    let checkpoint =
        |size, root| Checkpoint::new(Origin::parse("x.org/log").unwrap(), size, [root; 32]);
    assert_eq!(log.check_pins(&checkpoint(3, 3)), Ok(()));
    log.keys.push(log_key("x.org/log", 2, 812, Some([8; 32])));
    assert_eq!(
        log.check_pins(&checkpoint(811, 3)),
        Err(PinError::BelowPin {
            size: 811,
            pin: 812
        })
    );
    assert_eq!(
        log.check_pins(&checkpoint(812, 3)),
        Err(PinError::OtherRoot(812))
    );
    assert_eq!(log.check_pins(&checkpoint(812, 8)), Ok(()));
    assert_eq!(log.check_pins(&checkpoint(813, 3)), Ok(()));
    log.closed = Some(Closed {
        size: 900,
        root: [9; 32],
        other: Map::new(),
    });
    assert_eq!(
        log.check_pins(&checkpoint(813, 3)),
        Err(PinError::Closed {
            size: 813,
            closed: 900
        })
    );
    assert_eq!(
        log.check_pins(&checkpoint(900, 8)),
        Err(PinError::OtherRoot(900))
    );
    assert_eq!(log.check_pins(&checkpoint(900, 9)), Ok(()));
}

#[test]
fn a_proof_file_and_a_roster_stand_by_themselves() {
    let tree = proofs::log_of(7);
    let proof = proofs::proof(&tree, 4);
    let roster = |document: Document| Roster::new(document).unwrap();
    let verdict = roster(document(1));
    let verdict = verdict.verify_proof(&proof).unwrap();
    assert_eq!(
        (verdict.member.id.as_str(), verdict.proven.index()),
        ("abc", 4)
    );
    assert_eq!(verdict.witnesses, []);

    let mut cosigned = tree.signed(1);
    let cosigner = Cosigner::from_seed("w.org/witness", &[50; 32]).unwrap();
    cosigned
        .add(cosigner.cosign(&tree.checkpoint(), 1_700_000_000).unwrap())
        .unwrap();
    let text = proof
        .to_string()
        .replace(&tree.signed(1).to_string(), &cosigned.to_string());
    let with_cosignature = protocol::proof::TlogProof::parse(text.as_bytes()).unwrap();
    let mut with_witness = document(1);
    with_witness.witnesses = vec![witness("w.org/witness", 50)];
    with_witness.quorum = 1;
    let with_witness = roster(with_witness);
    assert_eq!(
        with_witness
            .verify_proof(&with_cosignature)
            .unwrap()
            .witnesses,
        [("w.org/witness", 1_700_000_000)]
    );
    assert_eq!(with_witness.verify_proof(&proof).unwrap().witnesses, []);

    let refuse = |change: fn(&mut Document)| {
        let mut changed = document(1);
        change(&mut changed);
        roster(changed)
            .verify_proof(&proof)
            .map(|_| ())
            .unwrap_err()
    };
    assert!(matches!(
        refuse(|roster| roster.members[0].logs = vec![log("y.org/log", 1)]),
        OfflineError::UnknownLog(_)
    ));
    assert!(matches!(
        refuse(|roster| roster.members[0].logs = vec![log("x.org/log", 2)]),
        OfflineError::Proof(_)
    ));
    assert!(matches!(
        refuse(|roster| roster.members[0].prefix = Prefix::parse("XYZ").unwrap()),
        OfflineError::ForeignId { .. }
    ));
    assert!(matches!(
        refuse(|roster| roster.members[0].logs[0].keys.push(log_key(
            "x.org/log",
            2,
            5,
            Some([1; 32])
        ))),
        OfflineError::Proof(_)
    ));
    assert!(matches!(
        refuse(|roster| roster.members[0].logs[0].keys.push(log_key(
            "x.org/log",
            2,
            7,
            Some([1; 32])
        ))),
        OfflineError::Pin(PinError::OtherRoot(7))
    ));
    let closed_early = refuse(|roster| {
        roster.members[0].logs[0].closed = Some(Closed {
            size: 5,
            root: [1; 32],
            other: Map::new(),
        })
    });
    assert!(matches!(closed_early, OfflineError::NoKey { size: 7, .. }));
}
