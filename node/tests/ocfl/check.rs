//! The check of a root names each kind of damage, its place and what to do.

use std::fs;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use node::store::ocfl::{Checked, Problem, Root};
use node::store::{DirectoryStore, ObjectStore};

use super::acts::{Act, files, key, path, perform};
use super::validator::assert_invalid;

const STUDY: &str = "https://images.example.org/id/DND-S1";

/// Makes a root with a study of two versions, lets it be damaged, and checks it.
fn found_after(
    damage: impl FnOnce(&Path, &Path),
) -> (Vec<Problem>, Checked, PathBuf, tempfile::TempDir) {
    let data = tempfile::tempdir().unwrap();
    let store: Arc<dyn ObjectStore> = Arc::new(DirectoryStore::open(data.path()).unwrap());
    let root = Root::init(Arc::clone(&store), key("ocfl")).unwrap();
    for entries in [
        &[("record.nq", "one"), ("plate/a01.tif", "pixels")],
        &[("record.nq", "two"), ("plate/a01.tif", "pixels")],
    ] {
        perform(
            &store,
            &Act::Publish {
                object: STUDY.to_owned(),
                files: files(entries),
            },
        )
        .unwrap();
    }
    let object = root.folder_of(STUDY).path_in(data.path());
    damage(&data.path().join("ocfl"), &object);
    let mut problems = Vec::new();
    let checked = root.check(&mut |problem| problems.push(problem)).unwrap();
    assert_eq!(checked.problems, problems.len() as u64);
    (problems, checked, data.path().join("ocfl"), data)
}

/// One damage, one problem: its code, the end of its path, and a word of its message.
fn finds(code: &str, path_end: &str, word: &str, damage: impl FnOnce(&Path, &Path)) {
    let (problems, _, root, _data) = found_after(damage);
    let [problem] = &problems[..] else {
        panic!("one problem {code} was expected: {problems:#?}")
    };
    assert_eq!(problem.code, code, "{problem:?}");
    assert!(
        problem.path.starts_with("ocfl")
            && problem.path.ends_with(path_end)
            && problem.message.contains(word),
        "{problem:?}"
    );
    assert_invalid(&root);
}

#[test]
fn a_good_root_has_no_problems_and_all_of_it_was_read() {
    let (problems, checked, _, _data) = found_after(|_, _| {});
    assert_eq!(problems, []);
    assert_eq!(
        checked,
        Checked {
            objects: 1,
            files: 3,
            bytes: 12,
            problems: 0
        }
    );
}

#[test]
fn content_that_changed_or_is_missing_or_is_too_much_is_found() {
    finds(
        "content-changed",
        "v1/content/plate/a01.tif",
        "restore it from a copy",
        |_, object| {
            fs::write(object.join("v1/content/plate/a01.tif"), "pixelz").unwrap();
        },
    );
    finds(
        "content-missing",
        "v2/content/record.nq",
        "sha512 is",
        |_, object| {
            fs::remove_file(object.join("v2/content/record.nq")).unwrap();
            fs::write(object.join("v2/content/.keep"), "").unwrap();
            fs::remove_file(object.join("v2/content/.keep")).unwrap();
            fs::remove_dir(object.join("v2/content")).unwrap();
        },
    );
    finds("stray", "v2/content", "thesis.docx", |_, object| {
        fs::write(object.join("v2/content/thesis.docx"), "").unwrap()
    });
    finds(
        "stray",
        "v1/content/plate/new",
        "empty folder",
        |_, object| fs::create_dir(object.join("v1/content/plate/new")).unwrap(),
    );
}

#[test]
fn damaged_inventories_are_found() {
    finds(
        "inventory-damaged",
        "inventory.json",
        "E060",
        |_, object| {
            let inventory = fs::read_to_string(object.join("inventory.json")).unwrap();
            fs::write(
                object.join("inventory.json"),
                inventory.replace("a version of the tests", "a version of the pests"),
            )
            .unwrap();
            // the same change beside it, so that only the digest tells
            let of_version = fs::read_to_string(object.join("v2/inventory.json")).unwrap();
            assert_eq!(of_version, inventory);
            fs::write(object.join("inventory.json"), inventory.clone() + " ").unwrap();
        },
    );
    finds(
        "inventory-damaged",
        "v1/inventory.json.sha512",
        "not there",
        |_, object| {
            fs::remove_file(object.join("v1/inventory.json.sha512")).unwrap();
        },
    );
    finds(
        "inventory-damaged",
        "v1/inventory.json.sha512",
        "E061",
        |_, object| {
            fs::write(object.join("v1/inventory.json.sha512"), "nonsense").unwrap();
        },
    );
    finds(
        "version-differs",
        "v1/inventory.json",
        "E066",
        |_, object| {
            for name in ["inventory.json", "inventory.json.sha512"] {
                fs::copy(object.join("v2").join(name), object.join("v1").join(name)).unwrap();
            }
        },
    );
    finds(
        "inventory-damaged",
        "0=ocfl_object_1.1",
        "E007",
        |_, object| fs::write(object.join("0=ocfl_object_1.1"), "").unwrap(),
    );
    finds(
        "inventory-damaged",
        "inventory.json",
        "not an inventory",
        |_, object| {
            let torn = &fs::read(object.join("inventory.json")).unwrap()[..100];
            fs::write(object.join("inventory.json"), torn).unwrap();
            let digest = node::store::ocfl::Sha512Digest::of(torn);
            fs::write(
                object.join("inventory.json.sha512"),
                format!("{digest} inventory.json\n"),
            )
            .unwrap();
        },
    );
}

#[test]
fn what_lies_where_it_should_not_is_found() {
    finds("stray", "notes.txt", "E072", |root, object| {
        let above = object.parent().unwrap();
        assert!(above.starts_with(root));
        fs::write(above.join("notes.txt"), "").unwrap();
    });
    finds("stray", "fff", "empty folder", |root, _| {
        fs::create_dir(root.join("fff")).unwrap()
    });
    finds("stray", "DND-S1", "notes.txt", |_, object| {
        fs::write(object.join("notes.txt"), "").unwrap()
    });
    finds("stray", "v2", "notes.txt", |_, object| {
        fs::write(object.join("v2/notes.txt"), "").unwrap()
    });
    finds("stray", "DND-S1", "v3", |_, object| {
        fs::create_dir(object.join("v3")).unwrap();
        fs::write(object.join("v3/x"), "").unwrap();
    });
}

#[test]
fn a_link_an_object_in_the_wrong_place_and_a_foreign_declaration_are_found() {
    // ocfl-py follows links and does not compare places: these are for our own check
    let (problems, _, _, _data) = found_after(|_, object| {
        fs::remove_file(object.join("v1/content/record.nq")).unwrap();
        symlink("/etc/hostname", object.join("v1/content/record.nq")).unwrap();
    });
    assert!(
        problems
            .iter()
            .any(|problem| problem.code == "stray" && problem.message.contains("record.nq")),
        "{problems:?}"
    );
    let (problems, _, _, _data) =
        found_after(|_, object| fs::rename(object, object.with_file_name("elsewhere")).unwrap());
    assert!(
        matches!(&problems[..], [problem] if problem.code == "misplaced" && problem.message.contains("DND-S1")),
        "{problems:?}"
    );
    let (problems, _, _, _data) =
        found_after(|root, _| fs::write(root.join("ocfl_layout.json"), "{}").unwrap());
    assert!(
        matches!(&problems[..], [problem] if problem.code == "root-damaged"),
        "{problems:?}"
    );
}

#[test]
fn a_damaged_inventory_is_named_when_it_is_read() {
    let (_, _, root, data) =
        found_after(|_, object| fs::write(object.join("inventory.json"), "{}").unwrap());
    let store: Arc<dyn ObjectStore> = Arc::new(DirectoryStore::open(data.path()).unwrap());
    let error = Root::open(store, key("ocfl"))
        .unwrap()
        .object(STUDY)
        .unwrap_err()
        .to_string();
    assert!(
        error.contains("inventory.json is damaged") && error.contains("restore it from a copy"),
        "{error}"
    );
    assert!(root.exists());
}

#[test]
fn a_lost_file_is_named_when_it_is_read() {
    let (_, _, _, data) =
        found_after(|_, object| fs::remove_file(object.join("v1/content/plate/a01.tif")).unwrap());
    let store: Arc<dyn ObjectStore> = Arc::new(DirectoryStore::open(data.path()).unwrap());
    let object = Root::open(store, key("ocfl"))
        .unwrap()
        .object(STUDY)
        .unwrap()
        .unwrap();
    let error = object
        .open(&path("plate/a01.tif"), 2)
        .err()
        .unwrap()
        .to_string();
    assert!(
        error.contains("version 2")
            && error.contains("plate/a01.tif")
            && error.contains("omma-node check"),
        "{error}"
    );
}
