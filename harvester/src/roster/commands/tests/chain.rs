//! Roots change, and harvesters follow: from one root to two of three and on to others, over files and over the web.

use std::fs;

use protocol::note::VerifierKey;
use time::Duration;

use super::{Desk, START, Web};
use crate::config::Config;
use crate::data_folder::DataFolder;
use crate::operate::following::RosterSource;
use crate::roster::commands::wait;
use crate::roster::{HeldRoster, Offered};

impl Desk {
    fn held(&self, data: &str) -> HeldRoster {
        HeldRoster::open(&DataFolder::open(&self.path(data)).unwrap()).unwrap()
    }

    fn follow(&self, source: &str, held: &mut HeldRoster) -> anyhow::Result<bool> {
        let source = RosterSource::parse(source);
        wait(async { source.follow(held, &self.fetch).await })
    }

    /// Version 2 has two roots, of which both sign; version 3 three, of which two do; version 4 is without the first.
    fn three_changes_of_roots(&self) -> [VerifierKey; 3] {
        let (second, third) = (self.root("second.key"), self.root("third.key"));
        let first = self.shown("roster")["roster"]["roots"]["keys"][0].clone();
        let first = VerifierKey::parse(first.as_str().unwrap()).unwrap();
        for (change, by, also) in [
            (
                format!("--add-root {second} --threshold 2"),
                "root",
                "second",
            ),
            (format!("--add-root {third}"), "second", "root"),
            (format!("--remove-root {first}"), "second", "third"),
        ] {
            let said = self.types(&format!(
                "roster update @roster {change} --root-key @{by}.key"
            ));
            assert!(said.done().messages.contains("does not hold yet"));
            self.types(&format!("roster sign @roster --root-key @{also}.key"))
                .done();
        }
        [first, second, third]
    }
}

#[test]
fn a_second_root_has_to_sign_before_anything_follows() {
    let desk = Desk::new();
    let first = desk.federation();
    let second = desk.root("second.key");
    let said = desk
        .types(&format!(
            "roster update @roster --add-root {second} --threshold 2 --root-key @root.key"
        ))
        .done();
    assert!(
        said.messages
            .contains("signed by 1 of the new roots and needs 2"),
        "{}",
        said.messages
    );
    let shown = desk.shown("roster");
    assert_eq!(shown["complete"], false);
    assert_eq!(shown["signed_by"], serde_json::json!([first]));
    let before = desk.files();
    let next = "roster update @roster --days 7 --root-key @root.key";
    let refusal = desk.types(next).refusal();
    assert!(refusal.contains("have it signed first"), "{refusal}");
    assert!(refusal.contains("roster.1 back in its place"), "{refusal}");
    let refusal = desk.types("roster policy @roster").refusal();
    assert!(refusal.contains("does not hold yet"), "{refusal}");
    // the first once more is no second
    desk.types("roster sign @roster --root-key @root.key")
        .done();
    assert_eq!(desk.files(), before);
    let said = desk
        .types("roster sign @roster --root-key @second.key")
        .done();
    assert!(
        said.messages.contains("version 2 is complete"),
        "{}",
        said.messages
    );
    let shown = desk.shown("roster");
    assert_eq!(shown["complete"], true);
    assert_eq!(shown["signed_by"], serde_json::json!([first, second]));
    // from now on every version takes both
    let said = desk.types(next).done();
    assert!(
        said.messages
            .contains("signed by 1 of the known roots and needs 2"),
        "{}",
        said.messages
    );
}

#[test]
fn a_version_that_takes_something_away_is_not_signed() {
    let desk = Desk::new();
    desk.federation();
    desk.three_changes_of_roots();
    // two roots agreed on version 4; one of them sends the other a version 5 that takes the namespace away
    let mut document = protocol::roster::Roster::parse(
        protocol::note::Note::parse(&fs::read(desk.path("roster")).unwrap())
            .unwrap()
            .text(),
    )
    .unwrap()
    .document()
    .clone();
    document.version = 5;
    document.namespace =
        protocol::identifier::Namespace::parse("https://other.example.org/id/").unwrap();
    let roster = protocol::roster::Roster::new(document).unwrap();
    let second = crate::keys::read(&desk.path("second.key")).unwrap();
    fs::rename(desk.path("roster"), desk.path("roster.4")).unwrap();
    fs::write(
        desk.path("roster"),
        roster.sign(&second).unwrap().to_bytes(),
    )
    .unwrap();
    let before = desk.files();
    let refusal = desk
        .types("roster sign @roster --root-key @third.key")
        .refusal();
    assert!(
        refusal.contains("may only grow: the namespace"),
        "{refusal}"
    );
    assert_eq!(desk.files(), before);
}

#[test]
fn a_harvester_walks_through_every_change_of_roots() {
    let desk = Desk::new();
    let root = desk.federation();
    desk.types(&format!("init --data @data --roster @roster --root {root}"))
        .done();
    let first = fs::read(desk.path("roster")).unwrap();
    let [_, second, third] = desk.three_changes_of_roots();
    let mut held = desk.held("data");
    let newest = fs::read(desk.path("roster")).unwrap();
    assert_eq!(held.offer(&newest).unwrap(), Offered::Needs(2));
    assert!(
        desk.follow(desk.path("roster").to_str().unwrap(), &mut held)
            .unwrap()
    );
    assert_eq!(held.document().version, 4);
    assert_eq!(held.document().roots.keys, [second, third]);
    assert!(
        !desk
            .follow(desk.path("roster").to_str().unwrap(), &mut held)
            .unwrap()
    );
    // every version is there to be served, to the byte as the roots signed it
    assert_eq!(held.note(1).unwrap(), Some(first));
    for version in 2..4 {
        let kept = fs::read(desk.path(&format!("roster.{version}"))).unwrap();
        assert_eq!(held.note(version).unwrap(), Some(kept));
    }
    assert_eq!(held.note(4).unwrap(), Some(newest));
    assert_eq!(held.note(5).unwrap(), None);
    // and after a restart it is the same roster that holds
    assert_eq!(desk.held("data").document(), held.document());
}

#[test]
fn the_same_over_the_web_and_a_missing_version_stops_it() {
    let desk = Desk::new();
    let root = desk.federation();
    let web = Web::start();
    web.put("/roster", fs::read(desk.path("roster")).unwrap());
    let url = web.url("/roster");
    desk.types(&format!("init --data @data --roster {url} --root {root}"))
        .done();
    let config = Config::read(&desk.path("data/config.toml")).unwrap();
    assert_eq!(config.roster.source, url);
    desk.three_changes_of_roots();
    web.put("/roster", fs::read(desk.path("roster")).unwrap());
    web.put("/roster/2", fs::read(desk.path("roster.2")).unwrap());
    let mut held = desk.held("data");
    let error = desk.follow(&url, &mut held).unwrap_err();
    assert!(
        format!("{error:#}").contains("version 3 of the roster is needed"),
        "{error:#}"
    );
    assert_eq!(held.document().version, 2, "what was accepted stays");
    web.put("/roster/3", fs::read(desk.path("roster.3")).unwrap());
    assert!(desk.follow(&url, &mut held).unwrap());
    assert_eq!(held.document().version, 4);
}

#[test]
fn two_rosters_of_one_version_are_kept_as_evidence() {
    let desk = Desk::new();
    let root = desk.federation();
    fs::copy(desk.path("roster"), desk.path("copy")).unwrap();
    desk.types("roster update @roster --days 30 --root-key @root.key")
        .done();
    desk.types("roster update @copy --days 31 --root-key @root.key")
        .done();
    desk.types(&format!("init --data @data --roster @roster --root {root}"))
        .done();
    let mut held = desk.held("data");
    let contradiction = fs::read(desk.path("copy")).unwrap();
    let error = held.offer(&contradiction).unwrap_err();
    assert!(
        error.to_string().contains("two rosters of version 2"),
        "{error}"
    );
    let kept: Vec<_> = fs::read_dir(desk.path("data/evidence")).unwrap().collect();
    assert_eq!(kept.len(), 1);
    assert_eq!(
        fs::read(kept[0].as_ref().unwrap().path()).unwrap(),
        contradiction
    );
    assert_eq!(
        held.note(2).unwrap(),
        Some(fs::read(desk.path("roster")).unwrap())
    );
}

#[test]
fn a_roster_runs_out_and_says_so_before() {
    let desk = Desk::new();
    let root = desk.federation();
    desk.types(&format!("init --data @data --roster @roster --root {root}"))
        .done();
    let held = desk.held("data");
    for (days, left, is_expired) in [
        (0, 90, false),
        (76, 14, false),
        (89, 1, false),
        (90, 0, false),
        (91, -1, true),
    ] {
        let now = START + Duration::days(days);
        assert_eq!(
            (held.days_left(now), held.is_expired(now)),
            (left, is_expired),
            "day {days}"
        );
    }
}
