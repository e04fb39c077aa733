//! Lines that break, servers that are busy or gone, disks that are full, and people who pull the plug.

use std::fs;
use std::process::{Child, Stdio};

use tests::disk::Disk;
use tests::federation::Fault;
use tests::patience::eventually;
use tests::ran::Ran;

use super::world::{LARGE, World, outcome, report};

impl World {
    /// A download to which so many MiB of the large file were sent, of which all but the last are noted, and which waits for more.
    fn stalled(&self, mib: usize) -> Child {
        self.set(LARGE, Fault::StalledAfter(mib << 20));
        let mut download = self.command("TST-S1", &["--json", "--retries", "1"]);
        download.stdout(Stdio::piped()).stderr(Stdio::piped());
        let download = download.spawn().unwrap();
        let parts = self.out.join(".ommatidia/parts");
        eventually("the bytes are noted", || {
            let journal = fs::read_dir(&parts).ok()?.next()?.unwrap().path();
            let noted = fs::read_to_string(journal).ok()?;
            (noted.matches("have ").count() >= mib - 1).then_some(())
        });
        download
    }
}

#[test]
fn a_download_that_was_killed_goes_on_where_it_was() {
    let world = World::large();
    let mut download = world.stalled(3);
    world
        .get("TST-S1", &[])
        .could_not()
        .says("another download");
    download.kill().unwrap();
    download.wait().unwrap();
    assert!(world.out.join(format!("{LARGE}.part")).is_file());
    assert_eq!(world.fetched(LARGE), None);

    world.server.heal();
    world.server.forget();
    world.get("TST-S1", &[]).done();
    world.is_whole();
    let ranges = world.server.ranges_asked(&World::at(LARGE));
    assert!(!ranges.is_empty());
    for range in ranges {
        let first = range
            .trim_start_matches("bytes=")
            .split('-')
            .next()
            .unwrap();
        assert!(
            first.parse::<u64>().unwrap() >= 2 << 20,
            "{range} was there"
        );
    }
}

#[test]
fn bytes_that_a_dead_download_left_are_believed_only_by_their_hash() {
    let world = World::large();
    let mut download = world.stalled(3);
    download.kill().unwrap();
    download.wait().unwrap();
    world.server.heal();
    // what a power cut may leave: the note that bytes are there, and others in their place
    let part = world.out.join(format!("{LARGE}.part"));
    let mut bytes = fs::read(&part).unwrap();
    bytes[4096..8192].fill(0);
    fs::write(&part, bytes).unwrap();
    world.get("TST-S1", &[]).done();
    world.is_whole();
    assert_eq!(world.fetched(&format!("{LARGE}.rejected")), None);
}

#[test]
fn a_line_that_breaks_again_and_again_costs_no_byte_twice() {
    let world = World::large();
    world.set(LARGE, Fault::BrokenOff(5 << 20));
    world.get("TST-S1", &["--retries", "1"]).done();
    world.is_whole();
    let mut ranges = world.server.ranges_asked(&World::at(LARGE));
    let all = ranges.len();
    ranges.sort();
    ranges.dedup();
    assert_eq!(ranges.len(), all, "{ranges:?}");
}

#[test]
fn a_server_that_knows_no_ranges_gives_the_whole() {
    let world = World::large();
    world.set(LARGE, Fault::NoRanges);
    world.get("TST-S1", &[]).done();
    world.is_whole();
}

#[test]
fn a_busy_server_is_asked_again_when_it_said_so() {
    let world = World::small();
    world.set("pictures/*", Fault::RetryAfter(503, 1));
    let download = world
        .command("TST-S1", &["--retries", "3"])
        .spawn()
        .unwrap();
    eventually("it was asked", || {
        (world.server.asked(&World::at("pictures/0001.tif")) > 0).then_some(())
    });
    world.server.heal();
    let ended = download.wait_with_output().unwrap();
    assert_eq!(ended.status.code(), Some(0));
    world.is_whole();
}

#[test]
fn what_fails_for_good_is_told_and_comes_with_the_next_download() {
    let world = World::small();
    world.set("pictures/*", Fault::Status(500));
    let ran = world.get("TST-S1", &["--json", "--retries", "0"]).refused();
    let said = report(&ran);
    assert_eq!(outcome(&said, "pictures/0001.tif"), "failed");
    assert_eq!(outcome(&said, "notes/it's#1?.txt"), "fetched");
    world.server.heal();
    world.get("TST-S1", &[]).done();
    world.is_whole();
}

#[test]
fn an_institution_that_does_not_answer_is_named() {
    let world = World::small();
    world.server.set("id/*", Fault::Closed);
    world
        .get("TST-S1", &["--retries", "0"])
        .could_not()
        .says("cannot be had from Test Institute");
}

#[test]
fn a_disk_without_room_is_said_before_and_one_that_fills_up_ends_it_with_what_came() {
    let Some(disk) = Disk::of(30 << 20) else {
        return;
    };
    let mut world = World::large();
    world.out = disk.path("out");
    disk.fill_but(4 << 20);
    world
        .get("TST-S1", &[])
        .could_not()
        .says("are needed: make room");
    disk.empty();

    let download = world.stalled(2);
    disk.fill_but(0);
    world.server.heal();
    let ran = Ran::new(download.wait_with_output().unwrap()).refused();
    let said = report(&ran);
    assert_eq!(outcome(&said, LARGE), "failed");
    let large = said["files"]
        .as_array()
        .unwrap()
        .iter()
        .find(|file| file["path"] == LARGE);
    let detail = large.unwrap()["detail"].as_str().unwrap();
    assert!(detail.contains("No space left"), "{detail}");

    disk.empty();
    world.get("TST-S1", &[]).done();
    world.is_whole();
}
