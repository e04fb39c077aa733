//! What comes is not what was signed: it is told, kept apart, and nothing else suffers.

use std::fs;

use tests::federation::{Fault, Founding};
use tests::http;

use super::world::{LARGE, World, outcome, report};
use crate::PROGRAM;

#[test]
fn a_file_that_is_not_what_was_signed_is_kept_apart_and_the_others_come() {
    let world = World::small();
    world.set("pictures/0001.tif", Fault::FlippedByte(5));
    world.set("pictures/0002.tif", Fault::Truncated(9));
    world.set("pictures/0003.tif", Fault::Trailing(b"more".to_vec()));
    // as it stands in the address
    world.set("notes/it's%231%3F.txt", Fault::Status(404));
    let ran = world
        .get("TST-S1", &["--json"])
        .refused()
        .says("Test Institute has to be told");
    let said = report(&ran);
    assert_eq!(said["complete"], false);
    for (path, bytes) in world.given() {
        let expected = match path.as_str() {
            "notes/it's#1?.txt" => "failed",
            path if path.starts_with("pictures/") => "rejected",
            _ => "fetched",
        };
        assert_eq!(outcome(&said, path), expected, "{path}");
        let fetched = world.fetched(path);
        assert_eq!(
            fetched.as_ref() == Some(bytes),
            expected == "fetched",
            "{path}"
        );
        let rejected = world.fetched(&format!("{path}.rejected"));
        assert_eq!(rejected.is_some(), expected == "rejected", "{path}");
    }
    assert_eq!(
        world.fetched("pictures/0002.tif.rejected").unwrap().len(),
        9
    );

    world.server.heal();
    world.get("TST-S1", &[]).done();
    world.is_whole();
}

#[test]
fn a_file_that_changes_between_two_ranges_is_never_a_mixture_of_both() {
    let world = World::large();
    let mut other = world
        .given()
        .find(|(path, _)| path == LARGE)
        .unwrap()
        .1
        .clone();
    other.reverse();
    world.set(LARGE, Fault::StalledAfter(9 << 20));
    let download = world.command("TST-S1", &[]).spawn().unwrap();
    tests::patience::eventually("the second piece is asked for", || {
        (world.server.ranges_asked(&World::at(LARGE)).len() >= 2).then_some(())
    });
    world.set(LARGE, Fault::Instead(other.clone()));
    let ended = download.wait_with_output().unwrap();
    assert_eq!(ended.status.code(), Some(2));
    assert_eq!(world.fetched(LARGE), None);
    assert!(world.fetched(&format!("{LARGE}.rejected")) == Some(other));
}

#[test]
fn a_list_of_files_that_was_not_signed_is_not_worked_through() {
    let world = World::small();
    let list = "id/TST-S1.1/files.tsv";
    let evil = b"path\tbytes\tsha256\tmedia_type\timage\n../evil\t1\t0\t\t\n".to_vec();
    world.server.set(list, Fault::Instead(evil));
    world
        .get("TST-S1", &[])
        .refused()
        .says("is not the one that was signed");
    assert_eq!(world.names(), Vec::<String>::new());
}

#[test]
fn a_portal_that_is_not_believed_is_held_against_the_roster_that_one_has() {
    let world = World::small();
    let folder = tempfile::TempDir::new().unwrap();
    let own = folder.path().join("own");
    fs::write(
        &own,
        http::get(&format!("{}roster", world.portal.url())).body,
    )
    .unwrap();
    let own = own.to_str().unwrap();
    let ran = world.get("TST-S1", &["--json", "--roster", own]).done();
    assert_eq!(report(&ran)["vouched"]["roster"]["from"], "file");

    // a federation that this institution does not belong to
    let stranger = Founding::new(PROGRAM).found();
    let other = stranger.data().parent().unwrap().join("roster.note");
    world
        .get("TST-S1", &["--roster", other.to_str().unwrap()])
        .refused()
        .says("it is not proven that TST-S1.1 was published");
}
