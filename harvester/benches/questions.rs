//! How long the queries of `docs/queries` take inside the process: `cargo bench -p harvester --bench questions -- DATA FILE.rq…`
//!
//! A question goes the whole way of the command line: looked over, altered, evaluated, and written down as SPARQL JSON; beside it, the
//! engine of the same build alone. Prints a line for each file: its name and the milliseconds of both (`-` where only ours can
//! answer), each the least of at least `ROUNDS` (default 15) and two seconds.

use std::error::Error;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use harvester::clock::SystemClock;
use harvester::control::Premises;
use harvester::operate::premises::HarvesterPremises;
use harvester::query::{Question, Wanted};
use mimalloc::MiMalloc;
use oxigraph::sparql::results::{QueryResultsFormat, QueryResultsSerializer};
use oxigraph::sparql::{QueryResults, SparqlEvaluator};
use oxigraph::store::Store;

/// As the program.
#[global_allocator]
static ALLOCATOR: MiMalloc = MiMalloc;

/// A query that takes a millisecond is asked a thousand times, so that one of them is undisturbed.
const LEAST: Duration = Duration::from_secs(2);

type Outcome<T> = Result<T, Box<dyn Error>>;

fn main() -> Outcome<()> {
    let arguments: Vec<String> = std::env::args()
        .skip(1)
        .filter(|argument| argument != "--bench")
        .collect();
    let Some((data, files)) = arguments.split_first() else {
        // `cargo bench` runs every bench; this one needs a harvest
        println!("skipped: questions wants DATA FILE.rq…");
        return Ok(());
    };
    let rounds = std::env::var("ROUNDS").map_or(Ok(15), |rounds| rounds.parse::<usize>())?;
    let operator = HarvesterPremises::at(Path::new(data), Arc::new(SystemClock))?.open()?;
    let queries = operator.harvester().queries()?;
    let stores = operator.harvester().projections().stores();
    for file in files {
        let text = std::fs::read_to_string(file)?;
        let ours = least(rounds, || {
            let question = Question {
                text: text.clone(),
                wanted: Wanted::Named("json".to_owned()),
                ..Question::default()
            };
            Ok(queries.run_to_writer(question, &mut Vec::new())?)
        })?;
        let alone = if text.contains("SERVICE") {
            "-".to_owned()
        } else {
            let milliseconds = least(rounds, || alone(stores.graph.store(), &text))?;
            format!("{milliseconds:.3}")
        };
        println!("{file} {ours:.3} {alone}");
    }
    Ok(())
}

/// Milliseconds of the round that was disturbed least, of at least so many, after one that warms up.
fn least(rounds: usize, mut ask: impl FnMut() -> Outcome<()>) -> Outcome<f64> {
    ask()?;
    let mut least = Duration::MAX;
    let begun = Instant::now();
    let mut round = 0;
    while round < rounds || begun.elapsed() < LEAST {
        let started = Instant::now();
        ask()?;
        least = least.min(started.elapsed());
        round += 1;
    }
    Ok(least.as_secs_f64() * 1_000.0)
}

/// The engine as it is: no slot, no thread, no watch, no limit.
fn alone(store: &Store, text: &str) -> Outcome<()> {
    let query = SparqlEvaluator::new().parse_query(text)?;
    let QueryResults::Solutions(rows) = query.on_store(store).execute()? else {
        return Err("the queries of docs/queries give tables".into());
    };
    let serializer = QueryResultsSerializer::from_format(QueryResultsFormat::Json);
    let variables = rows.variables().to_vec();
    let mut writer = serializer.serialize_solutions_to_writer(Vec::new(), variables)?;
    for row in rows {
        writer.serialize(&row?)?;
    }
    writer.finish()?;
    Ok(())
}
