//! Dashboard and alerts speak of figures that the programs give.

use std::collections::BTreeSet;
use std::fs::File;

use regex::Regex;
use serde_json::Value;
use tempfile::TempDir;
use tests::programs::program;

use super::both::Both;
use super::{file, repository, table};

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
    let Some(mut promtool) = program("promtool") else {
        return;
    };
    let checked = promtool.args(["check", "rules"]).arg(alerts).output();
    let checked = checked.unwrap();
    assert!(checked.status.success(), "{checked:?}");
}

#[test]
fn every_alert_fires_when_it_should_and_the_manual_says_what_to_do() {
    let alerts = file("docs/operating/alerts.yml");
    let alerts: BTreeSet<String> = alerts
        .lines()
        .filter_map(|line| line.trim_start().strip_prefix("- alert: "))
        .map(str::to_owned)
        .collect();
    let manual = table(&file("docs/OPERATING.md"), "### What to do about an alert");
    let explained: BTreeSet<String> = manual.into_iter().map(|row| row[0].clone()).collect();
    assert_eq!(explained, alerts);

    let cases = "tests/tests/serving/operating/alerts.test.yml";
    let tried = file(cases);
    for alert in &alerts {
        // once when all is well, once when it is not
        let tries = tried.matches(&format!("alertname: {alert}\n")).count();
        assert!(tries >= 2, "{cases} tries {alert} {tries} times");
    }
    let Some(mut promtool) = program("promtool") else {
        return;
    };
    let ran = promtool
        .args(["test", "rules"])
        .arg(repository().join(cases));
    let ran = ran.output().unwrap();
    assert!(ran.status.success(), "{ran:?}");
}

#[test]
fn prometheus_takes_the_figures_and_what_the_manual_configures() {
    let both = Both::serving();
    both.node.get("no/such/path");
    for served in [&both.node, &both.harvester] {
        let Some(mut promtool) = program("promtool") else {
            return;
        };
        let folder = TempDir::new().unwrap();
        let text = folder.path().join("metrics");
        std::fs::write(&text, &served.get("metrics").body).unwrap();
        // it complains about names and units that Prometheus' users would not expect, too
        let figures = File::open(&text).unwrap();
        let checked = promtool.args(["check", "metrics"]).stdin(figures).output();
        let checked = checked.unwrap();
        assert!(checked.status.success(), "{checked:?}");
    }
    let Some(mut promtool) = program("promtool") else {
        return;
    };
    let manual = file("docs/OPERATING.md");
    let (_, config) = manual.split_once("```\nscrape_configs:").unwrap();
    let (config, _) = config.split_once("```").unwrap();
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("prometheus.yml");
    std::fs::write(&path, format!("scrape_configs:{config}")).unwrap();
    std::fs::copy(
        repository().join("docs/operating/alerts.yml"),
        folder.path().join("alerts.yml"),
    )
    .unwrap();
    let checked = promtool
        .args(["check", "config"])
        .arg(path)
        .output()
        .unwrap();
    assert!(checked.status.success(), "{checked:?}");
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
