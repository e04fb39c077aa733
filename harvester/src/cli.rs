//! The command line (CONTRACT: `omma-harvester`). Each command becomes one function's arguments; nothing is done here.
//!
//! Exit codes: 0 done, 1 could not run, 2 ran and something was refused or failed. With `--json` standard output is JSON
//! alone; everything else goes to standard error. Who interrupts a command (Ctrl-C) gets 130, as from the shell.

use std::ffi::OsString;
use std::io::{self, IsTerminal};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;

use ::web::operating::{LogFormat, start_logging};
use anyhow::{Context, bail};
use clap::{Args, Parser, Subcommand};
use url::Url;

use crate::clock::{Clock, SystemClock};
use crate::control::{self, Console, Premises, Streams};
use crate::fetch::{AddressRules, HttpFetch, Limits};
use crate::get::{self, GetArguments};
use crate::init::InitArguments;
use crate::operate::premises::HarvesterPremises;
use crate::roster::commands::RosterCommand;

/// Exit code of what could not run.
const COULD_NOT_RUN: u8 = 1;

#[derive(Debug, Parser)]
#[command(
    name = "omma-harvester",
    version,
    about = "A harvester of Ommatidia: mirrors every member's log, proves it, and makes it findable"
)]
struct CommandLine {
    /// How logs are written to standard error: text or json (default: json of a server without a terminal, else text)
    #[arg(long, global = true, value_name = "FORMAT")]
    log_format: Option<LogFormat>,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Args)]
struct Data {
    /// The harvester's folder
    #[arg(long = "data", value_name = "DIR")]
    data: PathBuf,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Make and sign the federation's roster
    #[command(subcommand)]
    Roster(RosterCommand),
    /// Make the folder of a new harvester
    Init(InitArguments),
    /// Fetch what is new of every member, prove it, and bring graph and text index up to date
    Sync {
        #[command(flatten)]
        data: Data,
        /// This member alone
        #[arg(long, value_name = "ID")]
        member: Option<String>,
        /// Take the logs from this harvester's mirrors
        #[arg(long, value_name = "PORTAL")]
        mirror: Option<String>,
        /// Print a JSON document
        #[arg(long)]
        json: bool,
    },
    /// Poll the members, and serve portal, search, SPARQL and mirrors over HTTP
    Serve {
        #[command(flatten)]
        data: Data,
        /// Address to listen on (default: the configuration's)
        #[arg(long, value_name = "ADDR:PORT")]
        bind: Option<String>,
    },
    /// How every member stands, without asking it
    Status {
        #[command(flatten)]
        data: Data,
        /// Print a JSON document
        #[arg(long)]
        json: bool,
    },
    /// Ask the graph
    Query {
        #[command(flatten)]
        data: Data,
        /// json, xml, csv or tsv of a table; nt or ttl of a graph
        #[arg(long, value_name = "FORMAT")]
        format: Option<String>,
        /// The query
        #[arg(value_name = "SPARQL")]
        text: String,
    },
    /// Search studies and images
    Search {
        #[command(flatten)]
        data: Data,
        /// Print the answer of /api/v1/search
        #[arg(long)]
        json: bool,
        /// What to look for
        words: String,
    },
    /// Ontologies beside the built-in ones
    #[command(subcommand)]
    Ontology(OntologyCommand),
    /// Read everything again and compare each thing with what it follows from
    Check {
        #[command(flatten)]
        data: Data,
        /// Print a JSON document
        #[arg(long)]
        json: bool,
    },
    /// Make ledger, graph and text index again from the mirror
    Rebuild {
        #[command(flatten)]
        data: Data,
    },
    /// Fetch a study's files from wherever they are, and hold every byte against what was signed
    Get(GetArguments),
}

#[derive(Debug, Subcommand)]
enum OntologyCommand {
    /// Load OBO, OBO Graphs JSON, OWL (RDF/XML) or Turtle files
    Load {
        #[command(flatten)]
        data: Data,
        /// The files
        #[arg(required = true, value_name = "FILE")]
        files: Vec<PathBuf>,
    },
    /// List what is loaded
    List {
        #[command(flatten)]
        data: Data,
        /// Print a JSON document
        #[arg(long)]
        json: bool,
    },
}

/// What a command line comes to.
enum Task {
    /// Something about files, which needs no harvester.
    Roster(RosterCommand),
    Init(InitArguments),
    Get(GetArguments),
    /// Something that needs the stores.
    Operate {
        data: PathBuf,
        command: control::Command,
        json: bool,
    },
    Serve {
        data: PathBuf,
        bind: Option<String>,
    },
}

/// Runs the program with the machine's clock.
pub fn main() -> ExitCode {
    main_with_clock(&(Arc::new(SystemClock) as Arc<dyn Clock>))
}

/// Runs the program with a clock: tests shift it.
pub fn main_with_clock(clock: &Arc<dyn Clock>) -> ExitCode {
    let of_roster = Arc::clone(clock);
    let of_data = Arc::clone(clock);
    let premises = move |path: &Path| HarvesterPremises::at(path, of_data);
    ExitCode::from(exit_on(std::env::args_os(), premises, &*of_roster))
}

/// Runs the program with these arguments, the first of which is its name; `premises` makes of a `--data` what commands need of it. Gives
/// the exit code.
pub(crate) fn exit_on<P: Premises>(
    arguments: impl IntoIterator<Item = OsString>,
    premises: impl FnOnce(&Path) -> anyhow::Result<P>,
    clock: &dyn Clock,
) -> u8 {
    let command_line = match CommandLine::try_parse_from(arguments) {
        Ok(command_line) => command_line,
        Err(error) => {
            // help may be piped into a pager that was closed
            let _ = error.print();
            // help and version are no failure; clap's own code for wrong usage is 2, which here means something else
            return u8::from(error.use_stderr());
        }
    };
    let is_serving = matches!(command_line.command, Command::Serve { .. });
    let mut streams = Streams::standard();
    if let Err(wrong) = start_logging(is_serving, command_line.log_format) {
        streams.progress(&format!("omma-harvester: {wrong}"));
        return COULD_NOT_RUN;
    }
    match run(command_line.command, premises, clock, &mut streams) {
        Ok(exit) => exit,
        // whoever reads our output has had enough
        Err(_) if streams.is_gone() => 0,
        Err(error) => {
            streams.progress(&format!("omma-harvester: {}", causes(&error)));
            COULD_NOT_RUN
        }
    }
}

/// Carries out one command; the answer is the exit code.
fn run<P: Premises>(
    command: Command,
    premises: impl FnOnce(&Path) -> anyhow::Result<P>,
    clock: &dyn Clock,
    streams: &mut Streams,
) -> anyhow::Result<u8> {
    match command.task()? {
        Task::Roster(command) => at_the_terminal(clock, |terminal| {
            crate::roster::commands::run(command, terminal)
        }),
        Task::Init(arguments) => {
            at_the_terminal(clock, |terminal| crate::init::run(&arguments, terminal))
        }
        Task::Get(arguments) => at_the_terminal(clock, |terminal| get::run(&arguments, terminal)),
        Task::Operate {
            data,
            command,
            json,
        } => control::carry_out(&premises(&data)?, command, json, streams),
        Task::Serve { data, bind } => {
            control::serve(&premises(&data)?, bind.as_deref(), streams)?;
            Ok(0)
        }
    }
}

/// With what an operator typed: any address may be asked.
fn at_the_terminal(
    clock: &dyn Clock,
    act: impl FnOnce(&mut crate::roster::commands::Console<'_>) -> anyhow::Result<u8>,
) -> anyhow::Result<u8> {
    // another part of the process may have installed it before, which is as good
    let _ = rustls::crypto::ring::default_provider().install_default();
    let fetch = HttpFetch::new(AddressRules::any(), Limits::default())?;
    let mut terminal = crate::roster::commands::Console {
        fetch: &fetch,
        clock,
        input: &mut io::stdin().lock(),
        is_terminal: io::stdin().is_terminal(),
        // not locked: the log goes to standard error as well, from the thread that this one waits for
        output: &mut io::stdout(),
        messages: &mut io::stderr(),
    };
    act(&mut terminal)
}

impl Command {
    fn task(self) -> anyhow::Result<Task> {
        let (data, command, json) = match self {
            Command::Roster(command) => return Ok(Task::Roster(command)),
            Command::Init(arguments) => return Ok(Task::Init(arguments)),
            Command::Get(arguments) => return Ok(Task::Get(arguments)),
            Command::Serve { data, bind } => {
                return Ok(Task::Serve {
                    data: data.data,
                    bind,
                });
            }
            Command::Sync {
                data,
                member,
                mirror,
                json,
            } => {
                let mirror = mirror.as_deref().map(portal).transpose()?;
                (data, control::Command::Sync { member, mirror }, json)
            }
            Command::Status { data, json } => (data, control::Command::Status, json),
            Command::Query { data, format, text } => {
                (data, control::Command::Query { text, format }, false)
            }
            Command::Search { data, json, words } => {
                (data, control::Command::Search { words }, json)
            }
            Command::Ontology(OntologyCommand::Load { data, files }) => {
                let files = absolute(&files)?;
                (data, control::Command::OntologyLoad { files }, false)
            }
            Command::Ontology(OntologyCommand::List { data, json }) => {
                (data, control::Command::OntologyList, json)
            }
            Command::Check { data, json } => (data, control::Command::Check, json),
            Command::Rebuild { data } => (data, control::Command::Rebuild, false),
        };
        Ok(Task::Operate {
            data: data.data,
            command,
            json,
        })
    }
}

/// Paths that mean the same to the server, which runs in another folder.
fn absolute(files: &[PathBuf]) -> anyhow::Result<Vec<PathBuf>> {
    files
        .iter()
        .map(|file| {
            std::path::absolute(file).with_context(|| format!("{} is no path", file.display()))
        })
        .collect()
}

/// An address that an operator typed, with or without its last `/`.
pub(crate) fn portal(text: &str) -> anyhow::Result<String> {
    let mut url = Url::parse(text)
        .with_context(|| format!("{text:?} is no address; give one like https://example.org/"))?;
    if !matches!(url.scheme(), "http" | "https") {
        bail!("{text} is no http or https address");
    }
    if !url.path().ends_with('/') {
        let path = format!("{}/", url.path());
        url.set_path(&path);
    }
    Ok(url.into())
}

/// The error and its causes on one line, none said twice.
pub(crate) fn causes(error: &anyhow::Error) -> String {
    let mut line = String::new();
    for cause in error.chain().map(ToString::to_string) {
        if !line.contains(&cause) {
            if !line.is_empty() {
                line.push_str(": ");
            }
            line.push_str(&cause);
        }
    }
    control::one_line(&line)
}

#[cfg(test)]
mod tests;
