//! `check`: reads everything again, and compares each thing with what it follows from.
//!
//! ```text
//! mirror   every tile, bundle and record against the kept head, by the code that verifies what comes from the network
//! ledger   against one that is made anew beside it from the mirror
//! graph    holds the statements of every shown record, the catalogue's and the terms', and nothing else
//! text     holds every shown record in its version, and nothing else
//! ```

use std::cmp::Ordering;
use std::collections::BTreeMap;
use std::fs::File;
use std::io::{BufRead, BufReader};
use std::path::Path;

use anyhow::Context;
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Binary, Integer, Nullable, Text};
use serde::Serialize;

use crate::harvest::Task;
use crate::harvest::desk::Desk;
use crate::harvest::replay::{damage, replay};
use crate::harvest::stop::Stop;
use crate::ledger::{Connection, Ledger};
use crate::projection::catch_up::Projections;

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

/// Verifies every byte of the mirror. What is damaged is gone through again, and so fetched again, by the next harvest.
///
/// # Errors
/// When it cannot be read; what is found is in the answer.
pub async fn mirror(desk: &Desk, tasks: &[Task]) -> anyhow::Result<Vec<Problem>> {
    let mut problems = Vec::new();
    for task in tasks {
        let found = match damage(desk, task).await {
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
    Ok(problems)
}

/// Judges the whole mirror again in a ledger beside the one that is used, and compares both row by row.
///
/// # Errors
/// When the copy cannot be made; what is found is in the answer.
pub async fn ledger(desk: &Desk, tasks: &[Task], beside: &Path) -> anyhow::Result<Vec<Problem>> {
    let place = beside.join("state.sqlite");
    desk.ledger
        .copy_to(&place)
        .context("no copy of the ledger can be made to check it")?;
    let copy = Desk {
        ledger: std::sync::Arc::new(Ledger::open(&place)?),
        ..desk.clone()
    };
    if let Err(stop) = replay(&copy, tasks, false).await {
        return Ok(vec![Problem::new("mirror", stop.state().1)]);
    }
    let mut problems = Vec::new();
    let ours = &mut *desk.ledger.reader()?;
    let theirs = &mut *copy.ledger.reader()?;
    compare("entries", entries(ours)?, entries(theirs)?, &mut problems);
    compare(
        "resources",
        resources(ours)?,
        resources(theirs)?,
        &mut problems,
    );
    Ok(problems)
}

/// Makes again what graph and text index should hold, and compares it with them statement by statement and document by document.
///
/// # Errors
/// When it cannot be made, or they cannot be read; what is found is in the answer.
pub fn projections(projections: &Projections, beside: &Path) -> anyhow::Result<Vec<Problem>> {
    projections.catch_up()?;
    let ours = projections.stores();
    let (our_dump, their_dump) = (beside.join("ours.nq"), beside.join("made.nq"));
    let made = projections.make_beside(beside, &mut File::create(&their_dump)?)?;
    ours.graph.dump(&mut File::create(&our_dump)?)?;
    let mut problems = Vec::new();
    let ours_sorted = BufReader::new(File::open(&our_dump)?).lines();
    let made_sorted = BufReader::new(File::open(&their_dump)?).lines();
    differences(ours_sorted, made_sorted, "graph", "states", &mut problems)?;
    for file in ours.text.damaged_files()? {
        let sentence = format!(
            "the file {} of the text index is not as it was written; `omma-harvester rebuild` mends it",
            file.display()
        );
        problems.push(Problem::new("text", sentence));
    }
    differences(
        ours.text.lines()?.into_iter().map(Ok),
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

fn compare(
    what: &str,
    ours: BTreeMap<String, String>,
    theirs: BTreeMap<String, String>,
    problems: &mut Vec<Problem>,
) {
    let mut differing = ours
        .iter()
        .filter(|(key, value)| theirs.get(*key) != Some(value))
        .map(|(key, value)| {
            let other = theirs.get(key).map_or("nothing", String::as_str);
            format!("{key}: the ledger has {value}, and the mirror gives {other}")
        })
        .chain(
            theirs
                .iter()
                .filter(|(key, _)| !ours.contains_key(*key))
                .map(|(key, value)| {
                    format!("{key}: the ledger has nothing, and the mirror gives {value}")
                }),
        )
        .peekable();
    let mut listed = 0;
    while let Some(difference) = differing.next() {
        if listed == MOST_LISTED {
            let rest = 1 + differing.count();
            problems.push(Problem::new("ledger", format!("{rest} more {what} differ")));
            return;
        }
        listed += 1;
        problems.push(Problem::new(
            "ledger",
            format!("{difference}; `omma-harvester rebuild` mends it"),
        ));
    }
}

#[derive(QueryableByName)]
struct EntryRow {
    #[diesel(sql_type = Text)]
    origin: String,
    #[diesel(sql_type = BigInt)]
    place: i64,
    #[diesel(sql_type = Integer)]
    class: i32,
    #[diesel(sql_type = Nullable<Text>)]
    accession: Option<String>,
    #[diesel(sql_type = Nullable<BigInt>)]
    version: Option<i64>,
    #[diesel(sql_type = Nullable<Binary>)]
    digest: Option<Vec<u8>>,
    #[diesel(sql_type = BigInt)]
    sequence: i64,
}

fn entries(connection: &mut Connection) -> anyhow::Result<BTreeMap<String, String>> {
    let rows: Vec<EntryRow> = diesel::sql_query(
        "SELECT log.origin, entry.place, entry.class, resource.accession, entry.version, entry.digest, entry.sequence \
         FROM entry JOIN log ON log.id = entry.log LEFT JOIN resource ON resource.id = entry.resource",
    )
    .load(connection)?;
    Ok(rows
        .into_iter()
        .map(|row| {
            let digest: String = row
                .digest
                .unwrap_or_default()
                .iter()
                .take(8)
                .map(|byte| format!("{byte:02x}"))
                .collect();
            let value = format!(
                "class {} of {}.{} ({digest}, window {})",
                row.class,
                row.accession.unwrap_or_default(),
                row.version.unwrap_or(0),
                row.sequence
            );
            (format!("entry {} of {}", row.place, row.origin), value)
        })
        .collect())
}

#[derive(QueryableByName)]
struct ResourceRow {
    #[diesel(sql_type = Text)]
    accession: String,
    #[diesel(sql_type = BigInt)]
    puts: i64,
    #[diesel(sql_type = Nullable<Integer>)]
    state: Option<i32>,
    #[diesel(sql_type = Nullable<Text>)]
    reason: Option<String>,
    #[diesel(sql_type = Nullable<Text>)]
    successor: Option<String>,
}

fn resources(connection: &mut Connection) -> anyhow::Result<BTreeMap<String, String>> {
    let rows: Vec<ResourceRow> =
        diesel::sql_query("SELECT accession, puts, state, reason, successor FROM resource")
            .load(connection)?;
    Ok(rows
        .into_iter()
        .map(|row| {
            let value = format!(
                "{} versions, state {:?} {} {}",
                row.puts,
                row.state,
                row.reason.unwrap_or_default(),
                row.successor.unwrap_or_default()
            );
            (row.accession, value)
        })
        .collect())
}
