//! No text of a study is lost on its way into RDF, whatever the study is, and the forms of a record say the same.

use std::collections::BTreeSet;

use proptest::prelude::*;
use protocol::record::{ObjectRef, Record};
use serde_json::Value;

use super::any_study::{any_study, full_study};
use super::every_form::says_the_same_in_every_form;
use super::{Names, holdings, records};
use crate::describe::file_iri;
use crate::describe::text::link;
use crate::relative_path::RelPath;
use crate::study::Study;

/// Every text of a study's JSON, with the names of the members above it.
fn texts(value: &Value, above: &mut Vec<String>, found: &mut Vec<(Vec<String>, String)>) {
    match value {
        Value::String(text) => found.push((above.clone(), text.clone())),
        Value::Array(values) => values.iter().for_each(|value| texts(value, above, found)),
        Value::Object(members) => {
            for (name, value) in members {
                above.push(name.clone());
                texts(value, above, found);
                above.pop();
            }
        }
        _ => {}
    }
}

/// Every text and IRI in the place of an object.
fn said(records: &[Record]) -> BTreeSet<String> {
    let objects = records
        .iter()
        .flat_map(Record::statements)
        .map(|statement| match statement.object() {
            ObjectRef::Iri(iri) => (*iri).to_owned(),
            ObjectRef::Literal(literal) => literal.value().to_owned(),
        });
    objects.collect()
}

/// What docs/METADATA.md, "What is not said as it came", lists: is this text one of those, and how is it said then?
fn expected(study: &Study, place: &[&str], text: &str) -> Option<String> {
    match place {
        // not a word of the source, or the node's own bookkeeping
        ["profile"] | ["source", "format"] | ["images", "key"] => None,
        ["images", "counted", ..] | ["images", "series", "path"] => None,
        ["source", "identifier"] if !study.source.identifier_is_given => None,
        // the kind of a term is said with its text, and not where that is blank
        ["subjects" | "imaging_methods", "role"]
        | [_, "terms" | "methods", "role"]
        | [_, "preparation", "method", "role"] => None,
        // said by the predicate
        ["related", "relation"] if text == "derived-from" || text == "see-also" => None,
        // said in one canonical spelling
        ["access_level"] if text == "open" => Some(ontologies::schema::ACCESS_PUBLIC.to_owned()),
        ["publications", "pmid"] => Some(format!("PMID:{text}")),
        ["related", "id"] if text.starts_with("DND-S") => {
            Some(format!("https://images.example.org/id/{text}"))
        }
        ["data_use"] if is_duo_curie(text) => {
            Some(format!("http://purl.obolibrary.org/obo/DUO_{}", &text[4..]))
        }
        ["thumbnail"] => Some(iri_of_file(study, text)),
        ["annotations", "files", "source"]
            if !study
                .images
                .iter()
                .any(|image| image.files.iter().any(|file| file.as_str() == text)) =>
        {
            Some(iri_of_file(study, text))
        }
        // said by a word of its own
        ["images", "additional", "name"] if text == "well" => None,
        // set by validation, which sets only IRIs
        [.., "iri"] if link(text).is_none() => None,
        _ => Some(text.to_owned()),
    }
}

fn iri_of_file(study: &Study, path: &str) -> String {
    let names = Names::of(study);
    let path = RelPath::parse(path).unwrap();
    file_iri(&names.namespace, &names.study, 2, &path)
}

fn is_duo_curie(text: &str) -> bool {
    let start = text.get(..4).unwrap_or_default().to_ascii_uppercase();
    (start == "DUO:" || start == "DUO_")
        && text.len() == 11
        && text.bytes().skip(4).all(|byte| byte.is_ascii_digit())
}

fn nothing_is_lost(study: &Study) {
    let held = holdings();
    let records = records(study, Some(&held));
    let said = said(&records);
    let mut found = Vec::new();
    texts(
        &serde_json::to_value(study).unwrap(),
        &mut Vec::new(),
        &mut found,
    );
    for (place, text) in found.iter().filter(|(_, text)| !text.trim().is_empty()) {
        let place: Vec<&str> = place.iter().map(String::as_str).collect();
        if let Some(expected) = expected(study, &place, text) {
            assert!(
                said.contains(&expected),
                "{} is lost: {expected:?}",
                place.join(".")
            );
        }
    }
    for record in &records {
        says_the_same_in_every_form(record);
    }
}

#[test]
fn every_text_of_a_study_with_every_field_arrives() {
    nothing_is_lost(&full_study());
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 150, ..ProptestConfig::default() })]

    #[test]
    fn every_text_of_any_study_arrives(study in any_study()) {
        nothing_is_lost(&study);
    }
}
