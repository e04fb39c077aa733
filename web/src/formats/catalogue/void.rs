//! VoID: a graph as a body of linked data (W3C Interest Group Note, 2011).

use ontologies::schema::{PREFIXES, dct, xsd};

use super::triples::{Triples, date_type};
use super::vocabulary::{DESCRIPTION, HOMEPAGE, PUBLISHER, TITLE, VOID};
use crate::formats::{CatalogueView, FormatError};
use crate::http::Format;

/// How W3C names the forms in which records are served.
const FEATURES: [&str; 4] = [
    "http://www.w3.org/ns/formats/JSON-LD",
    "http://www.w3.org/ns/formats/N-Quads",
    "http://www.w3.org/ns/formats/RDF_XML",
    "http://www.w3.org/ns/formats/Turtle",
];

/// What is known of a graph beside its catalogue. A number that nobody counted is absent.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct VoidView {
    /// What the IRIs of resources begin with: the namespaces of the members.
    pub uri_spaces: Vec<String>,
    /// Statements.
    pub triples: Option<u64>,
    /// Resources that have a record.
    pub entities: Option<u64>,
    /// Addresses of the whole in files.
    pub dumps: Vec<String>,
    /// IRIs of resources to look at.
    pub examples: Vec<String>,
    /// How many resources there are of a class, by its IRI.
    pub classes: Vec<(String, u64)>,
}

/// The VoID description of a graph, under `<home>#dataset`. As JSON-LD, N-Quads or RDF/XML, for any other `format` as
/// Turtle. It belongs at `/.well-known/void`.
///
/// # Errors
/// None for any values; the serialisers' own are passed on.
pub fn void(
    catalogue: &CatalogueView,
    view: &VoidView,
    format: Format,
) -> Result<String, FormatError> {
    let mut triples = Triples::default();
    let home = &catalogue.archive.home;
    let term = |name: &str| format!("{VOID}{name}");
    if let Some(node) = Triples::node(&format!("{home}#dataset")) {
        triples.class(&node, &term("Dataset"));
        triples.text(&node, TITLE, &catalogue.title);
        triples.text(&node, DESCRIPTION, &catalogue.description);
        triples.iri(&node, HOMEPAGE, home);
        let publisher = catalogue.archive.ror.as_deref().unwrap_or(home);
        triples.iri(&node, PUBLISHER, publisher);
        if let Some(licence) = &catalogue.licence {
            triples.iri(&node, dct::LICENSE, licence);
        }
        if let Some(modified) = &catalogue.modified {
            triples.typed(&node, dct::MODIFIED, modified, date_type(modified));
        }
        let counts = [("triples", view.triples), ("entities", view.entities)];
        for (name, number) in counts {
            if let Some(number) = number {
                triples.typed(&node, &term(name), &number.to_string(), xsd::INTEGER);
            }
        }
        if let Some(endpoint) = &catalogue.sparql {
            triples.iri(&node, &term("sparqlEndpoint"), endpoint);
        }
        for (name, iris) in [
            ("dataDump", &view.dumps),
            ("exampleResource", &view.examples),
        ] {
            for iri in iris {
                triples.iri(&node, &term(name), iri);
            }
        }
        for space in &view.uri_spaces {
            triples.text(&node, &term("uriSpace"), space);
        }
        for feature in FEATURES {
            triples.iri(&node, &term("feature"), feature);
        }
        for (_, namespace) in PREFIXES {
            triples.iri(&node, &term("vocabulary"), namespace);
        }
        for (class, number) in &view.classes {
            let part = triples.blank();
            triples.to(&node, &term("classPartition"), &part);
            triples.iri(&part, &term("class"), class);
            triples.typed(&part, &term("entities"), &number.to_string(), xsd::INTEGER);
        }
    }
    triples.written(format)
}
