//! The command line (CONTRACT: `omma-node`). Each command opens what it needs, calls one function, and prints.
//!
//! Exit codes: 0 done, 1 could not run, 2 ran and something was refused or failed. With `--json` standard output is JSON
//! alone; everything else goes to standard error.

mod arguments;
mod deriving;
mod ending;
mod importing;
mod moving;

use std::io::Write;
use std::path::Path;
use std::process::ExitCode;
use std::sync::{Mutex, PoisonError};

use ::web::operating::start_logging;
use anyhow::Context;
use clap::Parser;
use protocol::identifier::{ResourceId, VersionedId};

use crate::archive::{Archive, DataFolder};
use crate::config::Identity;
use crate::moves::Move;
use crate::{check, init, ontology, rebuild, samples, serve, status};

use arguments::{Command, CommandLine, Data, KeyCommand, OntologyCommand};
use deriving::run_derive;
use importing::run_import;
use moving::accession;

/// Something was refused or failed.
const REFUSED: u8 = 2;

/// Runs the program with the arguments of the process.
pub fn run() -> ExitCode {
    let command_line = match CommandLine::try_parse() {
        Ok(command_line) => command_line,
        Err(error) => {
            let _ = error.print();
            // help and version are no failure; clap's own code for wrong usage is 2, which here means something else
            return if error.use_stderr() {
                ExitCode::FAILURE
            } else {
                ExitCode::SUCCESS
            };
        }
    };
    let is_serving = matches!(command_line.command, Command::Serve { .. });
    if let Err(wrong) = start_logging(is_serving, command_line.log_format) {
        eprintln!("omma-node: {wrong}");
        return ExitCode::FAILURE;
    }
    match command_line.command.run() {
        Ok(code) => code,
        Err(error) => {
            eprintln!("omma-node: {}", one_line(&error));
            ExitCode::FAILURE
        }
    }
}

/// The error and its causes on one line, none said twice.
fn one_line(error: &anyhow::Error) -> String {
    let mut line = String::new();
    for cause in error.chain().map(ToString::to_string) {
        if !line.contains(&cause) {
            if !line.is_empty() {
                line.push_str(": ");
            }
            line.push_str(&cause);
        }
    }
    line.replace('\n', " ")
}

impl Command {
    fn run(self) -> anyhow::Result<ExitCode> {
        match self {
            Command::Init {
                data,
                base_url,
                prefix,
                name,
                namespace,
                ror,
                origin,
            } => {
                let identity = Identity {
                    name,
                    prefix,
                    base_url,
                    namespace,
                    ror,
                    origin,
                };
                let archive = init::init(&data.data, &identity)?;
                print_line(archive.log().verifier())?;
                Ok(ExitCode::SUCCESS)
            }
            Command::Import { data, json, paths } => run_import(&data, json, &paths),
            Command::Serve { data, bind } => {
                let archive = Archive::open(&data.data)?;
                let bind = bind.unwrap_or_else(|| archive.config().bind.clone());
                serve::run(archive, &bind)?;
                Ok(ExitCode::SUCCESS)
            }
            Command::Derive { data, json, ids } => run_derive(&data, json, &ids),
            Command::Status { data, json } => run_status(&data, json),
            Command::Suppress(arguments) => arguments.run(false, |id, reason| {
                Ok(Move::Suppress(accession(id)?, reason))
            }),
            Command::Restore(arguments) => arguments.run(false, |id, reason| {
                Ok(Move::Restore(accession(id)?, reason))
            }),
            Command::Withdraw { arguments, yes } => arguments.run(!yes, |id, reason| {
                Ok(Move::Withdraw(accession(id)?, reason))
            }),
            Command::Replace { arguments, by } => arguments.run(true, |id, reason| {
                let by = ResourceId::parse(&by).with_context(|| format!("--by {by}"))?;
                Ok(Move::Replace(accession(id)?, by, reason))
            }),
            Command::Redact(arguments) => arguments.run(false, |id, reason| {
                let versioned = VersionedId::parse(id).with_context(|| {
                    format!(
                        "{id} does not name a version; give it with its number, such as DND-S42.1"
                    )
                })?;
                Ok(Move::Redact(versioned, reason))
            }),
            Command::Check { data, json } => run_check(&data, json),
            Command::Rebuild { data } => {
                let entries = rebuild::rebuild(&data.data)?;
                print_line(format_args!(
                    "the database was made again from {entries} log entries"
                ))?;
                Ok(ExitCode::SUCCESS)
            }
            Command::Samples { folder, seed, size } => run_samples(&folder, seed, size),
            Command::Ontology(OntologyCommand::Load { data, files }) => {
                let folder = DataFolder::new(&data.data);
                folder.check_format()?;
                for loaded in ontology::load(&folder, &files)? {
                    print_line(describe_ontology(&loaded))?;
                }
                Ok(ExitCode::SUCCESS)
            }
            Command::Ontology(OntologyCommand::List { data, json }) => {
                let folder = DataFolder::new(&data.data);
                folder.check_format()?;
                let all = ontology::list(&folder)?;
                if json {
                    print_line(serde_json::to_string_pretty(&all)?)?;
                } else {
                    for listed in &all {
                        print_line(describe_ontology(listed))?;
                    }
                }
                Ok(ExitCode::SUCCESS)
            }
            Command::Key(KeyCommand::Show { data }) => {
                print_line(Archive::open(&data.data)?.log().verifier())?;
                Ok(ExitCode::SUCCESS)
            }
        }
    }
}

fn run_samples(folder: &Path, seed: u64, size: samples::Size) -> anyhow::Result<ExitCode> {
    let broken_pipe = Mutex::new(Ok(()));
    let written = samples::write(folder, seed, size, &|study| {
        let what = if study.is_new { "wrote" } else { "kept" };
        let printed = print_line(format_args!("{what} {}", study.path.display()));
        if printed.is_err() {
            *broken_pipe.lock().unwrap_or_else(PoisonError::into_inner) = printed;
        }
    })?;
    broken_pipe
        .into_inner()
        .unwrap_or_else(PoisonError::into_inner)?;
    let new = written.iter().filter(|study| study.is_new).count();
    print_line(format_args!(
        "{} example studies: {new} written, {} there already",
        written.len(),
        written.len() - new
    ))?;
    Ok(ExitCode::SUCCESS)
}

fn run_status(data: &Data, json: bool) -> anyhow::Result<ExitCode> {
    let status = status::status(&Archive::open(&data.data)?)?;
    if json {
        print_line(serde_json::to_string_pretty(&status)?)?;
        return Ok(ExitCode::SUCCESS);
    }
    print_line(format_args!("{} ({})", status.prefix, status.base))?;
    print_line(format_args!(
        "log      {} entries, root {}",
        status.size, status.root
    ))?;
    print_line(format_args!("key      {}", status.vkey))?;
    print_line(format_args!("studies  {}", status.studies))?;
    print_line(format_args!("images   {}", status.images))?;
    print_line(format_args!(
        "files    {} ({} bytes)",
        status.files, status.bytes
    ))?;
    print_line(format_args!(
        "pictures {} ready, {} waiting, {} cannot be made",
        status.pictures.ready, status.pictures.waiting, status.pictures.unreadable
    ))?;
    for image in &status.unreadable {
        let reason = image.reason.as_deref().unwrap_or_default();
        print_line(format_args!(
            "  {}.{}: {reason}",
            image.image, image.version
        ))?;
    }
    let left_out = status.pictures.unreadable - status.unreadable.len() as u64;
    if left_out > 0 {
        print_line(format_args!("  and {left_out} more"))?;
    }
    Ok(ExitCode::SUCCESS)
}

fn run_check(data: &Data, json: bool) -> anyhow::Result<ExitCode> {
    let checked = check::check_telling(&data.data, &mut || {
        tracing::info!(
            "log and database are read; hashing the stored files, others may write meanwhile"
        );
    })?;
    if json {
        print_line(serde_json::to_string_pretty(&checked)?)?;
    } else {
        for problem in &checked.problems {
            print_line(format_args!("{}: {}", problem.path, problem.message))?;
        }
        print_line(format_args!(
            "read {} entries, {} records ({} removed for legal cause), {} objects, {} files, {} bytes: {} problems",
            checked.entries,
            checked.records,
            checked.redacted,
            checked.objects,
            checked.files,
            checked.bytes,
            checked.problems.len()
        ))?;
    }
    Ok(if checked.problems.is_empty() {
        ExitCode::SUCCESS
    } else {
        ExitCode::from(REFUSED)
    })
}

fn describe_ontology(listed: &ontology::Listed) -> String {
    format!(
        "{}\t{}\t{} terms\t{}",
        listed.name,
        listed.version.as_deref().unwrap_or("no version"),
        listed.terms,
        listed.file
    )
}

/// Prints to standard output, where a reader that went away is an error and no panic.
fn print_line(line: impl std::fmt::Display) -> std::io::Result<()> {
    writeln!(std::io::stdout().lock(), "{line}")
}
