//! What an operator asks of a harvester's stores, whoever has them.
//!
//! The stores have one owner: the running server, else the command itself. So a command takes DATA's lock and works, and where another
//! process has the lock it asks that one through a socket (`reach`); the same code ([`Commands`]) does the work and writes the answer in
//! both cases, so that it is the same answer.
//!
//! ```text
//! command ── lock is free ──────────────────────────────► Commands ──► Terminal
//!        └── lock is taken ─► ask ── control.sock ── listen ─► Commands ─┐
//!                     Terminal ◄─────────────── frames ◄─────────────────┘
//! ```
//!
//! The socket and the frames on it are between one version's command and the same version's server, on one machine and as one user; they
//! are no interface for others.

mod ask;
mod commands;
mod frames;
mod listen;
mod place;
mod reach;
mod say;
mod terminal;

#[cfg(test)]
mod tests;

use std::io;
use std::path::PathBuf;

use anyhow::{Context, ensure};
use serde::{Deserialize, Serialize};
use tokio::sync::watch;
use url::Url;

pub use commands::Commands;
pub use listen::Listening;
pub use reach::{PATIENCE, lock_to_serve, perform};
pub use say::one_line;
pub use terminal::Terminal;

/// It ran, and something was refused or failed.
pub const REFUSED: u8 = 2;

/// Work on the stores.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub enum Command {
    /// Fetch what is new, prove it, and bring graph and text index up to date.
    Sync {
        /// This member alone.
        member: Option<String>,
        /// Take the logs from this harvester's mirrors: see [`portal`].
        mirror: Option<String>,
    },
    /// How every member stands.
    Status,
    /// Ask the graph.
    Query {
        /// The query.
        text: String,
        /// A name such as `csv`; without one, what suits the query.
        format: Option<String>,
    },
    /// Search studies and images.
    Search {
        /// What to look for.
        words: String,
    },
    /// Keep ontology files and index again what they change.
    LoadOntologies {
        /// Absolute paths: whoever has the stores reads the files, being on the same machine and the same user.
        files: Vec<PathBuf>,
    },
    /// Compare each thing with what it follows from.
    Check,
    /// Make ledger, graph and text index again from the mirror.
    Rebuild,
}

impl Command {
    /// Whether the work goes on when whoever asked has gone away. What changes the stores does, since others wait for it too; a question
    /// without an asker is given up.
    pub fn goes_on_alone(&self) -> bool {
        match self {
            Self::Sync { .. } | Self::LoadOntologies { .. } | Self::Rebuild => true,
            Self::Status | Self::Query { .. } | Self::Search { .. } | Self::Check => false,
        }
    }
}

/// A command, and how its result is wanted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Request {
    /// The command.
    pub command: Command,
    /// Whether the result is a JSON document.
    pub json: bool,
}

/// Whether somebody still wants what a command does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Interest {
    /// Somebody waits for it.
    Waiting,
    /// Whoever asked has gone away.
    Gone,
    /// The process is about to end.
    Stopping,
}

/// Whoever gave a command.
pub trait Asker: Send + Sync {
    /// Hands over bytes of the result. Waits where they are not taken, so not to be called in async code.
    ///
    /// # Errors
    /// When nobody takes them any more.
    fn print(&self, bytes: &[u8]) -> io::Result<()>;

    /// Says how the work goes, a line. Never waits: a line that is not taken in time is lost.
    fn tell(&self, line: &str);

    /// Whether somebody still waits.
    fn interest(&self) -> watch::Receiver<Interest>;
}

/// Does commands: the exit code, 0 done, 2 something was refused or failed. Several commands may be given at the same time.
pub trait Operate: Send + Sync {
    /// Does a command and hands its result to whoever asked.
    ///
    /// # Errors
    /// Why it could not run, a sentence that says what to do.
    fn operate(&self, request: &Request, asker: &dyn Asker) -> anyhow::Result<u8>;
}

/// The address of another harvester as an operator writes it, with or without its last `/`.
///
/// # Errors
/// When it is no http or https address.
pub fn portal(text: &str) -> anyhow::Result<Url> {
    let mut url =
        Url::parse(text).with_context(|| format!("{text:?} is no address of a harvester"))?;
    ensure!(
        matches!(url.scheme(), "http" | "https"),
        "{text:?} is no address of a harvester: it has to begin with http:// or https://"
    );
    if !url.path().ends_with('/') {
        let path = format!("{}/", url.path());
        url.set_path(&path);
    }
    Ok(url)
}
