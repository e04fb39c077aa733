//! The real crates in RDF: every form says the record exactly, and the shapes of the legacy grade hold.

#![expect(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

#[path = "support/raw_crate.rs"]
#[expect(
    dead_code,
    reason = "only the list of the crates is needed here, not the counting in them"
)]
mod raw_crate;

use std::collections::BTreeSet;
use std::path::Path;

use node::deposit::{Found, crate_package};
use node::describe::{self, Naming, formats};
use node::study::Study;
use node::validate::{Policy, validate};
use ontologies::Terms;
use ontologies::schema::{CONTEXT, CONTEXT_IRI, SHAPES_LEGACY};
use ontologies::shacl::{Severity, Shapes};
use oxjsonld::{JsonLdParser, JsonLdRemoteDocument};
use oxrdf::{Graph, Triple};
use oxrdfxml::RdfXmlParser;
use oxttl::{NQuadsParser, TurtleParser};
use protocol::identifier::{Accession, Namespace};
use protocol::record::Record;
use time::macros::date;

fn study(path: &Path) -> Option<Study> {
    match crate_package::read_detached(path) {
        Found::Deposit(deposit) => {
            let validated = validate(
                *deposit,
                Terms::builtin(),
                &Policy::default(),
                date!(2026 - 11 - 21),
            );
            validated.ok().map(|validated| validated.into_parts().0)
        }
        Found::Unreadable { .. } => None,
    }
}

fn record(study: &Study) -> Record {
    let namespace = Namespace::parse("https://images.example.org/id/").unwrap();
    let accession = Accession::parse("DND-S42").unwrap();
    let naming = Naming {
        namespace: &namespace,
        study: &accession,
        version: 1,
        images: &[],
        issued: "2026-11-21T00:00:00Z",
        modified: None,
    };
    let statements = describe::study(study, &naming, None);
    describe::salted(&accession, &namespace, statements, [3; 16]).unwrap()
}

fn texts<Error: std::fmt::Debug>(
    triples: impl Iterator<Item = Result<Triple, Error>>,
) -> BTreeSet<String> {
    triples.map(|triple| triple.unwrap().to_string()).collect()
}

fn says_the_same_in_every_form(record: &Record, at: &str) {
    let quads = NQuadsParser::new().for_slice(record.bytes());
    let expected = texts(quads.map(|quad| quad.map(Triple::from)));
    let document = formats::json_ld(record);
    let json_ld = JsonLdParser::new()
        .for_slice(&document)
        .with_load_document_callback(|url, _| {
            assert_eq!(url, CONTEXT_IRI);
            Ok(JsonLdRemoteDocument {
                document: CONTEXT.as_bytes().to_vec(),
                document_url: url.to_owned(),
            })
        });
    assert_eq!(
        texts(json_ld.map(|quad| quad.map(Triple::from))),
        expected,
        "JSON-LD of {at}"
    );
    let document = formats::turtle(record).unwrap();
    assert_eq!(
        texts(TurtleParser::new().for_slice(&document)),
        expected,
        "Turtle of {at}"
    );
    let document = formats::rdf_xml(record).unwrap();
    let rdf_xml = texts(RdfXmlParser::new().for_slice(&document));
    if document.contains("shown here as U+FFFD") {
        assert_eq!(rdf_xml.len(), expected.len(), "RDF/XML of {at}");
    } else {
        assert_eq!(rdf_xml, expected, "RDF/XML of {at}");
    }
}

#[test]
fn every_crate_that_is_accepted_is_described_alike_in_every_form_and_keeps_the_shapes() {
    let Some(paths) = raw_crate::corpus() else {
        return;
    };
    let shapes = Shapes::parse(SHAPES_LEGACY).unwrap();
    let mut described = 0;
    let mut largest = 0;
    for path in &paths {
        let Some(study) = study(path) else { continue };
        let at = path.display().to_string();
        let record = record(&study);
        says_the_same_in_every_form(&record, &at);
        let graph: Graph = NQuadsParser::new()
            .for_slice(record.bytes())
            .map(|quad| Triple::from(quad.unwrap()))
            .collect();
        let violations: Vec<_> = shapes
            .validate(&graph)
            .into_iter()
            .filter(|result| result.severity == Severity::Violation)
            .collect();
        assert!(violations.is_empty(), "{at}: {violations:#?}");
        described += 1;
        largest = largest.max(record.len());
    }
    eprintln!(
        "{described} of {} crates described, the largest in {largest} statements",
        paths.len()
    );
    assert!(
        described * 100 >= paths.len() * 99,
        "{described} of {} crates",
        paths.len()
    );
}
