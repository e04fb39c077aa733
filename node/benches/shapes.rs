//! How fast records are checked against the shapes: `cargo bench -p node --bench shapes -- [ROUNDS]` (default 5).
//!
//! The real crates of `../shared/data/gide` beside the workspace are described as an import would describe them, so the
//! records are what a harvester gets. Timed, on one core: reading the N-Quads into a graph, and validating the graph,
//! against the shapes of either grade. The best of the rounds counts.

use std::error::Error;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use node::deposit::{Found, crate_package};
use node::describe::{self, Naming};
use node::validate::{Policy, validate};
use ontologies::Terms;
use ontologies::schema::{SHAPES_LEGACY, SHAPES_PROFILE_1};
use ontologies::shacl::Shapes;
use oxrdf::{Graph, Triple};
use oxttl::NQuadsParser;
use protocol::identifier::{Accession, Namespace};
use protocol::record::Record;
use time::macros::date;

type Outcome<T> = Result<T, Box<dyn Error>>;

fn main() -> Outcome<()> {
    let rounds = std::env::args()
        .skip(1)
        .find_map(|argument| argument.parse().ok())
        .unwrap_or(5_u32);
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/data/gide");
    if !folder.is_dir() {
        eprintln!("skipped: the real crates are not at {}", folder.display());
        return Ok(());
    }
    let mut records = Vec::new();
    for path in crates(&folder)? {
        records.extend(record(&path)?);
    }
    let statements: usize = records.iter().map(Record::len).sum();
    println!("{} records, {statements} statements", records.len());
    let graphs = best_of(rounds, "read into graphs", records.len(), || {
        records.iter().map(graph).collect::<Outcome<Vec<Graph>>>()
    })?;
    for (name, shapes) in [
        ("profile 1", SHAPES_PROFILE_1),
        ("the legacy grade", SHAPES_LEGACY),
    ] {
        let shapes = Shapes::parse(shapes)?;
        let results = best_of(rounds, name, records.len(), || {
            Ok(graphs
                .iter()
                .map(|graph| shapes.validate(graph).len())
                .sum::<usize>())
        })?;
        println!("  {results} results");
    }
    Ok(())
}

fn best_of<T>(
    rounds: u32,
    name: &str,
    records: usize,
    mut work: impl FnMut() -> Outcome<T>,
) -> Outcome<T> {
    let mut best = Duration::MAX;
    let mut made = None;
    for _ in 0..rounds.max(1) {
        let begun = Instant::now();
        made = Some(work()?);
        best = best.min(begun.elapsed());
    }
    let each_second = records as f64 / best.as_secs_f64();
    println!("{name}: {best:.1?}, {each_second:.0} records/s");
    made.ok_or_else(|| "there was no round".into())
}

fn crates(folder: &Path) -> Outcome<Vec<PathBuf>> {
    let mut paths = Vec::new();
    for member in fs::read_dir(folder)? {
        let member = member?.path();
        if member.is_dir() {
            for entry in fs::read_dir(member)? {
                paths.push(entry?.path());
            }
        }
    }
    paths.retain(|path| path.extension().is_some_and(|ending| ending == "json"));
    paths.sort();
    Ok(paths)
}

fn record(path: &Path) -> Outcome<Option<Record>> {
    let Found::Deposit(deposit) = crate_package::read_detached(path) else {
        return Ok(None);
    };
    let today = date!(2026 - 11 - 21);
    let Ok(validated) = validate(*deposit, Terms::builtin(), &Policy::default(), today) else {
        return Ok(None);
    };
    let study = validated.into_parts().0;
    let namespace = Namespace::parse("https://images.example.org/id/")?;
    let accession = Accession::parse("DND-S42")?;
    let naming = Naming {
        namespace: &namespace,
        study: &accession,
        version: 1,
        images: &[],
        issued: "2026-11-21T00:00:00Z",
        modified: None,
    };
    let statements = describe::study(&study, &naming, None);
    Ok(Some(describe::salted(
        &accession, &namespace, statements, [3; 16],
    )?))
}

fn graph(record: &Record) -> Outcome<Graph> {
    let quads = NQuadsParser::new().for_slice(record.bytes());
    Ok(quads
        .map(|quad| quad.map(Triple::from))
        .collect::<Result<Graph, _>>()?)
}
