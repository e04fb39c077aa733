//! The state machine as stories: each step is an operation and what comes of it.

use protocol::digest::Digest;
use protocol::entry::{Entry, Operation, Reason, commitment};
use protocol::history::{Applied, History, State};
use protocol::identifier::{Prefix, ResourceId};
use protocol::timestamp::Timestamp;

use super::fixture::{TIME, id};

/// A member's history, told in words: `put ABC-S1 1`, `withdraw ABC-S1 error`, `replace ABC-S1 ABC-S2 error`, …
struct Story {
    history: History,
    index: u64,
}

impl Story {
    fn new() -> Self {
        Self {
            history: History::new(Prefix::parse("ABC").unwrap()),
            index: 0,
        }
    }

    /// Applies one operation; gives `ok` or the code of the refusal.
    fn tell(&mut self, words: &str) -> String {
        let entry = entry(words);
        let outcome = self.history.apply(self.index, &entry);
        self.index += 1;
        outcome.map_or_else(|rejection| rejection.code().to_owned(), |_| "ok".to_owned())
    }

    fn run(&mut self, steps: &[(&str, &str)]) {
        for (number, (words, outcome)) in (1..).zip(steps) {
            assert_eq!(self.tell(words), *outcome, "step {number}: {words}");
        }
    }

    fn state(&self, name: &str) -> Option<State> {
        self.history.state(&id(name))
    }
}

fn record(version: u64) -> Digest {
    Digest::of(&version.to_be_bytes())
}

fn gone(reason: Reason) -> Option<State> {
    Some(State::Gone { reason, by: None })
}

fn put(version: u64) -> Operation {
    Operation::Put {
        record: record(version),
        size: 1,
        version,
        opens: None,
        nonce: None,
    }
}

fn entry(words: &str) -> Entry {
    let words: Vec<_> = words.split(' ').collect();
    let reason = |place: usize| Reason::parse(words[place]).unwrap();
    let operation = match words[0] {
        "put" => put(words[2].parse().unwrap()),
        "suppress" => Operation::Suppress { reason: reason(2) },
        "restore" => Operation::Restore { reason: reason(2) },
        "withdraw" => Operation::Withdraw { reason: reason(2) },
        "replace" => Operation::Replace {
            by: ResourceId::parse(words[2]).unwrap(),
            reason: reason(3),
        },
        "redact" => Operation::Redact {
            record: record(words[2].parse().unwrap()),
            reason: reason(3),
        },
        "commit" => Operation::Commit {
            commitment: commitment(&[9; 32], &record(words[2].parse().unwrap())),
            release: Timestamp::parse(TIME).unwrap(),
        },
        "open" => Operation::Put {
            record: record(words[2].parse().unwrap()),
            size: 1,
            version: words[2].parse().unwrap(),
            opens: Some(words[3].parse().unwrap()),
            nonce: Some([9; 32]),
        },
        other => panic!("no such word: {other}"),
    };
    Entry::new(&id(words[1]), &operation, TIME).unwrap()
}

#[test]
fn a_study_is_published_revised_and_withdrawn() {
    let mut story = Story::new();
    assert_eq!(story.state("ABC-S1"), None);
    assert_eq!(story.history.next_version(&id("ABC-S1")), 1);
    story.run(&[
        ("put ABC-S1 1", "ok"),
        ("put ABC-S1-I1 1", "ok"),
        ("put ABC-S1 2", "ok"),
    ]);
    assert_eq!(story.state("ABC-S1"), Some(State::Public));
    assert_eq!(story.history.next_version(&id("ABC-S1")), 3);
    story.run(&[("withdraw ABC-S1 consent", "ok")]);
    assert_eq!(story.state("ABC-S1"), gone(Reason::Consent));
    assert_eq!(story.state("ABC-S1-I1"), gone(Reason::Consent));
    story.run(&[
        ("put ABC-S1 3", "gone"),
        ("put ABC-S1-I1 2", "gone"),
        ("put ABC-S1-I2 1", "gone"),
        ("restore ABC-S1 error", "gone"),
        ("suppress ABC-S1-I1 error", "gone"),
        ("withdraw ABC-S1-I1 error", "gone"),
        ("replace ABC-S1 ABC-S2 error", "gone"),
        ("commit ABC-S1 9", "gone"),
        ("redact ABC-S1 1 consent", "ok"),
        ("redact ABC-S1-I1 1 consent", "ok"),
    ]);
    assert!(story.history.is_redacted(&id("ABC-S1"), &record(1)));
    assert!(!story.history.is_redacted(&id("ABC-S1"), &record(2)));
    assert!(!story.history.is_redacted(&id("ABC-S2"), &record(1)));
    assert_eq!(
        story.state("ABC-S1-I2"),
        None,
        "an image that was never there is not gone"
    );
}

#[test]
fn versions_count_every_well_formed_put_of_that_id() {
    let mut story = Story::new();
    story.run(&[
        ("put ABC-S1 2", "version"),
        // the refused one counted
        ("put ABC-S1 1", "version"),
        ("suppress ABC-S1 error", "unknown-id"),
        ("put ABC-S1 3", "ok"),
        ("put ABC-S1 3", "version"),
        ("put ABC-S1 5", "ok"),
        ("put ABC-S1-I1 1", "ok"),
        ("put ABC-S10 1", "ok"),
    ]);
    assert_eq!(story.history.next_version(&id("ABC-S1")), 6);
    assert_eq!(story.history.next_version(&id("ABC-S1-I1")), 2);
}

#[test]
fn what_was_suppressed_can_come_back() {
    let mut story = Story::new();
    story.run(&[
        ("suppress ABC-S1 error", "unknown-id"),
        ("put ABC-S1 1", "ok"),
        ("restore ABC-S1 error", "move"),
        ("suppress ABC-S1 error", "ok"),
        ("suppress ABC-S1 error", "move"),
        ("put ABC-S1 2", "ok"),
    ]);
    assert_eq!(
        story.state("ABC-S1"),
        Some(State::Suppressed),
        "a new version keeps the state"
    );
    story.run(&[
        ("restore ABC-S1 error", "ok"),
        ("suppress ABC-S1 error", "ok"),
        ("replace ABC-S1 XYZ-S7 duplicate", "ok"),
    ]);
    let by = Some(ResourceId::parse("XYZ-S7").unwrap());
    let reason = Reason::Duplicate;
    assert_eq!(story.state("ABC-S1"), Some(State::Gone { reason, by }));
}

#[test]
fn an_operation_on_a_study_holds_for_its_parts_beside_their_own() {
    let mut story = Story::new();
    story.run(&[
        ("put ABC-S1 1", "ok"),
        ("put ABC-S1-I1 1", "ok"),
        ("put ABC-S1-I2 1", "ok"),
        ("put ABC-S10 1", "ok"),
        ("put ABC-N1 1", "ok"),
        ("suppress ABC-S1-I1 error", "ok"),
        ("suppress ABC-S1 error", "ok"),
        ("put ABC-S1-A1 1", "ok"),
    ]);
    for part in ["ABC-S1", "ABC-S1-I1", "ABC-S1-I2", "ABC-S1-A1"] {
        assert_eq!(story.state(part), Some(State::Suppressed), "{part}");
    }
    for other in ["ABC-S10", "ABC-N1"] {
        assert_eq!(story.state(other), Some(State::Public), "{other}");
    }
    // an image whose study is suppressed is not suppressed by itself
    story.run(&[
        ("restore ABC-S1-I2 error", "move"),
        ("restore ABC-S1 error", "ok"),
    ]);
    assert_eq!(story.state("ABC-S1-I2"), Some(State::Public));
    assert_eq!(
        story.state("ABC-S1-I1"),
        Some(State::Suppressed),
        "it was suppressed by itself"
    );
    story.run(&[
        ("withdraw ABC-S1-I1 superseded", "ok"),
        ("put ABC-S1-I1 2", "gone"),
    ]);
    assert_eq!(story.state("ABC-S1-I1"), gone(Reason::Superseded));
    assert_eq!(story.state("ABC-S1"), Some(State::Public));
}

#[test]
fn a_promise_is_opened_by_its_nonce_at_its_index() {
    let mut story = Story::new();
    story.run(&[
        ("commit ABC-S1 1", "ok"),
        ("open ABC-S1 1 1", "promise"),
        ("open ABC-S1 2 0", "promise"),
        ("open ABC-S2 1 0", "promise"),
    ]);
    assert_eq!(story.state("ABC-S1"), None);
    story.run(&[("commit ABC-S3 1", "ok")]);
    let opened = story.history.apply(5, &entry("open ABC-S3 1 4")).unwrap();
    assert_eq!(
        opened,
        Applied::Put {
            version: 1,
            opened: Some(4)
        }
    );
    assert_eq!(story.state("ABC-S3"), Some(State::Public));
}

#[test]
fn what_was_never_put_cannot_be_redacted() {
    let mut story = Story::new();
    story.run(&[
        ("redact ABC-S1 1 legal", "unknown-id"),
        ("put ABC-S1 1", "ok"),
        ("redact ABC-S1 1 legal", "ok"),
    ]);
    assert_eq!(story.state("ABC-S1"), Some(State::Public), "only bytes go");
}

#[test]
fn others_prefixes_are_refused_and_what_is_unknown_is_kept() {
    let mut story = Story::new();
    story.run(&[
        ("put ABD-S1 1", "foreign-id"),
        ("suppress XYZ-S1 error", "foreign-id"),
    ]);
    let unknown_kind = br#"{"id":"ABC-V1","kind":"video","op":"put","record":"0000000000000000000000000000000000000000000000000000000000000000","size":1,"time":"2026-11-21T09:30:00Z","version":7}"#;
    let unknown_operation =
        br#"{"id":"ABC-S1","kind":"study","op":"applaud","time":"2026-11-21T09:30:00Z"}"#;
    let foreign = br#"{"id":"XYZ-V1","kind":"video","op":"applaud","time":"2026-11-21T09:30:00Z"}"#;
    let mut apply = |bytes: &[u8]| story.history.apply(0, &Entry::parse(bytes).unwrap());
    assert_eq!(apply(unknown_kind), Ok(Applied::Kept));
    assert_eq!(apply(unknown_operation), Ok(Applied::Kept));
    assert_eq!(apply(foreign).unwrap_err().code(), "foreign-id");
    assert_eq!(story.state("ABC-S1"), None);
}

/// Every operation in every state: the table at the top of `history`.
#[test]
fn the_table_of_moves() {
    let ways: [(&str, &[&str]); 4] = [
        ("never", &[]),
        ("public", &["put ABC-S1 1"]),
        ("suppressed", &["put ABC-S1 1", "suppress ABC-S1 error"]),
        ("gone", &["put ABC-S1 1", "withdraw ABC-S1 error"]),
    ];
    let moves = [
        "put ABC-S1 2",
        "suppress ABC-S1 error",
        "restore ABC-S1 error",
        "withdraw ABC-S1 error",
        "replace ABC-S1 ABC-S2 error",
        "redact ABC-S1 1 legal",
        "commit ABC-S1 3",
    ];
    let table = [
        [
            "version",
            "unknown-id",
            "unknown-id",
            "unknown-id",
            "unknown-id",
            "unknown-id",
            "ok",
        ],
        ["ok", "ok", "move", "ok", "ok", "ok", "ok"],
        ["ok", "move", "ok", "ok", "ok", "ok", "ok"],
        ["gone", "gone", "gone", "gone", "gone", "ok", "gone"],
    ];
    for ((state, way), outcomes) in ways.iter().zip(table) {
        for (words, outcome) in moves.iter().zip(outcomes) {
            let mut story = Story::new();
            for step in *way {
                assert_eq!(story.tell(step), "ok");
            }
            assert_eq!(story.tell(words), outcome, "{words} when {state}");
        }
    }
}
