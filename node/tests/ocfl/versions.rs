//! Objects and versions as they should be, on a disk.

use std::fs::{self, File};
use std::io::{Read, Write};
use std::path::Path;
use std::sync::Arc;

use node::store::ocfl::{Object, OcflError, Root, Source};
use node::store::{DirectoryStore, MemoryStore, ObjectStore};
use protocol::digest::Digest;
use time::macros::datetime;

use super::acts::{Act, assert_no_problems, files, key, path, perform, read_back};
use super::validator::{assert_invalid, assert_valid};

const STUDY: &str = "https://images.example.org/id/DND-S1";

fn on_disk() -> (tempfile::TempDir, Arc<dyn ObjectStore>) {
    let data = tempfile::tempdir().unwrap();
    let store: Arc<dyn ObjectStore> = Arc::new(DirectoryStore::open(data.path()).unwrap());
    Root::init(Arc::clone(&store), key("ocfl")).unwrap();
    (data, store)
}

fn object(store: &Arc<dyn ObjectStore>) -> Object {
    Root::open(Arc::clone(store), key("ocfl"))
        .unwrap()
        .object(STUDY)
        .unwrap()
        .unwrap()
}

fn publish(store: &Arc<dyn ObjectStore>, entries: &[(&str, &str)]) {
    perform(
        store,
        &Act::Publish {
            object: STUDY.to_owned(),
            files: files(entries),
        },
    )
    .unwrap();
}

/// The files in a folder, sorted, as paths relative to it.
fn tree(folder: &Path) -> Vec<String> {
    let mut names = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let entry = entry.unwrap();
        let name = entry.file_name().into_string().unwrap();
        if entry.path().is_dir() {
            names.extend(
                tree(&entry.path())
                    .iter()
                    .map(|below| format!("{name}/{below}")),
            );
        } else {
            names.push(name);
        }
    }
    names.sort();
    names
}

#[test]
fn a_study_gets_versions_and_both_programs_find_them_valid() {
    let (data, store) = on_disk();
    let root = data.path().join("ocfl");
    assert_valid(&[&root]);

    publish(
        &store,
        &[
            ("record.nq", "one"),
            ("plate/a01.tif", "pixels"),
            ("plate/a02.tif", "pixels"),
            ("empty", ""),
        ],
    );
    assert_valid(&[&root]);
    publish(
        &store,
        &[
            ("record.nq", "two"),
            ("plate/a01.tif", "pixels"),
            ("plate/a03.tif", "pixels"),
        ],
    );
    assert_valid(&[&root]);
    publish(&store, &[("record.nq", "one")]);
    assert_valid(&[&root]);
    assert_no_problems(&store);

    let object = object(&store);
    assert_eq!(object.head(), 3);
    assert_eq!(
        object.inventory().version(1).unwrap().created(),
        "2026-11-21T09:30:00Z"
    );
    assert_eq!(
        object.inventory().version(3).unwrap().user().unwrap().name,
        "Tests"
    );
    let stored = tree(&root.join("../").join(object.folder().as_str()));
    let expected = [
        "0=ocfl_object_1.1",
        "inventory.json",
        "inventory.json.sha512",
        "v1/content/empty",
        "v1/content/plate/a01.tif",
        "v1/content/record.nq",
        "v1/inventory.json",
        "v1/inventory.json.sha512",
        "v2/content/record.nq",
        "v2/inventory.json",
        "v2/inventory.json.sha512",
        "v3/inventory.json",
        "v3/inventory.json.sha512",
    ];
    assert_eq!(
        stored, expected,
        "each content is stored once, where it came first"
    );
    let names: Vec<String> = object
        .files(2)
        .map(|file| file.logical.to_string())
        .collect();
    assert_eq!(names, ["plate/a01.tif", "plate/a03.tif", "record.nq"]);
    let file = object.file(&path("plate/a03.tif"), 2).unwrap();
    assert_eq!(file.sha256, Some(Digest::of(b"pixels")));
    assert!(
        file.content.as_str().ends_with("/v1/content/plate/a01.tif"),
        "{}",
        file.content
    );
    assert!(
        !data.path().join("staging/act").exists(),
        "nothing is left in staging"
    );
}

#[test]
fn files_are_hashed_while_they_are_copied_and_known_bytes_are_not_copied() {
    let (data, store) = on_disk();
    let root = Root::open(Arc::clone(&store), key("ocfl")).unwrap();
    let large = data.path().join("large.bin");
    let bytes: Vec<u8> = (0..700_001_u32)
        .map(|number| (number % 253) as u8)
        .collect();
    fs::write(&large, &bytes).unwrap();
    let open = || Source::File(File::open(&large).unwrap(), bytes.len() as u64);

    let mut draft = root.draft(&key("staging/1"), STUDY, None).unwrap();
    assert_eq!(draft.number(), 1);
    let stored = draft.add(path("a/large.bin"), open()).unwrap();
    assert_eq!(
        (stored.bytes, stored.sha256),
        (bytes.len() as u64, Digest::of(&bytes))
    );
    draft.add(path("b/the same.bin"), open()).unwrap();
    // the last file needs the digests of the first ones, as a manifest does
    draft
        .add(
            path("files.tsv"),
            Source::Bytes(stored.sha256.to_string().into_bytes()),
        )
        .unwrap();
    let staged = draft
        .finish("import", datetime!(2026-11-21 10:30 +01:00), None)
        .unwrap();
    assert!(
        tree(&data.path().join("ocfl"))
            .iter()
            .all(|name| !name.contains("large")),
        "nothing changes in the root"
    );
    let in_staging = store.list(&key("staging/1")).unwrap();
    assert_eq!(
        in_staging
            .iter()
            .filter(|key| key.as_str().contains("bin"))
            .count(),
        1,
        "{in_staging:?}"
    );
    root.commit(&staged).unwrap();
    root.commit(&staged).unwrap();
    root.discard(staged.staging()).unwrap();

    let base = object(&store);
    let mut draft = root.draft(&key("staging/2"), STUDY, Some(&base)).unwrap();
    draft.add(path("moved.bin"), open()).unwrap();
    let mut other = bytes.clone();
    other[500_000] ^= 1;
    fs::write(&large, &other).unwrap();
    assert_eq!(
        draft.add(path("other.bin"), open()).unwrap().sha256,
        Digest::of(&other),
        "the same size is not the same"
    );
    let kept = Source::Unchanged {
        version: 1,
        logical: path("files.tsv"),
    };
    assert_eq!(draft.add(path("files.tsv"), kept).unwrap().bytes, 64);
    let staged = draft
        .finish("revision", datetime!(2026-11-22 09:30 UTC), None)
        .unwrap();
    root.commit(&staged).unwrap();
    root.discard(staged.staging()).unwrap();

    let (mut reader, _) = object(&store).open(&path("moved.bin"), 2).unwrap();
    let mut read = Vec::new();
    reader.read_to_end(&mut read).unwrap();
    assert_eq!(read, bytes);
    let content = tree(&data.path().join(object(&store).folder().as_str()));
    assert_eq!(
        content
            .iter()
            .filter(|name| name.starts_with("v2/content"))
            .collect::<Vec<_>>(),
        ["v2/content/other.bin"]
    );
    assert_no_problems(&store);
    assert_eq!(
        object(&store).inventory().version(1).unwrap().created(),
        "2026-11-21T09:30:00Z",
        "times are in UTC"
    );
}

#[test]
fn what_cannot_be_a_version_is_refused_with_its_path() {
    let store: Arc<dyn ObjectStore> = Arc::new(MemoryStore::new());
    let root = Root::init(Arc::clone(&store), key("ocfl")).unwrap();
    let bytes = || Source::Bytes(b"x".to_vec());
    let mut draft = root.draft(&key("staging/1"), STUDY, None).unwrap();
    draft.add(path("a/b"), bytes()).unwrap();
    for taken in ["a", "a/b", "a/b/c"] {
        let error = draft.add(path(taken), bytes()).unwrap_err();
        assert!(
            matches!(&error, OcflError::PathTaken { logical } if logical.as_str() == taken),
            "{error}"
        );
    }
    draft.add(path("a-b"), bytes()).unwrap();

    let mut file = tempfile::tempfile().unwrap();
    file.write_all(b"grows").unwrap();
    std::io::Seek::rewind(&mut file).unwrap();
    let error = draft
        .add(path("growing"), Source::File(file, 3))
        .unwrap_err();
    assert!(
        matches!(
            error,
            OcflError::ChangedWhileStored {
                expected: 3,
                found: 5,
                ..
            }
        ),
        "{error}"
    );
    let folder = tempfile::tempdir().unwrap();
    let error = draft
        .add(
            path("folder"),
            Source::File(File::open(folder.path()).unwrap(), 3),
        )
        .unwrap_err();
    assert!(matches!(error, OcflError::Unreadable { .. }), "{error}");
    let error = draft
        .add(
            path("kept"),
            Source::Unchanged {
                version: 1,
                logical: path("a/b"),
            },
        )
        .unwrap_err();
    assert!(matches!(error, OcflError::NoFile { .. }), "{error}");
}

#[test]
fn of_two_changes_to_one_object_the_second_is_refused() {
    let store: Arc<dyn ObjectStore> = Arc::new(MemoryStore::new());
    let root = Root::init(Arc::clone(&store), key("ocfl")).unwrap();
    let stage = |staging: &str, text: &str, base: Option<&Object>| {
        let mut draft = root.draft(&key(staging), STUDY, base).unwrap();
        draft
            .add(path("record.nq"), Source::Bytes(text.as_bytes().to_vec()))
            .unwrap();
        draft
            .finish(text, datetime!(2026-11-21 09:30 UTC), None)
            .unwrap()
    };
    let (first, second) = (
        stage("staging/1", "one", None),
        stage("staging/2", "two", None),
    );
    root.commit(&first).unwrap();
    assert!(matches!(
        root.commit(&second),
        Err(OcflError::Conflict { .. })
    ));
    let base = object(&store);
    let (first_revision, second_revision) = (
        stage("staging/3", "three", Some(&base)),
        stage("staging/4", "four", Some(&base)),
    );
    root.commit(&first_revision).unwrap();
    assert!(matches!(
        root.commit(&second_revision),
        Err(OcflError::Conflict { .. })
    ));
    let mut stale = root.draft(&key("staging/6"), STUDY, Some(&base)).unwrap();
    assert!(!stale.is_current().unwrap());
    stale
        .add(path("record.nq"), Source::Bytes(b"five".to_vec()))
        .unwrap();
    let error = stale
        .finish("five", datetime!(2026-11-21 09:30 UTC), None)
        .unwrap_err();
    assert!(
        matches!(error, OcflError::Conflict { .. }),
        "before anything is journalled"
    );
    root.commit(&first).unwrap();
    root.commit(&first_revision).unwrap();
    assert_eq!(
        read_back(&store)[STUDY],
        [
            files(&[("record.nq", "one")]),
            files(&[("record.nq", "three")])
        ]
    );
}

#[test]
fn the_validator_can_tell_a_damaged_root() {
    let (data, store) = on_disk();
    publish(&store, &[("record.nq", "one")]);
    let content = data.path().join(
        object(&store)
            .file(&path("record.nq"), 1)
            .unwrap()
            .content
            .as_str(),
    );
    fs::write(content, "two").unwrap();
    assert_invalid(&data.path().join("ocfl"));
}
