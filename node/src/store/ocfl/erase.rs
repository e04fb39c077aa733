//! Legal erasure: files taken out of versions that are there already.
//!
//! OCFL versions are immutable, and its implementation notes foresee one exception: content that must not be kept. What
//! is erased is named by version and path. The path goes from that version's state; bytes go when no version names them
//! any more. Bytes that another version or path still names are kept, and where they lay under an erased name they get
//! a name that remains: file names tell about people, too.
//!
//! The object is not built anew beside the old one, since it may hold terabytes that stay. It is changed where it is, by
//! links, renames and deletions alone, from a plan that was written and made durable before. In this order:
//!
//! 1. bytes that stay under another name get it, beside the old one;
//! 2. the inventories of all versions, from the first, each with the digest beside it, then the object's: the inventory
//!    first, the digest second, as in a commit;
//! 3. a barrier: what follows cannot be undone, and a disk may keep it and forget what went before;
//! 4. what the new inventories do not name is deleted.
//!
//! A reader in between has the old inventory or the new one, and either finds all bytes that it names, but for those that
//! are to go. A crash anywhere leaves an object that readers can read and validators find fault with; the same function
//! with the same plan completes it. After the barrier that follows, the bytes are gone from the file system; its free
//! blocks, snapshots and copies are the operator's.

use std::collections::{BTreeMap, BTreeSet};

use protocol::digest::Digest;
use serde::{Deserialize, Serialize};

use super::inventory::{ContentPath, Inventory, version_folder};
use super::inventory_json::{INVENTORY, SIDECAR, sidecar};
use super::object::{actual_digest, stated_digest};
use super::ocfl_error::OcflError;
use super::root::Root;
use super::sha512::Sha512Digest;
use crate::relative_path::RelPath;
use crate::store::Key;

/// The plan of an erasure, for the journal.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StagedErasure {
    object_id: String,
    head: u64,
    staging: Key,
    before: Sha512Digest,
    after: Sha512Digest,
    renamed: Vec<(ContentPath, ContentPath)>,
    deleted: Vec<ContentPath>,
}

impl StagedErasure {
    /// The object's id.
    pub fn object_id(&self) -> &str {
        &self.object_id
    }

    /// How many stored files are deleted: less than the files named, where bytes are shared.
    pub fn deleted_files(&self) -> usize {
        self.deleted.len() - self.renamed.len()
    }
}

impl Root {
    /// Plans to erase the files for which `is_erased` says so, given the version and the path in the study; `None` where
    /// that is none. Writes the new inventories to a folder of staging, which is emptied first; the object stays as it is.
    ///
    /// # Errors
    /// [`OcflError::NoObject`], and what the store says.
    pub fn stage_erasure(
        &self,
        staging: &Key,
        object_id: &str,
        is_erased: impl Fn(u64, &RelPath) -> bool,
    ) -> Result<Option<StagedErasure>, OcflError> {
        let object = self.object(object_id)?.ok_or_else(|| OcflError::NoObject {
            object_id: object_id.to_owned(),
        })?;
        let Some(plan) = Plan::new(&object.inventory, is_erased) else {
            return Ok(None);
        };
        plan.inventory
            .verify()
            .map_err(|error| OcflError::inventory(&object.folder, &error))?;
        self.store.delete_tree(staging)?;
        let mut after = object.digest;
        for number in 1..=object.head() {
            let bytes = plan.inventory.as_of(number).to_bytes();
            after = Sha512Digest::of(&bytes);
            self.stage_inventory(&staging.part(version_folder(number)), &bytes)?;
            if number == object.head() {
                self.stage_inventory(staging, &bytes)?;
            }
        }
        Ok(Some(StagedErasure {
            object_id: object_id.to_owned(),
            head: object.head(),
            staging: staging.clone(),
            before: object.digest,
            after,
            renamed: plan.renamed,
            deleted: plan.deleted,
        }))
    }

    /// Erases what was planned, or completes what a killed process began of it; done already is well. The bytes are gone
    /// for good after the store's barrier.
    ///
    /// # Errors
    /// [`OcflError::Conflict`] where the object is no longer the one that the plan was made for; what the store says.
    pub fn commit_erasure(&self, staged: &StagedErasure) -> Result<(), OcflError> {
        let object = self.folder_of(&staged.object_id);
        let store = self.store.as_ref();
        let conflict = || OcflError::Conflict {
            object_id: staged.object_id.clone(),
        };
        let found = actual_digest(store, &object)?;
        if found != Some(staged.before) && found != Some(staged.after) {
            return Err(conflict());
        }
        for (old, new) in &staged.renamed {
            store.duplicate(&old.key(&object), &new.key(&object))?;
        }
        let versions = (1..=staged.head).map(version_folder);
        let folders =
            versions.map(|version| (staged.staging.part(&version), object.part(&version)));
        for (waiting, place) in folders.chain([(staged.staging.clone(), object.clone())]) {
            store.move_over(&waiting.part(INVENTORY), &place.part(INVENTORY))?;
            store.move_over(&waiting.part(SIDECAR), &place.part(SIDECAR))?;
        }
        let arrived = actual_digest(store, &object)? == Some(staged.after)
            && stated_digest(store, &object)? == Some(staged.after);
        if !arrived {
            return Err(conflict());
        }
        store.barrier()?;
        for old in &staged.deleted {
            store.delete(&old.key(&object))?;
        }
        Ok(())
    }

    fn stage_inventory(&self, folder: &Key, bytes: &[u8]) -> Result<(), OcflError> {
        self.store.stage(&folder.part(INVENTORY), &mut &bytes[..])?;
        self.store
            .stage(&folder.part(SIDECAR), &mut sidecar(bytes).as_bytes())?;
        Ok(())
    }
}

/// What the inventory is to be, and what follows for the content.
struct Plan {
    inventory: Inventory,
    renamed: Vec<(ContentPath, ContentPath)>,
    deleted: Vec<ContentPath>,
}

impl Plan {
    fn new(inventory: &Inventory, is_erased: impl Fn(u64, &RelPath) -> bool) -> Option<Plan> {
        let mut inventory = inventory.clone();
        let mut named = 0;
        for (number, version) in &mut inventory.versions {
            let before = version.state.len();
            version
                .state
                .retain(|logical, _| !is_erased(*number, logical));
            named += before - version.state.len();
        }
        let mut plan = Plan {
            inventory,
            renamed: Vec::new(),
            deleted: Vec::new(),
        };
        let remaining = plan.first_names();
        let contents: Vec<_> = std::mem::take(&mut plan.inventory.manifest)
            .into_iter()
            .collect();
        for (digest, paths) in contents {
            plan.settle(digest, &paths, remaining.get(&digest));
        }
        (named > 0).then_some(plan)
    }

    /// For each content that is still named, the first version that names it, and the first path there.
    fn first_names(&self) -> BTreeMap<Sha512Digest, ContentPath> {
        let mut names = BTreeMap::new();
        for (number, version) in self.inventory.versions() {
            for (logical, digest) in version.state() {
                names
                    .entry(*digest)
                    .or_insert_with(|| ContentPath::new(number, logical.clone()));
            }
        }
        names
    }

    /// Decides what becomes of the bytes of a digest.
    fn settle(
        &mut self,
        digest: Sha512Digest,
        paths: &BTreeSet<ContentPath>,
        remaining: Option<&ContentPath>,
    ) {
        let is_named = |path: &&ContentPath| {
            let version = self.inventory.versions.get(&path.version());
            version.is_some_and(|version| version.state.get(path.path()) == Some(&digest))
        };
        let mut kept: BTreeSet<ContentPath> = paths.iter().filter(is_named).cloned().collect();
        let sha256 = paths.iter().find_map(|path| self.inventory.sha256(path));
        if let (Some(new), Some(old), true) = (remaining, paths.first(), kept.is_empty()) {
            self.renamed.push((old.clone(), new.clone()));
            kept.insert(new.clone());
        }
        self.deleted.extend(paths.difference(&kept).cloned());
        self.restate_sha256(paths, &kept, sha256);
        if !kept.is_empty() {
            self.inventory.manifest.insert(digest, kept);
        }
    }

    fn restate_sha256(
        &mut self,
        paths: &BTreeSet<ContentPath>,
        kept: &BTreeSet<ContentPath>,
        sha256: Option<Digest>,
    ) {
        for path in paths {
            self.inventory.sha256.remove(path);
        }
        for path in kept {
            self.inventory
                .sha256
                .extend(sha256.map(|sha256| (path.clone(), sha256)));
        }
    }
}
