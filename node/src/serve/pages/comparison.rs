//! What is different between two versions of a description, in words.
//!
//! The comparison goes over the study as it is stored, so that a field that is added to a study one day is compared from
//! that day on. Things of a list are the same thing where they have the same name in it (`id`, `key`, `title` …); of those
//! that both versions have it is said what of them changed.

mod headings;
mod saying;

use std::collections::HashMap;

use serde_json::{Map, Value};

use crate::study::{Image, Study};

use headings::{heading, place};
use saying::{called, in_words, is_empty, plain, shortened, words};

/// Changes under a heading that a page shows.
const MOST_LINES: usize = 100;

/// By what things in a list are known, the best first.
const NAMES: [&str; 10] = [
    "id", "key", "orcid", "doi", "iri", "title", "figure", "name", "given", "file",
];

/// What changed under a heading.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Changed {
    /// The heading: `Authors`.
    pub heading: String,
    /// The changes.
    pub lines: Vec<Change>,
    /// How many more there are than stand here.
    pub left_out: usize,
}

/// One change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Change {
    /// `Added`, `Removed`, `Changed`.
    pub what: &'static str,
    /// What it is about, where the heading does not say all.
    pub of: String,
    /// The words: those that stayed, went and came.
    pub words: Vec<Words>,
}

/// Words that stayed, went or came.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Words {
    pub text: String,
    pub is_old: bool,
    pub is_new: bool,
}

/// What is different, by heading, in the order in which a study's page says it.
///
/// # Errors
/// When a study cannot be read as a list of fields.
pub(super) fn compare(before: &Study, after: &Study) -> Result<Vec<Changed>, serde_json::Error> {
    let mut changes = Vec::new();
    let (old, new) = (fields(before)?, fields(after)?);
    let mut names: Vec<&String> = old
        .keys()
        .chain(new.keys().filter(|name| !old.contains_key(*name)))
        .collect();
    names.sort_by_key(|name| (place(name), (*name).clone()));
    for name in names {
        let lines = match (old.get(name), new.get(name)) {
            (one, other) if one == other => continue,
            (one, other) => of_values("", one, other),
        };
        push(&mut changes, heading(name), lines);
    }
    push(
        &mut changes,
        "Images".to_owned(),
        of_images(&before.images, &after.images)?,
    );
    Ok(changes)
}

fn push(changes: &mut Vec<Changed>, heading: String, mut lines: Vec<Change>) {
    if lines.is_empty() {
        return;
    }
    let left_out = lines.len().saturating_sub(MOST_LINES);
    lines.truncate(MOST_LINES);
    changes.push(Changed {
        heading,
        lines,
        left_out,
    });
}

/// The fields of a study but its images, of which there may be a hundred thousand.
fn fields(study: &Study) -> Result<Map<String, Value>, serde_json::Error> {
    let mut bare = study.clone();
    bare.images = Vec::new();
    Ok(match serde_json::to_value(&bare)? {
        Value::Object(mut fields) => {
            fields.retain(|name, value| name != "images" && !is_empty(value));
            fields
        }
        _ => Map::new(),
    })
}

/// Only images that are not alike are read as fields.
fn of_images(before: &[Image], after: &[Image]) -> Result<Vec<Change>, serde_json::Error> {
    let by_key = |images: &'_ [Image]| -> HashMap<String, usize> {
        let keys = images.iter().enumerate();
        keys.map(|(place, image)| (image.key.clone(), place))
            .collect()
    };
    let (old, new) = (by_key(before), by_key(after));
    let mut lines = Vec::new();
    for image in before.iter().filter(|image| !new.contains_key(&image.key)) {
        lines.push(whole("Removed", &image.title));
    }
    for image in after {
        match old.get(&image.key).and_then(|place| before.get(*place)) {
            None => lines.push(whole("Added", &image.title)),
            Some(same) if same == image => {}
            Some(same) if lines.len() < MOST_LINES => {
                let (one, other) = (serde_json::to_value(same)?, serde_json::to_value(image)?);
                lines.extend(of_values(&image.title, Some(&one), Some(&other)));
            }
            // counted, but not shown
            Some(_) => lines.push(whole("Changed", &image.title)),
        }
    }
    Ok(lines)
}

fn whole(what: &'static str, text: &str) -> Change {
    let (is_old, is_new) = (what == "Removed", what == "Added");
    Change {
        what,
        of: String::new(),
        words: vec![Words {
            text: shortened(text),
            is_old,
            is_new,
        }],
    }
}

fn of_values(of: &str, before: Option<&Value>, after: Option<&Value>) -> Vec<Change> {
    let about = |mut change: Change| {
        change.of = of.to_owned();
        change
    };
    match (before, after) {
        (Some(one), Some(other)) if one == other => Vec::new(),
        (Some(Value::Array(one)), Some(Value::Array(other))) => of_lists(of, one, other),
        (Some(Value::Object(one)), Some(Value::Object(other))) => of_objects(of, one, other),
        (Some(one), Some(other)) if !is_empty(one) && !is_empty(other) => vec![Change {
            what: "Changed",
            of: of.to_owned(),
            words: words(&in_words(one), &in_words(other)),
        }],
        (one, other) => {
            let removed = each(one).map(|text| about(whole("Removed", &text)));
            let added = each(other).map(|text| about(whole("Added", &text)));
            removed.chain(added).collect()
        }
    }
}

/// Each thing of a list, or the thing itself.
fn each(value: Option<&Value>) -> impl Iterator<Item = String> {
    let texts = match value {
        Some(Value::Array(things)) => things.iter().map(in_words).collect(),
        Some(value) if !is_empty(value) => vec![in_words(value)],
        _ => Vec::new(),
    };
    texts.into_iter()
}

fn of_lists(of: &str, before: &[Value], after: &[Value]) -> Vec<Change> {
    let about = |what, value: &Value| Change {
        of: of.to_owned(),
        ..whole(what, &in_words(value))
    };
    let mut lines = Vec::new();
    let (old, new) = (by_name(before), by_name(after));
    for (name, value) in &old {
        if !new.iter().any(|(other, _)| other == name) {
            lines.push(about("Removed", value));
        }
    }
    for (name, value) in &new {
        match old.iter().find(|(other, _)| other == name) {
            None => lines.push(about("Added", value)),
            Some((_, same)) => {
                let of = if of.is_empty() {
                    called(value)
                } else {
                    format!("{of}, {}", called(value))
                };
                lines.extend(of_values(&of, Some(same), Some(value)));
            }
        }
    }
    if lines.is_empty() {
        lines.push(Change {
            what: "Changed",
            of: of.to_owned(),
            words: vec![Words {
                text: "the order".to_owned(),
                is_old: false,
                is_new: false,
            }],
        });
    }
    lines
}

/// Things under their names; those that share one are told apart by their number.
fn by_name(things: &[Value]) -> Vec<((String, usize), &Value)> {
    let mut seen: HashMap<String, usize> = HashMap::new();
    let mut named = Vec::with_capacity(things.len());
    for thing in things {
        let name = match thing {
            Value::Object(fields) => NAMES
                .iter()
                .find_map(|name| fields.get(*name)?.as_str())
                .map_or_else(|| thing.to_string(), str::to_owned),
            other => other.to_string(),
        };
        let number = seen.entry(name.clone()).or_default();
        named.push(((name, *number), thing));
        *number += 1;
    }
    named
}

fn of_objects(of: &str, before: &Map<String, Value>, after: &Map<String, Value>) -> Vec<Change> {
    let mut lines = Vec::new();
    let names = before
        .keys()
        .chain(after.keys().filter(|name| !before.contains_key(*name)));
    for name in names {
        let field = plain(name);
        let of = if of.is_empty() {
            field
        } else {
            format!("{of}, {field}")
        };
        lines.extend(of_values(&of, before.get(name), after.get(name)));
    }
    lines
}

#[cfg(test)]
mod tests;
