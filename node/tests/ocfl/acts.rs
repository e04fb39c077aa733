//! Acts as the node does them: stage, barrier, journal, commit, barrier, forget. And what is left to read afterwards.

use std::collections::BTreeMap;
use std::io::Read;
use std::sync::Arc;

use node::relative_path::RelPath;
use node::store::ocfl::{
    NewVersion, OcflError, Root, Source, StagedErasure, StagedFile, StagedVersion, User,
};
use node::store::{Key, ObjectStore};
use serde::{Deserialize, Serialize};
use time::macros::datetime;

/// The files of a version: path and bytes.
pub type Files = BTreeMap<String, Vec<u8>>;

/// Every object with its versions.
pub type Objects = BTreeMap<String, Vec<Files>>;

/// What is to be done to the root.
#[derive(Debug, Clone)]
pub enum Act {
    /// A new object, or a new version of it.
    Publish { object: String, files: Files },
    /// Files taken out of a version.
    Erase {
        object: String,
        version: u64,
        paths: Vec<String>,
    },
}

/// What the journal of an act holds.
#[derive(Debug, Serialize, Deserialize)]
enum Journal {
    Version(StagedVersion),
    Erasure(StagedErasure),
}

pub fn key(text: &str) -> Key {
    Key::parse(text).unwrap()
}

pub fn path(text: &str) -> RelPath {
    RelPath::parse(text).unwrap()
}

pub fn files(entries: &[(&str, &str)]) -> Files {
    entries
        .iter()
        .map(|(path, bytes)| (path.to_string(), bytes.as_bytes().to_vec()))
        .collect()
}

fn staging() -> Key {
    key("staging/act/objects/0")
}

fn journal() -> Key {
    key("staging/act/journal.json")
}

/// Does an act from its begin to its end, or as far as the store lives.
pub fn perform(store: &Arc<dyn ObjectStore>, act: &Act) -> Result<(), OcflError> {
    let root = Root::open(Arc::clone(store), key("ocfl"))?;
    let Some(prepared) = prepare(&root, act)? else {
        return Ok(());
    };
    store.barrier()?;
    store.replace(&journal(), &serde_json::to_vec(&prepared).unwrap())?;
    complete(store, &root, &prepared)
}

/// What the node does at its start: completes a journalled act, or throws away what was being prepared.
pub fn recover(store: &Arc<dyn ObjectStore>) -> Result<(), OcflError> {
    let root = Root::open(Arc::clone(store), key("ocfl"))?;
    match store.read(&journal())? {
        Some(bytes) => complete(store, &root, &serde_json::from_slice(&bytes).unwrap()),
        None => root.discard(&key("staging/act")),
    }
}

/// Whether an act is in the journal: from there on it is never undone.
pub fn is_journalled(store: &dyn ObjectStore) -> bool {
    store.read(&journal()).unwrap().is_some()
}

fn prepare(root: &Root, act: &Act) -> Result<Option<Journal>, OcflError> {
    Ok(match act {
        Act::Publish { object, files } => {
            let base = root.object(object)?;
            let staged = files.iter().map(|(name, bytes)| StagedFile {
                logical: path(name),
                source: Source::Bytes(bytes.clone()),
            });
            let new = NewVersion {
                object_id: object.clone(),
                base: base.as_ref(),
                files: staged.collect(),
                message: "a version of the tests".to_owned(),
                created: datetime!(2026-11-21 09:30 UTC),
                user: Some(User {
                    name: "Tests".to_owned(),
                    address: Some("https://example.org/tests".to_owned()),
                }),
            };
            Some(Journal::Version(root.stage(&staging(), new)?.version))
        }
        Act::Erase {
            object,
            version,
            paths,
        } => {
            let is_erased = |number, logical: &RelPath| {
                number == *version && paths.iter().any(|path| path == logical.as_str())
            };
            root.stage_erasure(&staging(), object, is_erased)?
                .map(Journal::Erasure)
        }
    })
}

fn complete(
    store: &Arc<dyn ObjectStore>,
    root: &Root,
    prepared: &Journal,
) -> Result<(), OcflError> {
    match prepared {
        Journal::Version(staged) => root.commit(staged)?,
        Journal::Erasure(staged) => root.commit_erasure(staged)?,
    }
    store.barrier()?;
    store.delete(&journal())?;
    root.discard(&key("staging/act"))
}

/// Reads everything back, each file through its own inventory.
pub fn read_back(store: &Arc<dyn ObjectStore>) -> Objects {
    let root = Root::open(Arc::clone(store), key("ocfl")).unwrap();
    let mut objects = Objects::new();
    for object in root.objects() {
        let object = object.unwrap();
        let versions = (1..=object.head()).map(|version| {
            let read = |file: node::store::ocfl::FileOfVersion| {
                let (mut reader, size) = object.open(&file.logical, version).unwrap();
                let mut bytes = Vec::new();
                reader.read_to_end(&mut bytes).unwrap();
                assert_eq!(bytes.len() as u64, size);
                (file.logical.to_string(), bytes)
            };
            object.files(version).map(read).collect()
        });
        objects.insert(object.id().to_owned(), versions.collect());
    }
    objects
}

/// What the objects should be after an act.
pub fn expected_after(before: &Objects, act: &Act) -> Objects {
    let mut objects = before.clone();
    match act {
        Act::Publish { object, files } => objects
            .entry(object.clone())
            .or_default()
            .push(files.clone()),
        Act::Erase {
            object,
            version,
            paths,
        } => {
            let versions = objects.get_mut(object).unwrap();
            if let Some(files) = versions.get_mut(*version as usize - 1) {
                files.retain(|path, _| !paths.contains(path));
            }
        }
    }
    objects
}

/// Fails where our own check of the root finds anything.
pub fn assert_no_problems(store: &Arc<dyn ObjectStore>) {
    let mut problems = Vec::new();
    Root::open(Arc::clone(store), key("ocfl"))
        .unwrap()
        .check(&mut |problem| problems.push(problem))
        .unwrap();
    assert_eq!(problems, []);
}
