//! Bytes that are redacted go, and do not come back, whoever still has them; bytes that are still published stay.

use protocol::digest::Digest;
use protocol::entry::{Operation, Reason};
use protocol::tile::record_path;
use tests::federation::{Announced, Fault, frame};

use super::world::World;

/// Entries of a log whose first bundle is full.
const FULL: u64 = 300;

/// Everything is shown, now and by whoever makes everything again from the mirror.
fn is_sound(world: &mut World) {
    world.is_healthy();
    world.federation.rebuild();
    world.shows_the_truth();
    world.federation.is_well();
}

#[test]
fn what_is_published_again_after_its_redaction_is_kept() {
    let mut world = World::harvested(3);
    let first = world.write("LIE-S900", "Redacted in error");
    world.publish();
    world.is_healthy();
    let record = world.true_record("LIE-S900").to_vec();
    world.log.redact(&first);
    world.log.record_raw("LIE-S900", &record);
    world.publish();
    let report = world.is_healthy();
    report.of("lies").counts([4, 0, 1, 1, 0]);
    is_sound(&mut world);
    // the bundle becomes full: its first place for these bytes is empty, its second is not
    world.write_up_to(FULL);
    world.publish();
    is_sound(&mut world);
    world.log.redact(&Announced {
        version: 2,
        ..first
    });
    world.hide("LIE-S900");
    world.publish();
    is_sound(&mut world);
    assert!(!has(&world, &record));
}

#[test]
fn who_announces_anothers_bytes_and_redacts_them_takes_nothing_away() {
    let mut world = World::harvested(3);
    let bytes = world.true_record("LIE-S1").to_vec();
    let record = Digest::of(&bytes);
    let announced = Announced {
        id: "LIE-S900".to_owned(),
        version: 1,
        record,
        size: bytes.len() as u64,
    };
    world.log.announce(&announced, Some(bytes));
    let reason = Reason::Legal;
    world
        .log
        .operate("LIE-S900", &Operation::Redact { record, reason });
    world.publish();
    let report = world.is_healthy();
    report.of("lies").counts([3, 0, 1, 1, 0]);
    is_sound(&mut world);
}

#[test]
fn bytes_that_two_versions_share_are_kept_for_both() {
    let mut world = World::harvested(3);
    world.write("LIE-S900", "To and fro");
    let record = world.true_record("LIE-S900").to_vec();
    world.write("LIE-S900", "And once more");
    world.publish();
    world.is_healthy();
    world.write_up_to(FULL);
    // in the last bundle, which is not full, while the first version is in one that is
    world.log.record_raw("LIE-S900", &record);
    world.show("LIE-S900", record);
    world.publish();
    let report = world.is_healthy();
    report.of("lies").counts([FULL + 1, 2, 0, 0, 0]);
    is_sound(&mut world);
}

/// A secret that was published, harvested, and redacted; the log has grown by a bundle since, if it is to be so.
struct Redacted {
    world: World,
    announced: Announced,
    bytes: Vec<u8>,
}

impl Redacted {
    fn new(is_full: bool) -> Redacted {
        let mut world = World::harvested(3);
        let announced = world.write("LIE-S900", "A secret");
        if is_full {
            world.write_up_to(FULL);
        }
        world.publish();
        world.lies.set("records/000", Fault::Status(404));
        world.sync();
        let bytes = world.true_record("LIE-S900").to_vec();
        assert!(has(&world, &bytes));
        world.log.redact(&announced);
        world.hide("LIE-S900");
        world.publish();
        world.sync();
        assert!(!has(&world, &bytes));
        Redacted {
            world,
            announced,
            bytes,
        }
    }

    /// Whoever serves the log still has the bytes, in the bundle and by themselves.
    fn serve_still(&self) {
        let bundle = &self.world.log.files()["records/000"];
        let mut plain = frame::inflate(bundle);
        let mut place = 0;
        for _ in 0..3 {
            let length = u32::from_be_bytes(plain[place..place + 4].try_into().unwrap());
            place += 4 + length as usize;
        }
        assert_eq!(plain[place..place + 4], [0; 4]);
        let length = (self.bytes.len() as u32).to_be_bytes();
        plain.splice(place..place + 4, [&length[..], &self.bytes].concat());
        let bundle = frame::deflate(&plain);
        self.world.lies.set("records/000", Fault::Instead(bundle));
        let single = record_path(&self.announced.record);
        let bytes = Fault::Instead(self.bytes.clone());
        self.world.lies.set(&single, bytes);
    }

    /// It stays away, while it is served and when it is not any more.
    #[track_caller]
    fn stays_away(mut self) {
        self.serve_still();
        for _ in 0..2 {
            self.world.is_healthy();
            assert!(!has(&self.world, &self.bytes), "it came back");
        }
        assert_eq!(
            self.world.lies.asked(&record_path(&self.announced.record)),
            0,
            "redacted bytes were asked for"
        );
        self.world.heals();
        is_sound(&mut self.world);
        assert!(!has(&self.world, &self.bytes));
    }
}

/// Whether bytes are anywhere in DATA, in a record bundle or plainly.
fn has(world: &World, bytes: &[u8]) -> bool {
    let has = |content: &[u8]| content.windows(bytes.len()).any(|part| part == bytes);
    tests::folder::files(&world.federation.data())
        .into_iter()
        .any(|file| {
            let content = std::fs::read(&file).unwrap();
            let is_bundle = file
                .parent()
                .is_some_and(|folder| folder.ends_with("records"));
            has(&content) || is_bundle && has(&frame::inflate(&content))
        })
}

#[test]
fn redacted_bytes_in_a_bundle_that_becomes_full_are_not_kept() {
    let mut redacted = Redacted::new(false);
    redacted.world.lies.heal();
    redacted.world.lies.forget();
    redacted.world.write_up_to(FULL);
    redacted.world.publish();
    redacted.stays_away();
}

#[test]
fn redacted_bytes_in_a_bundle_that_was_broken_are_not_kept() {
    let redacted = Redacted::new(true);
    redacted.world.lies.heal();
    redacted.world.lies.forget();
    redacted.stays_away();
}

#[test]
fn redacted_bytes_are_not_taken_where_the_mirror_is_mended() {
    let mut redacted = Redacted::new(true);
    redacted.world.lies.heal();
    redacted.world.is_healthy();
    let log = redacted.world.federation.path("mirror");
    let log = log.join(Digest::of(super::world::ORIGIN.as_bytes()).to_string());
    for path in ["records/000", "tile/entries/000"] {
        std::fs::remove_file(log.join(path)).unwrap();
    }
    assert!(!redacted.world.federation.problems().is_empty());
    redacted.world.lies.forget();
    redacted.stays_away();
}
