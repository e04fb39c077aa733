//! The store's twin in memory: the same promises, checked by the same suite, gone with the process.

use std::collections::BTreeMap;
use std::io::{Cursor, Read};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::comparison::{Comparison, compare};
use super::key::Key;
use super::object_store::{Child, ChildKind, ObjectStore, PutNew, Reader};
use super::store_error::StoreError;

/// Named bytes in memory. As in S3, a folder is there when something is in it.
#[derive(Debug, Default)]
pub struct MemoryStore {
    objects: Mutex<BTreeMap<Key, Arc<[u8]>>>,
}

type Objects = BTreeMap<Key, Arc<[u8]>>;

impl MemoryStore {
    /// An empty store.
    pub fn new() -> MemoryStore {
        MemoryStore::default()
    }

    fn objects(&self) -> MutexGuard<'_, Objects> {
        self.objects.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn get(&self, key: &Key) -> Option<Arc<[u8]>> {
        self.objects().get(key).cloned()
    }
}

impl ObjectStore for MemoryStore {
    fn read(&self, key: &Key) -> Result<Option<Vec<u8>>, StoreError> {
        Ok(self.get(key).map(|bytes| bytes.to_vec()))
    }

    fn open(&self, key: &Key) -> Result<Option<(Reader, u64)>, StoreError> {
        Ok(self.get(key).map(|bytes| {
            let size = bytes.len() as u64;
            let reader: Reader = Box::new(Cursor::new(bytes));
            (reader, size)
        }))
    }

    fn size(&self, key: &Key) -> Result<Option<u64>, StoreError> {
        Ok(self.get(key).map(|bytes| bytes.len() as u64))
    }

    fn put_new_stream(&self, key: &Key, bytes: &mut dyn Read) -> Result<PutNew, StoreError> {
        let bytes = read_all(key, bytes)?;
        let mut objects = self.objects();
        let verdict = match objects.get(key) {
            None => Comparison::Torn,
            Some(stored) => compare(&mut &stored[..], &mut &bytes[..])
                .map_err(|error| StoreError::from_io("read", key, error))?,
        };
        match verdict {
            Comparison::Equal => Ok(PutNew::AlreadyThere),
            Comparison::Different => Err(StoreError::Different { key: key.clone() }),
            Comparison::Torn => {
                objects.insert(key.clone(), bytes);
                Ok(PutNew::Stored)
            }
        }
    }

    fn put_content_addressed(&self, key: &Key, bytes: &[u8]) -> Result<PutNew, StoreError> {
        let before = self.objects().insert(key.clone(), bytes.into());
        Ok(if before.as_deref() == Some(bytes) {
            PutNew::AlreadyThere
        } else {
            PutNew::Stored
        })
    }

    fn stage(&self, key: &Key, bytes: &mut dyn Read) -> Result<u64, StoreError> {
        let bytes = read_all(key, bytes)?;
        let size = bytes.len() as u64;
        self.objects().insert(key.clone(), bytes);
        Ok(size)
    }

    fn replace(&self, key: &Key, bytes: &[u8]) -> Result<(), StoreError> {
        self.objects().insert(key.clone(), bytes.into());
        Ok(())
    }

    fn move_tree(&self, from: &Key, to: &Key) -> Result<(), StoreError> {
        let mut objects = self.objects();
        let moving = inside(&objects, from);
        let arrived = !inside(&objects, to).is_empty();
        match (moving.is_empty(), arrived) {
            (true, true) => return Ok(()),
            (true, false) => return Err(StoreError::Missing { key: from.clone() }),
            (false, true) => return Err(StoreError::Occupied { key: to.clone() }),
            (false, false) => {}
        }
        for key in moving {
            if let (Some(rest), Some(bytes)) = (key.inside(from), objects.remove(&key)) {
                objects.insert(to.part(rest), bytes);
            }
        }
        Ok(())
    }

    fn move_over(&self, from: &Key, to: &Key) -> Result<(), StoreError> {
        let mut objects = self.objects();
        match objects.remove(from) {
            Some(bytes) => objects.insert(to.clone(), bytes).map_or(Ok(()), |_| Ok(())),
            None if objects.contains_key(to) => Ok(()),
            None => Err(StoreError::Missing { key: from.clone() }),
        }
    }

    fn duplicate(&self, from: &Key, to: &Key) -> Result<(), StoreError> {
        match self.get(from) {
            Some(bytes) => self.put_new(to, &bytes).map(drop),
            None if self.get(to).is_some() => Ok(()),
            None => Err(StoreError::Missing { key: from.clone() }),
        }
    }

    fn delete(&self, key: &Key) -> Result<(), StoreError> {
        self.objects().remove(key);
        Ok(())
    }

    fn delete_tree(&self, folder: &Key) -> Result<(), StoreError> {
        let mut objects = self.objects();
        for key in inside(&objects, folder) {
            objects.remove(&key);
        }
        Ok(())
    }

    fn children(&self, folder: &Key) -> Result<Vec<Child>, StoreError> {
        let mut children: Vec<Child> = inside(&self.objects(), folder)
            .iter()
            .filter_map(|key| key.inside(folder))
            .map(|rest| match rest.split_once('/') {
                None => Child {
                    name: rest.to_owned(),
                    kind: ChildKind::File,
                },
                Some((name, _)) => Child {
                    name: name.to_owned(),
                    kind: ChildKind::Folder,
                },
            })
            .collect();
        children.sort();
        children.dedup();
        Ok(children)
    }

    fn barrier(&self) -> Result<(), StoreError> {
        Ok(())
    }
}

fn inside(objects: &Objects, folder: &Key) -> Vec<Key> {
    let from_folder = objects.range(folder..).map(|(key, _)| key);
    from_folder
        .take_while(|key| key.as_str().starts_with(folder.as_str()))
        .filter(|key| key.inside(folder).is_some())
        .cloned()
        .collect()
}

fn read_all(key: &Key, stream: &mut dyn Read) -> Result<Arc<[u8]>, StoreError> {
    let mut bytes = Vec::new();
    stream
        .read_to_end(&mut bytes)
        .map_err(|source| StoreError::Source {
            key: key.clone(),
            source,
        })?;
    Ok(bytes.into())
}
