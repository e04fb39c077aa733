//! The program is killed at every named point of a harvest. Whoever comes next shows what a run without a kill shows.

use std::collections::BTreeSet;

use harvester::crash::POINTS;

use super::world::{World, is_of_catalogue};

/// As `abort` ends a process.
const ABORTED: i32 = 6;

/// What is shown, but for the moment at which it was verified.
fn shown(world: &World) -> Vec<String> {
    let mut lines = world.federation.dump();
    lines.retain(|line| !line.contains(ontologies::schema::omma::VERIFIED_AT));
    assert!(lines.iter().any(|line| is_of_catalogue(line)));
    lines
}

/// A first harvest of two full bundles and a third that is not.
fn first() -> World {
    World::new(560)
}

/// A later one: the log has grown by a bundle; versions, moves, and a redaction of bytes that are held.
fn later() -> World {
    let mut world = World::new(250);
    let secret = world.write("LIE-S900", "A secret");
    world.publish();
    world.is_healthy();
    world.write_up_to(530);
    world.write("LIE-S1", "A second version");
    world.log.suppress("LIE-S2");
    world.hide("LIE-S2");
    world.log.withdraw("LIE-S3");
    world.hide("LIE-S3");
    world.log.redact(&secret);
    world.hide("LIE-S900");
    world.publish();
    world
}

/// Every point, the first and the second time that it is come to; gives the points at which a run was killed.
fn killed_everywhere(make: fn() -> World) -> BTreeSet<&'static str> {
    let mut without = make();
    without.is_healthy();
    let expected = shown(&without);
    let mut killed = BTreeSet::new();
    for point in POINTS {
        for times in ["", ":2"] {
            let mut world = make();
            let at = format!("{point}{times}");
            let ran = world.federation.run_until(&at, &["sync", "--json"]);
            if ran.killed_by() != Some(ABORTED) {
                // this harvest does not come to the point, or not so often
                assert!(ran.is_done(), "{at}: {ran:?}");
                continue;
            }
            killed.insert(*point);
            world.federation.status();
            world.is_healthy();
            assert!(shown(&world) == expected, "{at}: something else is shown");
            world.federation.is_well();
        }
    }
    killed
}

#[test]
fn a_first_harvest_killed_anywhere_is_completed_by_the_next() {
    let killed = killed_everywhere(first);
    for point in [
        "tiles-mirrored",
        "head-stored",
        "window-mirrored",
        "window-judged",
        "checkpoint-mirrored",
    ] {
        assert!(killed.contains(point), "no run was killed at {point}");
    }
}

#[test]
fn a_later_harvest_killed_anywhere_is_completed_by_the_next() {
    killed_everywhere(later);
}

#[test]
fn every_point_is_come_to_in_a_first_or_a_later_harvest() {
    let mut reached = BTreeSet::new();
    for make in [first, later] {
        for point in POINTS {
            let world = make();
            let ran = world.federation.run_until(point, &["sync", "--json"]);
            if ran.killed_by() == Some(ABORTED) {
                reached.insert(*point);
            }
        }
    }
    // a graph in memory is loaded by every command, and changes of it are applied only in a server that goes on; no harvest loads
    // ontologies (`loading`)
    let of_others = |point: &str| {
        point == "graph-applied" || point == "ontologies-kept" || point.starts_with("terms-")
    };
    let all: BTreeSet<&str> = POINTS
        .iter()
        .copied()
        .filter(|point| !of_others(point))
        .collect();
    assert_eq!(reached, all);
}

#[test]
fn a_rebuild_killed_anywhere_is_completed_by_the_next() {
    let mut world = World::harvested(300);
    let expected = shown(&world);
    for point in POINTS {
        let killed = world.federation.copy();
        let ran = killed.run_until(point, &["rebuild"]);
        assert!(
            ran.is_done() || ran.killed_by() == Some(ABORTED),
            "{point}: {ran:?}"
        );
        killed.rebuild();
        let original = std::mem::replace(&mut world.federation, killed);
        assert!(
            shown(&world) == expected,
            "{point}: something else is shown"
        );
        world.federation.is_well();
        world.federation = original;
    }
}
