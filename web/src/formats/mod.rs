//! The forms in which a record is served beside its own canonical N-Quads: JSON-LD, Turtle, RDF/XML.
//!
//! Each is a function of the record's bytes alone, so that it is the same at every node and every mirror, and says
//! exactly the record's statements (RDF/XML with one exception that XML itself makes; it is written in the document).

mod context;
mod json_ld;
mod rdf_xml;
mod turtle;

use ontologies::schema::{PREFIXES, omma, rdf};
use oxrdf::{LiteralRef, NamedNodeRef, TermRef, TripleRef};
use protocol::record::{ObjectRef, Record, StatementRef};

pub use json_ld::json_ld;
pub use rdf_xml::rdf_xml;
pub use turtle::turtle;

/// A record that a format cannot say: one of a stranger, with predicates that the format has no way to write.
#[derive(Debug, thiserror::Error)]
#[error("the record cannot be written as {format}: {source}; ask for N-Quads")]
pub struct FormatError {
    format: &'static str,
    source: std::io::Error,
}

/// The resource that a record is about: what bears the salt, which every record has once.
fn resource_of<'a>(statements: &[StatementRef<'a>]) -> &'a str {
    statements
        .iter()
        .find(|statement| statement.predicate() == omma::SALT)
        .map_or("", StatementRef::subject)
}

/// The prefixes whose namespaces a record uses.
fn prefixes_of(record: &Record) -> Vec<(&'static str, &'static str)> {
    let text = String::from_utf8_lossy(record.bytes());
    PREFIXES
        .iter()
        .copied()
        .filter(|(_, namespace)| text.contains(&format!("<{namespace}")))
        .collect()
}

/// The statements in the order of reading: the resource first, then its hash nodes, numbers in their order
/// (`#author-2` before `#author-10`); of each, its classes first.
fn in_reading_order(record: &Record) -> Vec<StatementRef<'_>> {
    let mut statements: Vec<StatementRef<'_>> = record.statements().collect();
    let resource = resource_of(&statements);
    statements.sort_by_cached_key(|statement| {
        let subject = statement.subject();
        (
            subject != resource,
            by_numbers(subject),
            statement.predicate() != rdf::TYPE,
        )
    });
    statements
}

/// A key that orders texts by their letters and by the value of the numbers in them.
fn by_numbers(text: &str) -> Vec<(&str, u64)> {
    let mut parts = Vec::new();
    let mut rest = text;
    while !rest.is_empty() {
        let letters = rest
            .find(|character: char| character.is_ascii_digit())
            .unwrap_or(rest.len());
        let behind = &rest[letters..];
        let digits = behind
            .find(|character: char| !character.is_ascii_digit())
            .unwrap_or(behind.len());
        parts.push((
            &rest[..letters],
            behind[..digits].parse().unwrap_or(u64::MAX),
        ));
        rest = &behind[digits..];
    }
    parts
}

/// A statement as the serialisers of the oxigraph family take it. Its terms were checked when the record was read.
fn triple<'a>(statement: &'a StatementRef<'a>) -> TripleRef<'a> {
    let object = match statement.object() {
        ObjectRef::Iri(iri) => TermRef::NamedNode(NamedNodeRef::new_unchecked(iri)),
        ObjectRef::Literal(literal) => TermRef::Literal(match literal.language() {
            Some(language) => {
                LiteralRef::new_language_tagged_literal_unchecked(literal.value(), language)
            }
            None => LiteralRef::new_typed_literal(
                literal.value(),
                NamedNodeRef::new_unchecked(literal.datatype()),
            ),
        }),
    };
    TripleRef::new(
        NamedNodeRef::new_unchecked(statement.subject()),
        NamedNodeRef::new_unchecked(statement.predicate()),
        object,
    )
}
