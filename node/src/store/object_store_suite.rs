//! One suite over every store: what [`ObjectStore`] promises.

#![expect(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

use std::io::{self, Read, Seek, SeekFrom};

use super::{Child, ChildKind, DirectoryStore, Key, MemoryStore, ObjectStore, PutNew, StoreError};

fn key(text: &str) -> Key {
    Key::parse(text).unwrap()
}

/// Runs a story on each store, empty.
fn on_each_store(story: impl Fn(&dyn ObjectStore)) {
    let data = tempfile::tempdir().unwrap();
    story(&DirectoryStore::open(data.path()).unwrap());
    story(&MemoryStore::new());
}

fn names(store: &dyn ObjectStore, folder: &str) -> Vec<String> {
    store
        .list(&key(folder))
        .unwrap()
        .iter()
        .map(Key::to_string)
        .collect()
}

#[test]
fn what_is_put_is_read_back_and_what_is_not_is_none() {
    on_each_store(|store| {
        assert_eq!(
            store.put_new(&key("log/a"), b"hello").unwrap(),
            PutNew::Stored
        );
        assert_eq!(store.read(&key("log/a")).unwrap().unwrap(), b"hello");
        assert_eq!(store.size(&key("log/a")).unwrap(), Some(5));
        let (mut reader, size) = store.open(&key("log/a")).unwrap().unwrap();
        let mut rest = String::new();
        reader.seek(SeekFrom::Start(2)).unwrap();
        reader.read_to_string(&mut rest).unwrap();
        assert_eq!((rest.as_str(), size), ("llo", 5));
        for absent in ["log/b", "log", "log/a/b"] {
            assert_eq!(store.read(&key(absent)).unwrap(), None, "{absent}");
            assert_eq!(store.size(&key(absent)).unwrap(), None, "{absent}");
            assert!(store.open(&key(absent)).unwrap().is_none(), "{absent}");
        }
        store.barrier().unwrap();
    });
}

#[test]
fn what_is_written_once_is_never_changed() {
    on_each_store(|store| {
        store.put_new(&key("log/a"), b"hello").unwrap();
        assert_eq!(
            store.put_new(&key("log/a"), b"hello").unwrap(),
            PutNew::AlreadyThere
        );
        assert_eq!(
            store
                .put_new_stream(&key("log/a"), &mut &b"hello"[..])
                .unwrap(),
            PutNew::AlreadyThere
        );
        for other in [&b"hallo"[..], b"hell", b"", b"jello, world"] {
            let error = store.put_new(&key("log/a"), other).unwrap_err();
            assert!(
                matches!(&error, StoreError::Different { key } if key.as_str() == "log/a"),
                "{error}"
            );
        }
        assert_eq!(store.read(&key("log/a")).unwrap().unwrap(), b"hello");
    });
}

#[test]
fn what_a_power_cut_tore_is_repaired() {
    on_each_store(|store| {
        for torn in [&b""[..], b"he", b"he\0\0\0"] {
            store.replace(&key("log/a"), torn).unwrap();
            assert_eq!(
                store.put_new(&key("log/a"), b"hello").unwrap(),
                PutNew::Stored
            );
            assert_eq!(store.read(&key("log/a")).unwrap().unwrap(), b"hello");
        }
    });
}

#[test]
fn content_addressed_bytes_replace_damage() {
    on_each_store(|store| {
        assert_eq!(
            store
                .put_content_addressed(&key("log/record/ab/abcd"), b"hello")
                .unwrap(),
            PutNew::Stored
        );
        assert_eq!(
            store
                .put_content_addressed(&key("log/record/ab/abcd"), b"hello")
                .unwrap(),
            PutNew::AlreadyThere
        );
        store
            .replace(&key("log/record/ab/abcd"), b"rotten")
            .unwrap();
        assert_eq!(
            store
                .put_content_addressed(&key("log/record/ab/abcd"), b"hello")
                .unwrap(),
            PutNew::Stored
        );
        assert_eq!(
            store.read(&key("log/record/ab/abcd")).unwrap().unwrap(),
            b"hello"
        );
    });
}

/// A stream that breaks off.
struct Broken;

impl Read for Broken {
    fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
        Err(io::Error::other("the cable was pulled"))
    }
}

#[test]
fn a_stream_that_breaks_off_stores_nothing() {
    on_each_store(|store| {
        let error = store
            .put_new_stream(&key("log/a"), &mut (&b"hel"[..]).chain(Broken))
            .unwrap_err();
        assert!(
            matches!(error, StoreError::Source { .. })
                && store.read(&key("log/a")).unwrap().is_none()
        );
        assert!(matches!(
            store.stage(&key("staging/a"), &mut Broken),
            Err(StoreError::Source { .. })
        ));
    });
}

#[test]
fn what_is_staged_or_replaced_can_change() {
    on_each_store(|store| {
        for text in [&b"a longer text"[..], b"short", b""] {
            assert_eq!(
                store.stage(&key("staging/a"), &mut &text[..]).unwrap(),
                text.len() as u64
            );
            assert_eq!(store.read(&key("staging/a")).unwrap().unwrap(), text);
            store
                .replace(&key("log/deep/down/checkpoint"), text)
                .unwrap();
            assert_eq!(
                store
                    .read(&key("log/deep/down/checkpoint"))
                    .unwrap()
                    .unwrap(),
                text
            );
        }
    });
}

#[test]
fn a_folder_is_moved_once_and_moving_it_again_is_well() {
    on_each_store(|store| {
        store
            .stage(&key("staging/7/object/v1/x"), &mut &b"x"[..])
            .unwrap();
        store
            .stage(&key("staging/7/object/y"), &mut &b"y"[..])
            .unwrap();
        for _ in 0..2 {
            store
                .move_tree(&key("staging/7/object"), &key("ocfl/abc/def/o"))
                .unwrap();
            assert_eq!(
                names(store, "ocfl"),
                ["ocfl/abc/def/o/v1/x", "ocfl/abc/def/o/y"]
            );
            assert_eq!(names(store, "staging"), Vec::<String>::new());
            assert_eq!(
                store.children(&key("staging")).unwrap(),
                [],
                "emptied folders go"
            );
        }
        store.stage(&key("staging/8/z"), &mut &b"z"[..]).unwrap();
        assert!(matches!(
            store.move_tree(&key("staging/8"), &key("ocfl/abc/def/o")),
            Err(StoreError::Occupied { .. })
        ));
        assert!(matches!(
            store.move_tree(&key("staging/9"), &key("ocfl/zzz")),
            Err(StoreError::Missing { .. })
        ));
        assert_eq!(names(store, "ocfl").len(), 2);
    });
}

#[test]
fn an_object_is_moved_over_another() {
    on_each_store(|store| {
        store
            .stage(&key("staging/7/new"), &mut &b"new"[..])
            .unwrap();
        store
            .put_new(&key("ocfl/o/inventory.json"), b"old")
            .unwrap();
        for _ in 0..2 {
            store
                .move_over(&key("staging/7/new"), &key("ocfl/o/inventory.json"))
                .unwrap();
            assert_eq!(
                store.read(&key("ocfl/o/inventory.json")).unwrap().unwrap(),
                b"new"
            );
        }
        assert!(matches!(
            store.move_over(&key("staging/7/new"), &key("ocfl/o/none")),
            Err(StoreError::Missing { .. })
        ));
    });
}

#[test]
fn an_object_is_duplicated_and_the_first_key_can_go() {
    on_each_store(|store| {
        store.put_new(&key("ocfl/o/v1/a"), b"bytes").unwrap();
        for _ in 0..2 {
            store
                .duplicate(&key("ocfl/o/v1/a"), &key("ocfl/o/v2/b"))
                .unwrap();
        }
        store.put_new(&key("ocfl/o/v2/other"), b"other").unwrap();
        let error = store
            .duplicate(&key("ocfl/o/v1/a"), &key("ocfl/o/v2/other"))
            .unwrap_err();
        assert!(matches!(error, StoreError::Different { .. }), "{error}");
        store.delete(&key("ocfl/o/v1/a")).unwrap();
        store
            .duplicate(&key("ocfl/o/v1/a"), &key("ocfl/o/v2/b"))
            .unwrap();
        assert_eq!(store.read(&key("ocfl/o/v2/b")).unwrap().unwrap(), b"bytes");
        assert!(matches!(
            store.duplicate(&key("ocfl/o/v1/a"), &key("ocfl/o/v3/c")),
            Err(StoreError::Missing { .. })
        ));
    });
}

#[test]
fn what_is_deleted_is_gone_and_so_are_the_folders_it_leaves_empty() {
    on_each_store(|store| {
        for name in [
            "ocfl/a/b/c",
            "ocfl/a/d",
            "ocfl/a-b/c",
            "ocfl/e/f/g",
            "ocfl/e/f/h",
        ] {
            store.put_new(&key(name), name.as_bytes()).unwrap();
        }
        for _ in 0..2 {
            store.delete(&key("ocfl/a/b/c")).unwrap();
            store.delete_tree(&key("ocfl/e/f")).unwrap();
        }
        assert_eq!(names(store, "ocfl"), ["ocfl/a-b/c", "ocfl/a/d"]);
        let folder = |name: &str| Child {
            name: name.to_owned(),
            kind: ChildKind::Folder,
        };
        assert_eq!(
            store.children(&key("ocfl")).unwrap(),
            [folder("a"), folder("a-b")]
        );
        assert_eq!(
            store.children(&key("ocfl/a")).unwrap(),
            [Child {
                name: "d".to_owned(),
                kind: ChildKind::File
            }]
        );
        assert_eq!(
            names(store, "ocfl/a"),
            ["ocfl/a/d"],
            "not what only begins alike"
        );
        assert_eq!(store.children(&key("nowhere")).unwrap(), []);
    });
}
