//! What the roster says of a member: suspended, retired, and active again.

use super::world::World;

/// Entries of a log whose first bundle is full.
const FULL: u64 = 300;

fn set(world: &World, status: &str) {
    let update = ["--id", "lies", "--status", status];
    world.federation.roster("update", &update).done();
}

#[test]
fn a_suspended_member_is_mirrored_and_nothing_new_of_it_is_shown() {
    let mut world = World::harvested(3);
    set(&world, "suspended");
    world.write_up_to(FULL);
    world.write("LIE-S1", "A second version");
    world.log.suppress("LIE-S2");
    world.publish();
    let before = world.federation.dump();
    for _ in 0..2 {
        let report = world.sync();
        let standing = report.of("lies").is("suspended");
        assert_eq!((standing.size, standing.entries), (FULL + 2, 3));
        assert_eq!(world.federation.dump(), before);
        world.federation.rebuild();
        assert_eq!(world.federation.dump(), before);
    }
    set(&world, "active");
    world.hide("LIE-S2");
    world.lies.forget();
    world.is_healthy();
    let asked: Vec<_> = world.lies.all_asked().into_keys().collect();
    assert_eq!(asked, ["log/checkpoint"]);
    world.federation.is_well();
}

#[test]
fn a_retired_member_is_not_asked_and_stays_readable() {
    let mut world = World::harvested(3);
    set(&world, "retired");
    world.write_up_to(5);
    world.publish();
    world.lies.forget();
    let report = world.sync();
    let standing = report.of("lies").is("retired");
    assert_eq!((standing.size, standing.entries), (3, 3));
    assert!(world.lies.all_asked().is_empty());
    world.shows_what_it_did();
    world.federation.rebuild();
    world.shows_what_it_did();
    world.federation.is_well();
}
