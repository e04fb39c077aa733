//! What only a disk can show: modes, links, other disks, many threads.

#![expect(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

use std::fs;
use std::os::unix::fs::{MetadataExt, PermissionsExt, symlink};
use std::path::Path;
use std::sync::Arc;
use std::thread;

use super::{Child, ChildKind, DirectoryStore, Key, ObjectStore, PutNew, StoreError};

fn key(text: &str) -> Key {
    Key::parse(text).unwrap()
}

#[test]
fn files_and_folders_can_be_read_by_a_web_server() {
    let data = tempfile::tempdir().unwrap();
    let store = DirectoryStore::open(data.path()).unwrap();
    store.put_new(&key("log/tile/0/000"), b"tile").unwrap();
    store
        .put_content_addressed(&key("log/record/ab/abcd"), b"record")
        .unwrap();
    store.replace(&key("log/checkpoint"), b"note").unwrap();
    store.stage(&key("log/x/y"), &mut &b"bytes"[..]).unwrap();
    let mode = |path: &str| {
        fs::metadata(data.path().join(path))
            .unwrap()
            .permissions()
            .mode()
            & 0o777
    };
    for file in [
        "log/tile/0/000",
        "log/record/ab/abcd",
        "log/checkpoint",
        "log/x/y",
    ] {
        assert_eq!(mode(file) & !0o644, 0, "{file}");
        assert_eq!(mode(file) & 0o600, 0o600, "{file}");
    }
    assert_eq!(mode("log/tile/0") & !0o755, 0);
}

#[test]
fn a_folder_is_named_and_a_folder_that_is_missing_is_refused() {
    let error = DirectoryStore::open(Path::new("/nowhere/at/all")).unwrap_err();
    assert!(
        matches!(&error, StoreError::Folder { .. })
            && error.to_string().contains("/nowhere/at/all")
    );
}

#[test]
fn a_folder_on_another_disk_is_refused() {
    let data = tempfile::tempdir().unwrap();
    let other = Path::new("/dev/shm");
    let device = |path: &Path| fs::metadata(path).map(|metadata| metadata.dev()).ok();
    if device(other).is_none() || device(other) == device(data.path()) {
        eprintln!("skipped: no second file system at /dev/shm");
        return;
    }
    symlink(other, data.path().join("ocfl")).unwrap();
    assert!(
        matches!(DirectoryStore::open(data.path()), Err(StoreError::AnotherDisk { key }) if key.as_str() == "ocfl")
    );
}

#[test]
fn what_is_no_object_is_seen_and_not_read() {
    let data = tempfile::tempdir().unwrap();
    let store = DirectoryStore::open(data.path()).unwrap();
    fs::create_dir_all(data.path().join("a/empty")).unwrap();
    symlink("/etc/passwd", data.path().join("a/link")).unwrap();
    fs::write(data.path().join("a/back\\slash"), "").unwrap();
    let strange = |name: &str| Child {
        name: name.to_owned(),
        kind: ChildKind::Strange,
    };
    let empty = Child {
        name: "empty".to_owned(),
        kind: ChildKind::Folder,
    };
    assert_eq!(
        store.children(&key("a")).unwrap(),
        [strange("back\\slash"), empty, strange("link")]
    );
    assert_eq!(store.list(&key("a")).unwrap(), []);
}

#[test]
fn many_threads_write_the_same_keys_while_folders_come_and_go() {
    let data = tempfile::tempdir().unwrap();
    let store = Arc::new(DirectoryStore::open(data.path()).unwrap());
    let threads: Vec<_> = (0..4)
        .map(|_| {
            let store = Arc::clone(&store);
            thread::spawn(move || {
                (0..200)
                    .filter(|number| {
                        store
                            .put_content_addressed(
                                &key(&format!("log/record/{}/x", number % 7)),
                                b"same",
                            )
                            .unwrap();
                        store
                            .delete(&key(&format!("log/other/{}/x", number % 3)))
                            .unwrap();
                        store
                            .put_new(
                                &key(&format!(
                                    "log/other/{}/{number}/{:?}",
                                    number % 3,
                                    thread::current().id()
                                )),
                                b"y",
                            )
                            .unwrap();
                        store
                            .put_new(&key(&format!("log/tile/{number}")), b"same")
                            .unwrap()
                            == PutNew::Stored
                    })
                    .count()
            })
        })
        .collect();
    let stored: usize = threads
        .into_iter()
        .map(|thread| thread.join().unwrap())
        .sum();
    assert_eq!(stored, 200, "each tile was stored once");
    assert_eq!(store.list(&key("log/tile")).unwrap().len(), 200);
    assert_eq!(store.list(&key("log/record")).unwrap().len(), 7);
}
