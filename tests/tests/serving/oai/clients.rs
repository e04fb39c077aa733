//! Clients of OAI-PMH that nobody here wrote, and the public schemas (scripts/bootstrap brings the clients).

use std::env;
use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout, Command, Stdio};

use serde_json::Value;

const HERE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/serving/oai/");
/// Python with the packages that tests need.
pub(in super::super) const PYTHON: &str = concat!(
    env!("CARGO_MANIFEST_DIR"),
    "/../target/tools/python/bin/python"
);
const SCHEMAS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../shared/data/conformance");
const DUBLIN_CORE: &str = concat!(
    env!("CARGO_MANIFEST_DIR"),
    "/../web/tests/study_forms/simple_dublin_core.xsd"
);

/// Every client: three of others, and one of ours that validates each answer.
pub(super) const ALL: [&str; 4] = ["sickle", "scythe", "pyoai", "strict"];

/// A record as a client read it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Read(pub String, pub String, pub bool, pub Option<String>);

impl Read {
    /// The accession at the end of the identifier.
    pub fn id(&self) -> &str {
        self.0.rsplit('/').next().unwrap()
    }
}

/// What a client harvested.
#[derive(Debug)]
pub(super) struct Harvested {
    pub records: Vec<Read>,
    /// The time of the first answer, which our own client alone says.
    pub date: Option<String>,
}

/// A client at work.
pub(super) struct Client {
    process: Child,
    said: BufReader<ChildStdout>,
}

/// Whether everything is there; where `CI` is set it has to be.
pub(in super::super) fn are_there() -> bool {
    [PYTHON, SCHEMAS].into_iter().all(|path| {
        let is_there = Path::new(path).exists();
        assert!(
            is_there || env::var_os("CI").is_none(),
            "{path} is not there: run scripts/bootstrap, and put the public data beside the project"
        );
        if !is_there {
            eprintln!("SKIPPED: {path} is not there");
        }
        is_there
    })
}

impl Client {
    /// Begins to harvest the repository at an address. It waits after so many records until it is told to go on.
    pub fn start(client: &str, url: &str, prefix: &str, pauses: &[usize], more: &[&str]) -> Client {
        let pauses = pauses.iter().map(usize::to_string);
        let mut process = Command::new(PYTHON)
            .arg(format!("{HERE}harvest.py"))
            .args([client, url, prefix])
            .args(pauses)
            .arg(format!("--schemas={SCHEMAS}"))
            .arg(format!("--dublin-core={DUBLIN_CORE}"))
            .args(more)
            .env("PYTHONDONTWRITEBYTECODE", "1")
            .env("NO_PROXY", "*")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let said = BufReader::new(process.stdout.take().unwrap());
        Client { process, said }
    }

    /// Waits until it pauses.
    #[track_caller]
    pub fn pauses(&mut self) {
        assert_eq!(self.line().trim(), "pause");
    }

    /// Lets it go on after a pause.
    pub fn goes_on(&mut self) {
        writeln!(self.process.stdin.as_mut().unwrap()).unwrap();
    }

    /// Waits until it has harvested all.
    #[track_caller]
    pub fn harvested(mut self) -> Harvested {
        let line = self.line();
        let status = self.process.wait().unwrap();
        assert!(status.success(), "the client failed: {line}");
        let said: Value =
            serde_json::from_str(&line).unwrap_or_else(|error| panic!("{error}: {line}"));
        Harvested {
            records: said["records"]
                .as_array()
                .unwrap()
                .iter()
                .map(read)
                .collect(),
            date: said["date"].as_str().map(str::to_owned),
        }
    }

    fn line(&mut self) -> String {
        let mut line = String::new();
        self.said.read_line(&mut line).unwrap();
        line
    }
}

fn read(record: &Value) -> Read {
    let text = |place: usize| record[place].as_str().map(str::to_owned);
    Read(
        text(0).unwrap(),
        text(1).unwrap(),
        record[2].as_bool().unwrap(),
        text(3),
    )
}

/// Harvests everything at once.
#[track_caller]
pub(super) fn harvest(client: &str, url: &str, prefix: &str, more: &[&str]) -> Harvested {
    Client::start(client, url, prefix, &[], more).harvested()
}

/// Each document is valid under the protocol's schema, and what stands in it under its own.
#[track_caller]
pub(super) fn are_valid(documents: &[String]) {
    let mut process = Command::new(PYTHON)
        .arg(PathBuf::from(HERE).join("validate.py"))
        .args([SCHEMAS, DUBLIN_CORE])
        .env("PYTHONDONTWRITEBYTECODE", "1")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let list = serde_json::to_vec(documents).unwrap();
    process.stdin.take().unwrap().write_all(&list).unwrap();
    let output = process.wait_with_output().unwrap();
    let wrong = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{wrong}");
    let said = String::from_utf8_lossy(&output.stdout);
    assert_eq!(said.trim(), format!("{} valid", documents.len()));
}
