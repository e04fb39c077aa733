//! Versions and moves that the state machine does not allow: each is invalid at its place, and what was said before it stands.

use protocol::entry::{Operation, Reason};
use tests::federation::{Announced, sample};

use super::world::World;

/// A `put` of this id with this version, and a record that would be good.
fn put_of_version(world: &mut World, id: &str, version: u64) -> u64 {
    let study = sample::study(world.log.namespace(), id, "Of no version that follows");
    let record = world.log.record(id, study);
    let announced = Announced {
        id: id.to_owned(),
        version,
        record: record.digest(),
        size: record.size(),
    };
    let index = world.log.size();
    world
        .log
        .announce(&announced, Some(record.bytes().to_vec()));
    index
}

#[test]
fn a_version_that_does_not_follow_is_invalid_and_counts_all_the_same() {
    let mut world = World::harvested(2);
    let repeated = put_of_version(&mut world, "LIE-S1", 1);
    let early = put_of_version(&mut world, "LIE-S2", 7);
    // both were well formed: the next versions are the third
    let third = put_of_version(&mut world, "LIE-S1", 2);
    world.publish();
    let report = world.is_healthy();
    report.of("lies").counts([2, 0, 0, 0, 3]);
    let code = "version".to_owned();
    assert_eq!(
        world.quarantine(),
        [
            (repeated, code.clone()),
            (early, code.clone()),
            (third, code)
        ]
    );

    // LIE-S1 had three, LIE-S2 two
    let fourth = put_of_version(&mut world, "LIE-S1", 4);
    world.publish();
    let report = world.sync();
    report.of("lies").is("current").counts([2, 1, 0, 0, 3]);
    assert!(world.quarantine().iter().all(|(index, _)| *index != fourth));
}

/// What is done, and the reason code that it deserves: to a log whose LIE-S1 is public, LIE-S2 suppressed, LIE-S3 withdrawn.
fn illegal_moves() -> Vec<(&'static str, Operation, &'static str)> {
    let reason = Reason::Error;
    let suppress = || Operation::Suppress { reason };
    let restore = || Operation::Restore { reason };
    let withdraw = || Operation::Withdraw { reason };
    let replace = || Operation::Replace {
        by: "LIE-S1".parse().unwrap(),
        reason,
    };
    let redact = || Operation::Redact {
        record: protocol::digest::Digest::of(b"nothing"),
        reason,
    };
    vec![
        ("LIE-S1", restore(), "move"),
        ("LIE-S2", suppress(), "move"),
        ("LIE-S3", suppress(), "gone"),
        ("LIE-S3", restore(), "gone"),
        ("LIE-S3", withdraw(), "gone"),
        ("LIE-S3", replace(), "gone"),
        ("LIE-S3-I1", suppress(), "gone"),
        ("LIE-S9", suppress(), "unknown-id"),
        ("LIE-S9", restore(), "unknown-id"),
        ("LIE-S9", withdraw(), "unknown-id"),
        ("LIE-S9", replace(), "unknown-id"),
        ("LIE-S9", redact(), "unknown-id"),
        ("LIE-S1-I1", withdraw(), "unknown-id"),
    ]
}

#[test]
fn a_move_that_is_not_allowed_is_invalid_and_changes_nothing() {
    let mut world = World::new(3);
    let image = sample::image(world.log.namespace(), "LIE-S3-I1", "An image of it");
    world.log.put("LIE-S3-I1", image);
    world.log.suppress("LIE-S2");
    world.hide("LIE-S2");
    world.log.withdraw("LIE-S3");
    world.hide("LIE-S3");
    let mut expected = Vec::new();
    for (id, operation, code) in illegal_moves() {
        expected.push((world.log.size(), code.to_owned()));
        world.log.operate(id, &operation);
    }
    expected.push((put_of_version(&mut world, "LIE-S3", 2), "gone".to_owned()));
    expected.push((
        put_of_version(&mut world, "LIE-S3-I1", 2),
        "gone".to_owned(),
    ));
    world.publish();

    let report = world.is_healthy();
    let bad = expected.len() as u64;
    let standing = report.of("lies").counts([2, 0, 2, 2, bad]);
    assert_eq!(standing.suppressed, 1);
    assert_eq!(world.quarantine(), expected);
    world.federation.rebuild();
    world.shows_the_truth();
}

#[test]
fn allowed_moves_are_followed_there_and_back() {
    let mut world = World::harvested(3);
    let record = world.true_record("LIE-S1").to_vec();
    world.log.suppress("LIE-S1");
    world.hide("LIE-S1");
    world.publish();
    let report = world.is_healthy();
    assert_eq!(report.of("lies").counts([3, 0, 0, 1, 0]).suppressed, 1);

    world.log.restore("LIE-S1");
    world.show("LIE-S1", record);
    world.publish();
    let report = world.is_healthy();
    assert_eq!(report.of("lies").counts([3, 0, 0, 2, 0]).suppressed, 0);

    world.write("LIE-S2", "A second version");
    world.log.withdraw("LIE-S1");
    world.hide("LIE-S1");
    world.log.replace("LIE-S3", "WEL-S1");
    world.hide("LIE-S3");
    world.publish();
    let report = world.is_healthy();
    report.of("lies").counts([1, 1, 2, 4, 0]);
}

#[test]
fn what_happens_to_a_study_happens_to_everything_under_it() {
    let mut world = World::new(12);
    for id in ["LIE-S1-I1", "LIE-S1-I2"] {
        let image = sample::image(world.log.namespace(), id, "An image of it");
        let record = world.log.record(id, image);
        world.log.record_raw(id, record.bytes());
        world.show(id, record.bytes().to_vec());
    }
    world.publish();
    world.is_healthy();
    // LIE-S10 to LIE-S12 begin with the same letters and are other studies
    world.log.withdraw("LIE-S1");
    for id in ["LIE-S1", "LIE-S1-I1", "LIE-S1-I2"] {
        world.hide(id);
    }
    world.publish();
    let report = world.is_healthy();
    report.of("lies").counts([11, 0, 3, 1, 0]);
}
