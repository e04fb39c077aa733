//! Whatever is refused leaves everything as it was.

use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt;

use protocol::cosignature::Cosigner;

use super::{Desk, Web, described};

const UPDATE: &str = "roster update @roster --root-key @root.key --days 30";

#[test]
fn a_roster_that_somebody_altered_is_refused_by_every_command() {
    let desk = Desk::new();
    desk.federation();
    let path = desk.path("roster");
    let text = fs::read_to_string(&path).unwrap();
    fs::write(&path, text.replace("Open Images", "Open Imagos")).unwrap();
    let before = desk.files();
    for line in [
        UPDATE,
        "roster sign @roster --root-key @root.key",
        "roster show @roster",
        "roster policy @roster",
    ] {
        let refusal = desk.types(line).refusal();
        assert!(refusal.contains("was not made by its key"), "{refusal}");
    }
    assert_eq!(desk.files(), before);
}

#[test]
fn a_key_that_is_no_root_or_that_others_can_read_signs_nothing() {
    let desk = Desk::new();
    let root = desk.federation();
    desk.root("stranger.key");
    fs::set_permissions(desk.path("root.key"), Permissions::from_mode(0o644)).unwrap();
    let before = desk.files();
    for line in [UPDATE, "roster sign @roster --root-key @root.key"] {
        let refusal = desk
            .types(&line.replace("root.key", "stranger.key"))
            .refusal();
        assert!(refusal.contains("is no root of"), "{refusal}");
        assert!(
            refusal.contains(root.as_str()),
            "it says whose would count: {refusal}"
        );
        let refusal = desk.types(line).refusal();
        assert!(refusal.contains("chmod 600"), "{refusal}");
        let refusal = desk.types(&line.replace("root.key", "no.key")).refusal();
        assert!(refusal.contains("no.key cannot be used"), "{refusal}");
    }
    assert_eq!(desk.files(), before);
}

#[test]
fn two_members_never_share_an_id_a_prefix_or_a_key() {
    let desk = Desk::new();
    desk.federation();
    let add = |id: &str, answer: serde_json::Value| {
        let web = Web::start();
        web.put("/.well-known/ommatidia.json", answer.to_string());
        desk.types(&format!(
            "roster add-member @roster --id {id} --base {} --root-key @root.key --yes",
            web.url("/")
        ))
    };
    add("dundee", described("DND", 7)).done();
    let before = desk.files();
    let mut same_key = described("DND", 7);
    same_key["prefix"] = "ABC".into();
    let mut same_prefix = described("ABC", 8);
    same_prefix["prefix"] = "DND".into();
    for (id, answer, expected) in [
        (
            "dundee",
            described("ABC", 8),
            "member id dundee stands twice",
        ),
        ("other", same_prefix, "prefix DND stands twice"),
        ("other", same_key, "origin dnd.example.org/log stands twice"),
        ("other", described("ABC", 7), "stands twice"),
        ("a/b", described("ABC", 8), "member id \"a/b\""),
    ] {
        let refusal = add(id, answer).refusal();
        assert!(refusal.contains(expected), "{refusal}");
    }
    assert_eq!(desk.files(), before);
}

#[test]
fn there_are_never_two_rosters_of_one_version() {
    let desk = Desk::new();
    desk.federation();
    let first = fs::read(desk.path("roster")).unwrap();
    desk.types(UPDATE).done();
    // somebody puts another version 1 where the first is kept, and begins again from it
    let other = "--name Others --namespace https://o.example.org/id/ --root-key @root.key";
    desk.types(&format!("roster new @other {other}")).done();
    fs::copy(desk.path("other"), desk.path("roster")).unwrap();
    let before = desk.files();
    let refusal = desk.types(UPDATE).refusal();
    assert!(
        refusal.contains("never be two rosters of one version"),
        "{refusal}"
    );
    assert_eq!(desk.files(), before);
    // a crash between keeping and replacing leaves this, and the next command takes it for done
    fs::write(desk.path("roster"), first).unwrap();
    desk.types(UPDATE).done();
    assert_eq!(desk.shown("roster")["roster"]["version"], 2);
}

#[test]
fn without_the_version_before_nobody_can_tell_whether_it_follows() {
    let desk = Desk::new();
    let root = desk.federation();
    desk.types(UPDATE).done();
    fs::rename(desk.path("roster.1"), desk.path("elsewhere")).unwrap();
    let refusal = desk.types(UPDATE).refusal();
    assert!(refusal.contains("put it back"), "{refusal}");
    // looking is possible, with what is missing said
    let shown = desk.shown("roster");
    assert_eq!(shown["complete"], false);
    assert_eq!(shown["signed_by"], serde_json::json!([root]));
    // another version in its place is no help
    fs::copy(desk.path("roster"), desk.path("roster.1")).unwrap();
    let refusal = desk.types(UPDATE).refusal();
    assert!(refusal.contains("should be version 1"), "{refusal}");
    fs::rename(desk.path("elsewhere"), desk.path("roster.1")).unwrap();
    desk.types(UPDATE).done();
}

#[test]
fn bad_words_are_refused_before_anything_is_made() {
    let desk = Desk::new();
    for (line, expected) in [
        (
            "roster new @r --name X --namespace https://x.org/ --root-key @k",
            "/id/",
        ),
        (
            "roster new @r --name - --namespace https://x.org/id/ --root-key @k",
            "no letter or digit",
        ),
        (
            "roster new @r --name X --namespace https://x.org/id/ --root-key @k --days 0",
            "1..=100",
        ),
        (
            "roster update @r --root-key @k --days 3",
            "`omma-harvester roster new` makes one",
        ),
        ("roster update @r --root-key @k --status active", "--id"),
        (
            "roster update @r --root-key @k --id x --status gone",
            "active, suspended or retired",
        ),
        (
            "roster add-member @r --id x --base ftp://x.org/ --root-key @k",
            "not an http or https address",
        ),
        (
            "roster add-member @r --id x --base https://u:p@x.org/ --root-key @k",
            "without user",
        ),
        (
            "roster add-member @r --id x --base x.org --root-key @k",
            "no address",
        ),
    ] {
        let refusal = desk.types(line).refusal();
        assert!(refusal.contains(expected), "{line}: {refusal}");
    }
    assert!(desk.files().is_empty());
    desk.federation();
    let before = desk.files();
    let cosigner = Cosigner::from_seed("w", &[9; 32]).unwrap();
    for (change, expected) in [
        (
            "--id nobody --status active".to_owned(),
            "no member \"nobody\"",
        ),
        ("--threshold 2".to_owned(), "threshold 2 does not fit 1"),
        ("--threshold 0".to_owned(), "threshold 0"),
        (
            format!("--add-root {}", cosigner.vkey()),
            "not of type 0x01",
        ),
        (format!("--remove-root {}", cosigner.vkey()), "is no root"),
    ] {
        let line = format!("roster update @roster --root-key @root.key {change}");
        let refusal = desk.types(&line).refusal();
        assert!(refusal.contains(expected), "{line}: {refusal}");
    }
    assert_eq!(desk.files(), before);
}

#[test]
fn two_commands_at_once_take_turns_and_a_clock_that_went_back_is_noticed() {
    let desk = Desk::new();
    desk.federation();
    let turn = crate::roster::commands::turn::take_turn(&desk.path("roster")).unwrap();
    let refusal = desk.types(UPDATE).refusal();
    assert!(refusal.contains("another command is changing"), "{refusal}");
    drop(turn);
    desk.clock.set(super::START - time::Duration::seconds(1));
    let refusal = desk.types(UPDATE).refusal();
    assert!(refusal.contains("set the clock"), "{refusal}");
    desk.clock.set(super::START);
    desk.types(UPDATE).done();
}
