//! What may be typed.

use std::path::PathBuf;

use ::web::operating::LogFormat;
use clap::{Args, Parser, Subcommand};

use crate::samples;

#[derive(Debug, Parser)]
#[command(
    name = "omma-node",
    version,
    about = "A node of Ommatidia: keeps biological images and vouches for them"
)]
pub(super) struct CommandLine {
    /// How logs are written to standard error: text or json (default: json of a server without a terminal, else text)
    #[arg(long, global = true, value_name = "FORMAT")]
    pub(super) log_format: Option<LogFormat>,
    #[command(subcommand)]
    pub(super) command: Command,
}

#[derive(Debug, Args)]
pub(super) struct Data {
    /// The node's folder
    #[arg(long = "data", value_name = "DIR")]
    pub(super) data: PathBuf,
}

#[derive(Debug, Args)]
pub(super) struct MoveArguments {
    #[command(flatten)]
    pub(super) data: Data,
    /// The accession, such as DND-S42 or DND-S42-I7
    pub(super) id: String,
    /// error, duplicate, consent, privacy, legal, superseded, owner-request or other
    #[arg(long, value_name = "CODE")]
    pub(super) reason: String,
}

#[derive(Debug, Subcommand)]
pub(super) enum Command {
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
    /// Make images ready to be looked at, now: all that wait, or these
    Derive {
        #[command(flatten)]
        data: Data,
        /// Report as a JSON array
        #[arg(long)]
        json: bool,
        /// Accessions of studies or images, such as DND-S42; also what could not be read before is tried again
        #[arg(value_name = "ID")]
        ids: Vec<String>,
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
pub(super) enum OntologyCommand {
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
pub(super) enum KeyCommand {
    /// Print the key that verifies the log
    Show {
        #[command(flatten)]
        data: Data,
    },
}
