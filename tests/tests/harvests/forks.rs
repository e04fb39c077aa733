//! Two signed histories of one log: the member is frozen, with evidence that anybody checks offline.

use protocol::fork::Evidence;
use protocol::note::VerifierKey;
use tests::federation::{Fault, LogMaker, sample};

use super::world::World;

/// A second past, which parts from the log before its last entry: so many further entries.
fn another_past(world: &mut World, further: u64) -> LogMaker {
    let mut other = world.log.fork();
    world.write("LIE-S100", "Told to one");
    world.publish();
    world.is_healthy();
    for serial in 100..100 + further {
        let id = format!("LIE-S{serial}");
        let study = sample::study(other.namespace(), &id, "Told to another");
        other.put(&id, study);
    }
    other.checkpoint();
    other
}

/// The member is frozen; what was seen goes on being seen; evidence verifies and speaks of these sizes; the truth alone does
/// not end it, the roster does.
fn is_frozen(mut world: World, sizes: (u64, u64)) {
    let report = world.sync();
    let standing = report.of("lies").is("frozen").says("two histories");
    assert_eq!(standing.size, world.log.size());
    world.shows_what_it_did();

    let evidence = world.federation.evidence("lies").unwrap();
    let key = VerifierKey::parse(world.log.vkey()).unwrap();
    let fork = Evidence::parse(&evidence).unwrap().verify(&[key]).unwrap();
    assert_eq!((fork.smaller().size(), fork.larger().size()), sizes);

    world.lies.heal();
    world.lies.publish(&world.log);
    world.sync().of("lies").is("frozen");
    assert_eq!(world.federation.evidence("lies").unwrap(), evidence);
    world.shows_what_it_did();

    // it says more, and nobody hears it
    world.write("LIE-S500", "After the fork");
    world.publish();
    world.sync().of("lies").is("frozen");
    world.shows_what_it_did();
    world.federation.rebuild();
    world.shows_what_it_did();

    let suspend = ["--id", "lies", "--status", "suspended"];
    world.federation.roster("update", &suspend).done();
    world.sync().of("lies").is("suspended");
    world.shows_what_it_did();
}

#[test]
fn a_larger_checkpoint_with_another_past_freezes_its_member() {
    for entries in [3, 255, 300] {
        let mut world = World::new(entries);
        let other = another_past(&mut world, 4);
        world.lies.publish(&other);
        is_frozen(world, (entries + 1, entries + 4));
    }
}

#[test]
fn a_checkpoint_of_the_same_size_with_another_root_freezes_its_member() {
    let mut world = World::new(3);
    let other = another_past(&mut world, 1);
    world.lies.publish(&other);
    is_frozen(world, (4, 4));
}

#[test]
fn a_smaller_checkpoint_with_another_past_freezes_its_member() {
    let mut world = World::new(3);
    let mut other = world.log.fork();
    world.write_up_to(9);
    world.publish();
    world.is_healthy();
    let study = sample::study(other.namespace(), "LIE-S100", "Told to another");
    other.put("LIE-S100", study);
    let note = other.checkpoint();
    // its tiles are not needed: the kept tree says what was at that size
    world.lies.set("checkpoint", Fault::Instead(note));
    is_frozen(world, (4, 9));
}

#[test]
fn a_fork_is_remembered_though_the_ledger_is_lost() {
    let mut world = World::new(3);
    let other = another_past(&mut world, 4);
    world.lies.publish(&other);
    world.sync().of("lies").is("frozen");
    let evidence = world.federation.evidence("lies").unwrap();
    for file in ["state.sqlite", "state.sqlite-wal", "state.sqlite-shm"] {
        let _ = std::fs::remove_file(world.federation.path(file));
    }
    world.lies.publish(&world.log);
    world.sync().of("lies").is("frozen").says("two histories");
    assert_eq!(world.federation.evidence("lies").unwrap(), evidence);
}
