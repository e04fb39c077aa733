//! Rosters: valid by themselves, one behind the other, and what they say about a log's keys.

use protocol::checkpoint::Checkpoint;
use protocol::cosignature::Cosigner;
use protocol::identifier::{Namespace, Origin, Prefix};
use protocol::merkle::Hash;
use protocol::note::SigningKey;
use protocol::roster::{
    Closed, Document, Followed, Log, LogKey, Member, OfflineError, PinError, RecordKey, Roots,
    Roster, RosterError, Source, Status, Trust, TrustedRoster, Witness,
};
use protocol::timestamp::Timestamp;
use serde_json::Map;

use super::fixture::{key, namespace};
use super::{proofs, properties};

pub fn log_key(origin: &str, seed: u8, from: u64, root: Option<Hash>) -> LogKey {
    LogKey {
        vkey: key(origin, seed).vkey().clone(),
        from,
        root,
        other: Map::new(),
    }
}

pub fn log(origin: &str, seed: u8) -> Log {
    Log {
        origin: Origin::parse(origin).unwrap(),
        url: format!("https://{origin}/"),
        keys: vec![log_key(origin, seed, 0, None)],
        closed: None,
        other: Map::new(),
    }
}

pub fn member(id: &str, prefix: &str, logs: Vec<Log>) -> Member {
    Member {
        id: id.to_owned(),
        name: format!("Institute {id}"),
        ror: Some("https://ror.org/03h2bxq36".to_owned()),
        prefix: Prefix::parse(prefix).unwrap(),
        base: Some("https://x.org/".to_owned()),
        status: Status::Active,
        successor: None,
        contact: None,
        namespace: None,
        trust: Trust::Signed,
        source: None,
        logs,
        record_keys: Vec::new(),
        other: Map::new(),
    }
}

pub fn root(seed: u8) -> SigningKey {
    key(&format!("root-{seed}.example.org"), seed)
}

pub fn roots(threshold: u64, seeds: &[u8]) -> Roots {
    Roots {
        threshold,
        keys: seeds
            .iter()
            .map(|seed| root(*seed).vkey().clone())
            .collect(),
        other: Map::new(),
    }
}

pub fn witness(name: &str, seed: u8) -> Witness {
    Witness {
        name: name.to_owned(),
        vkey: Cosigner::from_seed(name, &[seed; 32])
            .unwrap()
            .vkey()
            .clone(),
        url: format!("https://{name}"),
        other: Map::new(),
    }
}

pub fn document(version: u64) -> Document {
    Document {
        version,
        issued: Timestamp::parse("2026-11-21T09:30:00Z").unwrap(),
        expires: Timestamp::parse("2027-02-19T09:30:00Z").unwrap(),
        name: "Federation".to_owned(),
        namespace: namespace(),
        roots: roots(2, &[101, 102, 103]),
        members: vec![member("abc", "ABC", vec![log("x.org/log", 1)])],
        witnesses: Vec::new(),
        quorum: 0,
        other: Map::new(),
    }
}

pub fn signed(document: &Document, seeds: &[u8]) -> Vec<u8> {
    let roster = Roster::new(document.clone()).unwrap();
    let (first, more) = seeds.split_first().unwrap();
    let mut note = roster.sign(&root(*first)).unwrap();
    for seed in more {
        note.add(root(*seed).sign(roster.text())).unwrap();
    }
    note.to_bytes()
}

fn trusted(document: &Document) -> TrustedRoster {
    TrustedRoster::first(
        &signed(document, &[101, 102]),
        &roots(2, &[101, 102, 103]).keys,
        2,
    )
    .unwrap()
}

#[test]
fn a_roster_is_written_and_read_back() {
    let mut document = document(7);
    document.members[0].record_keys.push(RecordKey {
        multibase: "z6MkpTHR8VNsBxYAAWHut2Geadd9jSwuBV8xRoAnwWsdvktH".to_owned(),
        revoked: Some(Timestamp::parse("2026-12-01T00:00:00Z").unwrap()),
        other: Map::new(),
    });
    document.members.push(Member {
        trust: Trust::Unsigned,
        base: None,
        source: Some(Source {
            r#type: "gide".to_owned(),
            url: "https://old.example.org/crates.json".to_owned(),
            other: Map::new(),
        }),
        ..member("old", "OLD", Vec::new())
    });
    document.witnesses = vec![witness("w.org/witness", 50)];
    document.quorum = 1;
    document.other.insert("colour".to_owned(), "blue".into());
    document.members[0].logs[0]
        .other
        .insert("colour".to_owned(), 7.into());
    let roster = Roster::new(document.clone()).unwrap();
    assert_eq!(roster.document(), &document);
    assert_eq!(Roster::parse(roster.text()).unwrap(), roster);
    assert!(
        roster.text().contains("\"colour\":\"blue\"") && roster.text().contains("\"colour\":7"),
        "unknown members are kept"
    );
    properties::roster(roster.text().as_bytes());
    assert!(!roster.is_expired(document.expires.unix_seconds()));
    assert!(roster.is_expired(document.expires.unix_seconds() + 1));
    let (found, log) = roster.log(&Origin::parse("x.org/log").unwrap()).unwrap();
    assert_eq!(
        (found.id.as_str(), log.url.as_str()),
        ("abc", "https://x.org/log/")
    );
    assert_eq!(
        roster
            .member_of_prefix(&Prefix::parse("OLD").unwrap())
            .unwrap()
            .id,
        "old"
    );
    assert_eq!(roster.namespace_of(found), &namespace());
}

/// Changes a valid roster and says whether it still is; the message must name what is wrong.
fn invalid(names: &str, change: impl Fn(&mut Document)) {
    let mut changed = document(1);
    changed
        .members
        .push(member("xyz", "XYZ", vec![log("y.org/log", 2)]));
    changed.witnesses = vec![witness("w.org/witness", 50)];
    changed.quorum = 1;
    assert!(Roster::new(changed.clone()).is_ok());
    change(&mut changed);
    match Roster::new(changed) {
        Err(RosterError::Invalid(detail)) => {
            assert!(detail.contains(names), "{detail:?} does not name {names:?}")
        }
        other => panic!("{names}: {other:?}"),
    }
}

#[test]
fn what_breaks_a_rule_is_invalid_as_a_whole() {
    invalid("versions", |roster| roster.version = 0);
    invalid("100 days", |roster| {
        roster.expires = Timestamp::parse("2027-03-01T09:30:01Z").unwrap()
    });
    invalid("100 days", |roster| roster.expires = roster.issued.clone());
    invalid("threshold 0", |roster| roster.roots.threshold = 0);
    invalid("threshold 4", |roster| roster.roots.threshold = 4);
    invalid("threshold 2", |roster| roster.roots = roots(2, &[101, 101]));
    invalid("root key", |roster| {
        roster.roots.keys.push(witness("w", 9).vkey)
    });
    invalid("member id abc", |roster| {
        roster.members[1].id = "abc".to_owned()
    });
    invalid("member id", |roster| {
        roster.members[1].id = "../x".to_owned()
    });
    invalid("prefix ABC", |roster| {
        roster.members[1].prefix = Prefix::parse("ABC").unwrap()
    });
    invalid("origin x.org/log", |roster| {
        roster.members[1].logs = vec![log("x.org/log", 9)]
    });
    invalid("public key", |roster| {
        roster.members[1].logs = vec![log("y.org/log", 1)]
    });
    invalid("public key", |roster| {
        roster.members[1].logs = vec![log("y.org/log", 101)]
    });
    invalid("public key", |roster| {
        roster.witnesses[0] = witness("w.org/witness", 1)
    });
    invalid("witness", |roster| {
        roster.witnesses[0].name = "other".to_owned()
    });
    invalid("witness", |roster| {
        roster.witnesses[0].vkey = key("w.org/witness", 50).vkey().clone()
    });
    invalid("quorum", |roster| roster.quorum = 0);
    invalid("quorum", |roster| roster.quorum = 2);
    invalid("quorum", |roster| {
        roster.witnesses.push(witness("v.org/witness", 51));
        roster.quorum = 1;
    });
    invalid("no base", |roster| roster.members[1].base = None);
    invalid("base of xyz", |roster| {
        roster.members[1].base = Some("https://x.org".to_owned())
    });
    invalid("base of xyz", |roster| {
        roster.members[1].base = Some("file:///etc/".to_owned())
    });
    invalid("no log", |roster| roster.members[1].logs.clear());
    invalid("no source", |roster| {
        roster.members[1].trust = Trust::Unsigned;
        roster.members[1].logs.clear();
    });
    invalid("unsigned and has a log", |roster| {
        roster.members[1].trust = Trust::Unsigned
    });
    invalid("open log", |roster| {
        roster.members[1].logs.push(log("z.org/log", 3))
    });
    invalid("record key", |roster| {
        let multibase = "z6Mk".to_owned();
        roster.members[1].record_keys = vec![RecordKey {
            multibase,
            revoked: None,
            other: Map::new(),
        }];
    });
}

#[test]
fn a_logs_keys_follow_each_other_and_pin_the_tree() {
    let keys =
        |change: fn(&mut Log)| move |roster: &mut Document| change(&mut roster.members[1].logs[0]);
    invalid("has no key", keys(|log| log.keys.clear()));
    invalid("first key", keys(|log| log.keys[0].from = 1));
    invalid("first key", keys(|log| log.keys[0].root = Some([1; 32])));
    invalid(
        "has no root",
        keys(|log| log.keys.push(log_key("y.org/log", 3, 5, None))),
    );
    invalid(
        "do not follow",
        keys(|log| log.keys.push(log_key("y.org/log", 3, 0, Some([1; 32])))),
    );
    invalid(
        "with its name",
        keys(|log| log.keys.push(log_key("x.org/log", 3, 5, Some([1; 32])))),
    );
    invalid(
        "public key",
        keys(|log| log.keys.push(log_key("y.org/log", 2, 5, Some([1; 32])))),
    );
    invalid(
        "closed before",
        keys(|log| {
            log.keys.push(log_key("y.org/log", 3, 5, Some([1; 32])));
            log.closed = Some(Closed {
                size: 4,
                root: [1; 32],
                other: Map::new(),
            });
        }),
    );
    invalid(
        "closed before",
        keys(|log| {
            log.keys.push(log_key("y.org/log", 3, 5, Some([1; 32])));
            log.closed = Some(Closed {
                size: 5,
                root: [2; 32],
                other: Map::new(),
            });
        }),
    );
}

#[test]
fn the_first_roster_needs_the_threshold_that_the_operator_was_told() {
    let keys = roots(2, &[101, 102, 103]).keys;
    let first = |seeds: &[u8], threshold| {
        TrustedRoster::first(&signed(&document(3), seeds), &keys, threshold)
    };
    assert!(first(&[103, 101], 2).is_ok());
    assert!(
        first(&[103, 101, 99], 2).is_ok(),
        "a stranger's signature does no harm"
    );
    assert!(matches!(
        first(&[103], 2),
        Err(RosterError::Threshold {
            found: 1,
            needed: 2,
            ..
        })
    ));
    assert!(matches!(
        first(&[99, 98], 2),
        Err(RosterError::Threshold { found: 0, .. })
    ));
    assert!(matches!(
        first(&[101, 102], 0),
        Err(RosterError::Invalid(_))
    ));
    assert!(matches!(
        first(&[101, 102], 4),
        Err(RosterError::Invalid(_))
    ));
    // one key under two names counts once
    let twice = key("another-name.example.org", 101);
    let roster = Roster::new(document(3)).unwrap();
    let mut note = roster.sign(&root(101)).unwrap();
    note.add(twice.sign(roster.text())).unwrap();
    let keys = [
        root(101).vkey().clone(),
        twice.vkey().clone(),
        root(102).vkey().clone(),
    ];
    let outcome = TrustedRoster::first(&note.to_bytes(), &keys, 2);
    assert!(matches!(
        outcome,
        Err(RosterError::Threshold { found: 1, .. })
    ));
}

#[test]
fn a_later_version_needs_the_threshold_of_the_roots_before() {
    let held = trusted(&document(3));
    let newer = |version: u64, seeds: &[u8]| held.follow(&signed(&document(version), seeds));
    assert!(matches!(newer(4, &[101, 102]), Ok(Followed::Newer(_))));
    assert!(
        matches!(newer(9, &[102, 103]), Ok(Followed::Newer(_))),
        "versions may be left out while the roots stay"
    );
    assert!(matches!(
        newer(4, &[101]),
        Err(RosterError::Threshold { .. })
    ));
    assert!(matches!(
        newer(2, &[101, 102]),
        Err(RosterError::Older { found: 2, held: 3 })
    ));
    assert!(matches!(newer(3, &[103, 102]), Ok(Followed::Same)));
    let mut other = document(3);
    other.name = "Another federation".to_owned();
    assert_eq!(
        held.follow(&signed(&other, &[101, 102])),
        Err(RosterError::Conflict(3))
    );
    assert!(
        matches!(
            held.follow(&signed(&other, &[101])),
            Err(RosterError::Threshold { .. })
        ),
        "one root alone makes no evidence"
    );
}

#[test]
fn new_roots_come_one_version_at_a_time_and_sign_for_themselves() {
    let held = trusted(&document(3));
    let mut next = document(4);
    next.roots = roots(1, &[104, 105]);
    assert!(matches!(
        held.follow(&signed(&next, &[101, 102])),
        Err(RosterError::Threshold { whose: "new", .. })
    ));
    assert!(matches!(
        held.follow(&signed(&next, &[104, 105])),
        Err(RosterError::Threshold { whose: "known", .. })
    ));
    let Ok(Followed::Newer(after)) = held.follow(&signed(&next, &[101, 102, 104])) else {
        panic!("both signed");
    };
    let mut later = document(6);
    later.roots = next.roots.clone();
    assert_eq!(
        held.follow(&signed(&later, &[101, 102, 104])),
        Err(RosterError::Gap { held: 3 })
    );
    assert!(matches!(
        after.follow(&signed(&later, &[105])),
        Ok(Followed::Newer(_))
    ));
    assert!(matches!(
        after.follow(&signed(&document(5), &[101, 102])),
        Err(RosterError::Threshold { .. })
    ));
}

#[test]
fn what_may_only_grow_is_not_changed() {
    let mut base = document(3);
    base.members
        .push(member("xyz", "XYZ", vec![log("y.org/log", 2)]));
    base.members[1].logs[0]
        .keys
        .push(log_key("y.org/log", 3, 5, Some([1; 32])));
    let held = trusted(&base);
    let follow = |change: fn(&mut Document)| {
        let mut next = base.clone();
        next.version = 4;
        change(&mut next);
        held.follow(&signed(&next, &[101, 102]))
    };
    let refused: [fn(&mut Document); 9] = [
        |next| next.members.truncate(1),
        |next| next.members[1].id = "zyx".to_owned(),
        |next| next.members[1].prefix = Prefix::parse("ZYX").unwrap(),
        |next| next.members[1].namespace = Some(namespace()),
        |next| next.namespace = Namespace::parse("https://other.example.org/id/").unwrap(),
        |next| next.members[1].logs = vec![log("z.org/log", 2)],
        |next| next.members[1].logs[0].keys.truncate(1),
        |next| next.members[1].logs[0].keys[1].from = 6,
        |next| next.members[1].logs[0].keys[1].root = Some([2; 32]),
    ];
    for (number, change) in refused.into_iter().enumerate() {
        assert!(
            matches!(follow(change), Err(RosterError::NotAppended(_))),
            "change {number}"
        );
    }
    let allowed: [fn(&mut Document); 7] = [
        |next| next.members.reverse(),
        |next| next.members[1].status = Status::Retired,
        |next| next.members[1].base = Some("https://moved.org/".to_owned()),
        |next| next.members[1].logs[0].url = "https://moved.org/log/".to_owned(),
        |next| {
            next.members[1].logs[0]
                .keys
                .push(log_key("y.org/log", 4, 9, Some([3; 32])))
        },
        |next| {
            next.members[1].logs[0].closed = Some(Closed {
                size: 7,
                root: [4; 32],
                other: Map::new(),
            })
        },
        |next| {
            next.members
                .push(member("new", "NEW", vec![log("n.org/log", 9)]))
        },
    ];
    for (number, change) in allowed.into_iter().enumerate() {
        let followed = follow(change);
        assert!(
            matches!(followed, Ok(Followed::Newer(_))),
            "change {number}: {followed:?}"
        );
    }
}

#[test]
fn a_closed_log_stays_closed_and_is_followed_by_a_new_one() {
    let mut base = document(3);
    base.members[0].logs[0].closed = Some(Closed {
        size: 7,
        root: [4; 32],
        other: Map::new(),
    });
    let held = trusted(&base);
    let follow = |change: fn(&mut Document)| {
        let mut next = base.clone();
        next.version = 4;
        change(&mut next);
        held.follow(&signed(&next, &[101, 102]))
    };
    assert!(matches!(
        follow(|next| next.members[0].logs.push(log("x.org/log-2", 9))),
        Ok(Followed::Newer(_))
    ));
    let refused: [fn(&mut Document); 3] = [
        |next| next.members[0].logs[0].closed = None,
        |next| {
            next.members[0].logs[0].closed = Some(Closed {
                size: 8,
                root: [4; 32],
                other: Map::new(),
            })
        },
        |next| {
            next.members[0].logs[0]
                .keys
                .push(log_key("x.org/log", 9, 7, Some([4; 32])))
        },
    ];
    for change in refused {
        assert!(matches!(follow(change), Err(RosterError::NotAppended(_))));
    }
}

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

#[test]
fn only_the_form_of_a_roster_is_read() {
    let good = Roster::new(document(1)).unwrap().text().to_owned();
    for (from, to) in [
        ("/v1", "/v2"),
        ("\n{", "{"),
        ("}\n", "}"),
        ("\"version\":1", "\"version\": 1"),
        ("\"version\":1", "\"version\":-1"),
        ("active", "asleep"),
        ("\"members\"", "\"nembers\""),
    ] {
        let bad = good.replacen(from, to, 1);
        assert_ne!(bad, good);
        assert!(Roster::parse(&bad).is_err(), "{bad}");
    }
}
