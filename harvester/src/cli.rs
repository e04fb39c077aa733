//! The command line (CONTRACT: `omma-harvester`). Each command opens what it needs, calls one function, and prints.
//!
//! Exit codes: 0 done, 1 could not run, 2 ran and something was refused or failed. With `--json` standard output is JSON
//! alone; everything else goes to standard error.

use std::io::{self, IsTerminal, Write};
use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;

use anyhow::{Context, bail};
use clap::{Args, Parser, Subcommand};
use serde_json::json;
use url::Url;

use crate::clock::{Clock, SystemClock};
use crate::config::Config;
use crate::data_folder::{DataFolder, Guard};
use crate::fetch::{AddressRules, Fetch, HttpFetch, Limits};
use crate::harvest::round::MemberReport;
use crate::init::InitArguments;
use crate::operate::{Harvester, SyncRequest};
use crate::query::{Question, Wanted};
use crate::roster::commands::{Console, RosterCommand};
use crate::text::SearchRequest;

/// Something was refused or failed.
const REFUSED: u8 = 2;

#[derive(Debug, Parser)]
#[command(
    name = "omma-harvester",
    version,
    about = "A harvester of Ommatidia: mirrors every member's log, proves it, and makes it findable"
)]
struct CommandLine {
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
    /// Answer everybody, and ask members for news, until SIGTERM or Ctrl-C
    Serve {
        #[command(flatten)]
        data: Data,
        /// The address and port, in place of the configured
        #[arg(long)]
        bind: Option<SocketAddr>,
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
    /// The ontologies that graph and text index know
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
}

#[derive(Debug, Subcommand)]
enum OntologyCommand {
    /// Keep ontology files (OWL, Turtle, OBO, OBO Graphs) and index again what they change
    Load {
        #[command(flatten)]
        data: Data,
        /// The files
        #[arg(required = true, value_name = "FILE")]
        files: Vec<PathBuf>,
    },
    /// What is loaded
    List {
        #[command(flatten)]
        data: Data,
        /// Print a JSON document
        #[arg(long)]
        json: bool,
    },
}

/// Runs the program with the machine's clock.
pub fn main() -> ExitCode {
    main_with_clock(Arc::new(SystemClock))
}

/// Runs the program with a clock: tests shift it.
pub fn main_with_clock(clock: Arc<dyn Clock>) -> ExitCode {
    let ended = CommandLine::parse();
    start_log(&ended.command);
    match run(ended.command, clock) {
        Ok(code) => ExitCode::from(code),
        Err(error) if is_broken_pipe(&error) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!(
                "omma-harvester: {}",
                format!("{error:#}").replace('\n', " ")
            );
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
    match command {
        Command::Roster(command) => at_the_console(clock, |console| {
            crate::roster::commands::run(command, console)
        }),
        Command::Init(arguments) => {
            at_the_console(clock, |console| crate::init::run(&arguments, console))
        }
        Command::Sync {
            data,
            member,
            mirror,
            json,
        } => {
            let mirror = mirror.as_deref().map(portal).transpose()?;
            let opened = Opened::open(&data, clock)?;
            let request = SyncRequest { member, mirror };
            let reports =
                opened.block_on(opened.harvester.sync(&request, |line| eprintln!("{line}")))?;
            print_members(&opened.harvester, &reports, json)
        }
        Command::Serve { data, bind } => {
            let opened = Opened::open(&data, clock)?;
            let bind = bind.unwrap_or(opened.harvester.config().serve.bind);
            crate::serve::run(Arc::clone(&opened.harvester), bind, &opened.runtime)?;
            Ok(0)
        }
        Command::Status { data, json } => {
            let opened = Opened::open(&data, clock)?;
            let reports = opened.harvester.status()?;
            print_members(&opened.harvester, &reports, json)?;
            Ok(0)
        }
        Command::Query { data, format, text } => {
            let opened = Opened::open_filled(&data, clock)?;
            let wanted = format.map_or(Wanted::Anything, Wanted::Named);
            let question = Question {
                text,
                wanted,
                ..Question::default()
            };
            let queries = opened.harvester.queries()?;
            let mut out = io::stdout().lock();
            queries.run_to_writer(question, &mut out)?;
            out.flush()?;
            Ok(0)
        }
        Command::Search { data, json, words } => {
            let opened = Opened::open_filled(&data, clock)?;
            let request = SearchRequest::from_query(&[("q".to_owned(), words)])?;
            let answer = opened.harvester.search(&request)?;
            let mut out = io::stdout().lock();
            if json {
                serde_json::to_writer(&mut out, &answer)?;
                writeln!(out)?;
            } else {
                for hit in &answer.hits {
                    writeln!(out, "{}\t{}\t{}", hit.id, hit.member, hit.title)?;
                }
                eprintln!("{} found", answer.total);
            }
            Ok(0)
        }
        Command::Ontology(OntologyCommand::Load { data, files }) => {
            let opened = Opened::open_filled(&data, clock)?;
            let loaded = opened.harvester.load_ontologies(&files)?;
            let mut out = io::stdout().lock();
            for ontology in &loaded.listed {
                writeln!(out, "{}\t{} terms", ontology.name, ontology.terms)?;
            }
            writeln!(out, "{} terms changed", loaded.changed.len())?;
            Ok(0)
        }
        Command::Ontology(OntologyCommand::List { data, json }) => {
            let folder = DataFolder::open(&data.data)?;
            let listed = crate::ontology::list(&folder.ontologies())?;
            let mut out = io::stdout().lock();
            if json {
                writeln!(out, "{}", json!(listed))?;
                return Ok(0);
            }
            for ontology in &listed {
                let version = ontology.version.as_deref().unwrap_or("-");
                writeln!(
                    out,
                    "{}\t{version}\t{} terms\t{}",
                    ontology.name, ontology.terms, ontology.file
                )?;
            }
            Ok(0)
        }
        Command::Check { data, json } => {
            let opened = Opened::open(&data, clock)?;
            let problems = opened.block_on(opened.harvester.check(|line| eprintln!("{line}")))?;
            let mut out = io::stdout().lock();
            if json {
                writeln!(out, "{}", json!({ "problems": problems }))?;
            } else {
                for problem in &problems {
                    writeln!(out, "{}: {}", problem.r#where, problem.sentence)?;
                }
                writeln!(out, "{} problems", problems.len())?;
            }
            Ok(if problems.is_empty() { 0 } else { REFUSED })
        }
        Command::Rebuild { data } => {
            let opened = Opened::open(&data, clock)?;
            let entries = opened.block_on(opened.harvester.rebuild(|line| eprintln!("{line}")))?;
            writeln!(io::stdout().lock(), "{entries} entries")?;
            Ok(0)
        }
    }
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

fn portal(text: &str) -> anyhow::Result<Url> {
    let mut url = Url::parse(text).with_context(|| format!("{text:?} is no address"))?;
    if !matches!(url.scheme(), "http" | "https") {
        bail!("{text} is no http or https address");
    }
    if !url.path().ends_with('/') {
        let path = format!("{}/", url.path());
        url.set_path(&path);
    }
    Ok(url)
}

/// A harvester that this process has.
struct Opened {
    harvester: Arc<Harvester>,
    runtime: tokio::runtime::Runtime,
    _guard: Guard,
}

impl Opened {
    fn open(data: &Data, clock: Arc<dyn Clock>) -> anyhow::Result<Self> {
        let folder = DataFolder::open(&data.data)?;
        let guard = folder.lock()??;
        let config = Config::read(&folder.config())?;
        let limits = config.limits();
        let fetch = |rules| -> anyhow::Result<Arc<dyn Fetch>> {
            Ok(Arc::new(HttpFetch::new(rules, limits)?))
        };
        let strangers = fetch(AddressRules::new(config.allowed()?))?;
        let operators = fetch(AddressRules::any())?;
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .enable_all()
            .build()
            .context("no threads can be had")?;
        let harvester = {
            let _inside = runtime.enter();
            Harvester::open(folder, config, strangers, operators, clock)?
        };
        Ok(Self {
            harvester,
            runtime,
            _guard: guard,
        })
    }

    /// Opened, with graph and text index at the ledger's position.
    fn open_filled(data: &Data, clock: Arc<dyn Clock>) -> anyhow::Result<Self> {
        let opened = Self::open(data, clock)?;
        opened.harvester.catch_up()?;
        Ok(opened)
    }

    fn block_on<T>(&self, work: impl Future<Output = T>) -> T {
        self.runtime.block_on(work)
    }
}

/// Prints how members stand; 2 when an active one is not `current`.
fn print_members(
    harvester: &Harvester,
    reports: &[MemberReport],
    json: bool,
) -> anyhow::Result<u8> {
    let mut out = io::stdout().lock();
    if json {
        writeln!(out, "{}", json!({ "members": reports }))?;
    } else {
        writeln!(
            out,
            "{:<20} {:<14} {:>10} {:>10} {:>10} {:>10} {:>10} {:>10}",
            "member",
            "state",
            "entries",
            "current",
            "superseded",
            "removed",
            "event",
            "quarantined"
        )?;
        for report in reports {
            let counts = &report.counts;
            writeln!(
                out,
                "{:<20} {:<14} {:>10} {:>10} {:>10} {:>10} {:>10} {:>10}",
                report.id,
                report.state,
                counts.entries,
                counts.current,
                counts.superseded,
                counts.removed,
                counts.event,
                counts.quarantined
            )?;
            if !report.detail.is_empty() {
                writeln!(out, "    {}", report.detail)?;
            }
        }
    }
    let roster = harvester.roster();
    let standing = harvester.status()?;
    let is_amiss = |member: &protocol::roster::Member| {
        let of_member = |report: &&MemberReport| report.id == member.id;
        member.status == protocol::roster::Status::Active
            && !standing
                .iter()
                .find(of_member)
                .is_some_and(MemberReport::is_current)
    };
    Ok(if roster.members.iter().any(is_amiss) {
        REFUSED
    } else {
        0
    })
}
