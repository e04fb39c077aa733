//! Graph and text index are made of the mirror and can be made again; a mirror that is damaged is told, and fetched again.

use std::fs;
use std::path::Path;

use harvester::ledger::Ledger;

use super::world::World;

/// Harvested, with a word that is in one record only.
fn world() -> World {
    let mut world = World::new(300);
    world.write("LIE-S301", "Zymosterol");
    world.publish();
    world.is_healthy();
    world
}

/// Whether it finds what it should.
fn finds(world: &World) {
    assert_eq!(world.federation.search("zymosterol"), ["LIE-S301"]);
    world.shows_the_truth();
}

/// Writes nonsense over every file of a folder, in its middle; the length stays.
fn garble(folder: &Path) {
    let files = tests::folder::files(folder);
    assert!(!files.is_empty(), "{} holds nothing", folder.display());
    for file in files {
        let mut bytes = fs::read(&file).unwrap();
        let middle = bytes.len() / 2;
        for byte in bytes.iter_mut().skip(middle).take(64) {
            *byte ^= 0x5a;
        }
        fs::write(file, bytes).unwrap();
    }
}

/// The projections that are on the disk: a graph that is held in memory is not.
fn projections(world: &World) -> Vec<&'static str> {
    let mut all = vec!["text"];
    if world.federation.path("graph").is_dir() {
        all.push("graph");
    }
    all
}

#[test]
fn a_projection_that_was_deleted_is_made_again() {
    for projection in projections(&world()) {
        let mut world = world();
        fs::remove_dir_all(world.federation.path(projection)).unwrap();
        world.is_healthy();
        finds(&world);
        world.federation.is_well();
    }
}

#[test]
fn a_projection_that_was_garbled_answers_nothing_false_and_a_rebuild_mends_it() {
    for projection in projections(&world()) {
        let world = world();
        garble(&world.federation.path(projection));
        let ran = world.federation.run(&["search", "--json", "zymosterol"]);
        if ran.is_done() {
            assert!(
                ran.stdout.contains("LIE-S301"),
                "it found nothing and said nothing: {ran:?}"
            );
        } else {
            ran.could_not().says("rebuild");
        }
        world.federation.rebuild();
        finds(&world);
        world.federation.is_well();
    }
}

#[test]
fn a_damaged_file_of_the_mirror_is_found_by_a_check_and_fetched_again() {
    for path in ["records/000", "tile/entries/000", "tile/0/000"] {
        let mut world = world();
        let file = tests::folder::files(&world.federation.path("mirror"))
            .into_iter()
            .find(|file| {
                file.ends_with(path) && file.to_string_lossy().contains(&folder_of(&world))
            })
            .unwrap();
        let mut bytes = fs::read(&file).unwrap();
        bytes[20] ^= 1;
        fs::write(&file, bytes).unwrap();
        let problems = world.federation.problems();
        assert!(
            problems.iter().any(|problem| problem.contains(path)),
            "{path}: {problems:?}"
        );
        world.is_healthy();
        finds(&world);
    }
}

/// The name of the mirror of the member that lies: the digest of its log's origin.
fn folder_of(world: &World) -> String {
    protocol::digest::Digest::of(world.log.origin().as_str().as_bytes()).to_string()
}

#[test]
fn everything_but_the_mirror_can_be_lost() {
    let mut world = world();
    for file in ["state.sqlite", "state.sqlite-wal", "state.sqlite-shm"] {
        let _ = fs::remove_file(world.federation.path(file));
    }
    fs::remove_dir_all(world.federation.path("text")).unwrap();
    world.federation.rebuild();
    finds(&world);
    world.lies.forget();
    world.is_healthy();
    let again: Vec<_> = world
        .lies
        .all_asked()
        .into_keys()
        .filter(|path| path != "log/checkpoint")
        .collect();
    assert_eq!(
        again,
        Vec::<String>::new(),
        "fetched although the mirror has it"
    );
}

#[test]
fn a_ledger_that_says_otherwise_than_the_mirror_is_told_row_by_row_and_a_rebuild_mends_it() {
    let world = world();
    let state = world.federation.path("state.sqlite");
    let said = |problems: &[String], words: &str| {
        let of_ledger = problems.iter().filter(|line| line.starts_with("ledger: "));
        of_ledger.filter(|line| line.contains(words)).count()
    };
    // one entry is given to a window that it was not judged in
    let ledger = Ledger::open(&state).unwrap();
    ledger.date(1, 7, 8, 99).unwrap();
    drop(ledger);
    let problems = world.federation.problems();
    assert_eq!(said(&problems, "entry 7 of "), 1, "{problems:#?}");
    assert_eq!(said(&problems, "the announcement of "), 1, "{problems:#?}");
    assert_eq!(said(&problems, "window 99"), 2, "{problems:#?}");
    assert_eq!(said(&problems, ""), 2, "{problems:#?}");
    world.federation.rebuild();
    finds(&world);
    world.federation.is_well();

    // all are missing: a hundred of each kind are listed, and the rest is counted
    let ledger = Ledger::open(&state).unwrap();
    ledger.forget_verdicts().unwrap();
    drop(ledger);
    let problems = world.federation.problems();
    assert_eq!(
        said(&problems, "the ledger has nothing"),
        300,
        "{problems:#?}"
    );
    assert_eq!(said(&problems, "more entries differ"), 1, "{problems:#?}");
    assert_eq!(said(&problems, "more resources differ"), 1, "{problems:#?}");
    assert_eq!(
        said(&problems, "more announcements differ"),
        1,
        "{problems:#?}"
    );
    world.federation.rebuild();
    finds(&world);
    world.federation.is_well();
}
