//! The command line in processes of its own, which take DATA's lock from each other, ask each other, and are killed.
//!
//! The other process is this test program, told to run [`another_process`] alone: the whole command line with the double
//! behind it. It goes through its gate when a line comes on its standard input, and says on standard error what it does.

use std::ffi::OsString;
use std::fs::{File, OpenOptions};
use std::io::{self, BufRead, BufReader, Read, Write};
use std::os::unix::process::ExitStatusExt;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command as Process, Stdio};
use std::sync::Arc;
use std::time::Duration;

use rustix::fs::{FlockOperation, flock};
use rustix::process::{Pid, Signal, kill_process};
use tokio::sync::watch;

use super::super::*;
use super::double::{Double, block_on};
use crate::cli::exit_on;
use crate::clock::SystemClock;

const DATA: &str = "OMMA_TEST_DATA";
const ARGUMENTS: &str = "OMMA_TEST_ARGUMENTS";
const PATIENCE: &str = "OMMA_TEST_PATIENCE_MS";

/// DATA with a lock like the real one.
struct Place(PathBuf);

impl Premises for Place {
    type Guard = File;
    type Harvester = Double;

    fn lock(&self) -> anyhow::Result<Result<File, Holder>> {
        let mut file = OpenOptions::new()
            .read(true)
            .write(true)
            .create(true)
            .truncate(false)
            .open(self.0.join("lock"))?;
        match flock(&file, FlockOperation::NonBlockingLockExclusive) {
            Ok(()) => {
                file.set_len(0)?;
                write!(file, "{}", std::process::id())?;
                Ok(Ok(file))
            }
            Err(rustix::io::Errno::WOULDBLOCK) => {
                let mut pid = String::new();
                file.read_to_string(&mut pid)?;
                Ok(Err(Holder {
                    folder: self.0.display().to_string(),
                    pid,
                }))
            }
            Err(error) => Err(error.into()),
        }
    }

    fn socket(&self) -> PathBuf {
        self.0.join("control.sock")
    }

    fn open(&self) -> anyhow::Result<Arc<Double>> {
        let wait = || {
            io::stdin().lock().read_line(&mut String::new()).unwrap();
        };
        Ok(Arc::new(Double::new(|event| eprintln!("{event}"), wait)))
    }

    fn serve(
        &self,
        _harvester: Arc<Double>,
        bind: Option<&str>,
        mut stop: watch::Receiver<bool>,
    ) -> anyhow::Result<()> {
        eprintln!("serves at {bind:?}");
        block_on(async { stop.wait_for(|stop| *stop).await.map(drop) })?;
        eprintln!("stops");
        Ok(())
    }

    fn patience(&self) -> Duration {
        Duration::from_millis(std::env::var(PATIENCE).unwrap().parse().unwrap())
    }
}

#[test]
#[ignore = "the other process of the tests beside it"]
fn another_process() {
    let arguments: Vec<String> =
        serde_json::from_str(&std::env::var(ARGUMENTS).expect("run by its parent")).unwrap();
    let arguments = std::iter::once("omma-harvester".to_owned())
        .chain(arguments)
        .map(OsString::from);
    let exit = exit_on(arguments, |data| Ok(Place(data.to_owned())), &SystemClock);
    std::process::exit(exit.into());
}

/// Another process. It is killed when the test is done with it.
struct Other {
    child: Child,
    input: Option<ChildStdin>,
    messages: BufReader<std::process::ChildStderr>,
    output: ChildStdout,
    told: String,
}

/// How another process ended.
#[derive(Debug)]
struct Ended {
    exit: Option<i32>,
    signal: Option<i32>,
    out: String,
    messages: String,
}

fn run(data: &Path, arguments: &[&str], patience: Duration) -> Other {
    let mut all = arguments.to_vec();
    let place = data.to_str().unwrap();
    all.extend(["--data", place]);
    let mut child = Process::new(std::env::current_exe().unwrap())
        .args(["--exact", "control::tests::processes::another_process"])
        .args(["--ignored", "--nocapture"])
        .env(DATA, place)
        .env(ARGUMENTS, serde_json::to_string(&all).unwrap())
        .env(PATIENCE, patience.as_millis().to_string())
        .env_remove("OMMA_LOG")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    Other {
        input: child.stdin.take(),
        messages: BufReader::new(child.stderr.take().unwrap()),
        output: child.stdout.take().unwrap(),
        child,
        told: String::new(),
    }
}

const LONG: Duration = Duration::from_secs(60);

impl Other {
    fn pid(&self) -> u32 {
        self.child.id()
    }

    /// Reads messages until one that contains this.
    #[track_caller]
    fn says(&mut self, expected: &str) {
        loop {
            let mut line = String::new();
            self.messages.read_line(&mut line).unwrap();
            assert!(
                !line.is_empty(),
                "it ended without {expected:?}: {}",
                self.told
            );
            self.told.push_str(&line);
            if line.contains(expected) {
                return;
            }
        }
    }

    fn open_gate(&mut self) {
        writeln!(self.input.as_mut().unwrap()).unwrap();
    }

    fn signal(&self, signal: Signal) {
        kill_process(Pid::from_child(&self.child), signal).unwrap();
    }

    fn end(mut self) -> Ended {
        drop(self.input.take());
        let mut out = Vec::new();
        self.output.read_to_end(&mut out).unwrap();
        self.finish(&String::from_utf8(out).unwrap())
    }

    fn finish(mut self, out: &str) -> Ended {
        self.messages.read_to_string(&mut self.told).unwrap();
        let status = self.child.wait().unwrap();
        // what the harness says before
        let out = out.split_once("running 1 test\n").unwrap().1;
        Ended {
            exit: status.code(),
            signal: status.signal(),
            out: out.to_owned(),
            messages: std::mem::take(&mut self.told),
        }
    }
}

impl Drop for Other {
    fn drop(&mut self) {
        // it has ended where the test went well
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn data() -> tempfile::TempDir {
    tempfile::tempdir().unwrap()
}

fn server(data: &Path) -> Other {
    let mut server = run(data, &["serve", "--bind", "127.0.0.1:0"], LONG);
    server.says("serves at Some(\"127.0.0.1:0\")");
    server
}

#[test]
fn a_command_waits_for_another_and_then_works_itself() {
    let data = data();
    let mut first = run(data.path(), &["sync"], LONG);
    first.says("under way");
    let mut second = run(data.path(), &["status"], LONG);
    second.says(&format!("waiting for process {}", first.pid()));
    first.open_gate();
    let first = first.end();
    assert_eq!(
        (first.exit, first.out.as_str()),
        (Some(2), "members\nend\n")
    );
    let second = second.end();
    assert_eq!(
        (second.exit, second.out.as_str()),
        (Some(0), "all is well\n")
    );
}

#[test]
fn a_command_does_not_wait_for_ever_and_says_for_whom_it_did() {
    let data = data();
    let mut first = run(data.path(), &["sync"], LONG);
    first.says("under way");
    for arguments in [&["status"][..], &["serve"]] {
        let second = run(data.path(), arguments, Duration::ZERO);
        let second = second.end();
        assert_eq!((second.exit, second.out.as_str()), (Some(1), ""));
        let holder = format!("is in use by process {}", first.pid());
        assert!(second.messages.contains(&holder), "{}", second.messages);
        assert_eq!(second.messages.trim_end().lines().count(), 1);
    }
}

#[test]
fn with_and_without_a_server_the_answer_is_the_same() {
    let data = data();
    let commands: &[&[&str]] = &[
        &["status"],
        &["status", "--json"],
        &["search", "mitotic arrest"],
        &["search", "fail"],
        &["ontology", "load", "here.obo", "/there.obo"],
        &["ontology", "list"],
        &["query", "3"],
        &["rebuild"],
    ];
    let ask = |arguments: &[&str]| {
        let ended = run(data.path(), arguments, LONG).end();
        let errors: Vec<String> = ended
            .messages
            .lines()
            .filter(|line| line.starts_with("omma-harvester"))
            .map(str::to_owned)
            .collect();
        (ended.exit, ended.out, errors)
    };
    let alone: Vec<_> = commands.iter().map(|arguments| ask(arguments)).collect();
    let mut server = server(data.path());
    for (arguments, alone) in commands.iter().zip(&alone) {
        assert_eq!(&ask(arguments), alone, "{arguments:?}");
        server.says("begins");
    }
    assert_eq!(
        alone[3].2,
        ["omma-harvester: nothing fits: the index is of another version"]
    );
    assert!(alone[4].1.contains("/here.obo\n/there.obo\n"), "{alone:?}");

    let mut other_server = run(data.path(), &["serve"], LONG);
    other_server.says(&format!("process {} serves", server.pid()));
    assert_eq!(other_server.end().exit, Some(1));
}

#[test]
fn a_server_that_is_told_to_stop_finishes_and_leaves_nothing_behind() {
    for signal in [Signal::TERM, Signal::INT] {
        let data = data();
        let mut server = server(data.path());
        let mut asker = run(data.path(), &["sync"], LONG);
        asker.says("under way");
        server.signal(signal);
        server.says("stops");
        server.open_gate();
        let asker = asker.end();
        assert_eq!(
            (asker.exit, asker.out.as_str()),
            (Some(2), "members\nend\n")
        );
        let server = server.end();
        assert_eq!(server.exit, Some(0), "{}", server.messages);
        assert!(!data.path().join("control.sock").exists());
    }
}

#[test]
fn a_server_that_is_killed_is_reported_and_replaced() {
    let data = data();
    let mut killed = server(data.path());
    let mut asker = run(data.path(), &["sync"], LONG);
    asker.says("under way");
    killed.signal(Signal::KILL);
    killed.child.wait().unwrap();
    let asker = asker.end();
    assert_eq!(asker.exit, Some(1));
    assert!(
        asker
            .messages
            .contains("ended before its answer was complete"),
        "{asker:?}"
    );

    // nobody is behind the file, and the lock says so
    assert!(data.path().join("control.sock").exists());
    assert_eq!(
        run(data.path(), &["status"], LONG).end().out,
        "all is well\n"
    );
    let mut next = server(data.path());
    assert_eq!(
        run(data.path(), &["status"], LONG).end().out,
        "all is well\n"
    );
    next.says("status begins");
}

#[test]
fn a_query_ends_with_the_process_that_asked() {
    let data = data();
    let mut server = server(data.path());
    for signal in [Signal::KILL, Signal::INT, Signal::TERM] {
        let asker = run(data.path(), &["query", "silent"], LONG);
        server.says("query begins");
        asker.signal(signal);
        server.says("query ends");
        assert_eq!(asker.end().signal, Some(signal.as_raw()));
    }
}

#[test]
fn who_interrupts_a_sync_is_told_that_it_goes_on() {
    let data = data();
    let mut server = server(data.path());
    let mut asker = run(data.path(), &["sync"], LONG);
    asker.says("under way");
    asker.signal(Signal::INT);
    asker.says("the running server goes on with sync");
    assert_eq!(asker.end().exit, Some(130));
    server.open_gate();
    server.says("sync ends");
}

#[test]
fn a_reader_that_has_had_enough_is_no_error() {
    let data = data();
    let enough = |through_server: bool| {
        let mut asker = run(data.path(), &["query", "forever"], LONG);
        let mut first = vec![0; 100_000];
        asker.output.read_exact(&mut first).unwrap();
        let nobody = Process::new("true").stdout(Stdio::piped()).spawn();
        let mut nobody = nobody.unwrap();
        // the reading end that the asker writes to is closed with this
        drop(std::mem::replace(
            &mut asker.output,
            nobody.stdout.take().unwrap(),
        ));
        nobody.wait().unwrap();
        let ended = asker.finish(&String::from_utf8(first).unwrap());
        assert_eq!(ended.exit, Some(0), "{}", ended.messages);
        let said = if through_server {
            ""
        } else {
            "query begins\nquery ends\n"
        };
        assert_eq!(ended.messages, said);
    };
    enough(false);
    let mut server = server(data.path());
    enough(true);
    server.says("query ends");
}

#[test]
fn wrong_usage_could_not_run_and_help_could() {
    let data = data();
    for (arguments, exit) in [
        (&["explode"][..], 1),
        (&["sync", "--mirror", "nowhere"], 1),
        (&["sync", "--mirror", "ftp://example.org/"], 1),
        (&["ontology", "load"], 1),
        (&["status", "--help"], 0),
    ] {
        let ended = run(data.path(), arguments, LONG).end();
        assert_eq!(ended.exit, Some(exit), "{ended:?}");
    }
}
