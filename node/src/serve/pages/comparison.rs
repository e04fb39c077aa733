//! What is different between two versions of a description, in words.
//!
//! The comparison goes over the study as it is stored, so that a field that is added to a study one day is compared from
//! that day on. Things of a list are the same thing where they have the same name in it (`id`, `key`, `title` …); of those
//! that both versions have it is said what of them changed.

use std::collections::HashMap;

use serde_json::{Map, Value};
use similar::{ChangeTag, TextDiff};

use crate::study::{Image, Study};

/// Changes under a heading that a page shows.
const MOST_LINES: usize = 100;
/// Characters of a text that a page shows.
const MOST_CHARACTERS: usize = 3_000;
/// How long two texts may be compared word for word, after which whole passages are said to have changed.
const TIME_FOR_WORDS: std::time::Duration = std::time::Duration::from_millis(100);

/// By what things in a list are known, the best first.
const NAMES: [&str; 10] = [
    "id", "key", "orcid", "doi", "iri", "title", "figure", "name", "given", "file",
];
/// By what things are called, the best first.
const CALLED: [&str; 11] = [
    "title", "name", "label", "given", "figure", "file", "agent", "id", "key", "iri", "doi",
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

/// Two texts, word for word.
fn words(before: &str, after: &str) -> Vec<Words> {
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

fn shortened(text: &str) -> String {
    match text.char_indices().nth(MOST_CHARACTERS) {
        Some((end, _)) => format!("{} \u{2026}", &text[..end]),
        None => text.to_owned(),
    }
}

/// A value as somebody would say it.
fn in_words(value: &Value) -> String {
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

fn called(value: &Value) -> String {
    match value {
        Value::Object(fields) => CALLED
            .iter()
            .find_map(|name| fields.get(*name)?.as_str())
            .unwrap_or_default()
            .to_owned(),
        other => in_words(other),
    }
}

fn is_empty(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::String(text) => text.is_empty(),
        Value::Array(things) => things.is_empty(),
        Value::Object(fields) => fields.values().all(is_empty),
        Value::Bool(_) | Value::Number(_) => false,
    }
}

fn plain(field: &str) -> String {
    match field {
        "iri" | "doi" | "orcid" | "ror" | "url" | "pmid" => field.to_uppercase(),
        "size_x" => "width".to_owned(),
        "size_y" => "height".to_owned(),
        other => other.replace('_', " "),
    }
}

/// Fields with headings of their own, in the order of a study's page.
const HEADINGS: [(&str, &str); 16] = [
    ("title", "Title"),
    ("description", "Description"),
    ("authors", "Authors"),
    ("licence", "Licence"),
    ("release_date", "Date of release"),
    ("subjects", "What was imaged"),
    ("imaging_methods", "Imaging methods"),
    ("components", "Parts of the study"),
    ("specimens", "Preparation"),
    ("acquisitions", "Image acquisition and protocols"),
    ("supports", "Figures"),
    ("data_at", "Where the data are"),
    ("stated_files", "Number of files elsewhere"),
    ("stated_bytes", "Size of the data elsewhere"),
    ("missing", "What the source does not give"),
    ("additional", "Further information"),
];

fn place(field: &str) -> usize {
    let found = HEADINGS.iter().position(|(name, _)| *name == field);
    found.unwrap_or(HEADINGS.len())
}

fn heading(field: &str) -> String {
    if let Some((_, heading)) = HEADINGS.iter().find(|(name, _)| *name == field) {
        return (*heading).to_owned();
    }
    let plain = plain(field);
    let mut characters = plain.chars();
    characters.next().map_or_else(String::new, |first| {
        format!("{}{}", first.to_uppercase(), characters.as_str())
    })
}

#[cfg(test)]
mod tests {
    use super::{Changed, compare};
    use crate::study::{Image, PackageFormat, Person, Profile, Source, Study};

    fn study() -> Study {
        let source = Source {
            identifier: "one".to_owned(),
            identifier_is_given: true,
            iri: None,
            same_as: Vec::new(),
            format: PackageFormat::StudyFile,
        };
        let mut study = Study::new(Profile::One, source);
        study.title = Some("Septin rings in yeast".to_owned());
        study.authors = vec![person("Ada Example", None)];
        study.images = (1..=3).map(image).collect();
        study
    }

    fn person(name: &str, orcid: Option<&str>) -> Person {
        Person {
            name: Some(name.to_owned()),
            orcid: orcid.map(str::to_owned),
            ..Person::default()
        }
    }

    fn image(number: usize) -> Image {
        Image {
            key: format!("{number}.tif"),
            title: format!("Field {number}"),
            component: 0,
            files: Vec::new(),
            biosamples: Vec::new(),
            specimens: Vec::new(),
            acquisitions: Vec::new(),
            channels: Vec::new(),
            pixels: None,
            additional: Vec::new(),
        }
    }

    /// `heading: what [of] text`, where what went stands in `-…-` and what came in `+…+`.
    fn said(changes: &[Changed]) -> Vec<String> {
        let mut said = Vec::new();
        for changed in changes {
            for line in &changed.lines {
                let words = line.words.iter().map(|words| {
                    let sign = match (words.is_old, words.is_new) {
                        (true, _) => "-",
                        (_, true) => "+",
                        _ => "",
                    };
                    format!("{sign}{}{sign}", words.text)
                });
                let words: String = words.collect();
                said.push(format!(
                    "{}: {} [{}] {words}",
                    changed.heading, line.what, line.of
                ));
            }
        }
        said
    }

    #[test]
    fn what_was_added_removed_and_changed_is_said_in_words() {
        let (before, mut after) = (study(), study());
        assert!(compare(&before, &after).expect("fields").is_empty());
        after.title = Some("Septin rings in fission yeast".to_owned());
        after.licence = Some("https://creativecommons.org/licenses/by/4.0/".to_owned());
        after.authors[0].roles = vec!["imaging".to_owned()];
        after.authors.push(person("Ben Example", Some("0000-1")));
        after.images.remove(0);
        after.images[0].title = "Field two".to_owned();
        after.images.push(image(4));
        assert_eq!(
            said(&compare(&before, &after).expect("fields")),
            [
                "Title: Changed [] Septin rings in +fission +yeast",
                "Authors: Added [Ada Example, roles] +imaging+",
                "Authors: Added [] +Ben Example (ORCID 0000-1)+",
                "Licence: Added [] +https://creativecommons.org/licenses/by/4.0/+",
                "Images: Removed [] -Field 1-",
                "Images: Changed [Field two, title] Field -2-+two+",
                "Images: Added [] +Field 4+",
            ]
        );
    }

    #[test]
    fn another_order_is_a_change_too() {
        let (mut before, mut after) = (study(), study());
        before.keywords = vec!["a".to_owned(), "b".to_owned()];
        after.keywords = vec!["b".to_owned(), "a".to_owned()];
        assert_eq!(
            said(&compare(&before, &after).expect("fields")),
            ["Keywords: Changed [] the order"]
        );
    }

    #[test]
    fn thousands_of_changes_are_counted_and_some_of_them_shown() {
        let (before, mut after) = (study(), study());
        after.images = (10..5_000).map(image).collect();
        let changes = compare(&before, &after).expect("fields");
        assert_eq!((changes[0].lines.len(), changes[0].left_out), (100, 4_893));
    }
}
