//! Commands while the harvester serves: the server does the work, and whoever typed the command sees no difference.

use std::fs;
use std::process::Stdio;

use tests::patience::eventually;

use super::world::World;

/// Half an hour of work on three hundred studies, of which it is told at every step whether anybody still wants it.
const ENDLESS: &str = "SELECT (COUNT(*) AS ?n) WHERE { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . FILTER(?a != ?d && ?g != ?d) }";

/// Two classes.
const ONTOLOGY: &str = "format-version: 1.2
data-version: 2026-01-01
ontology: rings

[Term]
id: RNG:0000001
name: ring

[Term]
id: RNG:0000002
name: contractile ring
is_a: RNG:0000001 ! ring
";

#[test]
fn every_command_gives_the_same_answer_with_and_without_a_server() {
    let world = World::harvested(20);
    let file = world.federation.path("../rings.obo");
    fs::write(&file, ONTOLOGY).unwrap();
    let load = ["ontology", "load", file.to_str().unwrap()];
    world.federation.run(&load).done();
    let commands: &[&[&str]] = &[
        &load,
        &["ontology", "list"],
        &["ontology", "list", "--json"],
        &[
            "query",
            "--format",
            "csv",
            "SELECT ?s { ?s a <http://www.w3.org/ns/dcat#CatalogRecord> } ORDER BY ?s",
        ],
        &["query", "SELECT ?s { nonsense }"],
        &["query", "--format", "pdf", "ASK { ?s ?p ?o }"],
        &["search", "septin rings"],
        &["search", "nothing of this kind"],
        &["sync", "--member", "nobody"],
        &["sync", "--mirror", "ftp://example.org/"],
        &["check"],
        &["check", "--json"],
        &["rebuild"],
    ];
    let answers = || -> Vec<_> {
        let answer = |command: &&[&str]| {
            let ran = world.federation.run(command);
            let complaints: Vec<_> = ran.complaints().map(str::to_owned).collect();
            (ran.is_done(), ran.is_stopped(), ran.stdout, complaints)
        };
        commands.iter().map(answer).collect()
    };
    let without = answers();
    let served = world.federation.serve();
    let with = answers();
    for ((command, without), with) in commands.iter().zip(&without).zip(&with) {
        assert_eq!(with, without, "{command:?}");
    }
    world.sync();
    world.shows_the_truth();
    let (status, said) = served.stop();
    assert!(status.success(), "{said}");
    assert!(!world.federation.path("control.sock").exists());
    assert_eq!(answers(), without);
}

#[test]
fn what_a_command_harvests_is_shown_by_the_server_without_a_restart() {
    let mut world = World::harvested(5);
    let served = world.federation.serve();
    world.write_up_to(9);
    world.publish();
    world.is_healthy();
    let answer = served.get("api/v1/records/LIE-S9");
    assert_eq!(answer.status, 200, "{answer:?}");
    world.federation.rebuild();
    world.shows_the_truth();
    world.federation.is_well();
}

#[test]
fn a_second_server_is_refused_and_the_first_serves_on() {
    let world = World::harvested(5);
    let served = world.federation.serve();
    world
        .federation
        .run(&["serve", "--bind", "127.0.0.1:0"])
        .could_not()
        .says("already");
    assert_eq!(served.get("healthz").status, 200);
    world.shows_the_truth();
}

#[test]
fn a_query_whose_asker_is_killed_gives_its_place_back() {
    let world = World::harvested(300);
    // one place, and a limit of time that is not what ends it
    world.federation.configure("sparql", "slots", "1");
    world.federation.configure("sparql", "seconds", "3600");
    let _served = world.federation.serve();
    let ask = ["query", "ASK { ?s ?p ?o }"];
    let mut endless = world
        .federation
        .command(&["query", ENDLESS])
        .stdout(Stdio::null())
        .spawn()
        .unwrap();
    eventually("the query has the only place", || {
        let ran = world.federation.run(&ask);
        ran.stderr.contains("too many queries").then_some(())
    });
    endless.kill().unwrap();
    endless.wait().unwrap();
    eventually("its place is free again", || {
        world.federation.run(&ask).is_done().then_some(())
    });
}

#[test]
fn a_server_that_is_killed_is_no_obstacle_to_the_next() {
    let world = World::harvested(5);
    // dropped is killed
    drop(world.federation.serve());
    assert!(world.federation.path("control.sock").exists());
    world.shows_the_truth();
    let _served = world.federation.serve();
    world.shows_the_truth();
}

#[test]
fn commands_at_the_same_time_take_turns() {
    let world = World::harvested(5);
    let begin = |_| {
        let mut command = world.federation.command(&["status", "--json"]);
        command.stdout(Stdio::piped()).stderr(Stdio::piped());
        command.spawn().unwrap()
    };
    let all: Vec<_> = (0..4).map(begin).collect();
    for process in all {
        let output = process.wait_with_output().unwrap();
        assert!(output.status.success(), "{output:?}");
    }
}
