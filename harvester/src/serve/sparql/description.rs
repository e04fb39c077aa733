//! The service description (SPARQL 1.1 Service Description).

use std::io;

use oxigraph::io::{JsonLdProfile, RdfFormat, RdfSerializer};
use oxigraph::model::vocab::rdf;
use oxigraph::model::{BlankNode, NamedNode, NamedOrBlankNode, Term, Triple};

use super::accept::Accept;
use crate::query::{OMMA, ResultFormat};

const SD: &str = "http://www.w3.org/ns/sparql-service-description#";

/// Every media type in which the service tells about itself.
pub(super) const MEDIA_TYPES: [&str; 5] = [
    "text/turtle",
    "application/rdf+xml",
    "application/ld+json",
    "application/n-triples",
    "text/html",
];

/// In which shape the service tells about itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Shape {
    /// A page with a form, for people.
    Page,
    /// RDF, and its media type.
    Graph(RdfFormat, &'static str),
}

/// What is wanted most. A browser says that it wants HTML; who says nothing is a program.
pub(super) fn choose(accept: &Accept) -> Option<Shape> {
    let mut best = None;
    let mut highest = 0;
    for name in MEDIA_TYPES {
        let weight = accept.weight(name);
        if weight > highest {
            (best, highest) = (Some(shape(name)), weight);
        }
    }
    best
}

fn shape(media_type: &'static str) -> Shape {
    let format = match media_type {
        "text/turtle" => RdfFormat::Turtle,
        "application/rdf+xml" => RdfFormat::RdfXml,
        "application/n-triples" => RdfFormat::NTriples,
        "application/ld+json" => RdfFormat::JsonLd {
            profile: JsonLdProfile::Expanded.into(),
        },
        _ => return Shape::Page,
    };
    Shape::Graph(format, media_type)
}

/// The description of the service at this address.
pub(super) fn description(address: &str, format: RdfFormat) -> io::Result<Vec<u8>> {
    let mut writer = RdfSerializer::from_format(format)
        .with_prefix("sd", SD)
        .map_err(io::Error::other)?
        .for_writer(Vec::new());
    for triple in triples(address).map_err(io::Error::other)? {
        writer.serialize_triple(&triple)?;
    }
    writer.finish()
}

fn sd(name: &str) -> NamedNode {
    NamedNode::new_unchecked(format!("{SD}{name}"))
}

fn triples(address: &str) -> Result<Vec<Triple>, oxigraph::model::IriParseError> {
    let endpoint = NamedNode::new(address)?;
    let node = |name: &str| NamedOrBlankNode::from(BlankNode::new_unchecked(name));
    let (service, dataset, graph) = (node("service"), node("dataset"), node("graph"));
    let mut triples = Vec::new();
    let mut say = |subject: &NamedOrBlankNode, predicate: NamedNode, object: Term| {
        triples.push(Triple::new(subject.clone(), predicate, object));
    };
    let kind = || rdf::TYPE.into_owned();
    say(&service, kind(), sd("Service").into());
    say(&service, sd("endpoint"), endpoint.into());
    say(
        &service,
        sd("supportedLanguage"),
        sd("SPARQL11Query").into(),
    );
    let tables = ResultFormat::TABLES.into_iter();
    for format in tables.chain(ResultFormat::GRAPHS) {
        say(
            &service,
            sd("resultFormat"),
            NamedNode::new_unchecked(format.iri()).into(),
        );
    }
    let search = NamedOrBlankNode::from(NamedNode::new_unchecked(format!("{OMMA}search")));
    say(&service, sd("feature"), search.clone().into());
    say(&search, kind(), sd("Feature").into());
    say(&service, sd("defaultDataset"), dataset.clone().into());
    say(&dataset, kind(), sd("Dataset").into());
    say(&dataset, sd("defaultGraph"), graph.clone().into());
    say(&graph, kind(), sd("Graph").into());
    Ok(triples)
}
