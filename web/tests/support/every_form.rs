//! Reads each form of a record back with a parser that nobody here wrote. The node's tests use it as well.

use std::collections::BTreeSet;

use ontologies::schema::{CONTEXT, CONTEXT_IRI};
use oxjsonld::{JsonLdParser, JsonLdRemoteDocument};
use oxrdf::{GraphName, Quad, Term, Triple};
use oxrdfxml::RdfXmlParser;
use oxttl::{NQuadsParser, TurtleParser};
use protocol::record::Record;
use web::formats::{json_ld, rdf_xml, turtle};

/// The record's own statements.
pub fn quads_of_record(record: &Record) -> BTreeSet<String> {
    NQuadsParser::new()
        .for_slice(record.bytes())
        .map(|quad| quad.unwrap().to_string())
        .collect()
}

/// What a JSON-LD document says under the pinned context.
pub fn quads_of_json_ld(document: &str) -> BTreeSet<String> {
    let parser = JsonLdParser::new()
        .for_slice(document)
        .with_load_document_callback(|url, _| {
            assert_eq!(url, CONTEXT_IRI, "no other context is ever asked for");
            Ok(JsonLdRemoteDocument {
                document: CONTEXT.as_bytes().to_vec(),
                document_url: url.to_owned(),
            })
        });
    parser
        .map(|quad| {
            quad.unwrap_or_else(|error| panic!("{error}: {document}"))
                .to_string()
        })
        .collect()
}

/// Triples as quads of the default graph, in text.
pub fn as_quads(triples: impl Iterator<Item = Triple>) -> BTreeSet<String> {
    triples
        .map(|triple| {
            Quad::new(
                triple.subject,
                triple.predicate,
                triple.object,
                GraphName::DefaultGraph,
            )
            .to_string()
        })
        .collect()
}

/// Whether XML 1.0 can hold every literal of a record.
fn fits_xml(record: &Record) -> bool {
    NQuadsParser::new()
        .for_slice(record.bytes())
        .all(|quad| match quad.unwrap().object {
            Term::Literal(literal) => literal.value().chars().all(is_xml_character),
            _ => true,
        })
}

/// The production `Char` of XML 1.0.
fn is_xml_character(character: char) -> bool {
    matches!(character, '\t' | '\n' | '\r' | ' '..='\u{fffd}' | '\u{10000}'..)
}

/// Compares JSON-LD, Turtle and RDF/XML with the record.
pub fn says_the_same_in_every_form(record: &Record) {
    let expected = quads_of_record(record);
    let document = json_ld(record);
    assert_eq!(quads_of_json_ld(&document), expected, "JSON-LD: {document}");
    let document = turtle(record).unwrap();
    assert_eq!(
        as_quads(TurtleParser::new().for_slice(&document).map(Result::unwrap)),
        expected,
        "Turtle: {document}"
    );
    let document = rdf_xml(record).unwrap();
    let read = as_quads(
        RdfXmlParser::new()
            .for_slice(&document)
            .map(|triple| triple.unwrap_or_else(|error| panic!("{error}: {document}"))),
    );
    if fits_xml(record) {
        assert_eq!(read, expected, "RDF/XML: {document}");
    } else {
        assert!(document.contains("shown here as U+FFFD"), "{document}");
        assert!(
            read.iter().any(|quad| quad.contains('\u{fffd}')),
            "{document}"
        );
    }
}
