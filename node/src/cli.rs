//! The command line (CONTRACT: `omma-node`). Each command opens what it needs, calls one function, and prints.
//!
//! Exit codes: 0 done, 1 could not run, 2 ran and something was refused or failed. With `--json` standard output is JSON
//! alone; everything else goes to standard error.

use std::io::{IsTerminal, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::{Mutex, PoisonError};

use ::web::operating::{LogFormat, start_logging};
use anyhow::Context;
use clap::{Args, Parser, Subcommand};
use protocol::entry::Reason;
use protocol::identifier::{Accession, Kind, ResourceId, VersionedId};

use crate::archive::{Archive, DataFolder};
use crate::config::Identity;
use crate::finding::Finding;
use crate::log::peers;
use crate::moves::{self, Move};
use crate::publish::{Outcome, Report};
use crate::{check, import, init, ontology, rebuild, samples, serve, status};

/// Something was refused or failed.
const REFUSED: u8 = 2;

#[derive(Debug, Parser)]
#[command(
    name = "omma-node",
    version,
    about = "A node of Ommatidia: keeps biological images and vouches for them"
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
    /// The node's folder
    #[arg(long = "data", value_name = "DIR")]
    data: PathBuf,
}

#[derive(Debug, Args)]
struct MoveArguments {
    #[command(flatten)]
    data: Data,
    /// The accession, such as DND-S42 or DND-S42-I7
    id: String,
    /// error, duplicate, consent, privacy, legal, superseded, owner-request or other
    #[arg(long, value_name = "CODE")]
    reason: String,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Make a node in a new folder
    Init {
        #[command(flatten)]
        data: Data,
        /// Where the node is reached from outside
        #[arg(long, value_name = "URL")]
        base_url: String,
        /// The accession prefix: 2 to 6 capital letters
        #[arg(long, value_name = "ABC")]
        prefix: String,
        /// The institution's name
        #[arg(long)]
        name: String,
        /// The federation's namespace, ending in /id/ (default: <base>id/)
        #[arg(long, value_name = "IRI")]
        namespace: Option<String>,
        /// The institution's ROR
        #[arg(long, value_name = "IRI")]
        ror: Option<String>,
        /// The log's name (default: the base URL without its scheme, and log)
        #[arg(long)]
        origin: Option<String>,
    },
    /// Publish studies: study folders, RO-Crates (folder, zip, detached .json), or folders of such
    Import {
        #[command(flatten)]
        data: Data,
        /// Report as a JSON array
        #[arg(long)]
        json: bool,
        /// What to import
        #[arg(required = true, value_name = "PATH")]
        paths: Vec<PathBuf>,
    },
    /// Serve pages, records, files and the log over HTTP
    Serve {
        #[command(flatten)]
        data: Data,
        /// Address to listen on (default: the configuration's)
        #[arg(long, value_name = "ADDR:PORT")]
        bind: Option<String>,
    },
    /// Say what the node is and how much it has
    Status {
        #[command(flatten)]
        data: Data,
        /// As JSON
        #[arg(long)]
        json: bool,
    },
    /// Take a public resource out of lists and search; it still answers by its id, marked
    Suppress(MoveArguments),
    /// Undo a suppression
    Restore(MoveArguments),
    /// Withdraw for good; for consent, privacy and legal everything of it is erased
    Withdraw {
        #[command(flatten)]
        arguments: MoveArguments,
        /// Do not ask before erasing
        #[arg(long)]
        yes: bool,
    },
    /// Withdraw for good and name the successor; for consent, privacy and legal everything of it is erased
    Replace {
        #[command(flatten)]
        arguments: MoveArguments,
        /// The successor's accession
        #[arg(long, value_name = "ID")]
        by: String,
    },
    /// Remove the bytes of one version's record for legal cause, such as DND-S42.1
    Redact(MoveArguments),
    /// Read and hash everything again: files, records, log, database
    Check {
        #[command(flatten)]
        data: Data,
        /// As JSON
        #[arg(long)]
        json: bool,
    },
    /// Make the database again from the storage alone
    Rebuild {
        #[command(flatten)]
        data: Data,
    },
    /// Write example studies with computed pictures: three institutions, each a folder that `import` reads
    ///
    /// Each folder holds studies as depositors hand them in, with study.yaml and files, one for each of three nodes in
    /// the order of their names; about 80 MB in all. No cell was imaged for them, and each study says so. The same seed
    /// gives the same bytes; studies that are there are left alone.
    Samples {
        /// Where the institutions' folders go
        #[arg(value_name = "DIR")]
        folder: PathBuf,
        /// What the pictures are drawn from
        #[arg(long, value_name = "NUMBER", default_value_t = samples::SEED)]
        seed: u64,
        /// How large the pictures are
        #[arg(long, value_enum, default_value_t)]
        size: samples::Size,
    },
    /// Ontologies beside the built-in ones
    #[command(subcommand)]
    Ontology(OntologyCommand),
    /// The log's key
    #[command(subcommand)]
    Key(KeyCommand),
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
        /// As JSON
        #[arg(long)]
        json: bool,
    },
}

#[derive(Debug, Subcommand)]
enum KeyCommand {
    /// Print the key that verifies the log
    Show {
        #[command(flatten)]
        data: Data,
    },
}

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

fn run_import(data: &Data, json: bool, paths: &[PathBuf]) -> anyhow::Result<ExitCode> {
    let archive = Archive::open(&data.data)?;
    let terms = ontology::terms(archive.folder())?;
    let mut broken_pipe = Ok(());
    let mut settled = Vec::new();
    let imported = import::import(&archive, &terms, paths, &mut |report| {
        settled.push(report.clone());
        let printed = if json {
            show_progress(report)
        } else {
            print_report(report)
        };
        broken_pipe = std::mem::replace(&mut broken_pipe, Ok(())).and(printed);
    });
    // also of an import that stopped half-way: what it settled before is published and must be known
    let reports = imported.as_ref().unwrap_or(&settled);
    broken_pipe?;
    if json {
        print_line(serde_json::to_string_pretty(reports)?)?;
    } else if imported.is_ok() || !reports.is_empty() {
        print_line(total(reports))?;
        explain_warnings(reports)?;
    }
    let reports = imported?;
    let refused = reports
        .iter()
        .any(|report| report.outcome == Outcome::Refused);
    Ok(if refused {
        ExitCode::from(REFUSED)
    } else {
        ExitCode::SUCCESS
    })
}

fn print_report(report: &Report) -> std::io::Result<()> {
    let source = report.source.display();
    let mut out = std::io::stdout().lock();
    let warnings = report
        .findings
        .iter()
        .filter(|finding| !finding.is_error())
        .count();
    let warned = match warnings {
        0 => String::new(),
        1 => " (1 warning)".to_owned(),
        _ => format!(" ({warnings} warnings)"),
    };
    match (report.outcome, &report.id, report.version) {
        (Outcome::Published, Some(id), _) => writeln!(out, "published {id} from {source}{warned}"),
        (Outcome::Revised, Some(id), Some(version)) => writeln!(
            out,
            "revised {id} to version {version} from {source}{warned}"
        ),
        (Outcome::Unchanged, Some(id), Some(version)) => {
            writeln!(out, "unchanged {id} version {version} from {source}")
        }
        _ => {
            let errors: Vec<String> = report
                .findings
                .iter()
                .filter(|finding| finding.is_error())
                .map(say)
                .collect();
            writeln!(out, "refused {source}: {}", errors.join("; "))
        }
    }
}

fn say(finding: &Finding) -> String {
    if finding.path.is_empty() {
        finding.message.clone()
    } else {
        format!("{}: {}", finding.path, finding.message)
    }
}

/// With `--json` a person still sees that something happens.
fn show_progress(report: &Report) -> std::io::Result<()> {
    if std::io::stderr().is_terminal() {
        let outcome = format!("{:?}", report.outcome).to_lowercase();
        writeln!(
            std::io::stderr(),
            "{outcome} {}",
            report
                .id
                .as_deref()
                .unwrap_or(&report.source.display().to_string())
        )?;
    }
    Ok(())
}

fn total(reports: &[Report]) -> String {
    let count = |outcome| {
        reports
            .iter()
            .filter(|report| report.outcome == outcome)
            .count()
    };
    format!(
        "{} studies: {} published, {} revised, {} unchanged, {} refused",
        reports.len(),
        count(Outcome::Published),
        count(Outcome::Revised),
        count(Outcome::Unchanged),
        count(Outcome::Refused)
    )
}

/// A line for each study does not say what its warnings are; whoever is to mend them has to find out how to see them.
fn explain_warnings(reports: &[Report]) -> std::io::Result<()> {
    let findings = reports.iter().flat_map(|report| &report.findings);
    match findings.filter(|finding| !finding.is_error()).count() {
        0 => Ok(()),
        1 => writeln!(
            std::io::stderr(),
            "the same command with --json says what the warning is"
        ),
        many => writeln!(
            std::io::stderr(),
            "the same command with --json says what the {many} warnings are"
        ),
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

impl MoveArguments {
    fn run(
        self,
        ask: bool,
        wanted: impl FnOnce(&str, Reason) -> anyhow::Result<Move>,
    ) -> anyhow::Result<ExitCode> {
        let reason =
            Reason::parse(&self.reason).with_context(|| format!("--reason {}", self.reason))?;
        let wanted = wanted(&self.id, reason)?;
        let archive = Archive::open(&self.data.data)?;
        if ask
            && wanted.asks_for_erasure()
            && std::io::stdin().is_terminal()
            && !confirmed(&wanted)?
        {
            eprintln!("omma-node: nothing was done");
            return Ok(ExitCode::from(REFUSED));
        }
        peers::check(&archive)?;
        let mut lease = archive.lease()?;
        match moves::make(&archive, &mut lease, &wanted) {
            Ok(moved) => {
                print_line(describe_move(&wanted, &moved))?;
                Ok(ExitCode::SUCCESS)
            }
            Err(
                error @ (moves::MoveError::Unknown(_)
                | moves::MoveError::NoVersion(..)
                | moves::MoveError::Refused(_)),
            ) => {
                eprintln!("omma-node: {error}");
                Ok(ExitCode::from(REFUSED))
            }
            Err(error) => Err(error.into()),
        }
    }
}

/// Asks a person who is there to answer; a script has said what it wants by naming the reason.
fn confirmed(wanted: &Move) -> std::io::Result<bool> {
    eprint!(
        "{} will be withdrawn for good and everything of it erased: records, files, pictures. This cannot be undone. Type its id to go on: ",
        wanted.id()
    );
    let mut answer = String::new();
    std::io::stdin().read_line(&mut answer)?;
    Ok(answer.trim() == wanted.id().as_str())
}

fn describe_move(wanted: &Move, moved: &moves::Moved) -> String {
    let done = match wanted {
        Move::Suppress(id, _) => format!("suppressed {id}"),
        Move::Restore(id, _) => format!("restored {id}"),
        Move::Withdraw(id, _) => format!("withdrew {id}"),
        Move::Replace(id, by, _) => format!("replaced {id} by {by}"),
        Move::Redact(versioned, _) => format!("redacted {versioned}"),
    };
    if moved.erased_records + moved.erased_files == 0 {
        return done;
    }
    let more = match wanted {
        Move::Redact(..) => "; its files stay (withdraw the study to erase them)",
        Move::Withdraw(id, _) | Move::Replace(id, ..) if id.kind() != Kind::Study => {
            "; the study's own metadata and manifest still name it: import the study without it, then redact the study's earlier versions"
        }
        _ => "",
    };
    format!(
        "{done}: {} records and {} stored files erased{more}",
        moved.erased_records, moved.erased_files
    )
}

fn accession(id: &str) -> anyhow::Result<Accession> {
    Accession::parse(id).with_context(|| format!("{id} is not an accession; give one like DND-S42"))
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
