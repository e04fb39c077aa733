//! Publishing as it goes when nothing befalls it.

use std::fs;

use tests::node::NAMESPACE;
use tests::pictures;
use tests::studies::StudyFolder;

use super::{assert_whole, new_node, node_with};

#[test]
fn an_empty_node_has_a_signed_empty_log() {
    let node = new_node();
    let log = node.proved();
    assert_eq!((log.head.size, log.entries.len()), (0, 0));
    assert_whole(&node);
    assert_eq!(node.run(&["key", "show"]).done().stdout.trim(), node.vkey());
}

#[test]
fn init_changes_nothing_in_a_folder_that_holds_something() {
    let node = new_node();
    let before = tests::folder::contents(node.data());
    let identity = [
        "init",
        "--base-url",
        "http://127.0.0.1:9/",
        "--prefix",
        "ABC",
        "--name",
        "N",
    ];
    node.run(&identity).could_not().says("is not empty");
    assert_eq!(tests::folder::contents(node.data()), before);
}

#[test]
fn a_study_is_published_revised_and_left_alone() {
    let node = new_node();
    let folder = tempfile::tempdir().unwrap();
    let mut study = StudyFolder::new("septins");
    let place = study.write(folder.path());
    let report = node.import_one(&place);
    assert_eq!(
        (report.outcome.as_str(), report.id.as_str(), report.version),
        ("published", "TST-S1", 1)
    );
    let first = node.proved();
    let ids: Vec<String> = first.puts().map(|put| put.id).collect();
    assert_eq!(ids, ["TST-S1", "TST-S1-I1", "TST-S1-I2"]);

    let report = node.import_one(&place);
    assert_eq!((report.outcome.as_str(), report.version), ("unchanged", 1));
    assert_eq!(node.proved().head.note, first.head.note);

    study.title = "Septin rings, measured once more".to_owned();
    study.images.remove(0);
    study
        .images
        .push(("pictures/three.tif".to_owned(), pictures::tiff(3)));
    let report = node.import_one(&study.write(folder.path()));
    assert_eq!(
        (report.outcome.as_str(), report.id.as_str(), report.version),
        ("revised", "TST-S1", 2)
    );
    let second = node.proved();
    assert!(second.continues(&first.head));
    assert_eq!(second.operations("TST-S1"), ["put", "put"]);
    assert_eq!(
        second.operations("TST-S1-I1"),
        ["put", "withdraw"],
        "an image that is no longer there"
    );
    assert_eq!(
        second.operations("TST-S1-I2"),
        ["put"],
        "an image that did not change"
    );
    assert_eq!(second.operations("TST-S1-I3"), ["put"], "a new image");
    let title = format!(
        "<{NAMESPACE}TST-S1> <http://schema.org/name> \"Septin rings, measured once more\" ."
    );
    assert!(
        second
            .record("TST-S1", 2)
            .unwrap()
            .lines()
            .any(|line| line == title)
    );
    assert_whole(&node);
}

#[test]
fn studies_are_numbered_in_the_order_in_which_they_come_and_a_refused_one_takes_no_number() {
    let node = new_node();
    let folder = tempfile::tempdir().unwrap();
    for name in ["a", "b", "c"] {
        StudyFolder::new(name).write(folder.path());
    }
    fs::write(folder.path().join("b/study.yaml"), "title: x\n").unwrap();
    // what is refused is told at once, what is published with its batch
    let mut reports = node.import(folder.path());
    reports.sort_by(|one, other| one.source.cmp(&other.source));
    let outcomes: Vec<_> = reports
        .iter()
        .map(|report| (report.outcome.as_str(), report.id.as_str()))
        .collect();
    assert_eq!(
        outcomes,
        [
            ("published", "TST-S1"),
            ("refused", ""),
            ("published", "TST-S2")
        ]
    );
    assert_whole(&node);
}

#[test]
fn a_study_without_an_identifier_is_known_again_by_the_one_that_is_written_beside_it() {
    let node = new_node();
    let folder = tempfile::tempdir().unwrap();
    let place = StudyFolder::new("nameless").write(folder.path());
    let yaml = fs::read_to_string(place.join("study.yaml")).unwrap();
    let (_, without) = yaml.split_once('\n').unwrap();
    fs::write(place.join("study.yaml"), without).unwrap();
    assert_eq!(node.import_one(&place).outcome, "published");
    assert!(place.join(".ommatidia-id").is_file());
    assert_eq!(node.import_one(&place).outcome, "unchanged");
    fs::write(place.join("study.yaml"), without.replace("Septin", "Actin")).unwrap();
    let report = node.import_one(&place);
    assert_eq!(
        (report.outcome.as_str(), report.id.as_str()),
        ("revised", "TST-S1")
    );
}

#[test]
fn two_studies_of_one_identifier_in_one_import_are_two_versions() {
    let node = new_node();
    let folder = tempfile::tempdir().unwrap();
    let mut study = StudyFolder::new("same");
    study.write(&folder.path().join("1"));
    study.title.push_str(", again");
    study.write(&folder.path().join("2"));
    let outcomes: Vec<_> = node
        .import(folder.path())
        .into_iter()
        .map(|report| (report.outcome, report.id))
        .collect();
    let expected = [("published", "TST-S1"), ("revised", "TST-S1")];
    assert_eq!(
        outcomes,
        expected.map(|(outcome, id)| (outcome.to_owned(), id.to_owned()))
    );
    assert_whole(&node);
}

#[test]
fn a_new_user_publishes_browses_revises_withdraws_and_rebuilds() {
    let mut study = StudyFolder::new("first");
    let node = node_with(&[
        study.clone(),
        StudyFolder::new("second"),
        StudyFolder::new("third"),
    ]);
    let folder = tempfile::tempdir().unwrap();
    let served = node.serve();
    assert!(served.get("").text().contains(&study.title));
    assert!(served.get("id/TST-S1").text().contains(&study.title));

    study.title = "Another title for the first study".to_owned();
    assert_eq!(
        node.import_one(&study.write(folder.path())).outcome,
        "revised"
    );
    assert!(served.get("id/TST-S1").text().contains(&study.title));
    assert!(!served.get("id/TST-S1.1").text().contains(&study.title));

    node.run(&["withdraw", "TST-S2", "--reason", "owner-request"])
        .done();
    assert_eq!(served.get("id/TST-S2").status, 410);
    let pages = [
        "",
        "id/TST-S1",
        "id/TST-S1.nq",
        "id/TST-S1.1",
        "id/TST-S2",
        "id/TST-S3-I2",
        "log/checkpoint",
    ];
    let before = pages.map(|page| served.get(page));
    let log = node.proved_at(&served.log());
    assert!(served.stop().0.success());

    fs::remove_file(node.path("db.sqlite")).unwrap();
    node.run(&["rebuild"]).done();
    let served = node.serve();
    assert_eq!(pages.map(|page| served.get(page)), before);
    assert_eq!(node.proved_at(&served.log()).head, log.head);
    assert_whole(&node);
}
