//! Disks that are full: what was said is kept, what could not be kept is said, and room is all that is needed to go on.

use tests::disk::Disk;
use tests::federation::Founding;
use tests::federation::report::Report;

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
