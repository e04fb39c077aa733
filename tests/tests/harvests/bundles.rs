//! Record bundles and single records that are not what was announced.
//!
//! Single records stand in for a broken bundle. Only where they are not to be had either is a record in quarantine, and every
//! run asks for it again.

use protocol::tile::record_path;
use tests::federation::{Announced, Fault, frame};

use super::world::World;

/// Entries of a log whose first bundle is full.
const FULL: u64 = 300;

/// More than any machine of a test would want to give.
const GIGABYTES: u64 = 6 << 30;

/// Memory that a harvest of this little log may take, in KiB of address space: less than the bomb.
const ENOUGH: u64 = 4 << 20;

/// What a server may do to a record bundle, and the state of the member by it.
fn spoiled(bundle: &[u8]) -> Vec<(Fault, &'static str)> {
    let plain = frame::inflate(bundle);
    let mut shorter = plain.clone();
    shorter.truncate(plain.len() - 1);
    let rejected = vec![
        Fault::FlippedByte(bundle.len() / 2),
        Fault::FlippedByte(0),
        Fault::Truncated(bundle.len() - 1),
        Fault::Truncated(0),
        Fault::Trailing(b"more".to_vec()),
        // a second frame behind the first, and a skippable one (RFC 8878 section 3.1.2)
        Fault::Trailing(frame::deflate(b"more")),
        Fault::Trailing(vec![0x50, 0x2a, 0x4d, 0x18, 0, 0, 0, 0]),
        // well-formed frames of something else
        Fault::Instead(frame::deflate(&shorter)),
        Fault::Instead(frame::deflate(&[&plain[..], b"\0\0\0\0"].concat())),
        Fault::Instead(frame::deflate(b"")),
        // every record redacted, and the log knows nothing of it
        Fault::Instead(frame::deflate(&[0; 256 * 4])),
        Fault::Instead(frame::bomb(GIGABYTES, GIGABYTES)),
        Fault::Instead(frame::bomb(plain.len() as u64, GIGABYTES)),
        Fault::Instead(frame::bomb(u64::MAX, 10)),
        Fault::Html,
        Fault::Endless,
    ];
    let mut all: Vec<_> = rejected
        .into_iter()
        .map(|fault| (fault, "rejected"))
        .collect();
    all.push((Fault::Status(404), "partial"));
    all.push((Fault::Status(410), "partial"));
    all
}

#[test]
fn single_records_stand_in_for_a_bundle_that_is_broken() {
    let whole = World::new(FULL);
    let bundle = whole.log.files()["records/000"].to_vec();
    for (fault, state) in spoiled(&bundle) {
        let mut world = World::new(FULL);
        world.lies.set("records/000", fault.clone());
        let report = world.federation.sync_within(ENOUGH);
        report.of("well").is("current");
        let standing = report.of("lies");
        assert_eq!(standing.state, state, "{fault:?}: {standing:?}");
        standing.says("records/000").counts([FULL, 0, 0, 0, 0]);
        world.shows_the_truth();
        world.lies.forget();
        world.heals();
        assert_eq!(world.lies.asked("records/000"), 1, "{fault:?}");
    }
}

/// A record of the last bundle, which is not full, and its path.
fn a_single(world: &mut World) -> (Announced, String) {
    let announced = world.write("LIE-S999", "A single one");
    world.publish();
    let path = record_path(&announced.record);
    (announced, path)
}

#[test]
fn a_single_record_of_other_bytes_is_in_quarantine_until_the_true_one_is_served() {
    for fault in [
        Fault::FlippedByte(30),
        Fault::Truncated(30),
        Fault::Truncated(0),
        Fault::Trailing(b"\n".to_vec()),
        Fault::Html,
        Fault::Endless,
    ] {
        let mut world = World::new(3);
        let (announced, path) = a_single(&mut world);
        world.lies.set(&path, fault.clone());
        let report = world.sync();
        let standing = report.of("lies");
        assert_eq!(standing.state, "rejected", "{fault:?}: {standing:?}");
        standing.says("entry 3").counts([3, 0, 0, 0, 1]);
        assert_eq!(
            world.quarantine(),
            [(3, "record-mismatch".to_owned())],
            "{fault:?}"
        );
        world.shows_if(|id| id != announced.id);
        // it is asked for again at every run, and the answer may get worse
        world.lies.set(&path, Fault::Status(404));
        let report = world.sync();
        report.of("lies").is("partial").counts([3, 0, 0, 0, 1]);
        assert_eq!(world.quarantine(), [(3, "record-missing".to_owned())]);
        world.heals();
    }
}

#[test]
fn a_record_that_nobody_has_is_missing_and_asked_for_at_every_run() {
    for status in [404, 410, 403, 500] {
        let mut world = World::new(3);
        let (announced, path) = a_single(&mut world);
        world.lies.set(&path, Fault::Status(status));
        for _ in 0..2 {
            world.lies.forget();
            let report = world.sync();
            let standing = report.of("lies");
            assert_eq!(standing.state, "partial", "{status}: {standing:?}");
            standing.says(&announced.id).counts([3, 0, 0, 0, 1]);
            assert!(world.lies.asked(&path) > 0, "{status}: it is not asked for");
            assert_eq!(world.quarantine(), [(3, "record-missing".to_owned())]);
        }
        world.heals();
    }
}

#[test]
fn a_record_that_bundle_and_single_file_lack_is_missing() {
    let mut world = World::new(3);
    let announced = world.write("LIE-S4", "In the full bundle");
    world.write_up_to(FULL);
    world.publish();
    let path = record_path(&announced.record);
    world.lies.set("records/000", Fault::Status(404));
    world.lies.set(&path, Fault::Status(404));
    let report = world.sync();
    report
        .of("lies")
        .is("partial")
        .counts([FULL - 1, 0, 0, 0, 1]);
    assert_eq!(world.quarantine(), [(3, "record-missing".to_owned())]);
    world.shows_if(|id| id != announced.id);
    world.heals();
}

#[test]
fn a_bundle_on_which_the_server_fails_does_not_hold_up_the_member() {
    let mut world = World::new(FULL);
    world.lies.set("records/000", Fault::Status(500));
    let report = world.sync();
    assert_ne!(report.of("lies").state, "current");
    world.shows_the_truth();
    world.heals();
}

#[test]
fn what_is_redacted_need_not_be_served_and_disappears() {
    let mut world = World::harvested(FULL);
    let gone = world.write("LIE-S301", "A secret");
    world.publish();
    world.is_healthy();
    world.log.redact(&gone);
    world.hide("LIE-S301");
    world.publish();
    let report = world.is_healthy();
    report.of("lies").counts([FULL, 0, 1, 1, 0]);
    assert_eq!(world.federation.search("secret"), Vec::<String>::new());
    let bytes = tests::folder::files_with(&world.federation.data(), "A secret");
    assert!(bytes.is_empty(), "its bytes are still in {bytes:?}");
}
