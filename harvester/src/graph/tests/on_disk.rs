//! What only a graph on disk can suffer: being closed and opened, damage, a second process, a full disk.

use std::fs::{self, File};
use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};
use std::process::Command;

use tempfile::TempDir;

use super::fixture::{Mirror, dump, few_terms, hide, loaded, record_lines, show, titled};
use crate::graph::{Graph, GraphError, Place};
use crate::projection::Shown;

fn disk() -> (TempDir, PathBuf, Place) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("graph");
    let place = Place::Disk(path.clone());
    (folder, path, place)
}

fn studies(number: u64) -> Vec<Shown> {
    let study = |number| titled(&format!("DND-S{number}"), 1, "Cells and nothing but cells");
    (1..=number).map(study).collect()
}

fn files(path: &Path, end: &str) -> Vec<PathBuf> {
    let entries = fs::read_dir(path).unwrap();
    let mut paths: Vec<_> = entries.map(|entry| entry.unwrap().path()).collect();
    paths.retain(|path| path.to_str().unwrap().contains(end));
    paths.sort();
    paths
}

#[test]
fn what_was_applied_is_there_when_it_is_opened_again() {
    let (_folder, _path, place) = disk();
    let all = studies(3);
    let graph = loaded(&place, &all, 1);
    graph
        .apply(&[hide("DND-S2")], &Mirror::of(&all), 2)
        .unwrap();
    let before = dump(&graph);
    drop(graph);
    let graph = Graph::open(&place).unwrap();
    assert_eq!(graph.position().unwrap(), Some(2));
    assert_eq!(dump(&graph), before);
}

#[test]
fn a_graph_that_another_has_open_is_refused_and_not_called_damaged() {
    let (_folder, path, place) = disk();
    let _graph = loaded(&place, &[], 1);
    let refused = Graph::open(&place).unwrap_err();
    assert!(matches!(refused, GraphError::Storage { .. }), "{refused}");
    let text = refused.to_string();
    assert!(text.contains(path.to_str().unwrap()), "{text}");
    assert!(text.contains("does another process have it open"), "{text}");
}

/// Damages a closed graph, and expects that either opening or reading says so; then makes it anew.
fn expect_damage(damage: impl Fn(&Path)) {
    let (_folder, path, place) = disk();
    drop(loaded(&place, &studies(200), 1));
    damage(&path);
    let outcome = Graph::open(&place).and_then(|graph| graph.dump(&mut std::io::sink()));
    let error = outcome.unwrap_err();
    assert!(matches!(error, GraphError::Damaged { .. }), "{error:?}");
    assert!(
        error.to_string().contains("omma-harvester rebuild"),
        "{error}"
    );

    Graph::destroy(&place).unwrap();
    let graph = loaded(&place, &studies(2), 1);
    assert_eq!(graph.records().unwrap(), 2);
}

#[test]
fn a_truncated_table_is_damage() {
    expect_damage(|path| {
        for table in files(path, ".sst") {
            let file = File::options().write(true).open(table).unwrap();
            file.set_len(file.metadata().unwrap().len() / 2).unwrap();
        }
    });
}

#[test]
fn a_garbled_table_is_damage() {
    expect_damage(|path| {
        for table in files(path, ".sst") {
            let mut bytes = fs::read(&table).unwrap();
            for byte in bytes.iter_mut().skip(8).step_by(16) {
                *byte ^= 0x5a;
            }
            fs::write(table, bytes).unwrap();
        }
    });
}

#[test]
fn a_missing_table_is_damage() {
    expect_damage(|path| fs::remove_file(files(path, ".sst").pop().unwrap()).unwrap());
}

#[test]
fn a_garbled_manifest_is_damage() {
    expect_damage(|path| {
        for manifest in files(path, "MANIFEST") {
            let length = fs::metadata(&manifest).unwrap().len();
            let garbage = vec![0xa5_u8; usize::try_from(length).unwrap()];
            fs::write(manifest, garbage).unwrap();
        }
    });
}

#[test]
fn a_missing_manifest_is_damage() {
    expect_damage(|path| {
        for manifest in files(path, "MANIFEST") {
            fs::remove_file(manifest).unwrap();
        }
    });
}

#[test]
fn a_garbled_pointer_to_the_manifest_is_damage() {
    expect_damage(|path| fs::write(path.join("CURRENT"), "nothing\n").unwrap());
}

#[test]
fn a_write_ahead_log_that_was_cut_gives_an_earlier_position_and_nothing_else() {
    let (_folder, path, place) = disk();
    let all = studies(3);
    let graph = loaded(&place, &all, 1);
    let after_load = dump(&graph);
    graph
        .apply(&[hide("DND-S2")], &Mirror::of(&all), 2)
        .unwrap();
    let after_apply = dump(&graph);
    // a copy, as the disk would be after the power failed: closing would write everything
    let copy = path.with_file_name("copy");
    while !copied_at_one_moment(&path, &copy) {
        fs::remove_dir_all(&copy).unwrap();
    }
    for log in files(&copy, ".log") {
        let file = File::options().write(true).open(log).unwrap();
        let length = file.metadata().unwrap().len();
        file.set_len(length.saturating_sub(10)).unwrap();
    }
    let copied = Graph::open(&Place::Disk(copy)).unwrap();
    assert_eq!(copied.position().unwrap(), Some(1));
    assert_eq!(dump(&copied), after_load);
    copied
        .apply(&[hide("DND-S2")], &Mirror::of(&all), 2)
        .unwrap();
    assert_eq!(dump(&copied), after_apply);
}

/// Copies the files of a store that is open. It may be putting away in the background what it needs no more: then this was no moment.
fn copied_at_one_moment(path: &Path, copy: &Path) -> bool {
    let before = files(path, "");
    fs::create_dir(copy).unwrap();
    for file in &before {
        match fs::copy(file, copy.join(file.file_name().unwrap())) {
            Err(error) if error.kind() == ErrorKind::NotFound => return false,
            copied => drop(copied.unwrap()),
        }
    }
    files(path, "") == before
}

/// A file system in memory of 48 MiB, for as long as this value lives; none, with a word, where one may not mount.
struct SmallDisk(TempDir);

impl SmallDisk {
    fn mount() -> Option<Self> {
        let folder = tempfile::tempdir().unwrap();
        let mut mount = Command::new("mount");
        mount.args(["-t", "tmpfs", "-o", "size=48m", "tmpfs"]);
        let outcome = mount.arg(folder.path()).output().unwrap();
        if outcome.status.success() {
            return Some(Self(folder));
        }
        let reason = String::from_utf8_lossy(&outcome.stderr);
        assert!(
            std::env::var_os("CI").is_none(),
            "no disk can be mounted: {reason}"
        );
        eprintln!("SKIPPED: no disk can be mounted, which needs root: {reason}");
        None
    }

    /// Takes all room but as many bytes.
    fn fill_but(&self, free: u64) -> PathBuf {
        let path = self.0.path().join("filler");
        let mut filler = File::create(&path).unwrap();
        while filler.write_all(&[0; 4096]).is_ok() {}
        let size = filler.metadata().unwrap().len();
        filler.set_len(size.saturating_sub(free)).unwrap();
        path
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        // by what it says on failure nobody could do anything; the folder is temporary
        let _ = Command::new("umount")
            .arg("--lazy")
            .arg(self.0.path())
            .output();
    }
}

#[test]
fn a_full_disk_is_an_error_and_loses_nothing() {
    let Some(small) = SmallDisk::mount() else {
        return;
    };
    let place = Place::Disk(small.0.path().join("graph"));
    let all = studies(20);
    let graph = loaded(&place, &all, 1);
    let before = dump(&graph);
    let filler = small.fill_but(16 << 10);
    let mut applied = 1;
    let error = loop {
        let new = titled("DND-S1", applied + 1, &"x".repeat(100_000));
        let mut mirror = Mirror::of(&all);
        mirror.keep(&titled("DND-S1", applied, &"x".repeat(100_000)));
        match graph.apply(&[show(&new)], &mirror, applied + 1) {
            Ok(_) => applied += 1,
            Err(error) => break error,
        }
        assert!(applied < 100, "the disk never fills");
    };
    assert!(matches!(error, GraphError::Storage { .. }), "{error:?}");
    assert!(error.to_string().contains("is the disk full"), "{error}");
    drop(graph);
    fs::remove_file(filler).unwrap();

    let graph = Graph::open(&place).unwrap();
    assert_eq!(graph.position().unwrap(), Some(applied));
    if applied == 1 {
        assert_eq!(dump(&graph), before);
    }
    let mut mirror = Mirror::of(&all);
    mirror.keep(&titled("DND-S1", applied, &"x".repeat(100_000)));
    graph
        .apply(
            &[show(&titled("DND-S1", 1, "Cells and nothing but cells"))],
            &mirror,
            100,
        )
        .unwrap();
    assert_eq!(dump(&graph), before);
}

#[test]
fn a_load_onto_a_full_disk_leaves_no_position() {
    let Some(small) = SmallDisk::mount() else {
        return;
    };
    let place = Place::Disk(small.0.path().join("graph"));
    let graph = Graph::open(&place).unwrap();
    let filler = small.fill_but(256 << 10);
    let endless = (1..).map(|number| Ok(titled(&format!("DND-S{number}"), 1, &"y".repeat(200))));
    let outcome = graph.load(endless.take(20_000), &few_terms(), 1);
    let error = outcome.unwrap_err();
    assert!(matches!(error, GraphError::Storage { .. }), "{error:?}");
    drop(graph);
    fs::remove_file(filler).unwrap();

    assert_eq!(Graph::open(&place).unwrap().position().unwrap(), None);
    Graph::destroy(&place).unwrap();
    let graph = loaded(&place, &studies(2), 1);
    assert_eq!(record_lines(&graph).len(), 2 * 12);
}
