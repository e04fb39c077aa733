//! The walk of the manual by which a fourth node joins: its commands are run as they stand there.

use std::fs::{self, File};
use std::os::unix::process::CommandExt;
use std::process::Command;

use rustix::process::{Pid, Signal, kill_process_group};
use serde_json::Value;
use tests::http;
use tests::patience::eventually;
use tests::ran::Ran;

use super::demonstration::{Demonstration, FOURTH};

const MANUAL: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/OPERATING.md");

/// What was started in the background by commands, and ends with this value.
struct Background(Pid);

#[test]
fn the_manual_lets_a_fourth_node_join_the_demonstration() {
    let demo = Demonstration::new().with_studies(None);
    let mut samples = Command::new(demo.programs().join("omma-node"));
    samples.arg("samples").arg(demo.data().join("studies"));
    // the same studies with smaller pictures: what is there is not painted again
    let painted = samples.args(["--size", "small"]).output().unwrap();
    assert!(painted.status.success(), "{painted:?}");
    demo.run("start").done();
    let before = demo.studies_of("");

    let (ran, node) = follow(&demo);
    let ran = ran.done();
    assert!(ran.stdout.contains("ready"), "{ran:?}");
    let found = ran.stdout.lines().last().unwrap();
    let found: Value = serde_json::from_str(found).unwrap_or_else(|_| panic!("{ran:?}"));
    assert_eq!(found["total"], 2, "the study and its image: {found}");
    assert_eq!(
        (demo.studies_of(""), demo.studies_of("fourth-node")),
        (before + 1, 1)
    );
    let home = http::get_as(&demo.portal(), "text/html");
    assert!(home.text().contains("Example Fourth Node"));
    assert_eq!(members(&demo).len(), 4);

    // "the portal then says since when it does not answer, and still shows its records"
    drop(node);
    let url = format!("http://127.0.0.1:{}/readyz", demo.port() + FOURTH);
    eventually("the fourth node has ended", || {
        std::net::TcpStream::connect(("127.0.0.1", demo.port() + FOURTH)).err()
    });
    let mut sync = Command::new(demo.programs().join("omma-harvester"));
    sync.args(["sync", "--member", "fourth-node", "--data"]);
    let synced = Ran::new(sync.arg(demo.data().join("harvester")).output().unwrap());
    assert!(
        !synced.is_done() && synced.stdout.contains("unreachable"),
        "{url}: {synced:?}"
    );
    assert_eq!(demo.studies_of("fourth-node"), 1);

    // a member that joined later is not the demonstration's to wait for
    demo.run("stop").done();
    demo.run("start").done().says("Three things to try");
    assert_eq!(demo.studies_of("fourth-node"), 1);
    demo.run("stop").done();
}

/// Runs the commands of the manual, with the ports and folders of this demonstration in place of those that it has by itself.
fn follow(demo: &Demonstration) -> (Ran, Background) {
    let manual = fs::read_to_string(MANUAL).unwrap();
    let (_, walk) = manual
        .split_once("### A fourth node in the demonstration")
        .unwrap();
    let commands = walk.split("```").nth(1).unwrap();
    assert!(commands.contains("roster add-member"), "{commands}");
    let fourth = demo.port() + FOURTH;
    let commands = commands
        .replace("$PWD/target/release", demo.programs().to_str().unwrap())
        .replace("target/demo", demo.data().to_str().unwrap())
        .replace("target/fourth", demo.path("fourth").to_str().unwrap())
        .replace(":8084", &format!(":{fourth}"))
        .replace(":8080", &format!(":{}", demo.port()));
    let [out, err] = ["walk-out", "walk-err"].map(|name| demo.path(name));
    // a person sees a command that fails; the output goes into files, since what goes on in the background would keep pipes open
    let mut shell = Command::new("bash")
        .args(["-e", "-u", "-o", "pipefail", "-c", &commands])
        .current_dir(demo.path(""))
        .process_group(0)
        .stdin(std::process::Stdio::null())
        .stdout(File::create(&out).unwrap())
        .stderr(File::create(&err).unwrap())
        .spawn()
        .unwrap();
    let node = Background(Pid::from_raw(i32::try_from(shell.id()).unwrap()).unwrap());
    let status = shell.wait().unwrap();
    let (stdout, stderr) = (fs::read(out).unwrap(), fs::read(err).unwrap());
    let ran = Ran::new(std::process::Output {
        status,
        stdout,
        stderr,
    });
    (ran, node)
}

fn members(demo: &Demonstration) -> Vec<Value> {
    let answer = http::get(&format!("{}api/v1/members", demo.portal()));
    let answer: Value = serde_json::from_str(answer.text()).unwrap();
    answer["members"].as_array().unwrap().clone()
}

impl Drop for Background {
    fn drop(&mut self) {
        // nobody is left in the group where the commands failed before they started anything
        let _ = kill_process_group(self.0, Signal::TERM);
    }
}
