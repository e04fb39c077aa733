//! The harvester is killed at moments that chance chooses, while it harvests and while it serves.

use std::collections::BTreeSet;
use std::process::{Child, Stdio};
use std::thread;
use std::time::{Duration, Instant, SystemTime};

use ontologies::schema::omma;
use tests::federation::TempFederation;
use tests::federation::chance::Chance;

use super::archives::Archives;
use super::portal::Portal;

/// How often each of the two is killed.
const TIMES: u64 = 6;

/// What is shown in the end is what a harvester shows that nobody disturbed.
pub(crate) fn whenever_it_is_killed_the_next_run_completes_it(
    undisturbed: &TempFederation,
    killed: &TempFederation,
    archives: &Archives,
) {
    let begun = Instant::now();
    assert!(undisturbed.sync().is_current());
    // of `sync` and of the `status` that is compared with it: some moments come when all is done
    let whole = begun.elapsed();
    let seed = SystemTime::UNIX_EPOCH.elapsed().unwrap().as_nanos() as u64;
    // moments are not the same in two runs, whatever the seed; it tells how they were spread
    eprintln!("moments of seed {seed}, within {whole:?}");
    let mut chance = Chance::new(seed);
    for _ in 0..TIMES {
        kill_within(killed, &["sync", "--json"], whole, &mut chance);
    }
    assert!(killed.sync().is_current());
    is_the_same(undisturbed, killed);
    for time in 0..TIMES {
        // something to harvest, judge and apply
        let archive = archives.iter().nth(time as usize % 3).unwrap();
        archive.publish_one(&format!("NEW-FOR-{time}"));
        let serve = ["serve", "--bind", "127.0.0.1:0"];
        kill_within(killed, &serve, whole, &mut chance);
    }
    for federation in [undisturbed, killed] {
        assert!(federation.sync().is_current());
    }
    is_the_same(undisturbed, killed);
    killed.is_well();
}

/// Starts a command, and kills it (SIGKILL) at a moment before this time has passed.
fn kill_within(
    federation: &TempFederation,
    arguments: &[&str],
    time: Duration,
    chance: &mut Chance,
) {
    let mut command = federation.command(arguments);
    let mut process: Child = command
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    // nothing waits for anything here: the moment itself is what is tried
    thread::park_timeout(time.mul_f64(chance.below(1_000) as f64 / 1_000.0));
    process.kill().unwrap();
    process.wait().unwrap();
}

/// Graph and text index say the same of the same things; when it was verified aside.
fn is_the_same(one: &TempFederation, other: &TempFederation) {
    let [one, other] = [one, other].map(shown);
    assert!(one.0 == other.0, "the graphs are not the same");
    assert_eq!(one.1, other.1);
}

fn shown(federation: &TempFederation) -> (Vec<String>, BTreeSet<String>) {
    let served = federation.serve();
    let mut lines = federation.dump();
    lines.retain(|line| !line.contains(omma::VERIFIED_AT));
    assert!(!lines.is_empty());
    (lines, Portal::of(&served).all(&[], 100))
}
