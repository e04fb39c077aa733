//! What can be typed.

use std::net::SocketAddr;
use std::path::PathBuf;

use clap::{Args, Parser, Subcommand};

use crate::init::InitArguments;
use crate::roster::commands::RosterCommand;

#[derive(Debug, Parser)]
#[command(
    name = "omma-harvester",
    version,
    about = "A harvester of Ommatidia: mirrors every member's log, proves it, and makes it findable"
)]
pub(super) struct CommandLine {
    #[command(subcommand)]
    pub command: Command,
}

#[derive(Debug, Args)]
pub(super) struct Data {
    /// The harvester's folder
    #[arg(long = "data", value_name = "DIR")]
    pub data: PathBuf,
}

#[derive(Debug, Subcommand)]
pub(super) enum Command {
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
pub(super) enum OntologyCommand {
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
