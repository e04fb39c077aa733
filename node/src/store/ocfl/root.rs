//! The storage root (OCFL 1.1, section 4): its declaration, its layout, its objects.

use std::sync::Arc;

use serde_json::Value;

use super::layout;
use super::object::{Object, read_inventory};
use super::ocfl_error::OcflError;
use crate::store::{ChildKind, Key, ObjectStore};

/// What the declaration of a root says, in its name and in its content (section 4.2).
const DECLARATION: &str = "ocfl_1.1";
/// The same for an object (section 3.2).
pub(super) const OBJECT_DECLARATION: &str = "ocfl_object_1.1";
/// The folder of a root, or of an object, that holds no objects.
pub(super) const EXTENSIONS: &str = "extensions";

const LAYOUT: &str = "ocfl_layout.json";
/// The begin of the name of every declaration.
pub(super) const DECLARES: &str = "0=";

/// An OCFL storage root in a folder of a store.
#[derive(Debug, Clone)]
pub struct Root {
    pub(super) store: Arc<dyn ObjectStore>,
    pub(super) folder: Key,
}

impl Root {
    /// Makes a root, or completes one whose making was cut short. The declaration is written last: a root that has it
    /// has all of it.
    ///
    /// # Errors
    /// [`OcflError::NotEmpty`] where there is something else in the folder; what the store says.
    pub fn init(store: Arc<dyn ObjectStore>, folder: Key) -> Result<Root, OcflError> {
        let declaration = format!("{DECLARES}{DECLARATION}");
        let ours = [LAYOUT, EXTENSIONS, declaration.as_str()];
        let children = store.children(&folder)?;
        if let Some(other) = children
            .iter()
            .find(|child| !ours.contains(&child.name.as_str()))
        {
            return Err(OcflError::NotEmpty {
                folder,
                name: other.name.clone(),
            });
        }
        let config = folder
            .part(EXTENSIONS)
            .part(layout::NAME)
            .part("config.json");
        store.put_new(&config, &pretty(&layout::config()))?;
        store.put_new(&folder.part(LAYOUT), &pretty(&layout::declaration()))?;
        store.barrier()?;
        store.put_new(
            &folder.part(&declaration),
            format!("{DECLARATION}\n").as_bytes(),
        )?;
        store.barrier()?;
        Ok(Root { store, folder })
    }

    /// Opens a root.
    ///
    /// # Errors
    /// [`OcflError::NotARoot`], [`OcflError::AnotherKindOfRoot`] for another version of OCFL or another layout,
    /// [`OcflError::Damaged`], and what the store says.
    pub fn open(store: Arc<dyn ObjectStore>, folder: Key) -> Result<Root, OcflError> {
        let children = store.children(&folder)?;
        let mut declarations = children
            .iter()
            .filter_map(|child| child.name.strip_prefix(DECLARES));
        let Some(found) = declarations.next() else {
            return Err(OcflError::NotARoot { folder });
        };
        if found != DECLARATION || declarations.next().is_some() {
            return Err(OcflError::AnotherKindOfRoot {
                folder,
                found: found.to_owned(),
                expected: DECLARATION.to_owned(),
            });
        }
        let root = Root { store, folder };
        if let Some(error) = root.flaws()?.into_iter().next() {
            return Err(error);
        }
        Ok(root)
    }

    /// The folder of the root.
    pub fn folder(&self) -> &Key {
        &self.folder
    }

    /// The folder in which an object is, or would be.
    pub fn folder_of(&self, object_id: &str) -> Key {
        layout::folder(&self.folder, object_id)
    }

    /// An object by its id.
    ///
    /// # Errors
    /// [`OcflError::Damaged`] where its inventory is; what the store says.
    pub fn object(&self, object_id: &str) -> Result<Option<Object>, OcflError> {
        let object = self.object_in(&self.folder_of(object_id))?;
        match object {
            Some(object) if object.id() != object_id => Err(OcflError::damaged(
                &object.folder,
                format!("it holds the object {} and not {object_id}", object.id()),
            )),
            object => Ok(object),
        }
    }

    /// The object in a folder of the root.
    ///
    /// # Errors
    /// As [`Self::object`].
    pub fn object_in(&self, folder: &Key) -> Result<Option<Object>, OcflError> {
        let read = read_inventory(self.store.as_ref(), folder)?;
        Ok(read.map(|(inventory, digest)| Object {
            store: Arc::clone(&self.store),
            folder: folder.clone(),
            inventory,
            digest,
        }))
    }

    /// The folders of all objects, in the order of their names, read as the iterator goes on.
    pub fn object_folders(&self) -> impl Iterator<Item = Result<Key, OcflError>> {
        let root = self.clone();
        let mut waiting = vec![self.folder.clone()];
        std::iter::from_fn(move || {
            while let Some(folder) = waiting.pop() {
                match root.is_object_or_folders(&folder) {
                    Err(error) => return Some(Err(error)),
                    Ok(None) => return Some(Ok(folder)),
                    Ok(Some(folders)) => waiting.extend(folders.into_iter().rev()),
                }
            }
            None
        })
    }

    /// All objects, read as the iterator goes on.
    pub fn objects(&self) -> impl Iterator<Item = Result<Object, OcflError>> {
        let root = self.clone();
        self.object_folders().filter_map(move |folder| {
            folder
                .and_then(|folder| root.object_in(&folder))
                .transpose()
        })
    }

    /// `None` for the folder of an object, else the folders in it.
    fn is_object_or_folders(&self, folder: &Key) -> Result<Option<Vec<Key>>, OcflError> {
        let children = self.store.children(folder)?;
        let is_root = *folder == self.folder;
        if !is_root
            && children
                .iter()
                .any(|child| child.name.starts_with(DECLARES))
        {
            return Ok(None);
        }
        let folders = children.into_iter().filter(|child| {
            child.kind == ChildKind::Folder && !(is_root && child.name == EXTENSIONS)
        });
        let keys = folders.map(|child| {
            folder
                .join(&child.name)
                .map_err(crate::store::StoreError::from)
        });
        Ok(Some(keys.collect::<Result<Vec<Key>, _>>()?))
    }

    /// What is wrong with the root's own files, each as the error that opening it gives.
    pub(super) fn flaws(&self) -> Result<Vec<OcflError>, OcflError> {
        let mut flaws = Vec::new();
        let declaration = self.folder.part(format!("{DECLARES}{DECLARATION}"));
        if self.store.read(&declaration)?.as_deref() != Some(format!("{DECLARATION}\n").as_bytes())
        {
            flaws.push(OcflError::damaged(
                &declaration,
                format!("it does not say {DECLARATION} (E080)"),
            ));
        }
        let config = self
            .folder
            .part(EXTENSIONS)
            .part(layout::NAME)
            .part("config.json");
        let parse = |bytes: Option<Vec<u8>>| {
            bytes.and_then(|bytes| serde_json::from_slice::<Value>(&bytes).ok())
        };
        let layout = parse(self.store.read(&self.folder.part(LAYOUT))?);
        let extension = layout
            .as_ref()
            .and_then(|layout| layout["extension"].as_str());
        if extension != Some(layout::NAME) {
            let found = format!("layout {}", extension.unwrap_or("unknown"));
            flaws.push(OcflError::AnotherKindOfRoot {
                folder: self.folder.clone(),
                found,
                expected: layout::NAME.to_owned(),
            });
        } else if parse(self.store.read(&config)?) != Some(layout::config()) {
            flaws.push(OcflError::damaged(
                &config,
                format!("it should be {} (E071)", layout::config()),
            ));
        }
        Ok(flaws)
    }
}

fn pretty(value: &Value) -> Vec<u8> {
    format!("{value:#}\n").into_bytes()
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

    use std::sync::Arc;

    use super::{OcflError, Root};
    use crate::store::{Key, MemoryStore, ObjectStore};

    fn key(text: &str) -> Key {
        Key::parse(text).unwrap()
    }

    #[test]
    fn a_root_is_made_once_and_opened_ever_after() {
        let store = Arc::new(MemoryStore::new());
        assert!(matches!(
            Root::open(store.clone(), key("ocfl")),
            Err(OcflError::NotARoot { .. })
        ));
        Root::init(store.clone(), key("ocfl")).unwrap();
        Root::init(store.clone(), key("ocfl")).unwrap();
        let root = Root::open(store.clone(), key("ocfl")).unwrap();
        assert_eq!(root.objects().count(), 0);
        assert!(
            root.object("https://images.example.org/id/DND-S1")
                .unwrap()
                .is_none()
        );
        assert_eq!(
            store.read(&key("ocfl/0=ocfl_1.1")).unwrap().unwrap(),
            b"ocfl_1.1\n"
        );
    }

    #[test]
    fn a_root_is_not_made_over_something_else() {
        let store = Arc::new(MemoryStore::new());
        store.put_new(&key("ocfl/thesis.docx"), b"").unwrap();
        let error = Root::init(store, key("ocfl")).err().unwrap();
        assert!(error.to_string().contains("thesis.docx"), "{error}");
    }

    #[test]
    fn a_root_of_another_version_or_layout_or_a_damaged_one_is_named() {
        let opened = |changes: &[(&str, Option<&[u8]>)]| {
            let store = Arc::new(MemoryStore::new());
            Root::init(store.clone(), key("ocfl")).unwrap();
            for (name, bytes) in changes {
                match bytes {
                    Some(bytes) => store.replace(&key(name), bytes).unwrap(),
                    None => store.delete(&key(name)).unwrap(),
                }
            }
            Root::open(store, key("ocfl")).err().unwrap().to_string()
        };
        let newer = opened(&[
            ("ocfl/0=ocfl_1.1", None),
            ("ocfl/0=ocfl_2.0", Some(b"ocfl_2.0\n")),
        ]);
        assert!(
            newer.contains("found ocfl_2.0") && newer.contains("writes ocfl_1.1"),
            "{newer}"
        );
        let two = opened(&[("ocfl/0=ocfl_1.0", Some(b"ocfl_1.0\n"))]);
        assert!(two.contains("found ocfl_1.0"), "{two}");
        let torn = opened(&[("ocfl/0=ocfl_1.1", Some(b""))]);
        assert!(torn.contains("ocfl/0=ocfl_1.1 is damaged"), "{torn}");
        let layout = opened(&[(
            "ocfl/ocfl_layout.json",
            Some(br#"{"extension":"0002-flat-direct-storage-layout"}"#),
        )]);
        assert!(
            layout.contains("found layout 0002-flat-direct-storage-layout"),
            "{layout}"
        );
        let config = opened(&[(
            "ocfl/extensions/0003-hash-and-id-n-tuple-storage-layout/config.json",
            Some(b"{}"),
        )]);
        assert!(config.contains("config.json is damaged"), "{config}");
    }
}
