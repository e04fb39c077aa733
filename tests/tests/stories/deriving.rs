//! What people look at is made of what was deposited: once, by whoever comes, whatever befalls him, and it goes with its image.

use std::fs;
use std::path::PathBuf;

use serde_json::Value;
use tests::disk::Disk;
use tests::folder::files;
use tests::http;
use tests::node::TempNode;
use tests::patience::eventually;
use tests::pictures;
use tests::ran::Ran;
use tests::studies::StudyFolder;

use super::{PROGRAM, assert_whole, node_with};

/// What lies beside the levels of each derivation.
const FILES: [&str; 8] = [
    "derived.json",
    "thumbnail-128.jpg",
    "thumbnail-128.webp",
    "thumbnail-256.jpg",
    "thumbnail-256.webp",
    "thumbnail-512.jpg",
    "thumbnail-512.webp",
    "zarr/zarr.json",
];

/// What `derive --json` said of each image.
fn told(ran: &Ran) -> Vec<(String, String, String)> {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let all: Vec<Value> = serde_json::from_str(&ran.stdout).unwrap();
    all.iter()
        .map(|one| {
            (
                text(&one["image"]),
                text(&one["state"]),
                text(&one["reason"]),
            )
        })
        .collect()
}

fn ready(image: &str) -> (String, String, String) {
    (image.to_owned(), "ready".to_owned(), String::new())
}

fn counts(node: &TempNode) -> [u64; 3] {
    let status = node.status();
    ["ready", "waiting", "unreadable"].map(|state| status["pictures"][state].as_u64().unwrap())
}

#[track_caller]
fn assert_made(node: &TempNode, image: &str) {
    for file in FILES {
        let path = node.path(&format!("derived/{image}/{file}"));
        assert!(path.is_file(), "{} is missing", path.display());
    }
    let levels = fs::read_dir(node.path(&format!("derived/{image}/zarr"))).unwrap();
    assert_eq!(levels.count(), 2, "one level and its document");
}

fn derived(node: &TempNode) -> Vec<PathBuf> {
    files(&node.path("derived"))
}

/// Nothing that somebody had begun to write, and no lock of anybody.
#[track_caller]
fn assert_no_leftovers(node: &TempNode) {
    let is_left = |path: &PathBuf| {
        let path = path.to_string_lossy();
        [".writing-", ".part", ".maker-"]
            .iter()
            .any(|mark| path.contains(mark))
    };
    let left: Vec<PathBuf> = derived(node).into_iter().filter(is_left).collect();
    assert_eq!(left, Vec::<PathBuf>::new());
}

/// A picture that ends within its pixels: everything that its beginning says is fine, and import reads no more.
fn cut_off(seed: u64) -> Vec<u8> {
    let mut bytes = pictures::png(seed);
    bytes.truncate(bytes.len() - 20);
    bytes
}

/// A node with one study, of two images, whose server makes them ready to be looked at.
fn node_whose_server_makes_pictures() -> TempNode {
    let node = node_with(&[StudyFolder::new("one")]);
    node.edit_config(|text| text.replace("workers = 0", "workers = 1"));
    node
}

#[test]
fn what_was_deposited_is_made_ready_once() {
    let node = node_with(&[StudyFolder::new("one")]);
    assert_eq!(counts(&node), [0, 2, 0]);
    let ran = node.run(&["derive", "--json"]).done();
    assert_eq!(told(&ran), [ready("TST-S1-I1"), ready("TST-S1-I2")]);
    assert_eq!(counts(&node), [2, 0, 0]);
    assert_made(&node, "TST-S1-I1.1");
    assert_made(&node, "TST-S1-I2.1");
    assert_no_leftovers(&node);
    assert_whole(&node);
    assert!(told(&node.run(&["derive", "--json"]).done()).is_empty());
    let again = node.run(&["derive", "TST-S1"]).done();
    again
        .says("ready TST-S1-I2.1")
        .says("2 images: 2 ready, 0 not");
}

#[test]
fn a_new_version_of_an_image_is_made_ready_and_the_old_one_stays() {
    let mut study = StudyFolder::new("one");
    let node = node_with(std::slice::from_ref(&study));
    node.run(&["derive"]).done();
    study.images[0].1 = pictures::tiff(77);
    let folder = tempfile::tempdir().unwrap();
    assert_eq!(node.import_one(&study.write(folder.path())).version, 2);
    let ran = node.run(&["derive", "--json"]).done();
    // the other is as it was; whether something else lies over it now is looked at
    assert_eq!(told(&ran), [ready("TST-S1-I1"), ready("TST-S1-I2")]);
    for image in ["TST-S1-I1.1", "TST-S1-I1.2", "TST-S1-I2.1"] {
        assert_made(&node, image);
    }
}

#[test]
fn an_image_that_cannot_be_read_is_told_in_a_sentence_and_not_tried_again() {
    let mut study = StudyFolder::new("one");
    study
        .images
        .push(("pictures/zcut.png".to_owned(), cut_off(9)));
    let node = node_with(&[study]);
    let ran = node.run(&["derive", "--json"]).refused();
    let told_first = told(&ran);
    assert_eq!(told_first[..2], [ready("TST-S1-I1"), ready("TST-S1-I2")]);
    let (image, state, reason) = &told_first[2];
    assert_eq!(
        (image.as_str(), state.as_str()),
        ("TST-S1-I3", "unreadable")
    );
    assert!(reason.contains("not a whole PNG file"), "{reason}");
    assert_eq!(counts(&node), [2, 0, 1]);
    node.run(&["status"])
        .done()
        .says(&format!("TST-S1-I3.1: {reason}"));
    assert!(told(&node.run(&["derive", "--json"]).done()).is_empty());
    let named = node.run(&["derive", "--json", "TST-S1-I3"]).refused();
    assert_eq!(told(&named), told_first[2..]);
    let served = node.serve();
    let page = http::get_as(&format!("{}id/TST-S1-I3", served.url()), "text/html");
    assert!(
        page.text().contains("There is no picture of this image"),
        "{}",
        page.text()
    );
    let zarr = served.get("zarr/TST-S1-I3/zarr.json");
    assert_eq!(zarr.status, 404);
    assert!(
        zarr.text().contains("its files can be downloaded"),
        "{}",
        zarr.text()
    );
}

#[test]
fn ids_that_are_none_are_told() {
    let node = node_with(&[StudyFolder::new("one")]);
    for (id, words) in [
        ("TST-S9", "no image that is public here"),
        ("TST-S1-I9", "no image that is public here"),
        ("Septin", "is not an accession"),
    ] {
        node.run(&["derive", id]).could_not().says(words);
    }
}

#[test]
#[cfg(debug_assertions)]
fn who_is_killed_at_any_point_is_followed_by_another_who_completes_it_at_once() {
    let original = node_whose_server_makes_pictures();
    for point in node::crash::DERIVING {
        for is_by_server in [false, true] {
            let node = original.copy();
            let ran = node.run_until(point, &["derive"]);
            assert_eq!(
                ran.killed_by(),
                Some(super::kills::ABORTED),
                "{point}: {ran:?}"
            );
            if is_by_server {
                let served = node.serve();
                eventually("the images are ready", || {
                    (counts(&node) == [2, 0, 0]).then_some(())
                });
                assert!(served.stop().0.success());
            } else {
                let ran = node.run(&["derive", "--json"]).done();
                assert_eq!(
                    told(&ran),
                    [ready("TST-S1-I1"), ready("TST-S1-I2")],
                    "{point}"
                );
            }
            assert_made(&node, "TST-S1-I1.1");
            assert_no_leftovers(&node);
        }
    }
}

#[test]
#[cfg(debug_assertions)]
fn an_image_on_which_the_program_dies_again_and_again_is_given_up() {
    let node = node_with(&[StudyFolder::new("one")]);
    for _ in 0..5 {
        let ran = node.run_until("pyramid-written", &["derive", "TST-S1-I1"]);
        assert_eq!(ran.killed_by(), Some(super::kills::ABORTED), "{ran:?}");
        // so that the next has to write it again
        fs::remove_dir_all(node.path("derived/TST-S1-I1.1")).unwrap();
    }
    let ran = node.run(&["derive", "--json"]).refused();
    let [first, second] = told(&ran).try_into().unwrap();
    assert_eq!(
        (first.0.as_str(), first.1.as_str()),
        ("TST-S1-I1", "unreadable")
    );
    assert!(first.2.contains("begun 5 times"), "{}", first.2);
    assert_eq!(second, ready("TST-S1-I2"));
}

#[test]
fn two_who_make_the_same_at_once_make_it_once() {
    let node = node_with(&[StudyFolder::with_images("many", 12)]);
    let both = [(); 2].map(|()| node.start(&["derive", "--json"]));
    for child in both {
        let output = child.wait_with_output().unwrap();
        // 2 where the other was just making one that this one came to
        assert!(matches!(output.status.code(), Some(0 | 2)), "{output:?}");
    }
    assert_eq!(counts(&node), [12, 0, 0]);
    for number in 1..=12 {
        assert_made(&node, &format!("TST-S1-I{number}.1"));
    }
    assert_no_leftovers(&node);
}

#[test]
fn what_is_withdrawn_or_redacted_goes_and_what_is_suppressed_stays() {
    let node = node_with(&["one", "two", "three", "four"].map(StudyFolder::new));
    node.run(&["derive"]).done();
    let images = |node: &TempNode| {
        let mut names: Vec<String> = fs::read_dir(node.path("derived"))
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        names.sort();
        names
    };
    assert_eq!(images(&node).len(), 8);
    node.run(&["suppress", "TST-S1", "--reason", "error"])
        .done();
    assert_eq!(images(&node).len(), 8);
    node.run(&["withdraw", "TST-S2-I1", "--reason", "error"])
        .done();
    node.run(&["withdraw", "TST-S3", "--reason", "privacy", "--yes"])
        .done();
    node.run(&["redact", "TST-S4-I2.1", "--reason", "legal"])
        .done();
    let left = ["TST-S1-I1.1", "TST-S1-I2.1", "TST-S2-I2.1", "TST-S4-I1.1"];
    assert_eq!(images(&node), left);
    assert_eq!(counts(&node), [4, 0, 0]);
    node.run(&["derive", "TST-S3"]).could_not();
}

#[test]
#[cfg(debug_assertions)]
fn a_withdrawal_that_was_killed_takes_what_was_derived_when_it_is_completed() {
    let node = node_whose_server_makes_pictures();
    node.run(&["derive"]).done();
    let withdraw = ["withdraw", "TST-S1-I1", "--reason", "error"];
    let ran = node.run_until("checkpoint-stored", &withdraw);
    assert_eq!(ran.killed_by(), Some(super::kills::ABORTED), "{ran:?}");
    assert!(node.path("derived/TST-S1-I1.1").exists());
    let served = node.serve();
    eventually("the withdrawal is complete", || {
        (!node.path("derived/TST-S1-I1.1").exists()).then_some(())
    });
    assert_eq!(served.get("zarr/TST-S1-I1/zarr.json").status, 410);
    assert_eq!(served.get("zarr/TST-S1-I2/zarr.json").status, 200);
}

#[test]
fn a_restored_node_makes_again_what_its_backup_did_not_have_and_removes_what_belongs_to_nothing() {
    let node = node_whose_server_makes_pictures();
    node.run(&["derive"]).done();
    fs::remove_dir_all(node.path("derived/TST-S1-I1.1")).unwrap();
    fs::remove_file(node.path("derived/TST-S1-I2.1/derived.json")).unwrap();
    fs::create_dir_all(node.path("derived/TST-S1-I7.1/zarr")).unwrap();
    let served = node.serve();
    eventually("all is there again", || {
        let is_again = FILES
            .iter()
            .all(|file| node.path(&format!("derived/TST-S1-I1.1/{file}")).is_file());
        let is_gone = !node.path("derived/TST-S1-I7.1").exists();
        (is_again && is_gone && counts(&node) == [2, 0, 0]).then_some(())
    });
    assert!(served.stop().0.success());
    assert_no_leftovers(&node);
}

#[test]
fn a_database_that_is_made_again_knows_what_is_there() {
    let node = node_whose_server_makes_pictures();
    node.run(&["derive"]).done();
    let before = fs::metadata(node.path("derived/TST-S1-I1.1/zarr/zarr.json")).unwrap();
    node.run(&["rebuild"]).done();
    let ran = node.run(&["derive", "--json"]).done();
    assert_eq!(told(&ran), [ready("TST-S1-I1"), ready("TST-S1-I2")]);
    let after = fs::metadata(node.path("derived/TST-S1-I1.1/zarr/zarr.json")).unwrap();
    assert_eq!(before.modified().unwrap(), after.modified().unwrap());
    node.is_well();
}

#[test]
fn a_full_disk_is_waited_for() {
    let Some(disk) = Disk::of(24 << 20) else {
        return;
    };
    let node = TempNode::in_folder(PROGRAM, &disk.path("data"));
    let folder = tempfile::tempdir().unwrap();
    let study = StudyFolder::with_images("many", 40).write(folder.path());
    assert_eq!(node.import_one(&study).outcome, "published");
    disk.fill_but(600 << 10);
    let ran = node.run(&["derive"]);
    assert!(!ran.is_done(), "{ran:?}");
    ran.says_one_of(&["is full", "No space left", "disk is full"]);
    disk.empty();
    node.run(&["derive"]).done();
    assert_eq!(counts(&node), [40, 0, 0]);
    assert_no_leftovers(&node);
}
