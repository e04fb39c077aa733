//! What is erased for consent, privacy or a law is nowhere afterwards: not in the log, the storage root, the database,
//! a cache or a name.

use std::path::PathBuf;

use tests::folder::files_with;
use tests::independent::Put;
use tests::node::TempNode;
use tests::pictures;
use tests::studies::StudyFolder;

use super::{assert_whole, new_node};

/// Of the pixels of one picture of the study, and of no other.
const SEED: u64 = 7777;

/// Each stands in another place of the study: nobody else writes these.
const MARKERS: [&str; 7] = [
    "Quixotic-title-marker",
    "quixotic-description-marker",
    "Quixote Author-Marker",
    "quixotic-file-marker",
    "quixotic-name-marker",
    "quixotic-sample-marker",
    "quixotic-first-title-marker",
];

/// A node whose second study, of two versions, holds the markers; its records lie in a full bundle.
fn node_with_markers() -> TempNode {
    let node = new_node();
    let folder = tempfile::tempdir().unwrap();
    let mut secret = marked();
    let title = std::mem::replace(&mut secret.title, format!("About {}", MARKERS[6]));
    node.import_one(&StudyFolder::new("before").write(folder.path()));
    assert_eq!(
        node.import_one(&secret.write(folder.path())).outcome,
        "published"
    );
    secret.title = title;
    assert_eq!(
        node.import_one(&secret.write(folder.path())).outcome,
        "revised"
    );
    node.import_one(&StudyFolder::with_images("after", 260).write(folder.path()));
    assert!(
        node.size() > 256,
        "the record bundle of the markers is full"
    );
    for marker in MARKERS {
        assert_ne!(
            files_with(node.data(), marker),
            Vec::<PathBuf>::new(),
            "{marker}"
        );
    }
    node
}

fn marked() -> StudyFolder {
    let [title, description, author, content, name, sample, _] = MARKERS;
    let mut study = StudyFolder::new("secret");
    study.title = format!("About {title}");
    study.description =
        format!("A description that says {description}, which is more than a title would say.");
    study.author = author.to_owned();
    study.files = vec![(
        format!("{name}.txt"),
        format!("patient {content}").into_bytes(),
    )];
    study
        .images
        .push((format!("pictures/{name}.tif"), pictures::tiff(SEED)));
    study.further =
        format!("biosamples:\n  - id: sample\n    title: {sample}\n    organism: NCBITaxon:4896\n");
    study
}

#[track_caller]
fn assert_nowhere(node: &TempNode, markers: &[&str]) {
    for marker in markers {
        assert_eq!(
            files_with(node.data(), marker),
            Vec::<PathBuf>::new(),
            "{marker}"
        );
    }
    // what is compressed is read, too
    for record in node.proved().records.values() {
        let text = std::str::from_utf8(record).unwrap();
        assert!(
            !markers.iter().any(|marker| text.contains(marker)),
            "{text}"
        );
    }
}

#[test]
fn after_a_withdrawal_for_privacy_no_byte_of_the_study_is_left() {
    let node = node_with_markers();
    node.run(&["withdraw", "TST-S2", "--reason", "privacy", "--yes"])
        .done()
        .says("withdrew TST-S2");
    assert_nowhere(&node, &MARKERS);
    assert_whole(&node);
    node.run(&["rebuild"]).done();
    assert_nowhere(&node, &MARKERS);
    assert_whole(&node);
    let shown = node.run(&["key", "show"]).done();
    assert_eq!(shown.stdout.trim(), node.vkey());
    // and it is not published again by mistake, because its identifier is remembered without being kept
    let folder = tempfile::tempdir().unwrap();
    let report = node.import_one(&marked().write(folder.path()));
    assert_eq!(
        (report.outcome.as_str(), report.id.as_str()),
        ("refused", "TST-S2")
    );
    assert_nowhere(&node, &MARKERS);
    assert_whole(&node);
}

#[test]
fn a_server_that_has_shown_the_study_keeps_nothing_of_it() {
    let node = node_with_markers();
    let served = node.serve();
    let urls = [
        "",
        "id/TST-S2",
        "id/TST-S2.1",
        "id/TST-S2.2",
        "id/TST-S2.nq",
        "id/TST-S2/files.tsv",
        "id/TST-S2-I1",
        "id/TST-S2.2/files/study.yaml",
    ];
    for url in urls {
        assert_eq!(served.get(url).status, 200, "{url}");
    }
    node.run(&["withdraw", "TST-S2", "--reason", "consent", "--yes"])
        .done();
    for url in urls {
        let answer = served.get(url);
        assert!(
            url.is_empty() || answer.status == 410,
            "{url}: {}",
            answer.status
        );
        assert!(
            !MARKERS.iter().any(|marker| answer.text().contains(marker)),
            "{url}"
        );
    }
    assert_nowhere(&node, &MARKERS);
    assert!(served.stop().0.success());
    assert_nowhere(&node, &MARKERS);
    assert_whole(&node);
}

#[test]
fn a_withdrawal_for_another_reason_hides_and_keeps() {
    let node = node_with_markers();
    node.run(&["withdraw", "TST-S2", "--reason", "error"])
        .done();
    assert_ne!(
        files_with(&node.path("ocfl"), MARKERS[0]),
        Vec::<PathBuf>::new()
    );
    assert!(node.proved().record("TST-S2", 2).is_some());
    assert_whole(&node);
}

#[test]
fn what_was_withdrawn_for_another_reason_can_still_be_erased() {
    let node = node_with_markers();
    node.run(&["withdraw", "TST-S2", "--reason", "error"])
        .done();
    node.run(&["withdraw", "TST-S2", "--reason", "privacy", "--yes"])
        .done();
    assert_nowhere(&node, &MARKERS);
    let log = node.proved();
    let operations = log.operations("TST-S2");
    assert_eq!(operations, ["put", "put", "withdraw", "redact", "redact"]);
    assert_whole(&node);
}

#[test]
fn a_replacement_for_privacy_erases_as_a_withdrawal_does() {
    let node = node_with_markers();
    let replace = ["replace", "TST-S2", "--by", "TST-S1", "--reason", "privacy"];
    node.run(&replace).done();
    assert_nowhere(&node, &MARKERS);
    assert_whole(&node);
}

#[test]
fn a_redacted_version_leaves_nothing_that_only_it_said() {
    let node = node_with_markers();
    node.run(&["redact", "TST-S2.1", "--reason", "legal"])
        .done();
    let log = node.proved();
    assert!(log.record("TST-S2", 1).is_none());
    assert!(log.record("TST-S2", 2).unwrap().contains(MARKERS[0]));
    // the deposited study.yaml of version 1 stays, as the command says: the record goes
    let left = files_with(node.data(), MARKERS[6]);
    let is_deposited = |path: &PathBuf| path.ends_with("files/study.yaml");
    assert!(left.iter().all(is_deposited), "{left:?}");
    assert_whole(&node);
    node.run(&["rebuild"]).done();
    let left = files_with(node.data(), MARKERS[6]);
    assert!(left.iter().all(is_deposited), "{left:?}");
    assert_whole(&node);
}

#[test]
fn one_image_is_erased_and_its_study_goes_on() {
    let node = node_with_markers();
    let pixels = pictures::tiff(SEED);
    let is_there = |node: &TempNode| {
        tests::folder::contents(node.data())
            .iter()
            .any(|(_, bytes)| *bytes == pixels)
    };
    assert!(is_there(&node));
    let published = node.proved();
    let names_it = |put: &Put| {
        published
            .record(&put.id, put.version)
            .unwrap()
            .contains(&format!("{}.tif", MARKERS[4]))
    };
    let image = published
        .puts()
        .filter(|put| put.id.contains("-I"))
        .find(names_it)
        .unwrap()
        .id;
    node.run(&["withdraw", &image, "--reason", "consent", "--yes"])
        .done();
    let log = node.proved();
    assert!(log.record(&image, 1).is_none());
    let others = log
        .puts()
        .filter(|put| put.id.starts_with("TST-S2") && put.id != image);
    for put in others {
        assert!(log.record(&put.id, put.version).is_some(), "{}", put.id);
    }
    assert!(!is_there(&node), "the picture is still there");
    assert_whole(&node);
    node.run(&["rebuild"]).done();
    assert_whole(&node);
}
