//! Disks that are full or read-only, at every moment of an act.

use std::path::Path;
use std::process::{Command, Stdio};

use tests::disk::Disk;
use tests::node::TempNode;
use tests::ran::Ran;
use tests::studies::StudyFolder;

use super::{PROGRAM, assert_whole, new_node};

/// How the system and the database say that a disk is full.
const FULL: [&str; 3] = ["No space left", "disk is full", "is the disk full"];

/// A node on a small disk, with one study in it.
fn node_on(disk: &Disk) -> TempNode {
    let node = TempNode::in_folder(PROGRAM, &disk.path("data"));
    let folder = tempfile::tempdir().unwrap();
    assert_eq!(
        node.import_one(&StudyFolder::new("first").write(folder.path()))
            .outcome,
        "published"
    );
    node
}

/// Two studies: a new one of 40 pictures, and the first, revised.
fn studies(folder: &Path) {
    let mut first = StudyFolder::new("first");
    first.title.push_str(", revised");
    first.write(folder);
    StudyFolder::with_images("second", 40).write(folder);
}

#[track_caller]
fn everything_arrives_once(node: &TempNode, folder: &Path) {
    let ran = node.try_import(folder).done();
    let log = node.proved();
    assert_eq!(log.studies(), ["TST-S1", "TST-S2"], "{ran:?}");
    assert_eq!(log.operations("TST-S1"), ["put", "put"]);
    assert_eq!(log.head.size, 3 + 1 + 41);
    assert_whole(node);
}

#[test]
fn a_disk_that_is_full_at_any_moment_is_told_and_loses_nothing() {
    let folder = tempfile::tempdir().unwrap();
    studies(folder.path());
    let mut failures = 0;
    for free in [
        0, 16, 48, 96, 160, 224, 288, 352, 416, 480, 544, 608, 672, 736, 800, 1000,
    ] {
        let Some(disk) = Disk::of(24 << 20) else {
            return;
        };
        let node = node_on(&disk);
        let before = node.proved();
        disk.fill_but(free << 10);
        let ran = node.try_import(folder.path());
        if !ran.is_done() {
            failures += 1;
            ran.could_not().says_one_of(&FULL);
        }
        // readers see a whole log, the old one or the new one, while the disk is still full
        assert!(node.proved().continues(&before.head));
        disk.empty();
        assert!(node.proved().continues(&before.head));
        everything_arrives_once(&node, folder.path());
    }
    assert!(failures >= 5, "only {failures} imports met a full disk");
}

#[test]
fn a_move_on_a_full_disk_is_told_and_can_be_repeated() {
    for free in [0, 8, 16, 32, 64, 128] {
        let Some(disk) = Disk::of(24 << 20) else {
            return;
        };
        let node = node_on(&disk);
        disk.fill_but(free << 10);
        let withdraw = ["withdraw", "TST-S1", "--reason", "privacy", "--yes"];
        let ran = node.run(&withdraw);
        if !ran.is_done() {
            ran.could_not().says_one_of(&FULL);
        }
        disk.empty();
        // it may have happened in spite of the message: then this erases once more
        node.run(&withdraw).done();
        let operations = node.proved().operations("TST-S1");
        assert_eq!(operations[..3], ["put", "withdraw", "redact"]);
        assert_whole(&node);
    }
}

#[test]
fn a_disk_that_is_read_only_is_told_and_can_still_be_read() {
    let Some(disk) = Disk::of(24 << 20) else {
        return;
    };
    let node = node_on(&disk);
    cannot_be_written(&node, &|is_read_only| disk.set_read_only(is_read_only));
}

#[test]
fn a_folder_that_its_user_may_not_write_is_like_a_read_only_disk() {
    if rustix::process::geteuid().is_root() {
        eprintln!("SKIPPED: root may write everywhere; for root there is the read-only disk");
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let node = new_node();
    node.import_one(&StudyFolder::new("first").write(folder.path()));
    cannot_be_written(&node, &|is_read_only| {
        let mode = if is_read_only { "a-w" } else { "u+w" };
        let mut change = Command::new("chmod");
        let changed = change.args(["-R", mode]).arg(node.data()).status();
        assert!(changed.unwrap().success());
    });
}

fn cannot_be_written(node: &TempNode, set_read_only: &dyn Fn(bool)) {
    let folder = tempfile::tempdir().unwrap();
    studies(folder.path());
    let before = node.proved().head;
    set_read_only(true);
    for command in [
        &["import", folder.path().to_str().unwrap()][..],
        &["suppress", "TST-S1", "--reason", "error"],
        &["rebuild"],
    ] {
        // it must not be taken for a damaged database
        node.run(command)
            .could_not()
            .says_one_of(&["ead-only", "ermission denied"])
            .says_nothing_of("move it away");
    }
    assert_eq!(node.proved().head, before);
    set_read_only(false);
    everything_arrives_once(node, folder.path());
}

#[test]
fn a_limit_on_the_size_of_files_is_like_a_full_disk() {
    let node = new_node();
    let folder = tempfile::tempdir().unwrap();
    let mut study = StudyFolder::new("large");
    study.files = vec![("large.bin".to_owned(), vec![7; 3 << 20])];
    let place = study.write(folder.path());
    // the signal of the limit is ignored, so that writing fails as on a full disk; the blocks are of 1024 bytes
    let mut limited = Command::new("bash");
    limited.args([
        "-c",
        "trap '' XFSZ; ulimit -f 2048; exec \"$@\"",
        "bash",
        PROGRAM,
        "import",
    ]);
    limited
        .arg(&place)
        .arg("--data")
        .arg(node.data())
        .stdin(Stdio::null());
    Ran::new(limited.output().unwrap())
        .could_not()
        .says("File too large");
    assert_eq!(node.size(), 0);
    assert_eq!(node.import_one(&place).outcome, "published");
    assert_whole(&node);
}
