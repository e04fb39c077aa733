//! Compact JSON-LD 1.1 under the pinned context. Written by serde, since no crate writes compacted JSON-LD.
//!
//! The document is one object, the resource; a hash node stands inside the first object that points to it, and what
//! nobody points to stands in `@included`. So a reader of schema.org finds authors where it looks for them, and a proof
//! can be added to the object later. Expanding it under the context gives exactly the record's statements.

use std::collections::{BTreeMap, BTreeSet};

use ontologies::schema::{CONTEXT_IRI, rdf, schema_org, xsd};
use protocol::record::{LiteralRef, ObjectRef, Record, StatementRef};
use serde::ser::{Serialize, SerializeMap, Serializer};

use super::context::{Coercion, Context};
use super::{by_numbers, resource_of};

/// How deep objects stand in one another; what would stand deeper goes to `@included`. A study needs four.
const DEEPEST: usize = 8;

/// Whole numbers that every reader of JSON keeps exactly: up to 2^53 - 1.
const LARGEST_EXACT: i64 = (1 << 53) - 1;

/// A record as JSON-LD, indented, with a line feed at the end.
pub fn json_ld(record: &Record) -> String {
    let statements: Vec<StatementRef<'_>> = record.statements().collect();
    let resource = resource_of(&statements);
    let mut document = Document::of(&statements);
    let mut members = vec![("@context", Json::Text(CONTEXT_IRI.to_owned()))];
    members.extend(document.object(resource, 0));
    let included = document.included();
    if !included.is_empty() {
        members.push(("@included", Json::list(included)));
    }
    let mut text = serde_json::to_string_pretty(&Json::Object(members))
        .expect("text, numbers, lists and objects are JSON");
    text.push('\n');
    text
}

/// JSON whose members keep the order in which they are read best.
enum Json<'a> {
    Text(String),
    Number(i64),
    List(Vec<Json<'a>>),
    Object(Vec<(&'a str, Json<'a>)>),
}

impl<'a> Json<'a> {
    /// One value by itself, several as a list.
    fn list(mut values: Vec<Json<'a>>) -> Json<'a> {
        match values.len() {
            1 => values.remove(0),
            _ => Json::List(values),
        }
    }
}

impl Serialize for Json<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Json::Text(text) => serializer.serialize_str(text),
            Json::Number(number) => serializer.serialize_i64(*number),
            Json::List(values) => serializer.collect_seq(values),
            Json::Object(members) => {
                let mut map = serializer.serialize_map(Some(members.len()))?;
                for (name, value) in members {
                    map.serialize_entry(name, value)?;
                }
                map.end()
            }
        }
    }
}

/// The statements by subject, and which subjects have been written.
struct Document<'s, 'a> {
    context: &'static Context,
    subjects: BTreeMap<&'a str, Vec<&'s StatementRef<'a>>>,
    written: BTreeSet<&'a str>,
}

impl<'s, 'a: 's> Document<'s, 'a> {
    fn of(statements: &'s [StatementRef<'a>]) -> Document<'s, 'a> {
        let mut subjects: BTreeMap<&'a str, Vec<&'s StatementRef<'a>>> = BTreeMap::new();
        for statement in statements {
            subjects
                .entry(statement.subject())
                .or_default()
                .push(statement);
        }
        Document {
            context: Context::pinned(),
            subjects,
            written: BTreeSet::new(),
        }
    }

    /// The members of a subject's object: its IRI, its classes, and its properties by name.
    fn object(&mut self, subject: &'a str, depth: usize) -> Vec<(&'s str, Json<'s>)> {
        self.written.insert(subject);
        let statements = self.subjects.get(subject).cloned().unwrap_or_default();
        let mut classes = Vec::new();
        let mut properties: BTreeMap<&'s str, (&'s Coercion, Vec<&'s ObjectRef<'a>>)> =
            BTreeMap::new();
        for statement in statements {
            match statement.object() {
                ObjectRef::Iri(class) if statement.predicate() == rdf::TYPE => {
                    classes.push(Json::Text(self.context.name(class).0.to_owned()));
                }
                object => {
                    let (name, coercion) = self.context.name(statement.predicate());
                    properties
                        .entry(name)
                        .or_insert_with(|| (coercion, Vec::new()))
                        .1
                        .push(object);
                }
            }
        }
        let mut members = vec![("@id", Json::Text(subject.to_owned()))];
        if !classes.is_empty() {
            members.push(("@type", Json::list(classes)));
        }
        for (name, (coercion, mut objects)) in properties {
            objects.sort_by_cached_key(|object| self.place(object));
            let values = objects
                .into_iter()
                .map(|object| self.value(object, coercion, depth))
                .collect();
            members.push((name, Json::list(values)));
        }
        members
    }

    /// What no object written so far holds.
    fn included(&mut self) -> Vec<Json<'s>> {
        let mut rest: Vec<&'a str> = self.subjects.keys().copied().collect();
        rest.sort_by_cached_key(|subject| by_numbers(subject));
        let mut included = Vec::new();
        for subject in rest {
            if !self.written.contains(subject) {
                included.push(Json::Object(self.object(subject, 0)));
            }
        }
        included
    }

    fn value(&mut self, object: &'s ObjectRef<'a>, coercion: &Coercion, depth: usize) -> Json<'s> {
        match object {
            ObjectRef::Iri(iri) if self.stands_here(iri, depth) => {
                Json::Object(self.object(iri, depth + 1))
            }
            ObjectRef::Iri(iri) if *coercion == Coercion::Iri => Json::Text((*iri).to_owned()),
            ObjectRef::Iri(iri) => Json::Object(vec![("@id", Json::Text((*iri).to_owned()))]),
            ObjectRef::Literal(literal) => literal_value(literal, coercion),
        }
    }

    fn stands_here(&self, iri: &str, depth: usize) -> bool {
        depth < DEEPEST && self.subjects.contains_key(iri) && !self.written.contains(iri)
    }

    /// Hash nodes in the order that their positions or numbers give, everything else as in the record.
    fn place(&self, object: &ObjectRef<'a>) -> (u64, Vec<(&'a str, u64)>) {
        let ObjectRef::Iri(iri) = object else {
            return (0, Vec::new());
        };
        let position = self
            .subjects
            .get(iri)
            .into_iter()
            .flatten()
            .find_map(|statement| match statement.object() {
                ObjectRef::Literal(literal) if statement.predicate() == schema_org::POSITION => {
                    literal.value().parse().ok()
                }
                _ => None,
            });
        (position.unwrap_or(0), by_numbers(iri))
    }
}

fn literal_value<'s>(literal: &LiteralRef<'_>, coercion: &Coercion) -> Json<'s> {
    let text = || Json::Text(literal.value().to_owned());
    if let Some(language) = literal.language() {
        return Json::Object(vec![
            ("@value", text()),
            ("@language", Json::Text(language.to_owned())),
        ]);
    }
    match coercion {
        Coercion::Text if literal.datatype() == xsd::STRING => text(),
        Coercion::Datatype(datatype) if datatype == literal.datatype() => {
            exact_number(literal).map_or_else(text, Json::Number)
        }
        _ if literal.datatype() == xsd::STRING => Json::Object(vec![("@value", text())]),
        _ => Json::Object(vec![
            ("@value", text()),
            ("@type", Json::Text(literal.datatype().to_owned())),
        ]),
    }
}

/// A whole number as a number of JSON, where that is read back as the very same text.
fn exact_number(literal: &LiteralRef<'_>) -> Option<i64> {
    if literal.datatype() != xsd::INTEGER {
        return None;
    }
    let number: i64 = literal.value().parse().ok()?;
    (number.to_string() == literal.value() && number.abs() <= LARGEST_EXACT).then_some(number)
}
