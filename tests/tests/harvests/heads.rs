//! Checkpoints that are not the member's, or not its newest.

use tests::federation::Fault;

use super::world::World;

/// A checkpoint, served in place of the true one, is rejected with these words; nothing of it is believed.
fn is_rejected(world: &mut World, note: Vec<u8>, words: &str) {
    world.lies.set("checkpoint", Fault::Instead(note));
    let report = world.sync();
    report
        .of("lies")
        .is("rejected")
        .says(words)
        .says("checkpoint");
    world.shows_what_it_did();
    assert_eq!(world.federation.evidence("lies"), None);
    world.heals();
}

/// A member at its first harvest, and one with news.
fn worlds() -> [World; 2] {
    let mut later = World::harvested(3);
    later.write_up_to(5);
    later.publish();
    [World::new(3), later]
}

#[test]
fn a_checkpoint_by_another_key_is_rejected() {
    for mut world in worlds() {
        let note = world.log.note_by_another_key();
        is_rejected(&mut world, note, "not signed by the member's key");
    }
}

#[test]
fn a_checkpoint_of_another_log_is_rejected() {
    for mut world in worlds() {
        let note = world
            .log
            .note_of_another_origin("elsewhere.example.org/log");
        is_rejected(&mut world, note, "elsewhere.example.org/log");
    }
}

#[test]
fn a_checkpoint_that_is_none_is_rejected() {
    for mut world in worlds() {
        let truth = world.log.files()["checkpoint"].to_vec();
        for note in [
            b"".to_vec(),
            truth[..truth.len() - 1].to_vec(),
            [&truth[..], b"more\n"].concat(),
            truth.iter().map(u8::to_ascii_uppercase).collect(),
            vec![b'x'; 1 << 20],
            vec![0xff; 200],
        ] {
            world.lies.set("checkpoint", Fault::Instead(note.clone()));
            let report = world.sync();
            let standing = report.of("lies");
            assert_eq!(standing.state, "rejected", "{note:?}: {standing:?}");
            world.shows_what_it_did();
        }
        world.heals();
    }
}

#[test]
fn a_root_that_no_tiles_give_is_rejected_and_is_no_fork() {
    for mut world in worlds() {
        let note = world.log.note(world.log.size() + 4, [7; 32]);
        world.lies.set("checkpoint", Fault::Instead(note));
        let report = world.sync();
        report.of("lies").is("rejected");
        assert_eq!(world.federation.evidence("lies"), None);
        world.heals();
    }
}

#[test]
fn a_size_that_no_log_can_have_is_rejected() {
    // a few hashes give a root for it, and no entry is there
    for (size, width) in [(1 << 63, 128), (1 << 62, 64)] {
        let mut world = World::new(3);
        let hashes = vec![[7; 32]; width];
        let root = protocol::merkle::root_from_leaves(&hashes);
        let path = format!("tile/7/000.p/{width}");
        world.lies.set(&path, Fault::Instead(hashes.concat()));
        let note = world.log.note(size, root);
        world.lies.set("checkpoint", Fault::Instead(note));
        let report = world.sync();
        report.of("lies").is("rejected").says("checkpoint");
        // what was never believed is no other past
        world.heals();
    }
}

#[test]
fn another_root_at_a_first_harvest_is_rejected_and_is_no_fork() {
    let mut world = World::new(3);
    let note = world.log.note(3, [7; 32]);
    world.lies.set("checkpoint", Fault::Instead(note));
    world.sync().of("lies").is("rejected").says("signed root");
    assert_eq!(world.federation.evidence("lies"), None);
    world.heals();
}

#[test]
fn an_older_checkpoint_is_stale_and_takes_nothing_away() {
    let mut world = World::new(3);
    let old = world.log.files()["checkpoint"].to_vec();
    world.write_up_to(300);
    world.publish();
    world.is_healthy();
    for older in [old, world.log.note(0, protocol::merkle::empty_root())] {
        world.lies.set("checkpoint", Fault::Instead(older));
        let report = world.sync();
        let standing = report.of("lies").is("stale").says("300");
        assert_eq!((standing.size, standing.entries), (300, 300));
        world.shows_what_it_did();
        assert_eq!(world.federation.evidence("lies"), None);
    }
    world.heals();
}

#[test]
fn an_empty_log_is_current_and_grows() {
    let mut world = World::new(0);
    let report = world.is_healthy();
    report.of("lies").counts([0, 0, 0, 0, 0]);
    world.write_up_to(2);
    world.publish();
    world.is_healthy().of("lies").counts([2, 0, 0, 0, 0]);
}
