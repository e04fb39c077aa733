//! Names of files that are none, or lead out of the study's folder.

use std::ffi::OsStr;
use std::fs;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::symlink;
use std::path::Path;

use tests::folder::{contents, files_with};
use tests::node::{Report, TempNode};
use tests::studies::StudyFolder;

use super::{assert_no_leftovers, assert_whole, new_node};

/// Lies outside of every study.
const SECRET: &str = "a-secret-of-this-machine";

/// Imports a study in whose folder `prepare` did something.
fn imported(further: &str, prepare: impl FnOnce(&Path)) -> (TempNode, Report) {
    let node = new_node();
    let parent = tempfile::tempdir().unwrap();
    fs::write(parent.path().join("outside.txt"), SECRET).unwrap();
    let study = StudyFolder {
        further: further.to_owned(),
        ..StudyFolder::new("study")
    };
    let folder = study.write(parent.path());
    prepare(&folder);
    let report = node.import_one(&folder);
    assert_eq!(
        files_with(node.data(), SECRET),
        Vec::<std::path::PathBuf>::new()
    );
    assert_no_leftovers(node.data());
    node.is_well();
    (node, report)
}

#[track_caller]
fn is_refused(further: &str, prepare: impl FnOnce(&Path), words: &[&str]) {
    let (node, report) = imported(further, prepare);
    assert_eq!(report.outcome, "refused", "{report:#?}");
    let says = |error: &String| words.iter().all(|word| error.contains(word));
    assert!(
        report.errors.iter().any(says),
        "{words:?} is not in {report:#?}"
    );
    assert_eq!(node.size(), 0);
}

fn file_list(lines: &'static str) -> impl FnOnce(&Path) {
    move |folder| fs::write(folder.join("files.tsv"), lines).unwrap()
}

#[test]
fn a_file_list_that_leads_out_of_the_folder_is_refused() {
    let list = "    file_list: files.tsv\n";
    is_refused(
        list,
        file_list("Files\n../../etc/passwd\n"),
        &["../../etc/passwd"],
    );
    is_refused(list, file_list("Files\n/etc/passwd\n"), &["/etc/passwd"]);
    is_refused(
        list,
        file_list("Files\n../outside.txt\n"),
        &["../outside.txt"],
    );
    is_refused(
        list,
        file_list("Files\npictures/../../outside.txt\n"),
        &["outside.txt"],
    );
    is_refused(list, file_list("Name\nx\n"), &["first column"]);
    is_refused(
        "    file_list: ../outside.txt\n",
        |_| (),
        &["../outside.txt"],
    );
}

#[test]
fn a_name_in_the_study_file_that_leads_out_of_the_folder_is_refused() {
    is_refused("    files: [../outside.txt]\n", |_| (), &["../outside.txt"]);
    is_refused("    files: [/etc/passwd]\n", |_| (), &["/etc/passwd"]);
    is_refused("    files: [\"../*.txt\"]\n", |_| (), &["../*.txt"]);
}

#[test]
fn a_symbolic_link_is_not_followed() {
    let link = |folder: &Path| symlink("../outside.txt", folder.join("link.txt")).unwrap();
    is_refused(
        "    files: [link.txt]\n",
        link,
        &["link.txt", "symbolic link"],
    );
    let folder_link = |folder: &Path| symlink("..", folder.join("up")).unwrap();
    is_refused(
        "    files: [up/outside.txt]\n",
        folder_link,
        &["`up`", "symbolic link"],
    );
    // where nobody names it, it is told and left out
    let (_, report) = imported("", link);
    assert_eq!(report.outcome, "published");
    assert!(
        report
            .warnings
            .iter()
            .any(|warning| warning.contains("link.txt")),
        "{report:#?}"
    );
}

#[test]
fn the_study_file_itself_may_not_be_a_link() {
    let node = new_node();
    let parent = tempfile::tempdir().unwrap();
    let folder = StudyFolder::new("study").write(parent.path());
    fs::rename(
        folder.join("study.yaml"),
        parent.path().join("elsewhere.yaml"),
    )
    .unwrap();
    symlink("../elsewhere.yaml", folder.join("study.yaml")).unwrap();
    let reports = node.import(&folder);
    assert!(
        reports.iter().all(|report| report.outcome == "refused"),
        "{reports:#?}"
    );
    assert_eq!(node.size(), 0);
}

#[test]
fn a_missing_file_is_refused_by_its_name() {
    is_refused(
        "    files: [pictures/absent.tif]\n",
        |_| (),
        &["pictures/absent.tif"],
    );
    is_refused(
        "    file_list: files.tsv\n",
        file_list("Files\nabsent.csv\n"),
        &["absent.csv"],
    );
    is_refused("    files: [\"*.absent\"]\n", |_| (), &["*.absent"]);
}

#[test]
fn a_folder_that_holds_itself_ends() {
    let a_loop = |folder: &Path| symlink(folder, folder.join("loop")).unwrap();
    let (node, report) = imported("    files: [\"**/*.txt\"]\n", |folder| {
        a_loop(folder);
        fs::write(folder.join("notes.txt"), "notes").unwrap();
    });
    assert_eq!(report.outcome, "published", "{report:#?}");
    assert!(
        report
            .warnings
            .iter()
            .any(|warning| warning.contains("loop")),
        "{report:#?}"
    );
    assert_whole(&node);
    // and between studies
    let node = new_node();
    let parent = tempfile::tempdir().unwrap();
    StudyFolder::new("study").write(parent.path());
    symlink(parent.path(), parent.path().join("around")).unwrap();
    let outcomes: Vec<_> = node
        .import(parent.path())
        .into_iter()
        .map(|report| report.outcome)
        .collect();
    assert_eq!(outcomes, ["refused", "published"]);
}

#[test]
fn a_name_that_is_not_utf_8_is_told() {
    let odd = OsStr::from_bytes(b"b\xe9b\xe9.txt");
    let (_, report) = imported("", |folder| fs::write(folder.join(odd), "x").unwrap());
    assert_eq!(report.outcome, "published");
    assert!(
        report
            .warnings
            .iter()
            .any(|warning| warning.contains("not UTF-8")),
        "{report:#?}"
    );
    is_refused(
        "    files: [\"odd/*\"]\n",
        |folder| {
            fs::create_dir(folder.join("odd")).unwrap();
            fs::write(folder.join("odd").join(odd), "x").unwrap();
        },
        &["odd"],
    );
    let node = new_node();
    let parent = tempfile::tempdir().unwrap();
    fs::write(parent.path().join(OsStr::from_bytes(b"b\xe9.json")), "{}").unwrap();
    node.try_import(parent.path()).refused().says("not UTF-8");
}

#[test]
fn a_pipe_and_an_unreadable_name_do_not_stop_the_import() {
    let pipe = |folder: &Path| {
        let made = std::process::Command::new("mkfifo")
            .arg(folder.join("pipe"))
            .status()
            .unwrap();
        assert!(made.success());
    };
    is_refused("    files: [pipe]\n", pipe, &["pipe", "not a regular file"]);
    let long = "x".repeat(300);
    is_refused(&format!("    files: [{long}]\n"), |_| (), &["xxx"]);
}

#[test]
fn importing_changes_nothing_in_the_study_folder() {
    let node = new_node();
    let parent = tempfile::tempdir().unwrap();
    let folder = StudyFolder::new("study").write(parent.path());
    let before = contents(&folder);
    assert_eq!(node.import_one(&folder).outcome, "published");
    assert_eq!(contents(&folder), before);
}
