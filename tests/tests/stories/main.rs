//! Stories of one node: the real program, its files, and what can befall them.
//!
//! One binary of all, because each that is linked holds the whole program once more.

#![expect(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

mod backup;
mod concurrency;
mod configuration;
mod crates;
mod damage;
mod deriving;
mod disks;
mod erasure;
mod files;
// a release build has no points at which they kill it
#[cfg(debug_assertions)]
mod killed_erasures;
#[cfg(debug_assertions)]
mod kills;
mod moves;
mod publishing;
mod raw_crates;
mod strangers;
mod study_files;
mod zips;

use std::path::Path;

use tests::node::TempNode;
use tests::studies::StudyFolder;

/// The program, built by cargo for these tests.
const PROGRAM: &str = env!("CARGO_BIN_EXE_omma-node-tested");

/// A new node whose server makes no pictures by itself: stories look twice at files and counts, and none may come between.
fn new_node() -> TempNode {
    let node = TempNode::new(PROGRAM);
    node.edit_config(|text| text.replace(WORKERS, "workers = 0"));
    node
}

/// How many pictures a server makes at once, as it stands in a new configuration.
const WORKERS: &str = "# workers = 1";

/// A new node with these studies in it: TST-S1, TST-S2 and so on.
fn node_with(studies: &[StudyFolder]) -> TempNode {
    let node = new_node();
    let folder = tempfile::tempdir().unwrap();
    for study in studies {
        let report = node.import_one(&study.write(folder.path()));
        assert_eq!(report.outcome, "published", "{report:?}");
    }
    node
}

/// Storage root, log and database fit each other and everything outside that judges them.
#[track_caller]
fn assert_whole(node: &TempNode) {
    node.is_well();
    node.proved();
    tests::ocfl_validator::assert_valid(&node.path("ocfl"));
    assert_no_leftovers(node.data());
}

/// No act, no held study, no database beside the database.
#[track_caller]
fn assert_no_leftovers(data: &Path) {
    for file in tests::folder::files(data) {
        let name = file.strip_prefix(data).unwrap().to_str().unwrap();
        let is_left =
            name.starts_with("staging/") || name.starts_with("db.sqlite.") || name.contains(".tmp");
        assert!(!is_left, "{name} was left behind");
    }
}
