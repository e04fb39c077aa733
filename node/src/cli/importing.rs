//! `import`, and what is said of each study.

use std::io::{IsTerminal, Write};
use std::path::PathBuf;
use std::process::ExitCode;

use crate::archive::Archive;
use crate::finding::Finding;
use crate::publish::{Outcome, Report};
use crate::{import, ontology};

use super::arguments::Data;
use super::ending::end_conversions_on_signals;
use super::{REFUSED, print_line};

/// Errors of a study that stand in its line.
const MOST_IN_A_LINE: usize = 20;

pub(super) fn run_import(data: &Data, json: bool, paths: &[PathBuf]) -> anyhow::Result<ExitCode> {
    let archive = Archive::open(&data.data)?;
    let terms = ontology::terms(archive.folder())?;
    if archive.config().images.converter.is_some() {
        end_conversions_on_signals()?;
    }
    let mut broken_pipe = Ok(());
    let mut settled = Vec::new();
    let imported = import::import(&archive, &terms, paths, &mut |report| {
        settled.push(report.clone());
        let printed = if json {
            show_progress(report)
        } else {
            print_report(report)
        };
        broken_pipe = std::mem::replace(&mut broken_pipe, Ok(())).and(printed);
    });
    // also of an import that stopped half-way: what it settled before is published and must be known
    let reports = imported.as_ref().unwrap_or(&settled);
    broken_pipe?;
    if json {
        print_line(serde_json::to_string_pretty(reports)?)?;
    } else if imported.is_ok() || !reports.is_empty() {
        print_line(total(reports))?;
        explain_warnings(reports)?;
    }
    let reports = imported?;
    let refused = reports
        .iter()
        .any(|report| report.outcome == Outcome::Refused);
    Ok(if refused {
        ExitCode::from(REFUSED)
    } else {
        ExitCode::SUCCESS
    })
}

fn print_report(report: &Report) -> std::io::Result<()> {
    let source = report.source.display();
    let mut out = std::io::stdout().lock();
    let warnings = report
        .findings
        .iter()
        .filter(|finding| !finding.is_error())
        .count();
    let warned = match warnings {
        0 => String::new(),
        1 => " (1 warning)".to_owned(),
        _ => format!(" ({warnings} warnings)"),
    };
    match (report.outcome, &report.id, report.version) {
        (Outcome::Published, Some(id), _) => writeln!(out, "published {id} from {source}{warned}"),
        (Outcome::Revised, Some(id), Some(version)) => writeln!(
            out,
            "revised {id} to version {version} from {source}{warned}"
        ),
        (Outcome::Unchanged, Some(id), Some(version)) => {
            writeln!(out, "unchanged {id} version {version} from {source}")
        }
        _ => {
            let errors = report.findings.iter().filter(|finding| finding.is_error());
            writeln!(out, "refused {source}: {}", in_a_line(errors.collect()))
        }
    }
}

/// The first of many errors, and how the others are to be seen.
fn in_a_line(errors: Vec<&Finding>) -> String {
    let more = errors.len().saturating_sub(MOST_IN_A_LINE);
    let first = errors.into_iter().take(MOST_IN_A_LINE);
    let mut said: Vec<String> = first.map(say).collect();
    if more > 0 {
        said.push(format!(
            "and {more} more, which the same command with --json says"
        ));
    }
    said.join("; ")
}

fn say(finding: &Finding) -> String {
    if finding.path.is_empty() {
        finding.message.clone()
    } else {
        format!("{}: {}", finding.path, finding.message)
    }
}

/// With `--json` a person still sees that something happens.
fn show_progress(report: &Report) -> std::io::Result<()> {
    if std::io::stderr().is_terminal() {
        let outcome = format!("{:?}", report.outcome).to_lowercase();
        writeln!(
            std::io::stderr(),
            "{outcome} {}",
            report
                .id
                .as_deref()
                .unwrap_or(&report.source.display().to_string())
        )?;
    }
    Ok(())
}

fn total(reports: &[Report]) -> String {
    let count = |outcome| {
        reports
            .iter()
            .filter(|report| report.outcome == outcome)
            .count()
    };
    format!(
        "{} studies: {} published, {} revised, {} unchanged, {} refused",
        reports.len(),
        count(Outcome::Published),
        count(Outcome::Revised),
        count(Outcome::Unchanged),
        count(Outcome::Refused)
    )
}

/// A line for each study does not say what its warnings are; whoever is to mend them has to find out how to see them.
fn explain_warnings(reports: &[Report]) -> std::io::Result<()> {
    let findings = reports.iter().flat_map(|report| &report.findings);
    match findings.filter(|finding| !finding.is_error()).count() {
        0 => Ok(()),
        1 => writeln!(
            std::io::stderr(),
            "the same command with --json says what the warning is"
        ),
        many => writeln!(
            std::io::stderr(),
            "the same command with --json says what the {many} warnings are"
        ),
    }
}
