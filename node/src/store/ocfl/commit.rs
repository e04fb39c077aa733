//! Putting a staged version into the root, in steps that can each be repeated.
//!
//! Everything was written while staging, and made durable by the barrier before the act was journalled. So a commit
//! writes no byte: it renames. No power cut can tear what it leaves, and no disk is too full for it.
//!
//! **A new object** is one rename of its whole folder. It is there or it is not.
//!
//! **A new version** N is three renames:
//!
//! 1. the folder `vN`, with the version's content and its own inventory. A crash here leaves an object whose root
//!    inventory does not know `vN`: readers see the object as it was;
//! 2. the object's `inventory.json` over the old one. A crash here leaves an inventory that does not fit the digest
//!    beside it. Readers go by its copy in `vN`, whose digest fits (`object::read_inventory`), and see the new version;
//! 3. `inventory.json.sha512` over the old one, last, as section 3.6 of the specification wants. The object is whole.
//!
//! The order of 2 and 3 could be turned round; that of 1 could not: an inventory must never name content that is not
//! there. After a crash anywhere the act's journal holds the [`StagedVersion`], and the same function is called again.

use serde::{Deserialize, Serialize};

use super::draft::STAGED_OBJECT;
use super::inventory::version_folder;
use super::inventory_json::{INVENTORY, SIDECAR};
use super::object::{actual_digest, stated_digest};
use super::ocfl_error::OcflError;
use super::root::Root;
use super::sha512::Sha512Digest;
use crate::store::{Key, StoreError};

/// A version that waits in staging: all that is needed to put it into the root, in the journal of the act.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StagedVersion {
    pub(super) object_id: String,
    pub(super) version: u64,
    pub(super) staging: Key,
    /// The digest of the object's inventory that this version was made on; none for a new object.
    pub(super) before: Option<Sha512Digest>,
    /// The digest of the object's inventory when this version is in it.
    pub(super) after: Sha512Digest,
}

impl StagedVersion {
    /// The object's id.
    pub fn object_id(&self) -> &str {
        &self.object_id
    }

    /// The number of the version.
    pub fn version(&self) -> u64 {
        self.version
    }

    /// Where it waits.
    pub fn staging(&self) -> &Key {
        &self.staging
    }
}

impl Root {
    /// Puts a staged version into the root, or completes what a killed process began of it; done already is well.
    /// Durable after the store's barrier.
    ///
    /// # Errors
    /// [`OcflError::Conflict`] where the object is no longer the one that the version was made on; what the store says.
    pub fn commit(&self, staged: &StagedVersion) -> Result<(), OcflError> {
        let object = self.folder_of(&staged.object_id);
        let of_version = object.part(version_folder(staged.version));
        let waiting = staged.staging.part(STAGED_OBJECT);
        let store = self.store.as_ref();
        let found = actual_digest(store, &object)?;
        let conflict = || OcflError::Conflict {
            object_id: staged.object_id.clone(),
        };
        if found != staged.before && found != Some(staged.after) {
            // well where this version is in and others came after it
            let is_in = actual_digest(store, &of_version)? == Some(staged.after);
            return if is_in { Ok(()) } else { Err(conflict()) };
        }
        let occupied = |error| match error {
            StoreError::Occupied { .. } => conflict(),
            error => error.into(),
        };
        if staged.before.is_none() {
            store.move_tree(&waiting, &object).map_err(occupied)?;
        } else {
            store
                .move_tree(&waiting.part(version_folder(staged.version)), &of_version)
                .map_err(occupied)?;
            store.move_over(&waiting.part(INVENTORY), &object.part(INVENTORY))?;
            store.move_over(&waiting.part(SIDECAR), &object.part(SIDECAR))?;
        }
        let arrived = actual_digest(store, &object)? == Some(staged.after)
            && stated_digest(store, &object)? == Some(staged.after);
        if arrived { Ok(()) } else { Err(conflict()) }
    }
}
