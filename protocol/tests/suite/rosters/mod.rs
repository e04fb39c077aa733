//! Rosters: valid by themselves, one behind the other (`chain`), and what they say about a log's keys (`keys`).

mod chain;
mod keys;

use protocol::cosignature::Cosigner;
use protocol::identifier::{Origin, Prefix};
use protocol::merkle::Hash;
use protocol::note::SigningKey;
use protocol::roster::{
    Closed, Document, Log, LogKey, Member, RecordKey, Roots, Roster, RosterError, Source, Status,
    Trust, Witness,
};
use protocol::timestamp::Timestamp;
use serde_json::Map;

use super::fixture::{key, namespace};
use super::properties;

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
