//! A server that is told to stop ends soon, whatever it works on, and the next start goes on.

use std::fs;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant};

use harvester::clock::SystemClock;
use harvester::data_folder::DataFolder;
use harvester::ending::Ended;
use harvester::operate::operator::Operator;
use tests::patience::eventually;
use tests::served::Served;

use super::world::World;

/// Grace for commands, grace for threads, and as much again for a machine that has other things to do.
const BOUND: Duration = Duration::from_secs(30);

/// A server that hangs where it comes to a point, as if a disk did not answer.
fn serve_hanging(world: &World, point: &str) -> Served {
    let mut command = world
        .federation
        .command(&["serve", "--bind", "127.0.0.1:0"]);
    command.env("OMMA_HANG_AT", point);
    Served::listening(command)
}

fn hangs(served: &Served, point: &str) {
    eventually("it hangs", || {
        served
            .said()
            .contains(&format!("hangs at {point}"))
            .then_some(())
    });
}

#[track_caller]
fn stops_soon(served: Served) {
    let begun = Instant::now();
    let (status, said) = served.stop();
    assert!(status.success(), "{said}");
    assert!(begun.elapsed() < BOUND, "{:?}: {said}", begun.elapsed());
}

fn begin(world: &World, arguments: &[&str]) -> Child {
    let mut command: Command = world.federation.command(arguments);
    command.stdout(Stdio::piped()).stderr(Stdio::piped());
    command.spawn().unwrap()
}

/// The folders of checks in DATA.
fn of_checks(world: &World) -> Vec<PathBuf> {
    let data = fs::read_dir(world.federation.data()).unwrap();
    let paths = data.map(|file| file.unwrap().path());
    paths
        .filter(|path| {
            path.file_name()
                .unwrap()
                .to_str()
                .unwrap()
                .starts_with("checking-")
        })
        .collect()
}

#[test]
fn a_server_ends_in_the_middle_of_a_load_that_never_ends() {
    let mut world = World::harvested(20);
    fs::remove_dir_all(world.federation.path("text")).unwrap();
    let served = serve_hanging(&world, "text-loading");
    hangs(&served, "text-loading");
    stops_soon(served);
    let served = world.federation.serve();
    stops_soon(served);
    world.is_healthy();
    world.federation.is_well();
}

#[test]
fn a_server_ends_in_the_middle_of_a_check_whose_folder_goes_with_the_next_start() {
    let mut world = World::harvested(20);
    let served = serve_hanging(&world, "text-loading");
    let check = begin(&world, &["check"]);
    hangs(&served, "text-loading");
    assert_eq!(of_checks(&world).len(), 1);
    // nobody takes away what it works with
    world.federation.status();
    assert_eq!(of_checks(&world).len(), 1);
    stops_soon(served);
    let output = check.wait_with_output().unwrap();
    let said = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(1), "{said}");
    assert!(said.contains("the server was stopped"), "{said}");
    world.is_healthy();
    assert_eq!(of_checks(&world), Vec::<PathBuf>::new());
    world.federation.is_well();
}

#[test]
fn a_check_that_is_killed_leaves_nothing_behind_the_next_command_or_start() {
    let world = World::harvested(20);
    for next in ["command", "server"] {
        let killed = world.federation.run_until("text-loading", &["check"]);
        assert_eq!(killed.killed_by(), Some(6), "{killed:?}");
        assert_eq!(of_checks(&world).len(), 1);
        if next == "command" {
            world.federation.status();
        } else {
            stops_soon(world.federation.serve());
        }
        assert_eq!(of_checks(&world), Vec::<PathBuf>::new(), "{next}");
    }
    world.federation.is_well();
    assert_eq!(of_checks(&world), Vec::<PathBuf>::new());
}

#[test]
fn a_server_ends_in_the_middle_of_a_rebuild_that_never_ends() {
    let mut world = World::harvested(20);
    let served = serve_hanging(&world, "text-loading");
    let rebuild = begin(&world, &["rebuild"]);
    hangs(&served, "text-loading");
    stops_soon(served);
    let output = rebuild.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(1), "{output:?}");
    world.is_healthy();
    world.federation.is_well();
}

#[test]
fn a_server_ends_in_the_middle_of_a_sync_that_never_ends() {
    let mut world = World::harvested(20);
    world.write_up_to(25);
    world.publish();
    let served = serve_hanging(&world, "text-applied");
    let sync = begin(&world, &["sync"]);
    hangs(&served, "text-applied");
    stops_soon(served);
    let output = sync.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(1), "{output:?}");
    world.is_healthy();
    world.federation.is_well();
}

#[test]
fn what_takes_long_ends_between_two_records_when_the_process_is_to_end() {
    let mut world = World::harvested(300);
    fs::remove_dir_all(world.federation.path("text")).unwrap();
    let folder = DataFolder::open(&world.federation.data()).unwrap();
    let guard = folder.lock().unwrap().unwrap();
    // the process that runs the tests is no program of ours, which would choose it
    let _ = rustls::crypto::ring::default_provider().install_default();
    let operator = Operator::open(&folder, Arc::new(SystemClock)).unwrap();
    operator.harvester().ending().begin();
    let given_up = operator.harvester().catch_up().unwrap_err();
    let is_ended = given_up.chain().any(|cause| cause.is::<Ended>());
    let says_so = format!("{given_up:#}").contains(&Ended.to_string());
    assert!(is_ended || says_so, "{given_up:#}");
    assert!(!operator.harvester().is_ready());
    assert!(operator.close(Duration::from_secs(5)));
    drop(guard);
    world.is_healthy();
}
