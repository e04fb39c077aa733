//! How an operator's commands reach the one process that owns DATA.
//!
//! The graph lies in a RocksDB, which a second process must not even read beside its writer, so the commands of a harvester
//! cannot take turns on the stores as those of a node do (`docs/design/0003-commands-take-turns.md`). Instead whoever
//! holds DATA's lock owns every store, and [`carry_out`] goes one of two ways: nobody has the lock, then the command takes
//! it, opens the harvester and works itself; somebody has it, then the command is handed to the running server through a
//! socket in DATA ([`ControlServer`], [`ask`]). Both ways end in the same [`Operate::operate`], so the answer is the same.
//!
//! The lock decides, never the socket's file: a file that a crash left behind is replaced by the next server, and a
//! command that finds nobody behind it looks at the lock again.
//!
//! A command that only reads ends when its asker goes away; one that changes something goes on ([`Command::goes_on_alone`]).

mod asker;
mod carry_out;
mod client;
mod console;
mod conversation;
mod frames;
mod line;
mod server;
mod signals;
mod socket;

#[cfg(test)]
mod tests;

use std::path::PathBuf;

use serde::{Deserialize, Serialize};

pub use asker::{Asker, Standing};
pub use carry_out::{Holder, Premises, carry_out, serve};
pub use client::{AskError, ask, connect};
pub use console::{Console, Streams, one_line};
pub use frames::{FrameError, Request};
pub use server::ControlServer;

/// A command that needs the stores. It is the same whether it is carried out here or handed to the server.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub enum Command {
    /// Fetch what is new, prove it, and bring the projections up to date.
    Sync {
        /// This member alone.
        member: Option<String>,
        /// The address of a harvester whose mirrors are asked instead of the members.
        mirror: Option<String>,
    },
    /// How every member stands, without asking it.
    Status,
    /// Ask the graph.
    Query {
        /// SPARQL.
        text: String,
        /// json, xml, csv, tsv, nt or ttl; none: the usual one of the query's form.
        format: Option<String>,
    },
    /// Ask the text index.
    Search {
        /// What the operator typed.
        words: String,
    },
    /// Keep ontology files and bring the projections to their terms.
    OntologyLoad {
        /// Absolute paths: the server, on the same machine and of the same user, reads the files itself.
        files: Vec<PathBuf>,
    },
    /// Which ontologies are loaded.
    OntologyList,
    /// Read everything again and compare each thing with what it follows from.
    Check,
    /// Make ledger, graph and text index again from the mirror.
    Rebuild,
}

impl Command {
    /// Whether it is carried through when its asker has gone away: what changes stores is, since half of it helps nobody,
    /// and its output then goes nowhere. What only reads is given up.
    pub fn goes_on_alone(&self) -> bool {
        match self {
            Command::Sync { .. } | Command::OntologyLoad { .. } | Command::Rebuild => true,
            Command::Status
            | Command::Query { .. }
            | Command::Search { .. }
            | Command::OntologyList
            | Command::Check => false,
        }
    }

    /// What an operator typed to have it, for messages.
    pub fn name(&self) -> &'static str {
        match self {
            Command::Sync { .. } => "sync",
            Command::Status => "status",
            Command::Query { .. } => "query",
            Command::Search { .. } => "search",
            Command::OntologyLoad { .. } => "ontology load",
            Command::OntologyList => "ontology list",
            Command::Check => "check",
            Command::Rebuild => "rebuild",
        }
    }
}

/// How a command that ran has ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Outcome {
    /// The program's exit code: 0 done, 2 something was refused or failed. What could not run at all is an error, and 1.
    pub exit: u8,
}

impl Outcome {
    /// All of it was done.
    pub const DONE: Outcome = Outcome { exit: 0 };
    /// It ran, and something was refused or failed.
    pub const REFUSED: Outcome = Outcome { exit: 2 };
}

/// Whoever owns the stores and can carry out commands on them.
pub trait Operate: Send + Sync {
    /// Carries out a command: writes the result to `console.out()` as it comes, and what a person may want to see
    /// meanwhile to `console.progress()`. With `json` the result is JSON alone.
    ///
    /// Several commands may be asked for at once, each on a thread of its own; who has to wait for whom is decided here.
    /// It blocks until the command has ended. One that takes long looks at `console.asker()` from time to time.
    ///
    /// # Errors
    /// When the command could not run: a sentence that says what is wrong and what to do.
    fn operate(
        &self,
        command: Command,
        json: bool,
        console: &mut dyn Console,
    ) -> anyhow::Result<Outcome>;
}
