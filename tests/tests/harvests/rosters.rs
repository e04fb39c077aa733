//! Rosters that contradict each other, or cannot be had: the first one holds, and whoever looks is told.

use std::fs;
use std::path::PathBuf;

use serde_json::Value;
use tests::federation::report::Report;

use super::world::World;

fn roster_file(world: &World) -> PathBuf {
    world.federation.path("../roster.note")
}

/// Signs the next version of the roster, in which this member is suspended.
fn suspend(world: &World, id: &str) {
    let suspend = ["--id", id, "--status", "suspended"];
    world.federation.roster("update", &suspend).done();
}

/// What is said of the roster: its state, and whether the harvest was a success.
#[track_caller]
fn synced(world: &World) -> (String, bool) {
    let ran = world.federation.run(&["sync", "--json"]);
    assert!(!ran.is_stopped(), "{ran:?}");
    let report = Report::read(&ran.stdout);
    // `status`, in another process, says the same of a contradiction
    if report.roster.state == "contradicted" {
        assert_eq!(world.federation.status().roster, report.roster);
    }
    (report.roster.state, ran.is_done())
}

#[test]
fn a_second_roster_of_one_version_is_told_everywhere_until_a_newer_one_comes() {
    let world = World::harvested(2);
    let file = roster_file(&world);
    let before = fs::read(&file).unwrap();
    suspend(&world, "lies");
    assert_eq!(synced(&world), ("current".to_owned(), true));
    let first = fs::read(&file).unwrap();

    fs::write(&file, before).unwrap();
    suspend(&world, "well");
    assert_eq!(synced(&world), ("contradicted".to_owned(), false));
    world
        .federation
        .run(&["sync"])
        .refused()
        .says("contradicted");
    world
        .federation
        .run(&["status"])
        .done()
        .says("its roots signed two rosters");
    // the first goes on to hold
    let status = world.federation.status();
    status.of("lies").is("suspended");
    status.of("well").is("current");
    let served = world.federation.serve();
    let answer: Value = serde_json::from_str(served.get("api/v1/members").text()).unwrap();
    assert_eq!(answer["roster"]["state"], "contradicted", "{answer}");
    assert_eq!(synced(&world), ("contradicted".to_owned(), false));
    drop(served);

    // also when nobody serves the second any more: it was signed, and the evidence is here
    fs::write(&file, first).unwrap();
    assert_eq!(synced(&world), ("contradicted".to_owned(), false));
    // the federation goes on with a newer version
    let restore = ["--id", "lies", "--status", "active"];
    world.federation.roster("update", &restore).done();
    assert_eq!(synced(&world), ("current".to_owned(), true));
    world.sync().of("lies").is("current");
}

#[test]
fn a_roster_that_is_none_is_refused_and_one_that_is_not_there_is_only_told() {
    let world = World::harvested(2);
    let file = roster_file(&world);
    let roster = fs::read(&file).unwrap();
    fs::write(&file, "<html>maintenance</html>").unwrap();
    assert_eq!(synced(&world), ("refused".to_owned(), false));
    fs::remove_file(&file).unwrap();
    assert_eq!(synced(&world), ("unreachable".to_owned(), true));
    fs::write(&file, roster).unwrap();
    assert_eq!(synced(&world), ("current".to_owned(), true));
    world.sync();
}
