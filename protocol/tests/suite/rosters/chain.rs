//! How one roster follows another.

use protocol::identifier::{Namespace, Prefix};
use protocol::roster::{Closed, Document, Followed, Roster, RosterError, Status, TrustedRoster};
use serde_json::Map;

use super::{document, log, log_key, member, root, roots, signed};
use crate::fixture::{key, namespace};

fn trusted(document: &Document) -> TrustedRoster {
    TrustedRoster::first(
        &signed(document, &[101, 102]),
        &roots(2, &[101, 102, 103]).keys,
        2,
    )
    .unwrap()
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
