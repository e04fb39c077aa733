//! What an operator relies on: settings, descriptions, figures, logs, and that the manual speaks of what there is.

pub(crate) mod both;
mod figures;
mod logs;
mod messages;
mod methods;
mod openapi;
mod proxies;
mod proxy;
mod settings;
mod tls;

use std::path::{Path, PathBuf};

/// A file of the repository.
fn file(path: &str) -> String {
    let whole = repository().join(path);
    std::fs::read_to_string(&whole).unwrap_or_else(|error| panic!("{}: {error}", whole.display()))
}

fn repository() -> PathBuf {
    let tests = Path::new(env!("CARGO_MANIFEST_DIR"));
    tests.parent().unwrap().to_owned()
}

/// The rows of the first table below a heading of a text in Markdown, without its head: the cells, without the backticks of code.
fn table(text: &str, heading: &str) -> Vec<Vec<String>> {
    let (_, below) = text
        .split_once(&format!("\n{heading}\n"))
        .unwrap_or_else(|| panic!("there is no heading {heading:?}"));
    let rows = below
        .lines()
        .skip_while(|line| !line.starts_with('|'))
        .take_while(|line| line.starts_with('|'));
    let cells = |row: &str| {
        let cells = row.trim_matches('|').split(" | ");
        cells
            .map(|cell| cell.trim().trim_matches('`').to_owned())
            .collect()
    };
    let rows: Vec<Vec<String>> = rows.skip(2).map(cells).collect();
    assert!(!rows.is_empty(), "there is no table below {heading:?}");
    rows
}
