//! Tiles and entry bundles that do not give the signed root: nothing is believed, and nothing proves a fork.

use tests::federation::Fault;

use super::world::World;

/// Entries of a log whose first bundle is full.
const FULL: u64 = 300;

/// Entries of one whose second is full as well.
const FULL_TWICE: u64 = 560;

/// A member that has not been harvested yet, and one whose log has grown by a bundle since; each with the number of the
/// full bundle that is new.
fn worlds() -> [(World, &'static str); 2] {
    let first = World::new(FULL);
    let mut later = World::harvested(FULL);
    later.write_up_to(FULL_TWICE);
    later.publish();
    [(first, "000"), (later, "001")]
}

/// What a server may do to a file that the signed head covers.
fn spoiled() -> [Fault; 6] {
    [
        Fault::FlippedByte(100),
        Fault::Truncated(64),
        Fault::Truncated(0),
        Fault::Trailing(vec![0; 32]),
        Fault::Html,
        Fault::Status(404),
    ]
}

/// Each fault of a file in turn: the member is rejected with a sentence that names the file, what was seen is still seen, and
/// nothing of what cannot be proved.
fn is_rejected(path_of: impl Fn(&str) -> String) {
    for (mut world, bundle) in worlds() {
        let path = path_of(bundle);
        for fault in spoiled() {
            world.lies.set(&path, fault.clone());
            let report = world.sync();
            let standing = report.of("lies");
            assert_eq!(standing.state, "rejected", "{fault:?}: {standing:?}");
            standing.says(&path);
            assert_eq!(standing.quarantined, 0, "{fault:?}");
            world.shows_what_it_did();
            assert_eq!(world.federation.evidence("lies"), None, "{fault:?}");
            world.lies.heal();
        }
        world.heals();
    }
}

#[test]
fn a_spoiled_tile_is_rejected_and_fetched_again() {
    is_rejected(|bundle| format!("tile/0/{bundle}"));
}

#[test]
fn a_spoiled_entry_bundle_is_rejected_and_fetched_again() {
    is_rejected(|bundle| format!("tile/entries/{bundle}"));
}

#[test]
fn a_spoiled_tile_at_the_edge_does_not_give_the_signed_root() {
    for fault in spoiled() {
        let mut world = World::harvested(3);
        world.write_up_to(7);
        world.publish();
        world.lies.set("tile/0/000.p/7", fault.clone());
        let report = world.sync();
        let standing = report.of("lies").is("rejected");
        // the head was not proved, so the kept one stands
        assert_eq!((standing.size, standing.entries), (3, 3), "{fault:?}");
        world.shows_what_it_did();
        world.heals();
    }
}

#[test]
fn what_was_proved_before_a_spoiled_bundle_is_kept_and_not_fetched_again() {
    let mut world = World::new(FULL_TWICE);
    world.lies.set("tile/entries/001", Fault::FlippedByte(9));
    let report = world.sync();
    let standing = report.of("lies").is("rejected").says("tile/entries/001");
    assert_eq!((standing.size, standing.entries), (FULL_TWICE, 256));
    world.shows_if(|id| serial(id) <= 256);
    world.lies.forget();
    world.heals();
    assert_eq!(world.lies.asked("tile/entries/000"), 0);
    assert_eq!(world.lies.asked("records/000"), 0);
}

/// Studies are published in the order of their serials, an entry each.
fn serial(id: &str) -> u64 {
    id.split_once("-S").unwrap().1.parse().unwrap()
}
