//! Re-reading one object: declaration, inventories, and the hashes of all content.

use std::collections::BTreeSet;

use protocol::digest::Digest;

use super::check::Report;
use super::hashing::hash_all;
use super::inventory::{CONTENT, ContentPath, Inventory, version_folder};
use super::inventory_json::{INVENTORY, SIDECAR, parse_sidecar};
use super::root::{DECLARES, EXTENSIONS, OBJECT_DECLARATION, Root};
use super::sha512::Sha512Digest;
use crate::store::{Child, ChildKind, Key};

const LOGS: &str = "logs";
const FROM_A_COPY: &str = "restore it from a copy";

/// The check of the object in a folder.
pub(super) struct ObjectCheck<'check, 'sink> {
    pub(super) root: &'check Root,
    pub(super) folder: &'check Key,
    pub(super) report: &'check mut Report<'sink>,
}

impl ObjectCheck<'_, '_> {
    /// Hands all problems to the report.
    pub(super) fn run(mut self, children: &[Child]) {
        self.declaration(children);
        let Some(inventory) = self.inventory(self.folder) else {
            return;
        };
        let place = self.root.folder_of(inventory.id());
        if place != *self.folder {
            let message = format!(
                "it holds the object {}, whose place is {place} (E083); move it there",
                inventory.id()
            );
            self.report.problem("misplaced", self.folder, message);
        }
        self.names(children, &inventory);
        for (number, _) in inventory.versions() {
            self.version(number, &inventory);
        }
        for (content, sha512) in inventory.contents() {
            self.content(content, sha512, inventory.sha256(content));
        }
    }

    fn declaration(&mut self, children: &[Child]) {
        let expected = format!("{DECLARES}{OBJECT_DECLARATION}");
        for child in children
            .iter()
            .filter(|child| child.name.starts_with(DECLARES) && child.name != expected)
        {
            let message = format!(
                "it declares {:?}, this program reads {expected:?} only (E003, E004)",
                child.name
            );
            self.report
                .problem("inventory-damaged", self.folder, message);
        }
        let key = self.folder.part(&expected);
        let stored = self.read(&key);
        if stored.is_some_and(|stored| {
            stored.as_deref() != Some(format!("{OBJECT_DECLARATION}\n").as_bytes())
        }) {
            self.report.problem(
                "inventory-damaged",
                &key,
                format!("it should hold the line {OBJECT_DECLARATION} (E007); write that into it"),
            );
        }
    }

    /// What is directly in the object's folder (E001).
    fn names(&mut self, children: &[Child], inventory: &Inventory) {
        let declaration = format!("{DECLARES}{OBJECT_DECLARATION}");
        let files = [INVENTORY, SIDECAR, &declaration];
        let versions: BTreeSet<String> = inventory
            .versions()
            .map(|(number, _)| version_folder(number))
            .collect();
        let is_known = |child: &Child| match child.kind {
            ChildKind::File => {
                files.contains(&child.name.as_str()) || child.name.starts_with(DECLARES)
            }
            ChildKind::Folder => {
                versions.contains(&child.name) || [LOGS, EXTENSIONS].contains(&child.name.as_str())
            }
            ChildKind::Strange => false,
        };
        for child in children.iter().filter(|child| !is_known(child)) {
            self.stray(self.folder, child, "E001");
        }
        for folder in &versions {
            if !children
                .iter()
                .any(|child| child.name == *folder && child.kind == ChildKind::Folder)
            {
                self.report.problem("content-missing", &self.folder.part(folder), format!("the inventory has this version, the folder is not there (E046); {FROM_A_COPY}"));
            }
        }
    }

    fn version(&mut self, number: u64, inventory: &Inventory) {
        let folder = self.folder.part(version_folder(number));
        let Some(children) = self.report.read(&folder, self.root.store.children(&folder)) else {
            return;
        };
        if children.is_empty() {
            return;
        }
        for child in &children {
            match (child.kind, child.name.as_str()) {
                (ChildKind::File, INVENTORY | SIDECAR) | (ChildKind::Folder, CONTENT) => {}
                _ => self.stray(&folder, child, "E015, W002"),
            }
        }
        let expected = inventory.as_of(number);
        if let Some(found) = self.inventory(&folder)
            && found != expected
        {
            let message = format!(
                "it is not what the object's inventory says of version {number} and before (E064, E066); {FROM_A_COPY}"
            );
            self.report
                .problem("version-differs", &folder.part(INVENTORY), message);
        }
        let contents = inventory
            .contents()
            .filter(|(content, _)| content.version() == number);
        let known: BTreeSet<Key> = contents
            .map(|(content, _)| content.key(self.folder))
            .collect();
        if children
            .iter()
            .any(|child| child.name == CONTENT && child.kind == ChildKind::Folder)
        {
            self.strays_in_content(folder.part(CONTENT), &known);
        }
    }

    /// Files that no inventory names (E023), empty folders (E024), links (E090).
    fn strays_in_content(&mut self, content: Key, known: &BTreeSet<Key>) {
        let mut folders = vec![content];
        while let Some(folder) = folders.pop() {
            let Some(children) = self.report.read(&folder, self.root.store.children(&folder))
            else {
                continue;
            };
            if children.is_empty() {
                self.report.problem(
                    "stray",
                    &folder,
                    "it is an empty folder, which content must not have (E024); delete it",
                );
            }
            for child in &children {
                match (child.kind, folder.join(&child.name)) {
                    (ChildKind::Folder, Ok(key)) => folders.push(key),
                    (ChildKind::File, Ok(key)) if known.contains(&key) => {}
                    _ => self.stray(&folder, child, "E023"),
                }
            }
        }
    }

    fn stray(&mut self, folder: &Key, child: &Child, code: &str) {
        let message = format!(
            "{:?} in it does not belong there ({code}); an act may not have been completed (start omma-node serve), else move it away",
            child.name
        );
        self.report.problem("stray", folder, message);
    }

    /// Reads an inventory and the digest beside it.
    fn inventory(&mut self, folder: &Key) -> Option<Inventory> {
        let (key, beside) = (folder.part(INVENTORY), folder.part(SIDECAR));
        let (bytes, stated) = (self.present(&key)?, self.present(&beside)?);
        match parse_sidecar(&stated) {
            Err(error) => self.report.problem(
                "inventory-damaged",
                &beside,
                format!("{error}; {FROM_A_COPY}"),
            ),
            Ok(stated) if stated != Sha512Digest::of(&bytes) => {
                let message = format!(
                    "its sha512 is not what {SIDECAR} beside it says (E060); an act may not have been completed (start omma-node serve), else {FROM_A_COPY}"
                );
                self.report.problem("inventory-damaged", &key, message);
            }
            Ok(_) => {}
        }
        let parsed = Inventory::parse(&bytes).map_err(|error| format!("{error}; {FROM_A_COPY}"));
        parsed
            .map_err(|message| self.report.problem("inventory-damaged", &key, message))
            .ok()
    }

    fn content(&mut self, content: &ContentPath, sha512: &Sha512Digest, sha256: Option<Digest>) {
        let key = content.key(self.folder);
        let opened = self.root.store.open(&key);
        let Some(opened) = self.report.read(&key, opened) else {
            return;
        };
        let Some((mut reader, _)) = opened else {
            let message = format!(
                "the inventory has this file, it is not there (E092); {FROM_A_COPY}: its sha512 is {sha512}"
            );
            return self.report.problem("content-missing", &key, message);
        };
        let hashes = match hash_all(&mut reader) {
            Ok(hashes) => hashes,
            Err(error) => {
                return self.report.problem(
                    "unreadable",
                    &key,
                    format!("it cannot be read: {error}; {FROM_A_COPY}, and look at the disk"),
                );
            }
        };
        self.report.checked.files += 1;
        self.report.checked.bytes += hashes.bytes;
        if hashes.sha512 != *sha512 {
            let message = format!(
                "its bytes changed since they were stored (E092); {FROM_A_COPY}: its sha512 was {sha512}, and is {}",
                hashes.sha512
            );
            self.report.problem("content-changed", &key, message);
        } else if sha256.is_some_and(|sha256| sha256 != hashes.sha256) {
            let message = format!(
                "its sha256 is not what the inventory's fixity block says (E093), though its sha512 is; restore {INVENTORY} from a copy"
            );
            self.report.problem("inventory-damaged", &key, message);
        }
    }

    fn read(&mut self, key: &Key) -> Option<Option<Vec<u8>>> {
        let outcome = self.root.store.read(key);
        self.report.read(key, outcome)
    }

    fn present(&mut self, key: &Key) -> Option<Vec<u8>> {
        let read = self.read(key)?;
        if read.is_none() {
            self.report.problem(
                "inventory-damaged",
                key,
                format!("it is not there (E058, E063, W010); {FROM_A_COPY}"),
            );
        }
        read
    }
}
