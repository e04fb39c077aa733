//! A federation in a temporary folder, and the harvester that belongs to it, worked as its operator works it: by commands.

use std::fs;
use std::path::PathBuf;
use std::process::{Command, Stdio};

use serde_json::Value;
use tempfile::TempDir;

use super::configuration::configured;
use super::founding::roster;
use super::report::{Quarantined, Report, Standing};
use crate::folder;
use crate::node::NAMESPACE;
use crate::ran::Ran;
use crate::served::Served;

/// A federation with its harvester, whose DATA folder goes with this value.
pub struct TempFederation {
    program: &'static str,
    // dropped with the federation; one on a disk of its own has none
    _temporary: Option<TempDir>,
    folder: PathBuf,
    clock_offset: i64,
}

impl TempFederation {
    /// A federation whose files are in this folder.
    pub(super) fn at(
        program: &'static str,
        temporary: Option<TempDir>,
        folder: PathBuf,
    ) -> TempFederation {
        TempFederation {
            program,
            _temporary: temporary,
            folder,
            clock_offset: 0,
        }
    }

    /// A copy of everything, as a backup has it. The roster's file stays that of the original.
    pub fn copy(&self) -> TempFederation {
        let temporary = TempDir::new().unwrap();
        let place = temporary.path().join("copy");
        folder::copy(&self.folder, &place);
        TempFederation {
            program: self.program,
            _temporary: Some(temporary),
            folder: place,
            clock_offset: self.clock_offset,
        }
    }

    /// The DATA folder.
    pub fn data(&self) -> PathBuf {
        self.folder.join("data")
    }

    /// A path below the DATA folder.
    pub fn path(&self, below: &str) -> PathBuf {
        self.data().join(below)
    }

    /// Changes the roster by a command of `roster`.
    pub fn roster(&self, command: &str, arguments: &[&str]) -> Ran {
        roster(self.program, &self.folder, command, arguments)
    }

    /// From now on the harvester's clock shows so many seconds more than the machine's, or less.
    pub fn set_clock(&mut self, offset: i64) {
        self.clock_offset = offset;
    }

    /// A command, given DATA, not yet started.
    pub fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(self.program);
        // `ontology load` has two words before its options
        command.args(arguments).arg("--data").arg(self.data());
        command.env_remove("OMMA_CRASH_AT").stdin(Stdio::null());
        if self.clock_offset != 0 {
            command.env("OMMA_CLOCK_OFFSET", self.clock_offset.to_string());
        }
        command
    }

    /// Runs a command to its end.
    pub fn run(&self, arguments: &[&str]) -> Ran {
        Ran::new(self.command(arguments).output().unwrap())
    }

    /// Runs a command that dies when it comes to a point of this name (`harvester::crash`).
    pub fn run_until(&self, point: &str, arguments: &[&str]) -> Ran {
        let mut command = self.command(arguments);
        Ran::new(command.env("OMMA_CRASH_AT", point).output().unwrap())
    }

    /// Harvests every member, whatever comes of it; the exit code must fit the report.
    #[track_caller]
    pub fn sync(&self) -> Report {
        let ran = self.run(&["sync", "--json"]);
        let report = Report::read(&ran.stdout);
        let ran = if report.is_current() && report.refuses_no_roster() {
            ran.done()
        } else {
            ran.refused()
        };
        // `status` says the same without asking anybody
        let said: Vec<_> = self.status().members.into_iter().map(unhurried).collect();
        let synced: Vec<_> = report.members.iter().cloned().map(unhurried).collect();
        assert_eq!(said, synced, "{ran:?}");
        report
    }

    /// The same with so many KiB of address space; the exit code is not looked at.
    #[track_caller]
    pub fn sync_within(&self, kib: u64) -> Report {
        let sync = self.command(&["sync", "--json"]);
        let mut limited = Command::new("bash");
        let limit = format!("ulimit -v {kib}; exec \"$@\"");
        limited
            .args(["-c", &limit, "bash"])
            .arg(sync.get_program())
            .args(sync.get_args())
            .env_remove("OMMA_CRASH_AT")
            .stdin(Stdio::null());
        let ran = Ran::new(limited.output().unwrap());
        assert!(!ran.stdout.is_empty(), "{ran:?}");
        Report::read(&ran.stdout)
    }

    /// What `status` says.
    #[track_caller]
    pub fn status(&self) -> Report {
        Report::read(&self.run(&["status", "--json"]).done().stdout)
    }

    /// The answer to a SELECT or ASK query, as SPARQL JSON.
    #[track_caller]
    pub fn query(&self, sparql: &str) -> Value {
        let ran = self.run(&["query", "--format", "json", sparql]).done();
        serde_json::from_str(&ran.stdout).unwrap()
    }

    /// Every statement of the graph whose subject is under the namespace, a line each, sorted.
    #[track_caller]
    pub fn dump(&self) -> Vec<String> {
        let all = format!(
            "CONSTRUCT {{ ?s ?p ?o }} WHERE {{ ?s ?p ?o FILTER(STRSTARTS(STR(?s), \"{NAMESPACE}\")) }}"
        );
        let ran = self.run(&["query", "--format", "nt", &all]).done();
        let mut lines: Vec<String> = ran.stdout.lines().map(str::to_owned).collect();
        lines.sort();
        lines.dedup();
        lines
    }

    /// The ids that words find, best first.
    #[track_caller]
    pub fn search(&self, words: &str) -> Vec<String> {
        let ran = self.run(&["search", "--json", words]).done();
        let answer: Value = serde_json::from_str(&ran.stdout).unwrap();
        let hits = answer["hits"].as_array().unwrap();
        let id = |hit: &Value| hit["id"].as_str().unwrap().to_owned();
        hits.iter().map(id).collect()
    }

    /// The problems that `check` finds, each `where: sentence`.
    #[track_caller]
    pub fn problems(&self) -> Vec<String> {
        let ran = self.run(&["check", "--json"]);
        assert!(!ran.is_stopped(), "{ran:?}");
        let checked: Value = serde_json::from_str(&ran.stdout).unwrap();
        let problems = checked["problems"].as_array().unwrap();
        assert_eq!(ran.is_done(), problems.is_empty(), "{ran:?}");
        let text = |problem: &Value, name: &str| problem[name].as_str().unwrap().to_owned();
        let say = |problem| format!("{}: {}", text(problem, "where"), text(problem, "sentence"));
        problems.iter().map(say).collect()
    }

    /// `check` finds nothing wrong.
    #[track_caller]
    pub fn is_well(&self) {
        assert_eq!(self.problems(), Vec::<String>::new());
    }

    /// Makes graph and text index anew from the mirror.
    #[track_caller]
    pub fn rebuild(&self) {
        self.run(&["rebuild"]).done();
    }

    /// Serves on a free port, ready to answer.
    pub fn serve(&self) -> Served {
        Served::start(self.command(&["serve", "--bind", "127.0.0.1:0"]))
    }

    /// What is in quarantine of a member, by index.
    #[track_caller]
    pub fn quarantine(&self, member: &str) -> Vec<Quarantined> {
        let served = self.serve();
        let answer = served.get(&format!("api/v1/members/{member}/report"));
        assert_eq!(answer.status, 200, "{answer:?}");
        let report: Value = serde_json::from_str(answer.text()).unwrap();
        let text = |value: &Value, name: &str| value[name].as_str().unwrap().to_owned();
        let read = |value: &Value| Quarantined {
            index: value["index"].as_u64().unwrap(),
            code: text(value, "code"),
            sentence: text(value, "sentence"),
        };
        let quarantine = report["quarantine"].as_array().unwrap();
        let mut all: Vec<_> = quarantine.iter().map(read).collect();
        all.sort_by_key(|one| one.index);
        all
    }

    /// The evidence of a member's fork, where there is any.
    #[track_caller]
    pub fn evidence(&self, member: &str) -> Option<Vec<u8>> {
        let served = self.serve();
        let answer = served.get(&format!("members/{member}/evidence"));
        match answer.status {
            200 => Some(answer.body),
            404 => None,
            status => panic!("the evidence answers {status}: {answer:?}"),
        }
    }

    /// Lets it wait a few seconds only for a server that drips or is silent, so that a story of one ends. A busy machine makes honest servers
    /// look like that: for stories of such servers alone.
    pub fn impatient(&self) {
        for (key, seconds) in [
            ("connect_seconds", "5"),
            ("idle_seconds", "2"),
            ("answer_seconds", "5"),
            ("grace_seconds", "2"),
            ("whole_seconds", "8"),
        ] {
            self.configure("fetch", key, seconds);
        }
    }

    /// Sets a key of a section of `config.toml`, as an operator does by hand.
    pub fn configure(&self, section: &str, key: &str, value: &str) {
        let path = self.path("config.toml");
        let text = fs::read_to_string(&path).unwrap();
        fs::write(path, configured(&text, section, key, value)).unwrap();
    }
}

/// What is to be compared between a run and a look at what it left.
fn unhurried(mut standing: Standing) -> Standing {
    (standing.new, standing.seconds) = (0, 0.0);
    standing
}
