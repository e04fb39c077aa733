//! The program is killed at every named point of an act, and at moments that nobody chose. Whoever comes next finds the
//! log whole, completes what was decided, and leaves alone what was not.

use std::collections::BTreeSet;
use std::path::Path;
use std::time::{Duration, Instant};

use node::crash::POINTS;
use tempfile::TempDir;
use tests::crates;
use tests::independent::WholeLog;
use tests::independent::note::{self, Head};
use tests::node::{Report, TempNode};
use tests::ocfl_validator;
use tests::patience::eventually;
use tests::pictures;
use tests::studies::StudyFolder;

use super::{assert_no_leftovers, assert_whole, new_node, node_with};

/// As `abort` ends a process.
pub(super) const ABORTED: i32 = 6;

/// A node before an act, and the studies that the act brings: two new ones, a zip, one revised, one unchanged. Its 254
/// entries become 265, so that a bundle and a tile become full in between; most of them are of a study that the act leaves alone.
struct Before {
    node: TempNode,
    head: Head,
    studies: TempDir,
}

/// In the act.
const STUDIES: u64 = 5;

/// After it.
const ENTRIES: u64 = 265;

impl Before {
    fn an_import() -> Before {
        let mut revised = StudyFolder::new("revised");
        let unchanged = StudyFolder::new("unchanged");
        let many = StudyFolder::with_images("many", 247);
        let node = node_with(&[revised.clone(), unchanged.clone(), many]);
        let head = node.proved().head;
        assert_eq!(head.size, 254);
        let studies = tempfile::tempdir().unwrap();
        revised.title.push_str(", revised");
        revised.images[0] = ("pictures/three.tif".to_owned(), pictures::tiff(3));
        for study in [
            StudyFolder::new("a new one"),
            revised,
            unchanged,
            StudyFolder::new("zz another new one"),
        ] {
            study.write(studies.path());
        }
        let metadata = crates::attached("zipped");
        let members: [(&str, &[u8]); 2] = [
            ("ro-crate-metadata.json", &metadata),
            ("one.tif", &pictures::tiff(5)),
        ];
        crates::zip(&studies.path().join("zipped.zip"), &members);
        Before {
            node,
            head,
            studies,
        }
    }

    /// A copy of the node in which the import was killed at a point; tells whether the act had been decided.
    fn killed_at(&self, point: &str) -> (TempNode, bool) {
        let node = self.node.copy();
        let folder = self.studies.path().to_str().unwrap();
        let ran = node.run_until(point, &["import", folder]);
        assert_eq!(
            ran.killed_by(),
            Some(ABORTED),
            "{point} was not come to: {ran:?}"
        );
        let is_decided =
            node.path("staging/act/act.json").exists() || signed(&node).size > self.head.size;
        assert_eq!(is_decided, is_after_decision(point), "{point}");
        (node, is_decided)
    }

    /// Everything of the act is there exactly once, and nothing else.
    fn is_complete(&self, node: &TempNode, log: &WholeLog, seen: &Head, at: &str) {
        assert!(
            log.continues(&self.head) && log.continues(seen),
            "{at}: the log has another past"
        );
        let expected: Vec<String> = (1..=STUDIES + 1)
            .map(|serial| format!("TST-S{serial}"))
            .collect();
        assert_eq!(log.studies(), expected, "{at}");
        assert_eq!(log.head.size, ENTRIES, "{at}: entries");
        assert_eq!(
            log.operations("TST-S1"),
            ["put", "put"],
            "{at}: the revised study"
        );
        assert_eq!(node.status()["studies"], STUDIES + 1, "{at}");
        assert_well(node);
    }

    fn import(&self, node: &TempNode) -> Vec<Report> {
        let reports = node.import(self.studies.path());
        let ids: BTreeSet<&String> = reports.iter().map(|report| &report.id).collect();
        assert_eq!(ids.len() as u64, STUDIES, "{reports:?}");
        reports
    }

    /// What the next import says of each study.
    fn expects(&self, reports: &[Report], is_decided: bool, at: &str) {
        let outcomes: Vec<&str> = reports
            .iter()
            .map(|report| report.outcome.as_str())
            .collect();
        let expected = if is_decided {
            ["unchanged"; 5]
        } else {
            [
                "published",
                "revised",
                "unchanged",
                "published",
                "published",
            ]
        };
        assert_eq!(outcomes, expected, "{at}");
    }
}

/// As [`assert_whole`], for the many rounds in which the log is proved by itself and a stranger's validator takes too long.
pub(super) fn assert_well(node: &TempNode) {
    node.is_well();
    assert_no_leftovers(node.data());
}

/// Whether an act has happened when the program dies at this point: from the journal on.
pub(super) fn is_after_decision(point: &str) -> bool {
    let place = |wanted: &str| POINTS.iter().position(|point| *point == wanted).unwrap();
    let name = point.split(':').next().unwrap();
    place(name) >= place("act-journalled")
}

/// The checkpoint as it lies on the disk, its signature verified.
pub(super) fn signed(node: &TempNode) -> Head {
    let bytes = std::fs::read(node.path("log/checkpoint")).unwrap();
    note::verified(&bytes, &key(node)).unwrap()
}

fn key(node: &TempNode) -> String {
    // `key show` opens the archive and recovers nothing
    node.run(&["key", "show"]).done().stdout.trim().to_owned()
}

/// The points that an import comes to: the last study and the last object of several as well as the first.
fn import_points() -> Vec<String> {
    let every = POINTS.iter().map(|point| (*point).to_owned());
    every
        .chain(["staged:3".to_owned(), "object-committed:3".to_owned()])
        .collect()
}

/// What `check` finds right after a death: an act that waits, and a database that is behind; nothing else.
pub(super) fn assert_only_waiting(node: &TempNode, is_decided: bool, at: &str) {
    let problems = node.problems();
    let is_expected = |problem: &String| {
        problem.starts_with("staging/act: ") || problem.starts_with("db.sqlite: ")
    };
    assert!(problems.iter().all(is_expected), "{at}: {problems:#?}");
    assert!(is_decided || problems.is_empty(), "{at}: {problems:#?}");
}

#[test]
fn an_import_killed_anywhere_is_completed_by_the_next_import() {
    let before = Before::an_import();
    for point in import_points() {
        let (node, is_decided) = before.killed_at(&point);
        assert_only_waiting(&node, is_decided, &point);
        let seen = signed(&node);
        let reports = before.import(&node);
        before.expects(&reports, is_decided, &point);
        before.is_complete(&node, &node.proved(), &seen, &point);
        ocfl_validator::assert_valid(&node.path("ocfl"));
    }
}

#[test]
fn an_import_killed_anywhere_is_completed_by_the_server() {
    let before = Before::an_import();
    for point in import_points() {
        let (node, is_decided) = before.killed_at(&point);
        let seen = signed(&node);
        let served = node.serve();
        let log = node.proved_at(&served.log());
        assert!(
            log.continues(&before.head) && log.continues(&seen),
            "{point}"
        );
        assert_eq!(
            log.head.size == ENTRIES,
            is_decided,
            "{point}: {} entries are served",
            log.head.size
        );
        let reports = before.import(&node);
        before.expects(&reports, is_decided, &point);
        let log = node.proved_at(&served.log());
        assert!(served.stop().0.success());
        before.is_complete(&node, &log, &seen, &point);
    }
}

#[test]
fn an_import_killed_beside_a_server_is_completed_by_it_without_a_restart() {
    let before = Before::an_import();
    let node = &before.node;
    let served = node.serve();
    let folder = before.studies.path().to_str().unwrap();
    let ran = node.run_until("act-journalled", &["import", folder]);
    assert_eq!(ran.killed_by(), Some(ABORTED));
    let last = format!("id/TST-S{}", STUDIES + 1);
    eventually("the server completes the act", || {
        (served.get(&last).status == 200).then_some(())
    });
    let log = node.proved_at(&served.log());
    before.expects(&before.import(node), true, "beside a server");
    assert!(served.stop().0.success());
    before.is_complete(node, &log, &before.head, "beside a server");
}

#[test]
fn an_import_killed_anywhere_is_completed_by_a_rebuild_without_the_database() {
    let before = Before::an_import();
    for point in import_points() {
        let (node, is_decided) = before.killed_at(&point);
        let seen = signed(&node);
        for file in ["db.sqlite", "db.sqlite-wal", "db.sqlite-shm"] {
            let _ = std::fs::remove_file(node.path(file));
        }
        node.run(&["rebuild"]).done();
        assert_eq!(node.size() == ENTRIES, is_decided, "{point}");
        let reports = before.import(&node);
        before.expects(&reports, is_decided, &point);
        before.is_complete(&node, &node.proved(), &seen, &point);
    }
}

#[test]
fn a_recovery_that_is_killed_itself_is_completed_by_the_next() {
    let before = Before::an_import();
    let from_the_journal = POINTS
        .iter()
        .copied()
        .filter(|point| is_after_decision(point));
    for second in from_the_journal.filter(|point| *point != "act-journalled") {
        for first in ["act-journalled", "tiles-written", "database-updated"] {
            let at = format!("{first}, then {second}");
            let (node, _) = before.killed_at(first);
            let ran = node.run_until(second, &["import", before.studies.path().to_str().unwrap()]);
            let steps = [
                "database-updated",
                "erased",
                "act-removed",
                "journal-removed",
            ];
            // once the checkpoint is stored the steps before it are not taken again
            let is_come_to = first != "database-updated" || steps.contains(&second);
            assert_eq!(
                ran.killed_by() == Some(ABORTED),
                is_come_to,
                "{at}: {ran:?}"
            );
            let seen = signed(&node);
            let reports = before.import(&node);
            before.expects(&reports, true, &at);
            before.is_complete(&node, &node.proved(), &seen, &at);
        }
    }
}

#[test]
fn kills_at_moments_that_nobody_chose_lose_and_double_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let sources = studies_to_be_killed(folder.path(), "");
    let whole = new_node();
    let started = Instant::now();
    whole.import(folder.path());
    let duration = started.elapsed();

    let node = new_node();
    let mut chance = Chance::new();
    let mut seen = node.proved();
    for round in 0..12 {
        if round % 4 == 3 {
            studies_to_be_killed(folder.path(), &format!(", revised in round {round}"));
        }
        let mut import = node.start(&["import", folder.path().to_str().unwrap()]);
        let moment = Instant::now() + duration.mul_f64(chance.fraction());
        while Instant::now() < moment && import.try_wait().unwrap().is_none() {
            std::thread::park_timeout(Duration::from_micros(200));
        }
        import.kill().unwrap();
        import.wait().unwrap();
        // a reader finds it whole, whoever completes it later
        let log = node.proved();
        assert!(log.continues(&seen.head), "round {round}, {chance:?}");
        seen = log;
    }
    let reports = node.import(folder.path());
    let ids: BTreeSet<&String> = reports.iter().map(|report| &report.id).collect();
    assert_eq!(
        (reports.len(), ids.len()),
        (sources, sources),
        "{chance:?}: {reports:#?}"
    );
    let log = node.proved();
    assert!(log.continues(&seen.head), "{chance:?}");
    let expected: Vec<String> = (1..=sources)
        .map(|serial| format!("TST-S{serial}"))
        .collect();
    assert_eq!(log.studies(), expected, "{chance:?}");
    assert!(
        node.import(folder.path())
            .iter()
            .all(|report| report.outcome == "unchanged")
    );
    assert_whole(&node);
}

/// More than a batch of them, so that an import has several acts; every third has the suffix in its title.
fn studies_to_be_killed(folder: &Path, suffix: &str) -> usize {
    let number = 80;
    for place in 0..number {
        let mut study = StudyFolder::new(&format!("study {place:02}"));
        if place % 3 == 0 {
            study.title.push_str(suffix);
        }
        study.write(folder);
    }
    number
}

/// Numbers that differ from run to run; shown when something fails.
#[derive(Debug)]
struct Chance {
    _seed: u64,
    state: u64,
}

impl Chance {
    fn new() -> Chance {
        let now = std::time::SystemTime::now()
            .duration_since(std::time::UNIX_EPOCH)
            .unwrap();
        let seed = now.as_nanos() as u64 | 1;
        Chance {
            _seed: seed,
            state: seed,
        }
    }

    /// Between 0 and 1 (Marsaglia's xorshift).
    fn fraction(&mut self) -> f64 {
        self.state ^= self.state << 13;
        self.state ^= self.state >> 7;
        self.state ^= self.state << 17;
        (self.state >> 11) as f64 / (1_u64 << 53) as f64
    }
}
