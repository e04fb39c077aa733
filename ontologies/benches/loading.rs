//! How long ontologies take to load, and how much memory they take: `cargo bench -p ontologies --bench loading -- [FOLDER]`
//! (default `../shared/data/ontologies` beside the workspace, with its subfolders).
//!
//! Every file is read as an operator's would be; what is in none of the formats is named and left out. Then all are put
//! into one index with the slims. Memory is the process's: resident now, and at most so far (Linux; elsewhere not shown).

use std::error::Error;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::Instant;

use ontologies::Terms;

fn main() -> Result<(), Box<dyn Error>> {
    let folder = std::env::args()
        .skip(1)
        .find(|argument| !argument.starts_with('-'))
        .map_or_else(real_ontologies, PathBuf::from);
    if !folder.is_dir() {
        eprintln!("skipped: there is no folder {}", folder.display());
        return Ok(());
    }
    let mut loaded = Vec::new();
    let mut bytes = 0;
    let begun = Instant::now();
    for path in files(&folder)? {
        let content = fs::read(&path)?;
        let one = Instant::now();
        match ontologies::load(&content) {
            Ok(ontology) => {
                bytes += content.len();
                println!(
                    "{:>9.1} ms {:>6} terms {:>9} bytes  {}",
                    one.elapsed().as_secs_f64() * 1e3,
                    ontology.terms.len(),
                    content.len(),
                    path.display()
                );
                loaded.push(ontology);
            }
            Err(error) => println!("left out: {}: {error}", path.display()),
        }
    }
    println!(
        "{} ontologies of {bytes} bytes read in {:.2} s; {}",
        loaded.len(),
        begun.elapsed().as_secs_f64(),
        memory()
    );
    let one = Instant::now();
    let terms = Terms::with(loaded);
    println!(
        "{} terms indexed in {:.2} s; {}",
        terms.len(),
        one.elapsed().as_secs_f64(),
        memory()
    );
    let one = Instant::now();
    let pairs: usize = terms
        .iter()
        .map(|term| terms.ancestors(&term.iri).len())
        .sum();
    println!(
        "every term's ancestors, {pairs} pairs, in {:.2} s",
        one.elapsed().as_secs_f64()
    );
    Ok(())
}

fn real_ontologies() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/data/ontologies")
}

/// All files below a folder, in the order of their paths.
fn files(folder: &Path) -> std::io::Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder)? {
            let path = entry?.path();
            if path.is_dir() {
                folders.push(path);
            } else {
                found.push(path);
            }
        }
    }
    found.sort();
    Ok(found)
}

/// The lines of `/proc/self/status` about resident memory.
fn memory() -> String {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let of = |name: &str| {
        status
            .lines()
            .find_map(|line| line.strip_prefix(name))
            .map_or("unknown", |value| value.trim_start_matches(':').trim())
            .to_owned()
    };
    format!("resident {}, at most {}", of("VmRSS"), of("VmHWM"))
}
