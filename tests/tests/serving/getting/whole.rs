//! What a person gets whose institution, portal and line are as they should be.

use std::fs;
use std::process::Command;

use ontologies::schema::omma;
use sha2::{Digest, Sha256};
use tempfile::TempDir;
use tests::federation::sample;
use tests::ran::Ran;

use super::world::{World, outcome, report};
use crate::PROGRAM;
use crate::portal::Portal;

#[test]
fn a_study_is_fetched_whole_and_a_second_time_only_looked_through() {
    let world = World::small();
    let ran = world.get("TST-S1", &["--json"]).done();
    let said = report(&ran);
    assert_eq!(said["complete"], true);
    assert_eq!(
        (said["id"].as_str(), said["version"].as_u64()),
        (Some("TST-S1"), Some(1))
    );
    assert_eq!(said["member"]["name"], "Test Institute");
    assert_eq!(said["vouched"]["roster"]["from"], "portal");
    world.is_whole();
    for (path, _) in world.given() {
        assert_eq!(outcome(&said, path), "fetched", "{path}");
    }

    // what proves it is kept, and is what was said
    let kept = |name: &str| fs::read(world.out.join(".ommatidia/TST-S1.1").join(name)).unwrap();
    let digest = |bytes: Vec<u8>| -> String {
        Sha256::digest(bytes)
            .iter()
            .map(|byte| format!("{byte:02x}"))
            .collect()
    };
    assert_eq!(
        digest(kept("record.nq")),
        said["vouched"]["record"].as_str().unwrap()
    );
    assert_eq!(
        digest(kept("files.tsv")),
        said["vouched"]["manifest"].as_str().unwrap()
    );
    assert!(kept("record.tlog-proof").starts_with(b"c2sp.org/tlog-proof@v1\n"));
    assert!(kept("roster").starts_with(b"ommatidia-roster/v1\n"));

    world.server.forget();
    let again = world.get("TST-S1.1", &[]).done().says("there before");
    assert!(
        again.stdout.contains("every byte as it was signed"),
        "{again:?}"
    );
    let files = world.server.all_asked();
    let files = files.keys().filter(|path| path.contains("/files/"));
    assert_eq!(files.count(), 0);
}

#[test]
fn an_image_and_a_pattern_bring_only_what_is_asked_for() {
    let world = World::small();
    world.get("TST-S1-I2", &[]).done();
    assert_eq!(world.names(), ["pictures/0002.tif"]);
    world
        .get("TST-S1", &["--only", "notes/*", "--only", "*3.tif"])
        .done();
    assert_eq!(
        world.names(),
        [
            "notes/it's#1?.txt",
            "notes/read me – 100 %.txt",
            "pictures/0002.tif",
            "pictures/0003.tif",
        ]
    );
    world
        .get("TST-S1", &["--only", "*.czi"])
        .could_not()
        .says("no file fits");
}

#[test]
fn a_file_on_its_way_takes_no_name_of_another_file_that_came_before() {
    let names = ["notes/a.txt", "notes/a.txt.part"];
    let world = World::with_files(&names);
    for name in [names[1], names[0]] {
        world.get("TST-S1", &["--only", name]).done();
    }
    assert_eq!(world.names(), names);
    for name in names {
        assert_eq!(world.fetched(name).as_deref(), Some(name.as_bytes()));
    }
}

#[test]
fn a_file_that_changed_on_the_disk_is_found_whatever_its_size_and_fetched_again() {
    let world = World::small();
    world.get("TST-S1", &[]).done();
    let path = world.out.join("pictures/0002.tif");
    let mut bytes = fs::read(&path).unwrap();
    bytes[7] ^= 1;
    fs::write(&path, &bytes).unwrap();
    world
        .get("TST-S1", &[])
        .done()
        .says("what was there is not what was signed");
    world.is_whole();
    assert_eq!(world.fetched("pictures/0002.tif.rejected"), Some(bytes));
}

#[test]
fn what_is_not_there_to_be_fetched_is_said_with_what_to_do() {
    let world = World::small();
    world.get("TST-S7", &[]).could_not().says("has no TST-S7");
    world
        .get("TST-S1.2", &[])
        .could_not()
        .says("has no TST-S1.2");
    world
        .get("S-BIAD144", &[])
        .could_not()
        .says("the portal's search finds");
    world
        .get("TST-S1-I9", &[])
        .could_not()
        .says("lists no file of TST-S1-I9");
}

#[test]
fn a_node_is_told_from_a_portal() {
    let world = World::small();
    let node = format!("http://{}/", world.server.address());
    let ran = Command::new(PROGRAM)
        .args(["get", "--url", &node, "TST-S1", "--out"])
        .arg(&world.out)
        .output()
        .unwrap();
    Ran::new(ran)
        .could_not()
        .says("is a node, and not a portal");
}

#[test]
fn two_studies_do_not_share_a_folder() {
    let world = World::small();
    world.get("TST-S1", &[]).done();
    world
        .get("TST-S2", &[])
        .could_not()
        .says("holds files of TST-S1")
        .says("give another folder");
    world.is_whole();
    world.get("TST-S1", &[]).done().says("there before");
}

#[test]
fn of_data_that_are_elsewhere_it_says_where() {
    let portal = Portal::with(|log| {
        let namespace = log.namespace().clone();
        let mut statements = sample::study(&namespace, "DND-S1", "Septin rings of fission yeast");
        let home = format!("{}DND-S1", namespace.as_str());
        let elsewhere =
            sample::About::iri(home).link(omma::DATA_AT, "https://elsewhere.example.org/S1");
        statements.extend(elsewhere.statements());
        log.put("DND-S1", statements);
    });
    let out = TempDir::new().unwrap();
    let ran = Command::new(PROGRAM)
        .args(["get", "--url", portal.url(), "DND-S1", "--out"])
        .arg(out.path())
        .output()
        .unwrap();
    Ran::new(ran)
        .could_not()
        .says("they are at https://elsewhere.example.org/S1");
}
