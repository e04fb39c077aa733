//! A federation in a temporary folder, and the harvester that belongs to it, worked as its operator works it: by commands.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use serde_json::Value;
use tempfile::TempDir;

use super::lying_node::LyingNode;
use super::report::{Quarantined, Report};
use crate::folder;
use crate::node::NAMESPACE;
use crate::ran::Ran;
use crate::served::Served;

/// Limits of a test: what a server that drips or is silent may take, in the words of `config.toml`.
const SMALL_LIMITS: &[(&str, &str, &str)] = &[
    ("fetch", "connect_seconds", "2"),
    ("fetch", "idle_seconds", "1"),
    ("fetch", "slow_seconds", "2"),
];

/// Members are being taken in; nothing is harvested yet.
pub struct Founding {
    program: &'static str,
    temporary: Option<TempDir>,
    folder: PathBuf,
    root: String,
}

/// A federation with its harvester, whose DATA folder goes with this value.
pub struct TempFederation {
    program: &'static str,
    // dropped with the federation; one on a disk of its own has none
    _temporary: Option<TempDir>,
    folder: PathBuf,
    clock_offset: i64,
}

impl Founding {
    /// A roster without members, in a folder of its own.
    pub fn new(program: &'static str) -> Founding {
        let temporary = TempDir::new().unwrap();
        let folder = temporary.path().to_owned();
        Founding::at(program, folder, Some(temporary))
    }

    /// The same in a folder that somebody else removes.
    pub fn in_folder(program: &'static str, folder: &Path) -> Founding {
        fs::create_dir_all(folder).unwrap();
        Founding::at(program, folder.to_owned(), None)
    }

    fn at(program: &'static str, folder: PathBuf, temporary: Option<TempDir>) -> Founding {
        let mut founding = Founding {
            program,
            temporary,
            folder,
            root: String::new(),
        };
        let new = founding.roster(
            "new",
            &["--name", "Test Federation", "--namespace", NAMESPACE],
        );
        let mut vkeys = new
            .stdout
            .lines()
            .filter(|line| line.split('+').count() == 3);
        let vkey = vkeys
            .next_back()
            .unwrap_or_else(|| panic!("no vkey: {new:?}"));
        founding.root = vkey.to_owned();
        founding
    }

    fn roster(&self, command: &str, arguments: &[&str]) -> Ran {
        roster(self.program, &self.folder, command, arguments).done()
    }

    /// Takes in a member.
    pub fn with_member(self, id: &str, node: &LyingNode) -> Founding {
        self.with_member_at(id, &node.base())
    }

    /// Takes in a member by its address.
    pub fn with_member_at(self, id: &str, base: &str) -> Founding {
        self.roster("add-member", &["--id", id, "--base", base, "--yes"]);
        self
    }

    /// Sets up a harvester that may reach all of this machine.
    pub fn found(self) -> TempFederation {
        self.found_allowing(&["127.0.0.0/8"])
    }

    /// Sets up a harvester that may reach these addresses and the public ones.
    pub fn found_allowing(self, ranges: &[&str]) -> TempFederation {
        let federation = TempFederation {
            program: self.program,
            _temporary: self.temporary,
            folder: self.folder,
            clock_offset: 0,
        };
        let file = federation.folder.join("roster.note");
        let mut init = vec![
            "init",
            "--roster",
            file.to_str().unwrap(),
            "--root",
            &self.root,
        ];
        for range in ranges {
            init.extend(["--allow", range]);
        }
        federation.run(&init).done();
        for (section, key, value) in SMALL_LIMITS {
            federation.configure(section, key, value);
        }
        federation
    }
}

/// A command on the roster's file.
fn roster(program: &str, folder: &Path, command: &str, arguments: &[&str]) -> Ran {
    let mut process = Command::new(program);
    process
        .args(["roster", command])
        .arg(folder.join("roster.note"))
        .args(arguments)
        .arg("--root-key")
        .arg(folder.join("root.key"))
        .stdin(Stdio::null());
    Ran::new(process.output().unwrap())
}

impl TempFederation {
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
        let ran = if report.is_current() {
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
        Report::read(&Ran::new(limited.output().unwrap()).stdout)
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

    /// The problems that `check` finds, each `path: message`.
    #[track_caller]
    pub fn problems(&self) -> Vec<String> {
        let ran = self.run(&["check", "--json"]);
        assert!(!ran.is_stopped(), "{ran:?}");
        let checked: Value = serde_json::from_str(&ran.stdout).unwrap();
        let problems = checked["problems"].as_array().unwrap();
        assert_eq!(ran.is_done(), problems.is_empty(), "{ran:?}");
        let text = |problem: &Value, name: &str| problem[name].as_str().unwrap().to_owned();
        let say = |problem| format!("{}: {}", text(problem, "path"), text(problem, "message"));
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

    /// Sets a key of a section of `config.toml`, as an operator does by hand.
    pub fn configure(&self, section: &str, key: &str, value: &str) {
        let path = self.path("config.toml");
        let text = fs::read_to_string(&path).unwrap();
        fs::write(path, configured(&text, section, key, value)).unwrap();
    }
}

/// What is to be compared between a run and a look at what it left.
fn unhurried(mut standing: super::report::Standing) -> super::report::Standing {
    (standing.new, standing.seconds) = (0, 0.0);
    standing
}

/// The text with this key set: in place of the line that sets it, or right behind the head of its section.
fn configured(text: &str, section: &str, key: &str, value: &str) -> String {
    let head = format!("[{section}]");
    let mut lines = Vec::new();
    let (mut is_inside, mut is_set) = (false, false);
    for line in text.lines() {
        if line.starts_with('[') {
            is_inside = line.trim() == head;
        }
        let sets_it = line
            .split_once('=')
            .is_some_and(|(name, _)| name.trim() == key);
        if is_inside && sets_it {
            continue;
        }
        lines.push(line.to_owned());
        if is_inside && !is_set {
            lines.push(format!("{key} = {value}"));
            is_set = true;
        }
    }
    assert!(is_set, "config.toml has no section {head}");
    lines.join("\n") + "\n"
}

#[cfg(test)]
mod tests {
    use super::configured;

    #[test]
    fn a_key_is_set_in_its_section_and_nowhere_else() {
        let text = "a = 1\n[one]\n# a comment\nkey = 1\nother = 2\n\n[two]\nkey = 3\n";
        assert_eq!(
            configured(text, "one", "key", "7"),
            "a = 1\n[one]\nkey = 7\n# a comment\nother = 2\n\n[two]\nkey = 3\n"
        );
        assert_eq!(
            configured(text, "two", "new", "\"x\""),
            "a = 1\n[one]\n# a comment\nkey = 1\nother = 2\n\n[two]\nnew = \"x\"\nkey = 3\n"
        );
    }
}
