//! One log, many processes: they take turns, and none needs another's restart.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use tests::http::Answer;
use tests::node::{TempNode, reports};
use tests::ran::Ran;
use tests::served::Served;
use tests::studies::StudyFolder;

use super::{assert_whole, new_node, node_with};

fn write_studies(folder: &Path, names: &[String]) {
    for name in names {
        StudyFolder::new(name).write(folder);
    }
}

fn names(prefix: &str, number: usize) -> Vec<String> {
    (0..number)
        .map(|place| format!("{prefix} {place:02}"))
        .collect()
}

#[test]
fn an_import_beside_a_server_is_seen_without_a_restart() {
    let node = new_node();
    let served = node.serve();
    assert_eq!(served.get("id/TST-S1").status, 404);
    let folder = tempfile::tempdir().unwrap();
    let mut study = StudyFolder::new("one");
    node.import_one(&study.write(folder.path()));
    assert!(served.get("id/TST-S1").text().contains(&study.title));
    assert!(served.get("").text().contains(&study.title));
    let first = node.proved_at(&served.log());
    study.title = "The title of the second version".to_owned();
    node.import_one(&study.write(folder.path()));
    assert!(served.get("id/TST-S1").text().contains(&study.title));
    let second = node.proved_at(&served.log());
    assert!(second.continues(&first.head) && second.head.size > first.head.size);
    assert!(served.stop().0.success());
    assert_whole(&node);
}

#[test]
fn imports_at_the_same_time_both_complete_and_share_what_both_bring() {
    let node = new_node();
    let folders = [
        tempfile::tempdir().unwrap(),
        tempfile::tempdir().unwrap(),
        tempfile::tempdir().unwrap(),
    ];
    for (place, folder) in folders.iter().enumerate() {
        write_studies(folder.path(), &names(&format!("own {place}"), 70));
        write_studies(folder.path(), &names("shared", 20));
    }
    let started = folders.each_ref().map(|folder| {
        let path = folder.path().to_str().unwrap();
        node.start(&["import", "--json", path])
    });
    let all = started.map(|process| reports(&Ran::new(process.wait_with_output().unwrap()).done()));
    let ids = |outcome: &str| -> Vec<String> {
        let of_all = all
            .iter()
            .flatten()
            .filter(|report| report.outcome == outcome);
        of_all.map(|report| report.id.clone()).collect()
    };
    let published = ids("published");
    let distinct: BTreeSet<String> = published.iter().cloned().collect();
    assert_eq!(
        (published.len(), distinct.len()),
        (230, 230),
        "each study was published once"
    );
    assert_eq!(
        ids("unchanged").len(),
        40,
        "each shared study was found by the two that came later"
    );
    let expected: Vec<String> = (1..=230).map(|serial| format!("TST-S{serial}")).collect();
    assert_eq!(node.proved().studies(), expected);
    assert_whole(&node);
}

#[test]
fn every_command_works_beside_an_import_and_a_server() {
    let node = node_with(&[StudyFolder::new("first"), StudyFolder::new("second")]);
    let served = node.serve();
    let folder = tempfile::tempdir().unwrap();
    write_studies(folder.path(), &names("more", 100));
    let import = node.start(&["import", folder.path().to_str().unwrap()]);
    let commands: [&[&str]; 10] = [
        &["status", "--json"],
        &["suppress", "TST-S1", "--reason", "error"],
        &["check"],
        &["restore", "TST-S1", "--reason", "error"],
        &["rebuild"],
        &["redact", "TST-S2-I1.1", "--reason", "legal"],
        &["withdraw", "TST-S2", "--reason", "privacy"],
        &["check"],
        &["key", "show"],
        &["ontology", "list"],
    ];
    for command in commands {
        node.run(command).done();
    }
    Ran::new(import.wait_with_output().unwrap()).done();
    assert_eq!(served.get("id/TST-S2").status, 410);
    assert_eq!(served.get("id/TST-S102").status, 200);
    let log = node.proved_at(&served.log());
    assert_eq!(log.operations("TST-S1"), ["put", "suppress", "restore"]);
    assert!(served.stop().0.success());
    assert_whole(&node);
}

/// A sample of everything that is answered.
fn sample(served: &Served) -> Vec<(String, Answer)> {
    let fixed = [
        "",
        "id/TST-S1",
        "id/TST-S1.nq",
        "id/TST-S1.ttl",
        "id/TST-S1.jsonld",
        "id/TST-S1.rdf",
        "id/TST-S1.1",
        "id/TST-S1-I1",
        "id/TST-S1/files.tsv",
        "id/TST-S1/sha256sums.txt",
        "id/TST-S1/files/study.yaml",
        "id/TST-S2",
        "id/TST-S3",
        "id/TST-S4",
        "id/TST-S4.1.nq",
        "id/TST-S5",
        "log/checkpoint",
        ".well-known/ommatidia.json",
    ];
    let numbered = (1..=8).map(|image| format!("id/TST-S5-I{image}.nq"));
    let urls = fixed.map(str::to_owned).into_iter().chain(numbered);
    urls.map(|url| (url.clone(), served.get(&url))).collect()
}

/// A node with something of everything.
fn varied() -> TempNode {
    let names = ["one", "two", "three", "four"];
    let mut studies: Vec<StudyFolder> = names.map(StudyFolder::new).into();
    studies.push(StudyFolder::with_images("five", 8));
    let node = node_with(&studies);
    let folder = tempfile::tempdir().unwrap();
    studies[0].title.push_str(", revised");
    studies[0].images.remove(1);
    node.import_one(&studies[0].write(folder.path()));
    for command in [
        &["suppress", "TST-S2", "--reason", "error"][..],
        &["withdraw", "TST-S3", "--reason", "privacy"],
        &["redact", "TST-S5-I3.1", "--reason", "legal"],
        &[
            "replace",
            "TST-S4",
            "--by",
            "TST-S1",
            "--reason",
            "duplicate",
        ],
    ] {
        node.run(command).done();
    }
    node
}

#[test]
fn a_rebuild_beside_a_server_changes_no_answer() {
    let node = varied();
    let served = node.serve();
    let before = sample(&served);
    node.run(&["rebuild"]).done();
    assert_eq!(sample(&served), before);
    // the server writes to the new database, too
    let folder = tempfile::tempdir().unwrap();
    node.import_one(&StudyFolder::new("six").write(folder.path()));
    assert_eq!(served.get("id/TST-S6").status, 200);
    assert!(served.stop().0.success());
    assert_whole(&node);
}

#[test]
fn a_deleted_database_is_told_and_made_again_with_the_same_answers() {
    let node = varied();
    let served = node.serve();
    let before = sample(&served);
    assert!(served.stop().0.success());
    fs::remove_file(node.path("db.sqlite")).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let study = StudyFolder::new("six").write(folder.path());
    let import = ["import", study.to_str().unwrap()];
    for command in [
        &import[..],
        &["status"],
        &["serve", "--bind", "127.0.0.1:0"],
        &["suppress", "TST-S1", "--reason", "error"],
    ] {
        node.run(command)
            .could_not()
            .says("is missing")
            .says("omma-node rebuild");
    }
    node.run(&["check"]).refused().says("omma-node rebuild");
    node.run(&["rebuild"]).done();
    let served = node.serve();
    assert_eq!(sample(&served), before);
    assert!(served.stop().0.success());
    assert_whole(&node);
}

#[test]
fn an_import_whose_reader_goes_away_is_not_lost() {
    let node = new_node();
    let folder = tempfile::tempdir().unwrap();
    write_studies(folder.path(), &names("study", 10));
    let mut import = node.start(&["import", folder.path().to_str().unwrap()]);
    // as `| head -0` does
    drop(import.stdout.take());
    let status = import.wait().unwrap();
    assert_eq!(
        status.code(),
        Some(1),
        "nobody was told what became of the studies"
    );
    assert_eq!(node.proved().studies().len(), 10);
    assert!(
        node.import(folder.path())
            .iter()
            .all(|report| report.outcome == "unchanged")
    );
    assert_whole(&node);
}
