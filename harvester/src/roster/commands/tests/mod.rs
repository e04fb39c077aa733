//! The commands as their users type them, in a folder of their own, with nodes on the loopback.

#![expect(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

mod chain;
mod joining;
mod refusals;
mod web;

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use clap::Parser;
use protocol::note::{SigningKey, VerifierKey};
use serde_json::{Value, json};
use tempfile::TempDir;
use time::OffsetDateTime;
use time::macros::datetime;

pub(crate) use web::Web;

use super::{Console, RosterCommand, run};
use crate::clock::HandClock;
use crate::fetch::{AddressRules, HttpFetch, Limits};
use crate::init::{self, InitArguments};

const START: OffsetDateTime = datetime!(2026-11-21 09:30:00 UTC);

/// The two groups of commands that these tests type.
#[derive(Debug, Parser)]
#[command(no_binary_name = true)]
enum Typed {
    #[command(subcommand)]
    Roster(RosterCommand),
    Init(InitArguments),
}

/// A folder with rosters and keys, and somebody who types.
pub(crate) struct Desk {
    folder: TempDir,
    pub(crate) clock: HandClock,
    pub(crate) fetch: HttpFetch,
}

/// What came of a command.
#[derive(Debug)]
pub(crate) struct Said {
    pub(crate) outcome: Result<u8, String>,
    pub(crate) output: String,
    pub(crate) messages: String,
}

impl Said {
    /// The code of a command that ran.
    pub(crate) fn done(self) -> Self {
        assert_eq!(self.outcome, Ok(0), "{}", self.messages);
        self
    }

    /// The sentence of one that did not.
    pub(crate) fn refusal(self) -> String {
        self.outcome.unwrap_err()
    }
}

impl Desk {
    pub(crate) fn new() -> Self {
        // a second choice changes nothing
        let _ = rustls::crypto::ring::default_provider().install_default();
        Self {
            folder: tempfile::tempdir().unwrap(),
            clock: HandClock::at(START),
            fetch: HttpFetch::new(AddressRules::any(), Limits::default()).unwrap(),
        }
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Types words; those that begin with `@` are names in the folder. Nobody is there to answer questions.
    pub(crate) fn types(&self, line: &str) -> Said {
        self.typed(line, None)
    }

    /// The same, at a terminal where somebody answers.
    pub(crate) fn answers(&self, line: &str, answer: &str) -> Said {
        self.typed(line, Some(answer))
    }

    fn typed(&self, line: &str, answer: Option<&str>) -> Said {
        let words = line.split(' ').map(|word| match word.strip_prefix('@') {
            Some(name) => self.path(name).to_str().unwrap().to_owned(),
            None => word.replace('_', " "),
        });
        let (mut output, mut messages) = (Vec::new(), Vec::new());
        let outcome = match Typed::try_parse_from(words) {
            Err(error) => Err(error.to_string()),
            Ok(typed) => {
                let mut console = Console {
                    fetch: &self.fetch,
                    clock: &self.clock,
                    input: &mut answer.unwrap_or_default().as_bytes(),
                    is_terminal: answer.is_some(),
                    output: &mut output,
                    messages: &mut messages,
                };
                match typed {
                    Typed::Roster(command) => run(command, &mut console),
                    Typed::Init(arguments) => init::run(&arguments, &mut console),
                }
                .map_err(|error| format!("{error:#}"))
            }
        };
        Said {
            outcome,
            output: String::from_utf8(output).unwrap(),
            messages: String::from_utf8(messages).unwrap(),
        }
    }

    /// A federation of one root, `@root.key`, in `@roster`; its root.
    pub(crate) fn federation(&self) -> VerifierKey {
        let said = self.types(
            "roster new @roster --name Open_Images --namespace https://images.example.org/id/ --root-key @root.key",
        );
        VerifierKey::parse(said.done().output.trim_end()).unwrap()
    }

    /// One more key file, for another root.
    pub(crate) fn root(&self, name: &str) -> VerifierKey {
        let key = crate::keys::create(&self.path(name), &format!("{name}/root")).unwrap();
        key.vkey().clone()
    }

    /// What `roster show --json` says.
    pub(crate) fn shown(&self, file: &str) -> Value {
        let said = self.types(&format!("roster show @{file} --json")).done();
        serde_json::from_str(&said.output).unwrap()
    }

    /// Everything in the folder.
    pub(crate) fn files(&self) -> BTreeMap<PathBuf, Vec<u8>> {
        files_below(self.folder.path())
    }
}

fn files_below(folder: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let mut found = BTreeMap::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(files_below(&path));
            found.insert(path, Vec::new());
        } else {
            let bytes = fs::read(&path).unwrap();
            found.insert(path, bytes);
        }
    }
    found
}

/// What a node of this prefix answers, as the contract has it.
pub(crate) fn described(prefix: &str, seed: u8) -> Value {
    let origin = format!("{}.example.org/log", prefix.to_lowercase());
    let key = SigningKey::from_seed(&origin, &[seed; 32]).unwrap();
    json!({
        "name": format!("Institute {prefix}"),
        "prefix": prefix,
        "origin": origin,
        "vkey": key.vkey(),
        "base": format!("https://{}.example.org/", prefix.to_lowercase()),
        "namespace": "https://images.example.org/id/",
        "protocol": 1,
        "endpoints": {"log": "https://elsewhere.example.org/log/"},
    })
}
