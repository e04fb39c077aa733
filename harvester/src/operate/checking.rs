//! `check`: reads everything again, and compares each thing with what it follows from.
//!
//! ```text
//! mirror   every tile, bundle and record against the kept head, by the code that verifies what comes from the network
//! ledger   against one that is made anew beside it from the mirror
//! graph    holds the statements of every shown record, the catalogue's and the terms', and nothing else
//! text     holds every shown record in its version, and nothing else
//! ```

mod rows;

use std::cmp::Ordering;
use std::fs::File;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::thread;

use anyhow::Context;
use serde::Serialize;

use crate::harvest::Task;
use crate::harvest::desk::Desk;
use crate::harvest::replay::examine;
use crate::harvest::stop::Stop;
use crate::projection::catch_up::{GoOn, Projections};
use crate::text::Text;

/// Differences of one kind that are listed; the rest is counted.
const MOST_LISTED: usize = 100;

/// Something that is not as it should be.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Problem {
    /// `mirror`, `ledger`, `graph` or `text`
    pub r#where: &'static str,
    /// what is wrong and what to do
    pub sentence: String,
}

impl Problem {
    /// A problem.
    pub fn new(r#where: &'static str, sentence: impl Into<String>) -> Self {
        Self {
            r#where,
            sentence: sentence.into(),
        }
    }
}

/// Verifies every byte of the mirror, and by the same reading judges it again in a ledger beside the one that is used; compares both
/// row by row. What is damaged is gone through again, and so fetched again, by the next harvest.
///
/// # Errors
/// When it cannot be read, or there is no room for another ledger; what is found is in the answer.
pub async fn mirror_and_ledger(
    desk: &Desk,
    tasks: &[Task],
    beside: &Path,
    progress: impl Fn(&str),
) -> anyhow::Result<Vec<Problem>> {
    let made = desk
        .ledger
        .begun_again_at(&beside.join("state.sqlite"))
        .context("no ledger can be made to compare with")?;
    let mut problems = Vec::new();
    for task in tasks {
        progress(&format!(
            "verifying and judging the mirror of {}",
            task.member
        ));
        let found = match examine(desk, &made, task).await {
            Ok(found) => found,
            Err(Stop::Ours(error)) => return Err(error),
            Err(stop) => anyhow::bail!("{}", stop.state().1),
        };
        problems.extend(found.into_iter().map(|damage| {
            let sentence = format!(
                "{}: {}; the next harvest fetches it again",
                task.member, damage.sentence
            );
            Problem::new("mirror", sentence)
        }));
    }
    // all else follows from the mirror
    if problems.is_empty() {
        rows::compare(&desk.ledger, &made, &mut problems)?;
    }
    Ok(problems)
}

/// Makes again what graph and text index should hold, and compares it with them statement by statement and document by document.
///
/// # Errors
/// When it cannot be made, or they cannot be read, or `go_on` says so; what is found is in the answer.
pub fn projections(
    projections: &Projections,
    beside: &Path,
    go_on: GoOn<'_>,
) -> anyhow::Result<Vec<Problem>> {
    projections.catch_up()?;
    let ours = projections.stores();
    let (our_dump, made_dump) = (beside.join("ours.nq"), beside.join("made.nq"));
    let made = projections.make_beside(beside, &mut File::create(&made_dump)?, go_on)?;
    go_on()?;
    thread::scope(|scope| {
        let graphs = scope.spawn(|| {
            ours.graph.dump(&mut File::create(&our_dump)?)?;
            graphs(&our_dump, &made_dump)
        });
        let mut problems = texts(&ours.text, &made)?;
        let panicked = |_| anyhow::anyhow!("the comparison of the graphs panicked");
        let of_graphs = graphs.join().map_err(panicked)??;
        problems.splice(0..0, of_graphs);
        Ok(problems)
    })
}

fn graphs(our_dump: &Path, made_dump: &Path) -> anyhow::Result<Vec<Problem>> {
    let mut problems = Vec::new();
    let ours_sorted = BufReader::new(File::open(our_dump)?).lines();
    let made_sorted = BufReader::new(File::open(made_dump)?).lines();
    differences(ours_sorted, made_sorted, "graph", "states", &mut problems)?;
    Ok(problems)
}

fn texts(ours: &Text, made: &Text) -> anyhow::Result<Vec<Problem>> {
    let mut problems = Vec::new();
    for file in ours.damaged_files()? {
        let sentence = format!(
            "the file {} of the text index is not as it was written; `omma-harvester rebuild` mends it",
            file.display()
        );
        problems.push(Problem::new("text", sentence));
    }
    differences(
        ours.lines()?.into_iter().map(Ok),
        made.lines()?.into_iter().map(Ok),
        "text",
        "has",
        &mut problems,
    )?;
    Ok(problems)
}

/// Goes through two sorted lists side by side.
fn differences(
    ours: impl Iterator<Item = std::io::Result<String>>,
    made: impl Iterator<Item = std::io::Result<String>>,
    r#where: &'static str,
    verb: &str,
    problems: &mut Vec<Problem>,
) -> anyhow::Result<()> {
    let (mut ours, mut made) = (ours.peekable(), made.peekable());
    let place = r#where;
    let mut found = 0;
    loop {
        let order = match (ours.peek(), made.peek()) {
            (None, None) => break,
            (Some(_), None) => Ordering::Less,
            (None, Some(_)) => Ordering::Greater,
            (Some(Ok(our)), Some(Ok(theirs))) => our.cmp(theirs),
            (Some(Err(_)), _) | (_, Some(Err(_))) => Ordering::Equal,
        };
        let sentence = match order {
            Ordering::Equal => {
                for side in [ours.next(), made.next()] {
                    side.transpose()?;
                }
                continue;
            }
            Ordering::Less => {
                let line = ours.next().transpose()?.unwrap_or_default();
                format!("the {place} {verb} what the mirror does not give: {line}")
            }
            Ordering::Greater => {
                let line = made.next().transpose()?.unwrap_or_default();
                format!("the {place} lacks what the mirror gives: {line}")
            }
        };
        found += 1;
        if found <= MOST_LISTED {
            problems.push(Problem::new(r#where, sentence));
        }
    }
    if found > MOST_LISTED {
        let rest = found - MOST_LISTED;
        problems.push(Problem::new(r#where, format!("{rest} more differ")));
    }
    if found > 0 {
        problems.push(Problem::new(r#where, "`omma-harvester rebuild` mends it"));
    }
    Ok(())
}
