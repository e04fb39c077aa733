//! Values and their differences as somebody would say them.

use serde_json::Value;
use similar::{ChangeTag, TextDiff};

use super::Words;

/// Characters of a text that a page shows.
const MOST_CHARACTERS: usize = 3_000;
/// How long two texts may be compared word for word, after which whole passages are said to have changed.
const TIME_FOR_WORDS: std::time::Duration = std::time::Duration::from_millis(100);

/// By what things are called, the best first.
const CALLED: [&str; 11] = [
    "title", "name", "label", "given", "figure", "file", "agent", "id", "key", "iri", "doi",
];

/// Two texts, word for word.
pub(super) fn words(before: &str, after: &str) -> Vec<Words> {
    let (before, after) = (shortened(before), shortened(after));
    let difference = TextDiff::configure()
        .timeout(TIME_FOR_WORDS)
        .diff_words(&before, &after);
    let mut words: Vec<Words> = Vec::new();
    for change in difference.iter_all_changes() {
        let (is_old, is_new) = match change.tag() {
            ChangeTag::Equal => (false, false),
            ChangeTag::Delete => (true, false),
            ChangeTag::Insert => (false, true),
        };
        match words.last_mut() {
            Some(last) if (last.is_old, last.is_new) == (is_old, is_new) => {
                last.text.push_str(change.value());
            }
            _ => words.push(Words {
                text: change.value().to_owned(),
                is_old,
                is_new,
            }),
        }
    }
    words
}

pub(super) fn shortened(text: &str) -> String {
    match text.char_indices().nth(MOST_CHARACTERS) {
        Some((end, _)) => format!("{} \u{2026}", &text[..end]),
        None => text.to_owned(),
    }
}

/// A value as somebody would say it.
pub(super) fn in_words(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::Bool(true) => "yes".to_owned(),
        Value::Bool(false) => "no".to_owned(),
        Value::Number(number) => number.to_string(),
        Value::String(text) => text.clone(),
        Value::Array(things) => things.iter().map(in_words).collect::<Vec<_>>().join(", "),
        Value::Object(fields) => {
            let name = called(value);
            let further: Vec<String> = fields
                .iter()
                .filter(|(_, value)| !is_empty(value))
                .map(|(field, value)| (plain(field), in_words(value)))
                .filter(|(_, text)| *text != name)
                .map(|(field, text)| format!("{field} {text}"))
                .collect();
            match (name.is_empty(), further.is_empty()) {
                (_, true) => name,
                (true, false) => further.join(", "),
                (false, false) => format!("{name} ({})", further.join(", ")),
            }
        }
    }
}

pub(super) fn called(value: &Value) -> String {
    match value {
        Value::Object(fields) => CALLED
            .iter()
            .find_map(|name| fields.get(*name)?.as_str())
            .unwrap_or_default()
            .to_owned(),
        other => in_words(other),
    }
}

pub(super) fn is_empty(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::String(text) => text.is_empty(),
        Value::Array(things) => things.is_empty(),
        Value::Object(fields) => fields.values().all(is_empty),
        Value::Bool(_) | Value::Number(_) => false,
    }
}

pub(super) fn plain(field: &str) -> String {
    match field {
        "iri" | "doi" | "orcid" | "ror" | "url" | "pmid" => field.to_uppercase(),
        "size_x" => "width".to_owned(),
        "size_y" => "height".to_owned(),
        other => other.replace('_', " "),
    }
}
