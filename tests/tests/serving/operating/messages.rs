//! The table of messages in the manual speaks of messages that there are, and leaves out none that a server writes.

use std::path::Path;

use regex::Regex;

use super::{file, repository, table};

#[test]
fn every_message_of_the_manual_is_in_the_programs() {
    let sources = sources();
    for row in table(&file("docs/OPERATING.md"), "## What each message means") {
        let message = &row[0];
        assert!(row.len() == 3 && !row[2].is_empty(), "{row:?}");
        // … stands for what differs from case to case
        for part in message
            .split('…')
            .map(str::trim)
            .filter(|part| part.len() > 3)
        {
            assert!(
                sources.contains(part),
                "docs/OPERATING.md explains {message:?}, and no program says {part:?}"
            );
        }
    }
}

#[test]
fn every_warning_and_error_in_a_log_is_in_the_manual() {
    let manual = file("docs/OPERATING.md");
    let said = Regex::new(r#"(?s)tracing::(?:warn|error)!\(([^;]*?)\);"#).unwrap();
    let words = Regex::new(r#""((?:[^"\\]|\\.)*)""#).unwrap();
    let holes = Regex::new(r"\{[^}]*\}").unwrap();
    let sources = sources();
    let mut found = 0;
    for call in said.captures_iter(&sources) {
        let Some(message) = words.captures(&call[1]) else {
            continue;
        };
        // the longest piece without a value in it
        let Some(longest) = holes
            .split(&message[1])
            .map(|part| part.trim_matches([' ', ':', ',', '(', ')']))
            .max_by_key(|part| part.len())
            .filter(|part| part.len() > 10)
        else {
            continue;
        };
        found += 1;
        assert!(
            manual.contains(longest),
            "docs/OPERATING.md does not explain {longest:?}"
        );
    }
    assert!(
        found > 20,
        "only {found} messages were found in the sources"
    );
}

/// All sources of both programs and of what they share, without their tests, on one line where a string goes on.
fn sources() -> String {
    let mut all = String::new();
    for folder in ["node/src", "harvester/src", "web/src", "protocol/src"] {
        read(&repository().join(folder), &mut all);
    }
    let continued = Regex::new(r"\\\n\s*").unwrap();
    continued.replace_all(&all, "").into_owned()
}

fn read(folder: &Path, all: &mut String) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            read(&path, all);
        } else if path.extension().is_some_and(|ending| ending == "rs") {
            let text = std::fs::read_to_string(&path).unwrap();
            all.push_str(text.split("#[cfg(test)]\nmod tests {").next().unwrap());
        }
    }
}
