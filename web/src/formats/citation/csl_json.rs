//! CSL-JSON, from which citation processors set every style.

use serde_json::{Map, Value, json};

use crate::formats::Archive;
use crate::formats::archive::licence_name;
use crate::view::{Date, Person, StudyView};

/// A study as an array of one item of type `dataset` (CSL 1.0.2, csl-data.json).
pub fn csl_json(study: &StudyView, archive: &Archive) -> String {
    let mut item = Map::new();
    let mut add = |name: &str, value: Value| {
        item.insert(name.to_owned(), value);
    };
    add("id", json!(study.versioned()));
    add("type", json!("dataset"));
    add("title", json!(study.title()));
    let authors: Vec<Value> = study.authors.iter().filter_map(name).collect();
    if !authors.is_empty() {
        add("author", json!(authors));
    }
    if let Some(date) = study.date() {
        add("issued", json!({ "date-parts": [parts(date)] }));
    }
    add("publisher", json!(archive.publisher(study).0));
    add("URL", json!(study.iri));
    add("number", json!(study.id));
    if let Some(version) = &study.version {
        add("version", json!(version));
    }
    if let Some(doi) = study
        .doi()
        .and_then(|iri| iri.strip_prefix("https://doi.org/"))
    {
        add("DOI", json!(doi));
    }
    if let Some(description) = &study.description {
        add("abstract", json!(description));
    }
    if !study.keywords.is_empty() {
        add("keyword", json!(study.keywords.join(", ")));
    }
    if let Some(licence) = &study.licence {
        add("license", json!(licence_name(licence)));
    }
    format!("{:#}\n", Value::Array(vec![Value::Object(item)]))
}

fn name(person: &Person) -> Option<Value> {
    match person.parted_name().filter(|_| !person.is_organisation()) {
        Some((family, given)) => Some(json!({ "family": family, "given": given })),
        None => person.display_name().map(|name| json!({ "literal": name })),
    }
}

fn parts(date: Date) -> Vec<u16> {
    let smaller = [date.month, date.day];
    std::iter::once(date.year)
        .chain(smaller.into_iter().map_while(|part| part.map(u16::from)))
        .collect()
}
