//! What commands print: tables for people, and an error as one line.

use std::fmt::{self, Write};

use crate::harvest::round::MemberReport;
use crate::operate::checking::Problem;
use crate::text::SearchAnswer;

/// An error and its causes on one line, none said twice.
pub fn one_line(error: &anyhow::Error) -> String {
    let mut line = String::new();
    for cause in error.chain().map(ToString::to_string) {
        if !line.contains(&cause) {
            if !line.is_empty() {
                line.push_str(": ");
            }
            line.push_str(&cause);
        }
    }
    line.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// How members stand: a table, and a sentence below each that is not `current`.
pub fn members(reports: &[MemberReport]) -> Result<String, fmt::Error> {
    let mut table = String::new();
    let widest = |of: fn(&MemberReport) -> &str, least: &str| {
        let lengths = reports.iter().map(|report| of(report).chars().count());
        lengths.max().unwrap_or(0).max(least.len())
    };
    let id = widest(|report| &report.id, "member");
    let state = widest(|report| &report.state, "state");
    writeln!(
        table,
        "{:<id$}  {:<state$}  {:>9}  {:>9}  {:>9}  {:>10}  {:>10}  {:>9}  {:>9}  {:>11}",
        "member",
        "state",
        "size",
        "entries",
        "current",
        "suppressed",
        "superseded",
        "removed",
        "event",
        "quarantined"
    )?;
    for report in reports {
        let counts = &report.counts;
        writeln!(
            table,
            "{:<id$}  {:<state$}  {:>9}  {:>9}  {:>9}  {:>10}  {:>10}  {:>9}  {:>9}  {:>11}",
            report.id,
            report.state,
            report.size,
            counts.entries,
            counts.current,
            counts.suppressed,
            counts.superseded,
            counts.removed,
            counts.event,
            counts.quarantined
        )?;
        if !report.detail.is_empty() {
            writeln!(table, "  {}", report.detail)?;
        }
    }
    Ok(table)
}

/// What a check found, a line each, and how many.
pub fn problems(problems: &[Problem]) -> Result<String, fmt::Error> {
    let mut lines = String::new();
    for problem in problems {
        writeln!(lines, "{}: {}", problem.r#where, problem.sentence)?;
    }
    match problems.len() {
        0 => writeln!(lines, "nothing is wrong")?,
        1 => writeln!(lines, "1 problem")?,
        many => writeln!(lines, "{many} problems")?,
    }
    Ok(lines)
}

/// What a search found: `id  title`, best first.
pub fn hits(answer: &SearchAnswer) -> Result<String, fmt::Error> {
    let mut lines = String::new();
    for hit in &answer.hits {
        writeln!(lines, "{}  {}", hit.id, hit.title)?;
    }
    Ok(lines)
}
