//! A federation from its first day: a node joins, moves, gets a witness; the whole is shown and written as a policy.

use std::fs;

use protocol::cosignature::Cosigner;
use time::Duration;

use super::{Desk, START, Web, described};
use crate::roster::commands::REFUSED;

/// What is wrong with an answer.
type Change = fn(&mut serde_json::Value);

/// A node that answers below `/omma/`, and its base.
fn node(prefix: &str, seed: u8) -> (Web, String) {
    let web = Web::start();
    web.put(
        "/omma/.well-known/ommatidia.json",
        described(prefix, seed).to_string(),
    );
    let base = web.url("/omma");
    (web, base)
}

#[test]
fn a_federation_begins_and_prints_its_root_alone_on_a_line() {
    let desk = Desk::new();
    let root = desk.federation();
    assert_eq!(root.name(), "open-images/root");
    let shown = desk.shown("roster");
    assert_eq!(shown["roster"]["version"], 1);
    assert_eq!(shown["roster"]["issued"], "2026-11-21T09:30:00Z");
    assert_eq!(shown["roster"]["expires"], "2027-02-19T09:30:00Z");
    assert_eq!(shown["roster"]["roots"]["threshold"], 1);
    assert_eq!(shown["signed_by"], serde_json::json!([root]));
    assert_eq!(shown["complete"], true);
    // the same key begins another federation, and a federation begins once
    let again = "--name Others --namespace https://o.example.org/id/ --root-key @root.key";
    let other = desk
        .types(&format!("roster new @other {again} --days 7"))
        .done();
    assert_eq!(other.output.trim_end(), root.as_str());
    assert_eq!(
        desk.shown("other")["roster"]["expires"],
        "2026-11-28T09:30:00Z"
    );
    let refusal = desk.types(&format!("roster new @other {again}")).refusal();
    assert!(refusal.contains("is there already"), "{refusal}");
}

#[test]
fn a_node_joins_when_somebody_says_yes() {
    let desk = Desk::new();
    desk.federation();
    let (_web, base) = node("DND", 7);
    let line = format!("roster add-member @roster --id dundee --base {base} --root-key @root.key");
    let before = desk.files();
    for answer in ["no\n", "\n", "", "perhaps\n", "yesterday\n"] {
        let said = desk.answers(&line, answer);
        assert_eq!(said.outcome, Ok(REFUSED), "{answer:?}");
        assert!(said.messages.contains("is as it was"), "{}", said.messages);
    }
    let refusal = desk.types(&line).refusal();
    assert!(refusal.contains("--vkey"), "{refusal}");
    assert_eq!(desk.files(), before);

    desk.clock.set(START + Duration::hours(1));
    let said = desk.answers(&line, "Yes\n").done();
    let key = described("DND", 7)["vkey"].as_str().unwrap().to_owned();
    for shown in [
        "Institute DND",
        "dnd.example.org/log",
        &key,
        "names another base",
    ] {
        assert!(said.messages.contains(shown), "{shown}: {}", said.messages);
    }
    let shown = desk.shown("roster");
    assert_eq!(shown["roster"]["version"], 2);
    assert_eq!(shown["roster"]["expires"], "2027-02-19T10:30:00Z");
    assert_eq!(
        shown["roster"]["members"],
        serde_json::json!([{
            "id": "dundee",
            "name": "Institute DND",
            "prefix": "DND",
            "base": format!("{base}/"),
            "status": "active",
            "logs": [{
                "origin": "dnd.example.org/log",
                "url": format!("{base}/log/"),
                "keys": [{"vkey": key, "from": 0}],
            }],
        }])
    );
    assert_eq!(
        fs::read(desk.path("roster.1")).unwrap(),
        before[&desk.path("roster")],
        "the version before is kept to the byte"
    );
}

#[test]
fn a_key_that_was_told_is_compared_with_the_one_that_answers() {
    let desk = Desk::new();
    desk.federation();
    let (_web, base) = node("DND", 7);
    let line = |key: &str| {
        format!(
            "roster add-member @roster --id dundee --base {base}/ --root-key @root.key --vkey {key}"
        )
    };
    let other = described("DND", 8)["vkey"].as_str().unwrap().to_owned();
    let before = desk.files();
    let refusal = desk.types(&line(&other)).refusal();
    assert!(refusal.contains("which one is right"), "{refusal}");
    assert_eq!(desk.files(), before);
    desk.types(&line(described("DND", 7)["vkey"].as_str().unwrap()))
        .done();
    assert_eq!(
        desk.shown("roster")["roster"]["members"][0]["base"],
        format!("{base}/")
    );
}

#[test]
fn a_namespace_of_its_own_stands_in_the_roster() {
    let desk = Desk::new();
    desk.federation();
    let (web, base) = node("DND", 7);
    let mut answer = described("DND", 7);
    answer["namespace"] = "https://dundee.example.org/id/".into();
    web.put("/omma/.well-known/ommatidia.json", answer.to_string());
    let said = desk
        .types(&format!(
            "roster add-member @roster --id dundee --base {base} --root-key @root.key --yes"
        ))
        .done();
    assert!(
        said.messages.contains("not the federation's"),
        "{}",
        said.messages
    );
    let member = &desk.shown("roster")["roster"]["members"][0];
    assert_eq!(member["namespace"], "https://dundee.example.org/id/");
}

#[test]
fn what_a_node_calls_itself_cannot_play_with_the_terminal() {
    let desk = Desk::new();
    desk.federation();
    let (web, base) = node("DND", 7);
    for name in ["", "\u{1b}[2Jyes", "safe\u{202e}efas"] {
        let mut answer = described("DND", 7);
        answer["name"] = name.into();
        web.put("/omma/.well-known/ommatidia.json", answer.to_string());
        let said = desk.types(&format!(
            "roster add-member @roster --id dundee --base {base} --root-key @root.key --yes"
        ));
        assert!(!said.messages.contains(['\u{1b}', '\u{202e}']), "{said:?}");
        let refusal = said.refusal();
        assert!(refusal.contains("visible characters"), "{refusal}");
        assert!(!refusal.contains(['\u{1b}', '\u{202e}']), "{refusal}");
    }
}

#[test]
fn an_answer_that_is_no_nodes_is_refused() {
    let desk = Desk::new();
    desk.federation();
    let web = Web::start();
    let before = desk.files();
    let line = format!(
        "roster add-member @roster --id dundee --base {} --root-key @root.key --yes",
        web.url("/omma")
    );
    let refusal = desk.types(&line).refusal();
    assert!(refusal.contains("does not exist"), "{refusal}");
    let answers: [(Change, &str); 5] = [
        (
            |answer| answer["protocol"] = 2.into(),
            "version 2 of the protocol",
        ),
        (
            |answer| answer["prefix"] = "dnd".into(),
            "not a node's description",
        ),
        (
            |answer| answer["vkey"] = described("ABC", 7)["vkey"].clone(),
            "have to be the same",
        ),
        (
            |answer| answer["vkey"] = "x".into(),
            "not a node's description",
        ),
        (
            |answer| answer["pad"] = " ".repeat(70_000).into(),
            "larger than 65536 bytes",
        ),
    ];
    for (change, expected) in answers {
        let mut answer = described("DND", 7);
        change(&mut answer);
        web.put("/omma/.well-known/ommatidia.json", answer.to_string());
        let refusal = desk.types(&line).refusal();
        assert!(refusal.contains(expected), "{refusal}");
    }
    assert_eq!(desk.files(), before);
}

#[test]
fn a_member_moves_and_is_suspended_and_its_log_moves_with_it() {
    let desk = Desk::new();
    let root = desk.federation();
    let (_web, base) = node("DND", 7);
    desk.types(&format!(
        "roster add-member @roster --id dundee --base {base} --root-key @root.key --yes"
    ))
    .done();
    let update = "roster update @roster --root-key @root.key";
    desk.types(&format!(
        "{update} --id dundee --base https://moved.example.org/images --status suspended"
    ))
    .done();
    let member = desk.shown("roster")["roster"]["members"][0].clone();
    assert_eq!(member["base"], "https://moved.example.org/images/");
    assert_eq!(
        member["logs"][0]["url"],
        "https://moved.example.org/images/log/"
    );
    assert_eq!(member["status"], "suspended");
    let said = desk.types("roster show @roster").done();
    insta::assert_snapshot!(said.output.replace(root.as_str(), "ROOT"), @r"
    Open Images, version 3
    namespace  https://images.example.org/id/
    issued     2026-11-21T09:30:00Z
    expires    2027-02-19T09:30:00Z (90 days left)
    roots      1 of 1 have to sign
      signed   ROOT
    members    1
      dundee  DND     suspended  https://moved.example.org/images/  Institute DND
    witnesses  none
    ");
}

#[test]
fn a_retired_member_has_a_successor() {
    let desk = Desk::new();
    desk.federation();
    let (_web, base) = node("DND", 7);
    desk.types(&format!(
        "roster add-member @roster --id dundee --base {base} --root-key @root.key --yes"
    ))
    .done();
    let update = "roster update @roster --root-key @root.key --id dundee";
    let heirs = "--successor https://heirs.example.org/images";
    let refusal = desk.types(&format!("{update} {heirs}")).refusal();
    assert!(refusal.contains("not retired"), "{refusal}");
    let wrong = format!("{update} --status retired --successor javascript:alert(1)");
    let refusal = desk.types(&wrong).refusal();
    assert!(refusal.contains("successor"), "{refusal}");
    desk.types(&format!("{update} --status retired {heirs}"))
        .done();
    let member = desk.shown("roster")["roster"]["members"][0].clone();
    assert_eq!(member["successor"], "https://heirs.example.org/images/");
}

#[test]
fn a_roster_is_renewed_for_the_days_that_it_had_or_others() {
    let desk = Desk::new();
    desk.federation();
    desk.clock.set(START + Duration::days(91));
    assert_eq!(desk.shown("roster")["expired"], true);
    let table = desk.types("roster show @roster").done().output;
    assert!(table.contains("expired: renew it"), "{table}");
    let refusal = desk
        .types("roster update @roster --root-key @root.key")
        .refusal();
    assert!(refusal.contains("nothing would change"), "{refusal}");
    desk.types("roster update @roster --root-key @root.key --days 30")
        .done();
    let shown = desk.shown("roster");
    assert_eq!(shown["expired"], false);
    assert_eq!(shown["roster"]["issued"], "2027-02-20T09:30:00Z");
    assert_eq!(shown["roster"]["expires"], "2027-03-22T09:30:00Z");
    desk.types("roster update @roster --root-key @root.key --days 101")
        .refusal();
}

#[test]
fn witnesses_make_a_quorum_and_the_roster_a_policy() {
    let desk = Desk::new();
    let root = desk.federation();
    let said = desk.types("roster policy @roster").done();
    assert!(said.output.ends_with("\nquorum none\n"), "{}", said.output);
    let (_web, base) = node("DND", 7);
    desk.types(&format!(
        "roster add-member @roster --id dundee --base {base} --root-key @root.key --yes"
    ))
    .done();
    // two of them have names that mean something else in a policy
    let names = ["w1.example.org", "none", "quorum-of-witnesses"];
    for (seed, name) in (50..).zip(names) {
        let key = Cosigner::from_seed(name, &[seed; 32])
            .unwrap()
            .vkey()
            .clone();
        desk.types(&format!(
            "roster add-witness @roster --name {name} --vkey {key} --url https://w.example.org/{seed} --root-key @root.key"
        ))
        .done();
    }
    assert_eq!(desk.shown("roster")["roster"]["quorum"], 2);
    let refusal = desk
        .types(&format!(
            "roster add-witness @roster --name open-images/root --vkey {root} --url https://w.example.org/ --root-key @root.key"
        ))
        .refusal();
    assert!(refusal.contains("not of type 0x04"), "{refusal}");
    let policy = desk.types("roster policy @roster").done().output;
    insta::assert_snapshot!(policy.replace(&base, "BASE"), @r"
    # Open Images: roster version 5, issued 2026-11-21T09:30:00Z, expires 2027-02-19T09:30:00Z
    # the newest key of every open log; what older keys signed, and closed logs, the roster alone can judge
    # Institute DND
    log dnd.example.org/log+8477f1e0+AepKbGPinFIKvvVQexMuxfmVR3auvr57kkIe6mkURtIs BASE/log/
    witness w1.example.org w1.example.org+9272dbdc+BF4hLAmA5LOfwJchE0qgIQk3Tt/SYMDT0Dy1AcjWVFep https://w.example.org/50
    witness none- none+62b6c576+BBfLefsrQSDysexl5BmNbgiyjoE/6wHkpACDm4XhgIDO https://w.example.org/51
    witness quorum-of-witnesses quorum-of-witnesses+e86fd44e+BOss8Tv3rjpfYUFoofsJJy05dx7EuFI3J4FeRmyvjuFj https://w.example.org/52
    group quorum-of-witnesses- 2 w1.example.org none- quorum-of-witnesses
    quorum quorum-of-witnesses-
    ");
}
