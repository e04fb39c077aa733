//! A store that dies: after so many changes the process is killed, and then, perhaps, the power is cut.

use std::collections::BTreeMap;
use std::io::{self, Read};
use std::sync::{Arc, Mutex};

use node::store::{Child, Key, MemoryStore, ObjectStore, PutNew, Reader, StoreError};

/// Everything in a store.
pub type Snapshot = BTreeMap<Key, Vec<u8>>;

/// A store whose process is killed in the middle of a certain change.
#[derive(Debug)]
pub struct MortalStore {
    inner: Arc<dyn ObjectStore>,
    life: Mutex<Life>,
}

#[derive(Debug)]
struct Life {
    changes_left: usize,
    durable: Snapshot,
    since: Vec<Change>,
}

#[derive(Debug, Clone)]
enum Change {
    Write {
        key: Key,
        bytes: Vec<u8>,
        durable: bool,
    },
    MoveTree(Key, Key),
    MoveOver(Key, Key),
    Duplicate(Key, Key),
    Delete(Key),
    DeleteTree(Key),
}

/// Copies everything there is under the folders of these tests.
pub fn snapshot(store: &dyn ObjectStore) -> Snapshot {
    let folders = ["ocfl", "staging"].map(|folder| Key::parse(folder).unwrap());
    let keys = folders
        .iter()
        .flat_map(|folder| store.list(folder).unwrap());
    keys.map(|key| (key.clone(), store.read(&key).unwrap().unwrap()))
        .collect()
}

/// A store in memory that holds a copy.
pub fn from_snapshot(snapshot: &Snapshot) -> MemoryStore {
    let store = MemoryStore::new();
    for (key, bytes) in snapshot {
        store.replace(key, bytes).unwrap();
    }
    store
}

impl MortalStore {
    /// Dies in the middle of the change after so many.
    pub fn new(inner: Arc<dyn ObjectStore>, changes: usize) -> MortalStore {
        let durable = snapshot(inner.as_ref());
        MortalStore {
            inner,
            life: Mutex::new(Life {
                changes_left: changes,
                durable,
                since: Vec::new(),
            }),
        }
    }

    /// What is there when the machine starts again: all that was durable, and of what was changed since then whatever the
    /// disk happened to have, in no order; `luck` has a bit for each change. What was written and kept is torn.
    pub fn after_power_cut(&self, luck: u64) -> MemoryStore {
        let life = self.life.lock().unwrap();
        let store = from_snapshot(&life.durable);
        for (at, change) in life.since.iter().enumerate() {
            match change {
                Change::Write {
                    key,
                    bytes,
                    durable: true,
                } => store.replace(key, bytes).unwrap(),
                _ if luck >> (at % 64) & 1 == 0 => {}
                Change::Write { key, bytes, .. } => {
                    store.replace(key, &bytes[..bytes.len() / 2]).unwrap()
                }
                change => change
                    .apply(&store)
                    .unwrap_or_else(|error| eprintln!("not kept either: {error}")),
            }
        }
        store
    }

    fn change(&self, change: Change) -> Result<(), StoreError> {
        let mut life = self.life.lock().unwrap();
        match life.changes_left.checked_sub(1) {
            Some(left) => life.changes_left = left,
            None => {
                change.apply_half(self.inner.as_ref())?;
                return Err(killed(change.key()));
            }
        }
        change.apply(self.inner.as_ref())?;
        life.since.push(change);
        Ok(())
    }

    fn write(&self, key: &Key, bytes: &[u8], durable: bool) -> Result<(), StoreError> {
        self.change(Change::Write {
            key: key.clone(),
            bytes: bytes.to_vec(),
            durable,
        })
    }
}

impl Change {
    fn key(&self) -> &Key {
        match self {
            Change::Write { key, .. } | Change::Delete(key) | Change::DeleteTree(key) => key,
            Change::MoveTree(from, _) | Change::MoveOver(from, _) | Change::Duplicate(from, _) => {
                from
            }
        }
    }

    fn apply(&self, store: &dyn ObjectStore) -> Result<(), StoreError> {
        match self {
            // durable or not is this store's own book-keeping; to synchronise a disk takes its time
            Change::Write { key, bytes, .. } => store.stage(key, &mut &bytes[..]).map(drop),
            Change::MoveTree(from, to) => store.move_tree(from, to),
            Change::MoveOver(from, to) => store.move_over(from, to),
            Change::Duplicate(from, to) => store.duplicate(from, to),
            Change::Delete(key) => store.delete(key),
            Change::DeleteTree(folder) => store.delete_tree(folder),
        }
    }

    /// What is done of a change in whose middle the process is killed: renames, links and durable writes happen or not.
    fn apply_half(&self, store: &dyn ObjectStore) -> Result<(), StoreError> {
        match self {
            Change::Write {
                key,
                bytes,
                durable: false,
            } => store.stage(key, &mut &bytes[..bytes.len() / 2]).map(drop),
            Change::DeleteTree(folder) => {
                let all = store.list(folder)?;
                all[..all.len() / 2]
                    .iter()
                    .try_for_each(|key| store.delete(key))
            }
            _ => Ok(()),
        }
    }
}

fn killed(key: &Key) -> StoreError {
    StoreError::Io {
        doing: "change",
        key: key.clone(),
        source: io::Error::other("the process was killed"),
    }
}

fn read_all(key: &Key, stream: &mut dyn Read) -> Result<Vec<u8>, StoreError> {
    let mut bytes = Vec::new();
    stream
        .read_to_end(&mut bytes)
        .map_err(|source| StoreError::Source {
            key: key.clone(),
            source,
        })?;
    Ok(bytes)
}

impl ObjectStore for MortalStore {
    fn read(&self, key: &Key) -> Result<Option<Vec<u8>>, StoreError> {
        self.inner.read(key)
    }

    fn open(&self, key: &Key) -> Result<Option<(Reader, u64)>, StoreError> {
        self.inner.open(key)
    }

    fn size(&self, key: &Key) -> Result<Option<u64>, StoreError> {
        self.inner.size(key)
    }

    fn put_new_stream(&self, key: &Key, bytes: &mut dyn Read) -> Result<PutNew, StoreError> {
        self.write(key, &read_all(key, bytes)?, false)
            .map(|()| PutNew::Stored)
    }

    fn put_content_addressed(&self, key: &Key, bytes: &[u8]) -> Result<PutNew, StoreError> {
        self.write(key, bytes, false).map(|()| PutNew::Stored)
    }

    fn stage(&self, key: &Key, bytes: &mut dyn Read) -> Result<u64, StoreError> {
        let bytes = read_all(key, bytes)?;
        self.write(key, &bytes, false).map(|()| bytes.len() as u64)
    }

    fn replace(&self, key: &Key, bytes: &[u8]) -> Result<(), StoreError> {
        self.write(key, bytes, true)
    }

    fn move_tree(&self, from: &Key, to: &Key) -> Result<(), StoreError> {
        self.change(Change::MoveTree(from.clone(), to.clone()))
    }

    fn move_over(&self, from: &Key, to: &Key) -> Result<(), StoreError> {
        self.change(Change::MoveOver(from.clone(), to.clone()))
    }

    fn duplicate(&self, from: &Key, to: &Key) -> Result<(), StoreError> {
        self.change(Change::Duplicate(from.clone(), to.clone()))
    }

    fn delete(&self, key: &Key) -> Result<(), StoreError> {
        self.change(Change::Delete(key.clone()))
    }

    fn delete_tree(&self, folder: &Key) -> Result<(), StoreError> {
        self.change(Change::DeleteTree(folder.clone()))
    }

    fn children(&self, folder: &Key) -> Result<Vec<Child>, StoreError> {
        self.inner.children(folder)
    }

    /// Durable from here on, for [`MortalStore::after_power_cut`]; the store below need not be troubled.
    fn barrier(&self) -> Result<(), StoreError> {
        let mut life = self.life.lock().unwrap();
        match life.changes_left.checked_sub(1) {
            None => return Err(killed(&Key::parse("barrier").unwrap())),
            Some(left) => life.changes_left = left,
        }
        life.durable = snapshot(self.inner.as_ref());
        life.since.clear();
        Ok(())
    }
}
