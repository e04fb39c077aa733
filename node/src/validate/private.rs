//! Takes e-mail addresses out of every text of a study: they are never published, whoever wrote them where.

use serde_json::Value;

use super::report::Report;
use crate::deposit::{DepositedFile, media_type};
use crate::study::Study;

/// What stands in the place of an address.
const REMOVED: &str = "[e-mail address removed]";

/// Members of a study that are paths of files: they must stay as they are to be found.
const PATHS: &[&str] = &["file", "files", "images", "key", "path", "thumbnail"];

/// Replaces e-mail addresses in all texts, a warning for each text that had one.
pub(super) fn remove(study: &mut Study, files: &mut [DepositedFile], report: &mut Report) {
    for file in files {
        for (name, text) in &mut file.columns {
            if let Some(redacted) = redacted(text) {
                report.warning(
                    format!("{} {name}", file.path),
                    "an e-mail address in it was removed",
                );
                *text = redacted;
            }
        }
    }
    // most studies have no such sign anywhere, and are spared the way there and back
    if serde_json::to_vec(&*study).is_ok_and(|bytes| !bytes.contains(&b'@')) {
        return;
    }
    let Ok(mut value) = serde_json::to_value(&*study) else {
        return;
    };
    let mut changed = Vec::new();
    walk(&mut value, "", &mut changed);
    if changed.is_empty() {
        return;
    }
    match serde_json::from_value(value) {
        Ok(without) => {
            *study = without;
            for path in changed {
                report.warning(
                    path,
                    "an e-mail address in it was removed; addresses are not published",
                );
            }
        }
        Err(error) => report.error(
            "",
            format!(
                "an e-mail address stands where it cannot be removed ({error}); take it out of {}",
                changed.join(", ")
            ),
        ),
    }
}

fn walk(value: &mut Value, path: &str, changed: &mut Vec<String>) {
    match value {
        Value::String(text) => {
            if let Some(redacted) = redacted(text) {
                *text = redacted;
                changed.push(path.to_owned());
            }
        }
        Value::Array(values) => {
            for (index, value) in values.iter_mut().enumerate() {
                // a list of texts under one of these names is a list of paths
                if value.is_string() && PATHS.iter().any(|name| path.ends_with(name)) {
                    continue;
                }
                walk(value, &format!("{path}[{index}]"), changed);
            }
        }
        Value::Object(members) => {
            for (name, value) in members {
                if value.is_string()
                    && (PATHS.contains(&name.as_str())
                        || (name == "source" && path.contains("annotations")))
                {
                    continue;
                }
                let inner = if path.is_empty() {
                    name.clone()
                } else {
                    format!("{path}.{name}")
                };
                walk(value, &inner, changed);
            }
        }
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

/// The text without addresses, if it has one.
fn redacted(text: &str) -> Option<String> {
    let mut result: Option<String> = None;
    let mut kept_to = 0;
    for (at, _) in text.match_indices('@') {
        if let Some((start, end)) = address(text, at).filter(|(start, _)| *start >= kept_to) {
            let redacted = result.get_or_insert_default();
            redacted.push_str(&text[kept_to..start]);
            redacted.push_str(REMOVED);
            kept_to = end;
        }
    }
    result.map(|mut redacted| {
        redacted.push_str(&text[kept_to..]);
        redacted
    })
}

/// Where the address around an `@` begins and ends. `30 kV@1.5` is none, and `cells@2x.tif` is a file.
fn address(text: &str, at: usize) -> Option<(usize, usize)> {
    let in_mailbox = |character: char| character.is_alphanumeric() || "._%+-'".contains(character);
    let in_host = |character: char| character.is_alphanumeric() || ".-".contains(character);
    let start = text[..at]
        .char_indices()
        .rev()
        .take_while(|(_, character)| in_mailbox(*character))
        .last()
        .map(|(place, _)| place)?;
    let rest = &text[at + 1..];
    let host = &rest[..rest
        .find(|character| !in_host(character))
        .unwrap_or(rest.len())];
    let end = ends_of_hosts(host).last()?;
    Some((start, at + 1 + end))
}

/// Where a host may end in a text that begins with one: after each part that could be a top-level domain, unless what
/// is before it is the name of a file.
fn ends_of_hosts(text: &str) -> impl Iterator<Item = usize> {
    let ends = text
        .match_indices('.')
        .map(|(dot, _)| dot)
        .chain([text.len()]);
    ends.filter(|end| {
        let host = &text[..*end];
        let top = host
            .rsplit_once('.')
            .map(|(name, top)| (name, top.trim_end_matches('-')));
        let is_host = top.is_some_and(|(name, top)| {
            !name.is_empty() && top.chars().count() >= 2 && top.chars().all(char::is_alphabetic)
        });
        is_host && media_type::by_name(host).is_none() && !media_type::is_microscopy(host)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_taken_out_and_other_signs_are_not() {
        assert_eq!(
            redacted("write to a.b+c@lab.example.org, or phone").as_deref(),
            Some("write to [e-mail address removed], or phone")
        );
        assert_eq!(
            redacted("mailto:x@y.eu and z@y.eu.").as_deref(),
            Some("mailto:[e-mail address removed] and [e-mail address removed].")
        );
        assert_eq!(
            redacted("since x@y.org.5 it is").as_deref(),
            Some("since [e-mail address removed].5 it is")
        );
        for other in [
            "30 kV@1.5 nA",
            "cells@2x.tif",
            "@handle.example",
            "https://video.example/@lab.channel",
            "a@b",
            "5 @ 20.5 nm",
            "x@y.",
            "a@b.tif.1",
        ] {
            assert_eq!(redacted(other), None, "{other}");
        }
    }
}
