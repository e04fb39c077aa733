//! Dashboard and alerts speak of figures that the programs give.

use std::collections::BTreeSet;
use std::process::Command;

use regex::Regex;
use serde_json::Value;

use super::both::Both;
use super::{file, repository};

#[test]
fn every_figure_of_dashboard_and_alerts_is_exported() {
    let both = Both::serving();
    // counted from the first of its kind on
    both.node.get("no/such/path");
    let given: BTreeSet<String> = [&both.node, &both.harvester]
        .iter()
        .flat_map(|served| exported(served.get("metrics").text()))
        // said by Prometheus itself, and by the exporter of the machine that the manual names
        .chain(
            [
                "up",
                "node_filesystem_avail_bytes",
                "node_filesystem_size_bytes",
            ]
            .map(str::to_owned),
        )
        .collect();
    for path in ["docs/operating/grafana.json", "docs/operating/alerts.yml"] {
        let named = named(&expressions(path));
        assert!(named.len() >= 5, "{path} names only {named:?}");
        let unknown: Vec<_> = named.difference(&given).collect();
        assert!(
            unknown.is_empty(),
            "{path} names {unknown:?}, which no program gives"
        );
    }
    let manual = file("docs/OPERATING.md");
    for name in given.iter().filter(|name| name.starts_with("ommatidia_")) {
        let base = name.trim_end_matches("_bucket").trim_end_matches("_sum");
        let base = base.trim_end_matches("_count");
        assert!(
            manual.contains(base),
            "docs/OPERATING.md does not explain {base}"
        );
    }
}

#[test]
fn prometheus_takes_the_alerts() {
    let alerts = repository().join("docs/operating/alerts.yml");
    let checked = Command::new("promtool")
        .arg("check")
        .arg("rules")
        .arg(alerts)
        .output();
    match checked {
        Ok(output) => assert!(output.status.success(), "{output:?}"),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
            eprintln!("SKIPPED: promtool is not installed (apt install prometheus)");
        }
        Err(error) => panic!("promtool: {error}"),
    }
}

/// The names of the samples in a text of figures.
fn exported(text: &str) -> Vec<String> {
    let samples = text.lines().filter(|line| !line.starts_with('#'));
    samples
        .map(|line| line.split(['{', ' ']).next().unwrap().to_owned())
        .collect()
}

/// All expressions of a dashboard or of rules.
fn expressions(path: &str) -> Vec<String> {
    let text = file(path);
    if !path.ends_with(".json") {
        let lines = text.lines().map(str::trim_start);
        return lines
            .filter_map(|line| line.strip_prefix("expr: "))
            .map(str::to_owned)
            .collect();
    }
    fn all(value: &Value, found: &mut Vec<String>) {
        match value {
            Value::Object(object) => {
                found.extend(
                    object
                        .get("expr")
                        .and_then(Value::as_str)
                        .map(str::to_owned),
                );
                object.values().for_each(|value| all(value, found));
            }
            Value::Array(values) => values.iter().for_each(|value| all(value, found)),
            _ => {}
        }
    }
    let mut found = Vec::new();
    all(&serde_json::from_str(&text).unwrap(), &mut found);
    found
}

/// The names of figures in expressions.
fn named(expressions: &[String]) -> BTreeSet<String> {
    // what stands in braces or in quotation marks, or behind by (…), are labels and their values
    let labels = Regex::new(
        r#"\{[^}]*\}|"[^"]*"|\b(by|on|ignoring|group_left|without) ?\([^)]*\)|\[[^\]]*\]"#,
    )
    .unwrap();
    let name = Regex::new(r"\b[a-z_]+_[a-z_]+\b|\bup\b").unwrap();
    expressions
        .iter()
        .flat_map(|expression| {
            let bare = labels.replace_all(expression, " ").into_owned();
            name.find_iter(&bare)
                .map(|found| found.as_str().to_owned())
                .collect::<Vec<_>>()
        })
        .filter(|word| word != "histogram_quantile" && word != "label_values")
        .collect()
}
