//! The command line (CONTRACT: `omma-harvester`). What a command does on the stores is in [`crate::control`].
//!
//! Exit codes: 0 done, 1 could not run, 2 ran and something was refused or failed. With `--json` standard output is JSON
//! alone; everything else goes to standard error.

mod arguments;
mod opened;

use std::io::{self, IsTerminal, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;

use anyhow::{Context, ensure};
use clap::Parser;

use crate::clock::{Clock, SystemClock};
use crate::control::{self, Asker, PATIENCE, Request, Terminal, one_line};
use crate::data_folder::DataFolder;
use crate::fetch::{AddressRules, HttpFetch, Limits};
use crate::ontology;
use crate::roster::commands::Console;
use arguments::{Command, CommandLine, OntologyCommand};
use opened::Opened;

/// Runs the program with the machine's clock.
pub fn main() -> ExitCode {
    main_with_clock(Arc::new(SystemClock))
}

/// Runs the program with a clock: tests shift it.
pub fn main_with_clock(clock: Arc<dyn Clock>) -> ExitCode {
    let command_line = match CommandLine::try_parse() {
        Ok(command_line) => command_line,
        Err(error) => {
            // where it cannot be printed nobody reads it
            let _ = error.print();
            // help and version are no failure; clap's own code for wrong usage is 2, which here means something else
            return if error.use_stderr() {
                ExitCode::FAILURE
            } else {
                ExitCode::SUCCESS
            };
        }
    };
    start_log(&command_line.command);
    match run(command_line.command, clock) {
        Ok(code) => ExitCode::from(code),
        // who reads the result has enough of it
        Err(error) if is_broken_pipe(&error) => ExitCode::SUCCESS,
        Err(error) => {
            // who closed standard error does not want to know
            let _ = writeln!(io::stderr(), "omma-harvester: {}", one_line(&error));
            ExitCode::FAILURE
        }
    }
}

/// The log goes to standard error: as JSON where a server's is kept by a machine, else as lines for a person. `OMMA_LOG` chooses of
/// what.
fn start_log(command: &Command) {
    let is_server = matches!(command, Command::Serve { .. });
    let level = if is_server {
        "info,tantivy=warn,actix_server=warn"
    } else {
        "error"
    };
    let filter =
        tracing_subscriber::EnvFilter::try_from_env("OMMA_LOG").unwrap_or_else(|_| level.into());
    let logs = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(io::stderr);
    if is_server && !io::stderr().is_terminal() {
        logs.json().init();
    } else {
        logs.without_time().with_target(false).init();
    }
}

fn is_broken_pipe(error: &anyhow::Error) -> bool {
    error
        .chain()
        .filter_map(|cause| cause.downcast_ref::<io::Error>())
        .any(|cause| cause.kind() == io::ErrorKind::BrokenPipe)
}

fn run(command: Command, clock: Arc<dyn Clock>) -> anyhow::Result<u8> {
    // another part of the process may have installed it before, which is as good
    let _ = rustls::crypto::ring::default_provider().install_default();
    let (data, json, command) = match command {
        Command::Roster(command) => {
            return at_the_console(clock, |console| {
                crate::roster::commands::run(command, console)
            });
        }
        Command::Init(arguments) => {
            return at_the_console(clock, |console| crate::init::run(&arguments, console));
        }
        Command::Serve { data, bind } => return opened::serve(&data.data, bind, clock),
        Command::Ontology(OntologyCommand::List { data, json }) => {
            return list_ontologies(&data.data, json);
        }
        Command::Sync {
            data,
            member,
            mirror,
            json,
        } => {
            // refused before anything is opened
            mirror.as_deref().map(control::portal).transpose()?;
            (data, json, control::Command::Sync { member, mirror })
        }
        Command::Status { data, json } => (data, json, control::Command::Status),
        Command::Query { data, format, text } => {
            (data, false, control::Command::Query { text, format })
        }
        Command::Search { data, json, words } => (data, json, control::Command::Search { words }),
        Command::Ontology(OntologyCommand::Load { data, files }) => {
            let files = files
                .iter()
                .map(|path| absolute_file(path))
                .collect::<Result<_, _>>()?;
            (data, false, control::Command::LoadOntologies { files })
        }
        Command::Check { data, json } => (data, json, control::Command::Check),
        Command::Rebuild { data } => (data, false, control::Command::Rebuild),
    };
    let folder = DataFolder::open(&data.data)?;
    let request = Request { command, json };
    control::perform(&folder, &request, &Terminal::new(), PATIENCE, |guard| {
        Opened::open(&folder, guard, clock)
    })
}

/// With what an operator typed: any address may be asked.
fn at_the_console(
    clock: Arc<dyn Clock>,
    act: impl FnOnce(&mut Console<'_>) -> anyhow::Result<u8>,
) -> anyhow::Result<u8> {
    let fetch = HttpFetch::new(AddressRules::any(), Limits::default())?;
    let mut console = Console {
        fetch: &fetch,
        clock: &*clock,
        input: &mut io::stdin().lock(),
        is_terminal: io::stdin().is_terminal(),
        output: &mut io::stdout().lock(),
        messages: &mut io::stderr().lock(),
    };
    act(&mut console)
}

/// The same path for whoever reads the file, which may be a server that was started elsewhere.
fn absolute_file(path: &Path) -> anyhow::Result<PathBuf> {
    let found =
        std::fs::metadata(path).with_context(|| format!("{} cannot be read", path.display()))?;
    ensure!(
        found.is_file(),
        "{} is no regular file; save what it gives as one, since a server that runs reads it by its path",
        path.display()
    );
    std::path::absolute(path).with_context(|| format!("{} is no path", path.display()))
}

/// Needs no store, so nobody has to be asked.
fn list_ontologies(data: &Path, json: bool) -> anyhow::Result<u8> {
    let folder = DataFolder::open(data)?;
    let listed = ontology::list(&folder.ontologies())?;
    let terminal = Terminal::new();
    if json {
        let mut line = serde_json::to_vec(&listed)?;
        line.push(b'\n');
        terminal.print(&line)?;
        return Ok(0);
    }
    for ontology in &listed {
        let version = ontology.version.as_deref().unwrap_or("-");
        let line = format!(
            "{}\t{version}\t{} terms\t{}\n",
            ontology.name, ontology.terms, ontology.file
        );
        terminal.print(line.as_bytes())?;
    }
    Ok(0)
}
