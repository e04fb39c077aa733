//! A clock that was set back, or that jumps: order is the index in the log, and no moment decides about truth.

use tests::federation::Fault;

use super::world::World;

/// Three days in seconds.
const DAYS: i64 = 3 * 86_400;

#[test]
fn a_clock_that_is_set_back_stops_nothing_and_hides_nothing() {
    let mut world = World::harvested(3);
    world.write_up_to(5);
    world.publish();
    world.federation.set_clock(-DAYS);
    let report = world.is_healthy();
    report.of("lies").counts([5, 0, 0, 0, 0]);
    world.write("LIE-S1", "A second version");
    world.log.suppress("LIE-S2");
    world.hide("LIE-S2");
    world.publish();
    world.federation.set_clock(-2 * DAYS);
    world.is_healthy();
    world.federation.set_clock(0);
    world.is_healthy();
    world.federation.is_well();
}

#[test]
fn a_member_that_failed_is_asked_again_although_the_clock_was_set_back() {
    let mut world = World::harvested(3);
    for _ in 0..4 {
        world.lies.set_everywhere(Fault::Status(500));
        world.sync().of("lies").is("unreachable");
    }
    world.federation.set_clock(-DAYS);
    world.heals();
}

#[test]
fn a_clock_that_jumps_behind_the_rosters_end_shows_nothing_new_and_hides_nothing() {
    let mut world = World::harvested(3);
    world.write_up_to(5);
    world.publish();
    world.federation.set_clock(100 * 86_400);
    for _ in 0..2 {
        let report = world.federation.sync();
        let standing = report.of("lies").is("roster-expired");
        // it is mirrored, and that is all
        assert_eq!((standing.size, standing.entries), (5, 3));
        world.shows_what_it_did();
        world.federation.rebuild();
        world.shows_what_it_did();
    }
    world.federation.set_clock(0);
    world.lies.forget();
    world.is_healthy();
    let asked: Vec<_> = world.lies.all_asked().into_keys().collect();
    assert_eq!(asked, ["log/checkpoint"]);
    world.federation.is_well();
}
