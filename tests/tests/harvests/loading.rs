//! `ontology load`: what is no file is refused, and what was interrupted is done by whoever comes next.

use std::fs;
use std::path::Path;
use std::process::Command;

use tests::federation::sample::YEAST;

use super::world::World;

/// An ontology that calls fission yeast so.
fn calls_yeast(name: &str) -> String {
    let id = YEAST.rsplit('/').next().unwrap().replace('_', ":");
    format!("format-version: 1.2\nontology: ncbitaxon\n\n[Term]\nid: {id}\nname: {name}\n")
}

fn refuses_what_is_no_file(world: &World, folder: &Path) {
    let fifo = folder.join("fifo");
    for path in [
        &fifo,
        folder,
        Path::new("/dev/zero"),
        Path::new("/dev/null"),
    ] {
        let path = path.to_str().unwrap();
        world
            .federation
            .run(&["ontology", "load", path])
            .could_not()
            .says(path)
            .says("it is not a regular file");
    }
    let missing = folder.join("missing.obo");
    world
        .federation
        .run(&["ontology", "load", missing.to_str().unwrap()])
        .could_not()
        .says("missing.obo cannot be read");
}

#[test]
fn what_is_no_regular_file_is_refused_at_once_with_and_without_a_server() {
    let world = World::harvested(2);
    let folder = tempfile::tempdir().unwrap();
    let made = Command::new("mkfifo")
        .arg(folder.path().join("fifo"))
        .status();
    assert!(made.unwrap().success());
    refuses_what_is_no_file(&world, folder.path());
    let served = world.federation.serve();
    refuses_what_is_no_file(&world, folder.path());
    // nothing was taken, and nobody hangs
    world.shows_the_truth();
    let (status, said) = served.stop();
    assert!(status.success(), "{said}");
}

// a release build has no points at which it could be killed
#[cfg(debug_assertions)]
#[test]
fn terms_that_came_are_found_by_whoever_comes_after_a_kill() {
    let mut world = World::harvested(5);
    let file = world.federation.path("../names.obo");
    let all: Vec<String> = world.federation.search("septin");
    assert!(!all.is_empty());
    let points = [
        "ontologies-kept",
        "terms-stated",
        "terms-begun",
        "terms-applied",
    ];
    for (number, point) in (0..).zip(points) {
        let name = format!("cleaver{}", ["a", "b", "c", "d"][number]);
        fs::write(&file, calls_yeast(&name)).unwrap();
        let load = ["ontology", "load", file.to_str().unwrap()];
        let killed = world.federation.run_until(point, &load);
        assert_eq!(killed.killed_by(), Some(6), "{point}: {killed:?}");
        let mut found = world.federation.search(&name);
        found.sort();
        let mut expected = all.clone();
        expected.sort();
        assert_eq!(found, expected, "{point}");
        let asked = world.federation.query(&format!(
            "ASK {{ <{YEAST}> <http://www.w3.org/2000/01/rdf-schema#label> \"{name}\" }}"
        ));
        assert_eq!(asked["boolean"], true, "{point}");
        world.federation.is_well();
    }
    world.is_healthy();
}
