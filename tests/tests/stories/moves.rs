//! What an operator says of something public afterwards, and what the protocol does not let them say.

use tests::node::TempNode;
use tests::studies::StudyFolder;

use super::{assert_whole, node_with};

fn two_studies() -> TempNode {
    node_with(&[StudyFolder::new("first"), StudyFolder::new("second")])
}

fn operations(node: &TempNode, id: &str) -> Vec<String> {
    node.proved().operations(id)
}

/// The command is refused, for this cause, and leaves log and database as they were.
#[track_caller]
fn is_refused(node: &TempNode, command: &[&str], cause: &str) {
    let before = (node.proved().head, node.status());
    node.run(command).refused().says(cause);
    assert_eq!((node.proved().head, node.status()), before);
}

#[test]
fn a_suppressed_study_is_out_of_the_lists_and_comes_back() {
    let node = two_studies();
    let served = node.serve();
    let lists_it = || served.get("").text().contains("TST-S1\"");
    assert!(lists_it());
    node.run(&["suppress", "TST-S1", "--reason", "error"])
        .done()
        .says("suppressed TST-S1");
    assert!(!lists_it());
    assert_eq!(
        served.get("id/TST-S1").status,
        200,
        "it still answers by its id"
    );
    assert_eq!(node.status()["studies"], 1);
    is_refused(
        &node,
        &["suppress", "TST-S1", "--reason", "error"],
        "suppress",
    );
    node.run(&["restore", "TST-S1", "--reason", "error"]).done();
    assert!(lists_it());
    is_refused(
        &node,
        &["restore", "TST-S1", "--reason", "error"],
        "restore",
    );
    assert_eq!(operations(&node, "TST-S1"), ["put", "suppress", "restore"]);
    assert_whole(&node);
}

#[test]
fn a_suppressed_study_may_be_revised_and_stays_suppressed() {
    let node = two_studies();
    let folder = tempfile::tempdir().unwrap();
    node.run(&["suppress", "TST-S1", "--reason", "error"])
        .done();
    let mut study = StudyFolder::new("first");
    study.title.push_str(", revised");
    assert_eq!(
        node.import_one(&study.write(folder.path())).outcome,
        "revised"
    );
    assert_eq!(node.status()["studies"], 1);
    assert_whole(&node);
}

#[test]
fn a_withdrawn_study_answers_410_everywhere_and_cannot_come_back() {
    let node = two_studies();
    let served = node.serve();
    node.run(&["withdraw", "TST-S1", "--reason", "error"])
        .done();
    for path in [
        "id/TST-S1",
        "id/TST-S1.nq",
        "id/TST-S1.jsonld",
        "id/TST-S1-I1",
        "id/TST-S1/files.tsv",
        "id/TST-S1/files/study.yaml",
    ] {
        assert_eq!(served.get(path).status, 410, "{path}");
    }
    for command in ["suppress", "restore", "withdraw"] {
        is_refused(&node, &[command, "TST-S1", "--reason", "error"], "TST-S1");
    }
    is_refused(
        &node,
        &["withdraw", "TST-S1-I1", "--reason", "error"],
        "TST-S1",
    );
    is_refused(
        &node,
        &[
            "replace",
            "TST-S1",
            "--by",
            "TST-S2",
            "--reason",
            "duplicate",
        ],
        "TST-S1",
    );
    let folder = tempfile::tempdir().unwrap();
    let mut study = StudyFolder::new("first");
    study.title.push_str(", revised");
    let report = node.import_one(&study.write(folder.path()));
    assert_eq!(
        (report.outcome.as_str(), report.id.as_str()),
        ("refused", "TST-S1")
    );
    assert!(report.errors[0].contains("withdrawn"), "{report:?}");
    assert_eq!(operations(&node, "TST-S1"), ["put", "withdraw"]);
    assert_whole(&node);
}

#[test]
fn a_replaced_study_names_its_successor() {
    let node = two_studies();
    let served = node.serve();
    let replace = [
        "replace",
        "TST-S1",
        "--by",
        "TST-S2",
        "--reason",
        "duplicate",
    ];
    node.run(&replace).done().says("replaced TST-S1 by TST-S2");
    let gone = served.get("id/TST-S1");
    assert_eq!(gone.status, 410);
    assert!(gone.text().contains("TST-S2"));
    is_refused(&node, &replace, "TST-S1");
    assert_whole(&node);
}

#[test]
fn an_image_is_withdrawn_by_itself_and_a_later_version_may_not_bring_it_back() {
    let node = two_studies();
    node.run(&["withdraw", "TST-S1-I1", "--reason", "error"])
        .done();
    let folder = tempfile::tempdir().unwrap();
    let mut study = StudyFolder::new("first");
    study.title.push_str(", revised");
    let report = node.import_one(&study.write(folder.path()));
    assert_eq!(report.outcome, "refused");
    assert!(
        report.errors[0].contains("TST-S1-I1 was withdrawn"),
        "{report:?}"
    );
    study.images.remove(0);
    assert_eq!(
        node.import_one(&study.write(folder.path())).outcome,
        "revised"
    );
    assert_eq!(operations(&node, "TST-S1-I1"), ["put", "withdraw"]);
    assert_whole(&node);
}

#[test]
fn a_redacted_version_is_gone_and_the_others_stay() {
    let node = two_studies();
    let folder = tempfile::tempdir().unwrap();
    let mut study = StudyFolder::new("first");
    study.title.push_str(", revised");
    node.import_one(&study.write(folder.path()));
    let served = node.serve();
    node.run(&["redact", "TST-S1.1", "--reason", "legal"])
        .done()
        .says("redacted TST-S1.1");
    assert_eq!(served.get("id/TST-S1.1").status, 410);
    assert_eq!(served.get("id/TST-S1.2").status, 200);
    let log = node.proved_at(&served.log());
    assert!(log.record("TST-S1", 1).is_none() && log.record("TST-S1", 2).is_some());
    is_refused(
        &node,
        &["redact", "TST-S1.1", "--reason", "legal"],
        "removed already",
    );
    is_refused(
        &node,
        &["redact", "TST-S1.3", "--reason", "legal"],
        "no such version",
    );
    assert_whole(&node);
    // the study goes on
    study.title.push_str(" twice");
    let report = node.import_one(&study.write(folder.path()));
    assert_eq!((report.outcome.as_str(), report.version), ("revised", 3));
    assert_whole(&node);
}

#[test]
fn what_is_not_there_or_not_meant_is_told() {
    let node = two_studies();
    is_refused(
        &node,
        &["suppress", "TST-S9", "--reason", "error"],
        "TST-S9 is not in this archive",
    );
    is_refused(
        &node,
        &["suppress", "OTH-S1", "--reason", "error"],
        "OTH-S1 is not in this archive",
    );
    let stopped: [(&[&str], &str); 6] = [
        (
            &["suppress", "study one", "--reason", "error"],
            "is not an accession",
        ),
        (
            &["suppress", "TST-S01", "--reason", "error"],
            "is not an accession",
        ),
        (&["suppress", "TST-S1", "--reason", "mood"], "--reason mood"),
        (
            &["redact", "TST-S1", "--reason", "legal"],
            "does not name a version",
        ),
        (
            &[
                "replace",
                "TST-S1",
                "--by",
                "nothing at all",
                "--reason",
                "duplicate",
            ],
            "--by nothing at all",
        ),
        (
            &[
                "replace",
                "TST-S1",
                "--by",
                "TST-S1",
                "--reason",
                "duplicate",
            ],
            "TST-S1",
        ),
    ];
    let before = node.proved().head;
    for (command, cause) in stopped {
        let ran = node.run(command).says(cause);
        assert!(!ran.is_done(), "{ran:?}");
    }
    assert_eq!(node.proved().head, before);
    assert_whole(&node);
}
