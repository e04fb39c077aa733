//! Disks that are full: what was said is kept, what could not be kept is said, and room is all that is needed to go on.

use std::fs;
use std::os::unix::fs::symlink;
use std::path::Path;

use tests::disk::Disk;
use tests::federation::Founding;
use tests::federation::report::Report;
use tests::folder;
use tests::ran::Ran;

use super::PROGRAM;
use super::world::World;

/// How the system and its libraries say that a disk is full.
const FULL: [&str; 4] = [
    "No space left",
    "disk is full",
    "is the disk full",
    "os error 28",
];

/// A federation whose harvester's DATA is on a small disk.
fn world_on(disk: &Disk) -> World {
    let founding = Founding::in_folder(PROGRAM, &disk.path("federation"));
    World::found_in(3, founding, |founding, lies, well| {
        founding
            .with_member("lies", lies)
            .with_member("well", well)
            .found()
    })
}

#[test]
fn a_disk_that_is_full_at_any_moment_is_told_and_loses_nothing() {
    let mut failures = 0;
    for free in [0, 8, 24, 64, 128, 256, 512, 1024, 2048] {
        let Some(disk) = Disk::of(64 << 20) else {
            return;
        };
        let mut world = world_on(&disk);
        world.is_healthy();
        world.write_up_to(560);
        world.write("LIE-S1", "A second version");
        world.publish();
        disk.fill_but(free << 10);
        let ran = world.federation.run(&["sync", "--json"]);
        if !ran.is_done() {
            failures += 1;
            if !ran.is_stopped() {
                assert!(!Report::read(&ran.stdout).is_current(), "{ran:?}");
            }
            ran.says_one_of(&FULL);
        }
        disk.empty();
        world.heals();
    }
    assert!(failures >= 4, "only {failures} harvests met a full disk");
}

#[test]
fn a_first_harvest_on_a_full_disk_is_told_and_goes_on_when_there_is_room() {
    for free in [0, 64, 512] {
        let Some(disk) = Disk::of(64 << 20) else {
            return;
        };
        let mut world = world_on(&disk);
        disk.fill_but(free << 10);
        let ran = world.federation.run(&["sync", "--json"]);
        if !ran.is_done() {
            ran.says_one_of(&FULL);
        }
        disk.empty();
        world.heals();
    }
}

/// Puts one thing of DATA on a disk of its own, which is then full but for so many bytes.
fn fill_under(world: &World, thing: &str, disk: &Disk, free: u64) {
    let (place, moved) = (world.federation.path(thing), disk.path(thing));
    folder::copy(&place, &moved);
    fs::remove_dir_all(&place).unwrap();
    symlink(&moved, &place).unwrap();
    disk.fill_but(free);
}

/// It failed, because of a disk that is full, and says which file or folder is on it.
#[track_caller]
fn names_what_is_full(ran: &Ran, path: &Path) {
    assert!(!ran.is_done(), "{ran:?}");
    let path = path.to_str().unwrap();
    ran.clone().says(path).says_one_of(&FULL);
}

#[test]
fn each_folder_that_is_full_is_named_and_the_next_harvest_goes_on() {
    // the graph is in memory here; on a disk it is RocksDB's, and named by `GraphError::Storage`
    for (thing, free) in [
        ("mirror", 0),
        ("mirror", 32 << 10),
        ("text", 0),
        ("text", 32 << 10),
    ] {
        let Some(disk) = Disk::of(64 << 20) else {
            return;
        };
        let mut world = World::harvested(300);
        let shown = world.federation.dump();
        world.write_up_to(560);
        world.write("LIE-S1", "A second version");
        world.publish();
        fill_under(&world, thing, &disk, free);
        let ran = world.federation.run(&["sync", "--json"]);
        names_what_is_full(&ran, &world.federation.path(thing));
        if (thing, free) == ("mirror", 0) {
            assert!(!world.federation.status().is_current());
            assert_eq!(world.federation.dump(), shown);
        }
        disk.empty();
        world.heals();
    }
}

#[test]
fn a_ledger_on_a_full_disk_is_named_and_loses_neither_verdicts_nor_what_stands_aside() {
    let mut failures = 0;
    for free in [16, 64, 256, 512] {
        let Some(disk) = Disk::of(64 << 20) else {
            return;
        };
        let mut world = world_on(&disk);
        world.is_healthy();
        let elsewhere = tempfile::tempdir().unwrap();
        for thing in ["mirror", "text"] {
            let (place, moved) = (world.federation.path(thing), elsewhere.path().join(thing));
            folder::copy(&place, &moved);
            fs::remove_dir_all(&place).unwrap();
            symlink(&moved, &place).unwrap();
        }
        world.write_up_to(500);
        let malformed = world.log.entry_raw(b"no entry at all", None);
        world.write("LIE-S1", "A second version");
        world.publish();
        disk.fill_but(free << 10);
        let ran = world.federation.run(&["sync", "--json"]);
        if !ran.is_done() {
            failures += 1;
            names_what_is_full(&ran, &world.federation.path("state.sqlite"));
        }
        disk.empty();
        world.is_healthy();
        let aside: Vec<u64> = world
            .quarantine()
            .into_iter()
            .map(|(index, _)| index)
            .collect();
        assert_eq!(aside, [malformed]);
        world.federation.is_well();
    }
    assert!(failures >= 2, "only {failures} harvests met a full disk");
}

#[test]
fn evidence_that_finds_no_room_is_told_and_kept_when_there_is_room() {
    let Some(disk) = Disk::of(8 << 20) else {
        return;
    };
    let mut world = World::new(3);
    let mut other = world.log.fork();
    world.write("LIE-S100", "Told to one");
    world.publish();
    world.is_healthy();
    for serial in [100, 101] {
        let id = format!("LIE-S{serial}");
        let study = tests::federation::sample::study(other.namespace(), &id, "Told to another");
        other.put(&id, study);
    }
    other.checkpoint();
    world.lies.publish(&other);
    fill_under(&world, "evidence", &disk, 0);
    let ran = world.federation.run(&["sync", "--json"]);
    names_what_is_full(&ran, &world.federation.path("evidence"));
    world.shows_what_it_did();
    disk.empty();
    world.sync().of("lies").is("frozen");
    assert!(world.federation.evidence("lies").is_some());
}

#[test]
fn a_check_a_rebuild_and_an_ontology_that_find_no_room_are_told_and_leave_all_as_it_was() {
    let Some(disk) = Disk::of(64 << 20) else {
        return;
    };
    let mut world = world_on(&disk);
    world.is_healthy();
    let file = tempfile::NamedTempFile::new().unwrap();
    let ontology = "format-version: 1.2\nontology: rings\n\n[Term]\nid: RNG:0000001\nname: ring\n";
    fs::write(file.path(), ontology).unwrap();
    let data = world.federation.data();
    for command in [
        &["check"][..],
        &["rebuild"],
        &["ontology", "load", file.path().to_str().unwrap()],
    ] {
        disk.fill_but(0);
        let ran = world.federation.run(command);
        names_what_is_full(&ran, &data);
        disk.empty();
        world.heals();
    }
}
