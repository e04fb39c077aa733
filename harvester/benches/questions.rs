//! How long the queries of `docs/queries` take inside the process: `cargo bench -p harvester --bench questions -- DATA FILE.rq…`
//!
//! A question goes the whole way of the command line: looked over, altered, evaluated, and written down as SPARQL JSON. Prints
//! a line for each file: its name, the least milliseconds of at least `ROUNDS` (default 15) and two seconds after one that warms up, and the bytes of
//! the answer.

use std::error::Error;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use harvester::clock::SystemClock;
use harvester::control::Premises;
use harvester::operate::premises::HarvesterPremises;
use harvester::query::{Question, Wanted};

/// A query that takes a millisecond is asked a thousand times, so that one of them is undisturbed.
const LEAST: Duration = Duration::from_secs(2);

fn main() -> Result<(), Box<dyn Error>> {
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
    for file in files {
        let text = std::fs::read_to_string(file)?;
        let mut least = Duration::MAX;
        let mut answer = Vec::new();
        let begun = Instant::now();
        let mut round = 0;
        while round <= rounds || begun.elapsed() < LEAST {
            let question = Question {
                text: text.clone(),
                wanted: Wanted::Named("json".to_owned()),
                ..Question::default()
            };
            answer.clear();
            let started = Instant::now();
            queries.run_to_writer(question, &mut answer)?;
            if round > 0 {
                least = least.min(started.elapsed());
            }
            round += 1;
        }
        let milliseconds = least.as_secs_f64() * 1_000.0;
        println!("{file} {milliseconds:.3} {}", answer.len());
    }
    Ok(())
}
