//! Members who do not lie: what a harvester makes of the truth, to the last statement of its own.

use std::collections::BTreeSet;

use tests::federation::{Fault, Founding, LyingNode};
use tests::independent;
use tests::node::NAMESPACE;

use super::PROGRAM;
use super::world::{World, is_of_catalogue};

#[test]
fn a_harvest_shows_every_record_and_says_whose_it_is() {
    let mut world = World::new(300);
    world.write("LIE-S7", "A second version");
    world.publish();
    let report = world.is_healthy();
    report.of("lies").counts([300, 1, 0, 0, 0]);
    let own: BTreeSet<String> = world
        .federation
        .dump()
        .into_iter()
        .filter(|line| is_of_catalogue(line) && line.contains("/LIE-S7."))
        .collect();
    let said =
        |predicate: &str, object: String| format!("<{NAMESPACE}LIE-S7.2> <{predicate}> {object} .");
    let omma = |name: &str| format!("https://w3id.org/ommatidia/ns#{name}");
    let log = independent::read(&world.lies.log(), world.log.vkey()).unwrap();
    let put = log
        .puts()
        .find(|put| put.id == "LIE-S7" && put.version == 2)
        .unwrap();
    let integer = "http://www.w3.org/2001/XMLSchema#integer";
    let class = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type";
    for line in [
        said(
            class,
            "<http://www.w3.org/ns/dcat#CatalogRecord>".to_owned(),
        ),
        said(
            "http://xmlns.com/foaf/0.1/primaryTopic",
            format!("<{NAMESPACE}LIE-S7>"),
        ),
        said(&omma("member"), "\"lies\"".to_owned()),
        said(&omma("logIndex"), format!("\"{}\"^^<{integer}>", put.index)),
        said(&omma("digest"), format!("\"{}\"", put.record)),
    ] {
        assert!(own.contains(&line), "{line} is not said: {own:#?}");
    }
    let verified = said(&omma("verifiedAt"), String::new());
    let verified = verified.trim_end_matches(" .");
    assert_eq!(own.len(), 6, "{own:#?}");
    assert!(
        own.iter().any(|line| line.starts_with(verified)),
        "{own:#?}"
    );
}

#[test]
fn a_second_harvest_asks_for_the_checkpoint_and_nothing_else() {
    let mut world = World::harvested(300);
    world.lies.forget();
    world.is_healthy();
    let asked: Vec<_> = world.lies.all_asked().into_iter().collect();
    assert_eq!(asked, [("log/checkpoint".to_owned(), 1)]);
}

#[test]
fn a_harvest_of_what_is_new_asks_for_nothing_twice() {
    let mut world = World::harvested(560);
    world.write_up_to(570);
    world.publish();
    world.lies.forget();
    world.is_healthy();
    for path in [
        "tile/entries/000",
        "tile/entries/001",
        "records/000",
        "records/001",
        "tile/0/000",
        "tile/0/001",
    ] {
        assert_eq!(world.lies.asked(path), 0, "{path}");
    }
    let records = world
        .lies
        .all_asked()
        .keys()
        .filter(|path| path.starts_with("log/record/"))
        .count();
    assert_eq!(records, 10);
}

#[test]
fn a_member_alone_is_harvested_when_it_is_named_and_the_exit_code_speaks_of_it() {
    let world = World::new(2);
    let sync = |member| {
        world
            .federation
            .run(&["sync", "--json", "--member", member])
    };
    // the other was never harvested
    sync("well").done();
    assert!(!world.lies.all_asked().contains_key("log/checkpoint"));
    let status = world.federation.status();
    status.of("well").is("current");
    assert_ne!(status.of("lies").state, "current");
    world.lies.set_everywhere(Fault::Status(500));
    sync("lies").refused();
    sync("well").done();
    world.federation.run(&["sync", "--json"]).refused();
    // of one that is suspended nothing more is expected
    let suspend = ["--id", "lies", "--status", "suspended"];
    world.federation.roster("update", &suspend).done();
    sync("lies").done();
}

#[test]
fn a_log_of_records_like_real_ones_is_harvested_and_found() {
    let mut log = tests::federation::LogMaker::new("SYN", "syn.example.org/log", NAMESPACE, 9);
    tests::federation::synthetic::fill(&mut log, 600, 1, 9);
    log.checkpoint();
    let node = LyingNode::of(&log);
    let federation = Founding::new(PROGRAM)
        .with_member("synthetic", &node)
        .found();
    federation
        .sync()
        .of("synthetic")
        .is("current")
        .counts([600, 0, 0, 0, 0]);
    let read = independent::read(&node.log(), log.vkey()).unwrap();
    let expected: BTreeSet<String> = read
        .records
        .values()
        .flat_map(|record| {
            std::str::from_utf8(record)
                .unwrap()
                .lines()
                .map(str::to_owned)
        })
        .collect();
    let mut shown: BTreeSet<String> = federation.dump().into_iter().collect();
    shown.retain(|line| !is_of_catalogue(line));
    assert!(shown == expected, "something else is shown");
    assert!(!federation.search("confocal").is_empty());
    federation.is_well();
}
