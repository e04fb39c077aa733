//! `omma-make-log`: writes a log of many records that are like real ones into a folder, for benchmarks and for trying things out.
//!
//! The folder is a log prefix: any web server of static files can stand in front of it.

#![expect(
    clippy::unwrap_used,
    reason = "a tool of tests may stop at the first surprise"
)]

use std::path::PathBuf;

use clap::Parser;
use serde_json::json;
use tests::federation::{LogMaker, synthetic};

/// Writes a signed log of synthetic studies and images into a folder.
#[derive(Parser)]
struct Arguments {
    /// Records, one entry each
    #[arg(long)]
    records: u64,
    /// The folder; it must not be there yet
    #[arg(long)]
    out: PathBuf,
    /// The accession prefix
    #[arg(long, default_value = "SYN")]
    prefix: String,
    /// The name of the log
    #[arg(long, default_value = "synthetic.example.org/omma/log")]
    origin: String,
    /// What the IRIs of the records begin with
    #[arg(long, default_value = tests::node::NAMESPACE)]
    namespace: String,
    /// Studies alone, without images
    #[arg(long)]
    studies: bool,
    /// Another number makes another log, with another key
    #[arg(long, default_value_t = 1)]
    seed: u64,
}

fn main() {
    let arguments = Arguments::parse();
    assert!(
        !arguments.out.exists(),
        "{} is there already; remove it or choose another folder",
        arguments.out.display()
    );
    let mut log = LogMaker::new(
        &arguments.prefix,
        &arguments.origin,
        &arguments.namespace,
        arguments.seed,
    )
    .in_folder(&arguments.out);
    let fill = match arguments.studies {
        true => synthetic::fill_with_studies,
        false => synthetic::fill,
    };
    fill(&mut log, arguments.records, 1, arguments.seed);
    log.checkpoint();
    let made = json!({
        "prefix": arguments.prefix,
        "origin": arguments.origin,
        "namespace": arguments.namespace,
        "vkey": log.vkey(),
        "size": log.size(),
        "root": protocol::merkle::to_base64(&log.root()),
    });
    println!("{}", serde_json::to_string_pretty(&made).unwrap());
}
