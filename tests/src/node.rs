//! A node in a temporary folder, worked as its operator works it: by commands.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use serde_json::Value;
use tempfile::TempDir;

use crate::folder;
use crate::independent::{self, WholeLog};
use crate::ran::Ran;
use crate::served::Served;
use crate::static_server::StaticServer;

/// The namespace of the federation that these nodes belong to; it is nobody's address.
pub const NAMESPACE: &str = "https://images.example.org/id/";

/// Where the nodes say that they are reached: an address of this machine at which nobody answers, and which occurs
/// nowhere else.
pub const BASE: &str = "http://127.45.67.89:9/";

/// What a node says of itself.
#[derive(Debug, Clone, Copy)]
pub struct Institution<'i> {
    /// The prefix of its accessions.
    pub prefix: &'i str,
    /// Its name.
    pub name: &'i str,
    /// The address that it gives for itself, which need not be where it is served: the origin of its log is made of it.
    pub base: &'i str,
}

const TEST_INSTITUTE: Institution<'static> = Institution {
    prefix: "TST",
    name: "Test Institute",
    base: BASE,
};

/// A node whose DATA folder goes with this value.
pub struct TempNode {
    program: &'static str,
    // dropped with the node; a node on a disk of its own has none
    _temporary: Option<TempDir>,
    data: PathBuf,
    vkey: String,
}

/// A line of `import --json`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Report {
    /// The path of the study's file or folder.
    pub source: String,
    /// `published`, `revised`, `unchanged` or `refused`.
    pub outcome: String,
    /// The accession, empty where there is none.
    pub id: String,
    /// The newest version, 0 where there is none.
    pub version: u64,
    /// The messages of the errors.
    pub errors: Vec<String>,
    /// The messages of the warnings.
    pub warnings: Vec<String>,
}

impl TempNode {
    /// A new node, made by `init`.
    pub fn new(program: &'static str) -> TempNode {
        let temporary = TempDir::new().unwrap();
        let data = temporary.path().join("data");
        TempNode::at(program, data, Some(temporary), TEST_INSTITUTE)
    }

    /// A new node in a folder that somebody else removes.
    pub fn in_folder(program: &'static str, data: &Path) -> TempNode {
        TempNode::at(program, data.to_owned(), None, TEST_INSTITUTE)
    }

    /// A new node of one institution among several.
    pub fn of(program: &'static str, institution: Institution<'_>) -> TempNode {
        let temporary = TempDir::new().unwrap();
        let data = temporary.path().join("data");
        TempNode::at(program, data, Some(temporary), institution)
    }

    fn at(
        program: &'static str,
        data: PathBuf,
        temporary: Option<TempDir>,
        institution: Institution<'_>,
    ) -> TempNode {
        let mut node = TempNode {
            program,
            _temporary: temporary,
            data,
            vkey: String::new(),
        };
        let identity = [
            "--base-url",
            institution.base,
            "--prefix",
            institution.prefix,
            "--name",
            institution.name,
        ];
        let init = node.run(&[&["init"][..], &identity, &["--namespace", NAMESPACE]].concat());
        node.vkey = init.done().stdout.trim().to_owned();
        node
    }

    /// A copy of everything, as a backup has it.
    pub fn copy(&self) -> TempNode {
        let temporary = TempDir::new().unwrap();
        let data = temporary.path().join("data");
        folder::copy(&self.data, &data);
        TempNode {
            program: self.program,
            _temporary: Some(temporary),
            data,
            vkey: self.vkey.clone(),
        }
    }

    /// The DATA folder.
    pub fn data(&self) -> &Path {
        &self.data
    }

    /// A path below the DATA folder.
    pub fn path(&self, below: &str) -> PathBuf {
        self.data.join(below)
    }

    /// A command, given DATA, not yet started.
    pub fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(self.program);
        // `ontology load` and `key show` have two words before their options
        command.args(arguments).arg("--data").arg(&self.data);
        command.env_remove("OMMA_CRASH_AT").stdin(Stdio::null());
        command
    }

    /// Runs a command to its end.
    pub fn run(&self, arguments: &[&str]) -> Ran {
        Ran::new(self.command(arguments).output().unwrap())
    }

    /// Runs a command that dies when it comes to a point of this name (`node::crash`).
    pub fn run_until(&self, point: &str, arguments: &[&str]) -> Ran {
        let mut command = self.command(arguments);
        Ran::new(command.env("OMMA_CRASH_AT", point).output().unwrap())
    }

    /// Starts a command.
    pub fn start(&self, arguments: &[&str]) -> Child {
        let mut command = self.command(arguments);
        let piped = command.stdout(Stdio::piped()).stderr(Stdio::piped());
        piped.spawn().unwrap()
    }

    /// Imports a path, whatever comes of it.
    pub fn try_import(&self, path: &Path) -> Ran {
        self.run(&["import", path.to_str().unwrap()])
    }

    /// Imports a path and gives the report; the command has run to its end.
    pub fn import(&self, path: &Path) -> Vec<Report> {
        let ran = self.run(&["import", "--json", path.to_str().unwrap()]);
        assert!(!ran.is_stopped(), "{ran:?}");
        reports(&ran)
    }

    /// Imports a path that holds one study.
    pub fn import_one(&self, path: &Path) -> Report {
        let [report] = self.import(path).try_into().unwrap();
        report
    }

    /// The answer of `status --json`.
    pub fn status(&self) -> Value {
        let ran = self.run(&["status", "--json"]).done();
        serde_json::from_str(&ran.stdout).unwrap()
    }

    /// Entries in the log.
    pub fn size(&self) -> u64 {
        self.status()["size"].as_u64().unwrap()
    }

    /// The key that verifies the log, as `init` said it.
    pub fn vkey(&self) -> &str {
        &self.vkey
    }

    /// The problems that `check` finds, each `path: message`.
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

    /// Serves the node on a free port, ready to answer.
    pub fn serve(&self) -> Served {
        Served::start(self.command(&["serve", "--bind", "127.0.0.1:0"]))
    }

    /// A plain HTTP server of the log alone.
    pub fn mirror(&self) -> StaticServer {
        StaticServer::of(&self.path("log"))
    }

    /// The whole log, read over HTTP and proved by the independent reader.
    #[track_caller]
    pub fn proved(&self) -> WholeLog {
        self.proved_at(&self.mirror().url())
    }

    /// The whole log of this node, read from a log prefix and proved.
    #[track_caller]
    pub fn proved_at(&self, prefix: &str) -> WholeLog {
        independent::read(prefix, &self.vkey).unwrap_or_else(|wrong| panic!("{wrong}"))
    }

    /// Changes the configuration by hand.
    pub fn edit_config(&self, edit: impl FnOnce(String) -> String) {
        let path = self.path("config.toml");
        let text = fs::read_to_string(&path).unwrap();
        let edited = edit(text.clone());
        assert_ne!(edited, text, "the edit changed nothing");
        fs::write(path, edited).unwrap();
    }

    /// Names the peers that are asked before anything is signed.
    pub fn set_peers(&self, peers: &[String]) {
        let line = format!("[log]\npeers = {peers:?}\n");
        self.edit_config(|text| text.replace("[log]\n", &line));
    }
}

/// The reports that `import --json` printed.
pub fn reports(ran: &Ran) -> Vec<Report> {
    let printed: Value = serde_json::from_str(&ran.stdout).unwrap_or_else(|_| panic!("{ran:?}"));
    printed.as_array().unwrap().iter().map(report).collect()
}

fn report(value: &Value) -> Report {
    let text = |name: &str| value[name].as_str().unwrap_or_default().to_owned();
    let messages = |severity: &str| {
        let findings = value["findings"].as_array().unwrap().iter();
        let wanted = findings.filter(|finding| finding["severity"] == severity);
        wanted
            .map(|finding| {
                let [path, message] =
                    ["path", "message"].map(|name| finding[name].as_str().unwrap());
                format!("{path}: {message}")
            })
            .collect()
    };
    Report {
        source: text("source"),
        outcome: text("outcome"),
        id: text("id"),
        version: value["version"].as_u64().unwrap_or(0),
        errors: messages("error"),
        warnings: messages("warning"),
    }
}
