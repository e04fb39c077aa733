//! Legal erasure: what is to go is gone, what is not stays.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::sync::Arc;

use node::store::ocfl::{OcflError, Root};
use node::store::{DirectoryStore, ObjectStore};

use super::acts::{Act, assert_no_problems, files, key, perform, read_back};
use super::validator::assert_valid;

const STUDY: &str = "https://images.example.org/id/DND-S1";

struct World {
    data: tempfile::TempDir,
    store: Arc<dyn ObjectStore>,
    root: Root,
}

impl World {
    fn new(versions: &[&[(&str, &str)]]) -> World {
        let data = tempfile::tempdir().unwrap();
        let store: Arc<dyn ObjectStore> = Arc::new(DirectoryStore::open(data.path()).unwrap());
        let root = Root::init(Arc::clone(&store), key("ocfl")).unwrap();
        for entries in versions {
            perform(
                &store,
                &Act::Publish {
                    object: STUDY.to_owned(),
                    files: files(entries),
                },
            )
            .unwrap();
        }
        World { data, store, root }
    }

    fn erase(&self, version: u64, paths: &[&str]) -> usize {
        let staging = key("staging/erasure");
        let plan = self
            .root
            .stage_erasure(&staging, STUDY, |number, logical| {
                number == version && paths.contains(&logical.as_str())
            })
            .unwrap();
        let deleted = plan.map_or(0, |plan| {
            self.store.barrier().unwrap();
            self.root.commit_erasure(&plan).unwrap();
            self.store.barrier().unwrap();
            self.root.discard(&staging).unwrap();
            plan.deleted_files()
        });
        assert_no_problems(&self.store);
        assert_valid(&[&self.data.path().join("ocfl")]);
        deleted
    }

    /// Whether a text stands in any file or name below the root.
    fn mentions(&self, text: &str) -> bool {
        fn search(folder: &Path, text: &str) -> bool {
            fs::read_dir(folder)
                .unwrap()
                .map(Result::unwrap)
                .any(|entry| {
                    let name = entry.file_name().into_string().unwrap();
                    let inside = if entry.path().is_dir() {
                        search(&entry.path(), text)
                    } else {
                        String::from_utf8_lossy(&fs::read(entry.path()).unwrap()).contains(text)
                    };
                    inside || name.contains(text)
                })
        }
        search(self.data.path(), text)
    }
}

#[test]
fn erased_bytes_and_names_are_nowhere_any_more() {
    let world = World::new(&[
        &[
            ("record.nq", "one"),
            ("patient-7.tif", "a face"),
            ("a.tif", "pixels"),
        ],
        &[
            ("record.nq", "two"),
            ("patient-7.tif", "a face"),
            ("a.tif", "pixels"),
        ],
    ]);
    assert!(world.mentions("a face") && world.mentions("patient-7"));
    assert_eq!(
        world.erase(1, &["patient-7.tif"]),
        0,
        "version 2 still names the bytes"
    );
    assert!(world.mentions("a face"));
    assert_eq!(world.erase(2, &["patient-7.tif"]), 1);
    assert!(!world.mentions("a face") && !world.mentions("patient-7"));
    assert_eq!(world.erase(2, &["patient-7.tif"]), 0, "again is well");
    let versions = &read_back(&world.store)[STUDY];
    assert_eq!(
        versions[0],
        files(&[("record.nq", "one"), ("a.tif", "pixels")])
    );
    assert_eq!(
        versions[1],
        files(&[("record.nq", "two"), ("a.tif", "pixels")])
    );
}

#[test]
fn bytes_that_another_name_keeps_are_stored_under_it() {
    let world = World::new(&[
        &[
            ("smith.tif", "pixels"),
            ("x/deep/er.tif", "others"),
            ("record.nq", "one"),
        ],
        &[("sample-1.tif", "pixels"), ("record.nq", "two")],
        &[
            ("sample-1.tif", "pixels"),
            ("x/deep/er.tif", "others"),
            ("record.nq", "three"),
        ],
    ]);
    assert_eq!(
        world.erase(1, &["smith.tif", "x/deep/er.tif", "record.nq"]),
        1,
        "of the record alone"
    );
    assert!(!world.mentions("smith"));
    let object = world.root.object(STUDY).unwrap().unwrap();
    let places: BTreeSet<String> = object
        .inventory()
        .contents()
        .map(|(content, _)| content.to_string())
        .collect();
    let expected = [
        "v2/content/record.nq",
        "v2/content/sample-1.tif",
        "v3/content/record.nq",
        "v3/content/x/deep/er.tif",
    ];
    assert_eq!(
        places.iter().map(String::as_str).collect::<Vec<_>>(),
        expected
    );
    let versions = &read_back(&world.store)[STUDY];
    assert_eq!(
        (versions[0].len(), versions[1].len(), versions[2].len()),
        (0, 2, 3)
    );

    perform(
        &world.store,
        &Act::Publish {
            object: STUDY.to_owned(),
            files: files(&[("record.nq", "four"), ("again", "pixels")]),
        },
    )
    .unwrap();
    assert_no_problems(&world.store);
    assert_valid(&[&world.data.path().join("ocfl")]);
}

#[test]
fn a_plan_that_no_longer_fits_is_refused() {
    let world = World::new(&[&[("record.nq", "one"), ("a.tif", "pixels")]]);
    let plan = world
        .root
        .stage_erasure(&key("staging/plan"), STUDY, |_, logical| {
            logical.as_str() == "a.tif"
        })
        .unwrap()
        .unwrap();
    assert_eq!((plan.object_id(), plan.deleted_files()), (STUDY, 1));
    perform(
        &world.store,
        &Act::Publish {
            object: STUDY.to_owned(),
            files: files(&[("record.nq", "two")]),
        },
    )
    .unwrap();
    assert!(matches!(
        world.root.commit_erasure(&plan),
        Err(OcflError::Conflict { .. })
    ));
    assert_no_problems(&world.store);
    let nobody = world.root.stage_erasure(
        &key("staging/plan"),
        "https://images.example.org/id/DND-S9",
        |_, _| true,
    );
    assert!(matches!(nobody, Err(OcflError::NoObject { .. })));
}
