//! Bytes that changed on the disk: named, with what to do, and never signed over.

use std::fs;
use std::path::{Path, PathBuf};

use tests::folder::{contents, files};
use tests::node::TempNode;
use tests::ran::Ran;
use tests::studies::StudyFolder;

use super::{assert_whole, node_with};

/// A node with a full bundle and a partial one.
fn node() -> TempNode {
    node_with(&[
        StudyFolder::new("first"),
        StudyFolder::with_images("many", 260),
    ])
}

/// Changes a file; putting it back makes all well again.
struct Damaged<'a> {
    node: &'a TempNode,
    path: PathBuf,
    whole: Vec<u8>,
}

impl<'a> Damaged<'a> {
    fn new(node: &'a TempNode, path: PathBuf, damage: impl FnOnce(&mut Vec<u8>)) -> Damaged<'a> {
        let whole = fs::read(&path).unwrap();
        let mut bytes = whole.clone();
        damage(&mut bytes);
        assert_ne!(bytes, whole);
        fs::write(&path, bytes).unwrap();
        Damaged { node, path, whole }
    }

    fn below(node: &'a TempNode, path: &str) -> Damaged<'a> {
        Damaged::new(node, node.path(path), |bytes| flip(bytes))
    }

    /// Its path below DATA.
    fn name(&self) -> &str {
        self.path
            .strip_prefix(self.node.data())
            .unwrap()
            .to_str()
            .unwrap()
    }

    /// `check` names it, and says what to do.
    #[track_caller]
    fn named_by_check(self, advice: &str) -> Damaged<'a> {
        let problems = self.node.problems();
        // an inventory and the digest beside it are named by the first of the two
        let name = self.name().trim_end_matches(".sha512");
        let names_it = |problem: &String| problem.contains(name) && problem.contains(advice);
        assert!(
            problems.iter().any(names_it),
            "{} with {advice:?} is not in {problems:#?}",
            self.name()
        );
        self
    }

    /// An import could not run, for this cause, and signed nothing.
    #[track_caller]
    fn stops_an_import(self, words: &[&str]) -> Damaged<'a> {
        let log = contents(&self.node.path("log"));
        let mut ran = import_another(self.node).could_not();
        for word in words {
            ran = ran.says(word);
        }
        let signed = |log: &[(PathBuf, Vec<u8>)]| {
            log.iter()
                .find(|(path, _)| path == Path::new("checkpoint"))
                .cloned()
        };
        assert_eq!(signed(&contents(&self.node.path("log"))), signed(&log));
        self
    }

    /// The server says it, at its start or once it looks, and does not call itself ready.
    #[track_caller]
    fn told_by_the_server(self, words: &str) -> Damaged<'a> {
        let command = self.node.command(&["serve", "--bind", "127.0.0.1:0"]);
        let ended = tests::served::Served::outcome(command);
        match ended {
            Ok(served) => {
                tests::patience::eventually("the server tells what is wrong", || {
                    served.said().contains(words).then_some(())
                });
                assert_eq!(served.get("readyz").status, 503);
            }
            Err(ran) => drop(ran.could_not().says(words)),
        }
        self
    }

    fn put_back(self) {
        fs::write(&self.path, &self.whole).unwrap();
        // an import that had decided its act before it met the damage is completed by the next
        let problems = self.node.problems();
        let waits = |problem: &String| problem.starts_with("staging/act: ");
        assert!(problems.iter().all(waits), "{problems:#?}");
    }
}

/// Another byte in the middle.
fn flip(bytes: &mut [u8]) {
    let middle = bytes.len() / 2;
    bytes[middle] ^= 0x01;
}

fn import_another(node: &TempNode) -> Ran {
    let folder = tempfile::tempdir().unwrap();
    node.try_import(&StudyFolder::new("another").write(folder.path()))
}

/// Files below a folder of DATA whose path has this in it.
fn paths(node: &TempNode, folder: &str, part: &str) -> Vec<String> {
    let below = |path: PathBuf| {
        path.strip_prefix(node.data())
            .unwrap()
            .to_str()
            .unwrap()
            .to_owned()
    };
    let found: Vec<String> = files(&node.path(folder))
        .into_iter()
        .map(below)
        .filter(|path| path.contains(part))
        .collect();
    assert!(!found.is_empty(), "nothing of {part} below {folder}");
    found
}

#[test]
fn every_damaged_file_of_the_log_named_by_check() {
    let node = node();
    for part in [
        "log/tile/0/000",
        "log/tile/0/001.p/",
        "log/tile/1/000.p/",
        "log/tile/entries/000",
        "log/tile/entries/001.p/",
        "log/records/000",
        "log/record/",
    ] {
        let found = paths(&node, "log", part);
        Damaged::below(&node, &found[0])
            .named_by_check("mirror")
            .put_back();
        let path = node.path(&found[0]);
        let bytes = fs::read(&path).unwrap();
        fs::remove_file(&path).unwrap();
        let problems = node.problems();
        assert!(
            problems.iter().any(|problem| problem.contains(&found[0])),
            "{part}: {problems:#?}"
        );
        fs::write(path, bytes).unwrap();
    }
    assert_whole(&node);
}

#[test]
fn a_damaged_checkpoint_stops_signing_and_is_named() {
    let node = node();
    Damaged::below(&node, "log/checkpoint")
        .named_by_check("")
        .stops_an_import(&["log/checkpoint", "mirror"])
        .told_by_the_server("log/checkpoint")
        .put_back();
    Damaged::new(&node, node.path("log/checkpoint"), |bytes| {
        bytes.truncate(20)
    })
    .named_by_check("")
    .stops_an_import(&["log/checkpoint"])
    .put_back();
    let bytes = fs::read(node.path("log/checkpoint")).unwrap();
    fs::remove_file(node.path("log/checkpoint")).unwrap();
    import_another(&node)
        .could_not()
        .says("log/checkpoint is missing");
    fs::write(node.path("log/checkpoint"), bytes).unwrap();
    import_another(&node).done();
    assert_whole(&node);
}

#[test]
fn a_damaged_edge_of_the_tree_stops_signing_and_is_named() {
    let node = node();
    for part in ["log/tile/0/001.p/", "log/tile/1/000.p/"] {
        let found = paths(&node, "log/tile", part);
        Damaged::below(&node, found.last().unwrap())
            .stops_an_import(&["tile"])
            .put_back();
    }
    import_another(&node).done();
    assert_whole(&node);
}

#[test]
fn a_damaged_entry_at_the_edge_is_never_copied_into_a_signed_bundle() {
    let node = node();
    let found = paths(&node, "log/tile/entries", "entries/001.p/");
    // one digit of a time: still an entry, still canonical, no longer what was signed
    let damage = |bytes: &mut Vec<u8>| {
        let time = b"\"time\":\"20";
        let at = bytes
            .windows(time.len())
            .position(|window| window == time)
            .unwrap()
            + time.len();
        bytes[at] = if bytes[at] == b'9' { b'8' } else { b'9' };
    };
    Damaged::new(&node, node.path(found.last().unwrap()), damage)
        .named_by_check("mirror")
        .stops_an_import(&["tile/entries/001"])
        .put_back();
    import_another(&node).done();
    assert_whole(&node);
}

#[test]
fn damaged_files_of_the_storage_root_are_named_by_check() {
    let node = node();
    for part in [
        "study.yaml",
        "records.nq",
        "study.json",
        "files.tsv",
        "inventory.json",
        "inventory.json.sha512",
        "source.json",
    ] {
        let found = paths(&node, "ocfl", part);
        Damaged::below(&node, &found[0])
            .named_by_check("")
            .put_back();
    }
    let object = paths(&node, "ocfl", "study.yaml").remove(0);
    let bytes = fs::read(node.path(&object)).unwrap();
    fs::remove_file(node.path(&object)).unwrap();
    let problems = node.problems();
    assert!(
        problems
            .iter()
            .any(|problem| problem.contains("study.yaml")),
        "{problems:#?}"
    );
    fs::write(node.path(&object), bytes).unwrap();
    assert_whole(&node);
}

#[test]
fn a_study_with_a_damaged_inventory_is_not_revised() {
    let node = node_with(&[StudyFolder::new("first")]);
    let folder = tempfile::tempdir().unwrap();
    let mut study = StudyFolder::new("first");
    study.title.push_str(", revised");
    let place = study.write(folder.path());
    let inventories = paths(&node, "ocfl", "inventory.json");
    let damaged = Damaged::below(&node, &inventories[0]).named_by_check("");
    let before = node.proved().head;
    let ran = node.try_import(&place).says("inventory");
    assert!(!ran.is_done(), "{ran:?}");
    assert_eq!(node.proved().head, before);
    damaged.put_back();
    assert_eq!(node.import_one(&place).outcome, "revised");
    assert_whole(&node);
}

#[test]
fn a_damaged_journal_is_kept_and_nothing_is_signed_from_it() {
    let node = node_with(&[StudyFolder::new("first")]);
    let ran = node.run_until(
        "act-journalled",
        &["suppress", "TST-S1", "--reason", "error"],
    );
    assert!(ran.killed_by().is_some());
    let advice = "do not delete it";
    Damaged::new(&node, node.path("staging/act/act.json"), |bytes| {
        bytes.truncate(30)
    })
    .named_by_check(advice)
    .stops_an_import(&["staging/act/act.json", advice])
    .told_by_the_server("staging/act/act.json");
    node.run(&["rebuild"]).could_not().says(advice);
}

#[test]
fn entries_that_changed_in_the_journal_are_not_signed() {
    for damage in [
        |bytes: &mut Vec<u8>| bytes.truncate(bytes.len() - 1),
        |bytes: &mut Vec<u8>| bytes.clear(),
        |bytes: &mut Vec<u8>| {
            // another reason: still an entry, and not the one that was decided
            let text = String::from_utf8(bytes.clone()).unwrap();
            *bytes = text
                .replace("\"reason\":\"error\"", "\"reason\":\"other\"")
                .into_bytes();
        },
    ] {
        let node = node_with(&[StudyFolder::new("first")]);
        node.run_until(
            "act-journalled",
            &["suppress", "TST-S1", "--reason", "error"],
        );
        let entries = node.path("staging/act/entries.jsonl");
        let whole = fs::read(&entries).unwrap();
        Damaged::new(&node, entries.clone(), damage)
            .stops_an_import(&["staging/act/entries.jsonl"]);
        fs::write(entries, whole).unwrap();
        import_another(&node).done();
        assert_eq!(node.proved().operations("TST-S1"), ["put", "suppress"]);
        assert_whole(&node);
    }
}

#[test]
fn a_damaged_database_is_named_and_made_again() {
    let node = node();
    let before = node.status();
    let damages: [fn(&mut Vec<u8>); 3] = [
        |bytes| bytes[..100].fill(b'x'),
        |bytes| bytes.truncate(4096 + 100),
        |bytes| bytes[4096..].fill(0xaa),
    ];
    for damage in damages {
        let damaged = Damaged::new(&node, node.path("db.sqlite"), damage);
        let ran = import_another(&node);
        assert!(!ran.is_done(), "{ran:?}");
        ran.says("db.sqlite").says("omma-node rebuild");
        damaged.named_by_check("omma-node rebuild");
        node.run(&["rebuild"]).done();
        assert_eq!(node.status(), before);
        assert_whole(&node);
    }
}

#[test]
fn an_empty_database_file_is_filled_again() {
    let node = node();
    let before = node.status();
    fs::write(node.path("db.sqlite"), "").unwrap();
    let ran = node.run(&["rebuild"]);
    ran.done();
    assert_eq!(node.status(), before);
    assert_whole(&node);
}

#[test]
fn a_database_of_another_copy_is_told() {
    let node = node_with(&[StudyFolder::new("first")]);
    let newer = node.copy();
    import_another(&newer).done();
    // the database is of a newer copy than the log
    fs::copy(newer.path("db.sqlite"), node.path("db.sqlite")).unwrap();
    let before = node.proved().head;
    import_another(&node).could_not().says("omma-node rebuild");
    assert_eq!(node.proved().head, before);
    node.run(&["rebuild"]).done();
    assert_whole(&node);
    // and of another history of the same length
    let forked = node.copy();
    node.run(&["suppress", "TST-S1", "--reason", "error"])
        .done();
    forked
        .run(&["suppress", "TST-S1", "--reason", "other"])
        .done();
    fs::copy(forked.path("db.sqlite"), node.path("db.sqlite")).unwrap();
    import_another(&node)
        .could_not()
        .says("another history")
        .says("omma-node rebuild");
    node.run(&["rebuild"]).done();
    assert_whole(&node);
}

#[test]
fn a_damaged_record_is_not_served_as_if_it_were_whole() {
    let node = node_with(&[StudyFolder::new("first")]);
    let record = node.proved().puts().next().unwrap().record;
    let path = format!("log/record/{}/{record}", &record[..2]);
    let damaged = Damaged::below(&node, &path);
    let served = node.serve();
    assert_eq!(served.get("id/TST-S1.nq").status, 500);
    drop(served);
    damaged.named_by_check("mirror").put_back();
}
