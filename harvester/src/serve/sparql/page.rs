//! The page of the endpoint: what it is, and a form to ask it.

use ::web::{Site, words};
use askama::Template;

use super::Endpoint;
use crate::query::{MATCHES, ResultFormat};

/// What stands in the form at first.
const EXAMPLE: &str = r#"PREFIX omma: <https://w3id.org/ommatidia/ns#>
PREFIX dcterms: <http://purl.org/dc/terms/>

SELECT ?study ?title ?score WHERE {
  SERVICE omma:search { ?study omma:matches "mitosis" ; omma:score ?score }
  ?study dcterms:title ?title
}
ORDER BY DESC(?score)
LIMIT 20
"#;

#[derive(Template)]
#[template(path = "sparql.html")]
struct SparqlPage<'a> {
    site: &'a Site,
    address: &'a str,
    example: &'a str,
    formats: Vec<FormatLine>,
    time: u64,
    rows: String,
    bytes: String,
    matches: String,
}

struct FormatLine {
    name: &'static str,
    title: &'static str,
}

/// The page.
///
/// # Errors
/// When it cannot be written.
pub(super) fn page(endpoint: &Endpoint, address: &str) -> Result<String, askama::Error> {
    let limits = &endpoint.limits;
    let all = ResultFormat::TABLES.into_iter().chain(ResultFormat::GRAPHS);
    SparqlPage {
        site: &endpoint.site,
        address,
        example: EXAMPLE,
        formats: all
            .map(|format| FormatLine {
                name: format.name(),
                title: title(format),
            })
            .collect(),
        time: limits.time.as_secs(),
        rows: words::number(limits.rows),
        bytes: words::bytes(limits.bytes),
        matches: words::number(MATCHES as u64),
    }
    .render()
}

fn title(format: ResultFormat) -> &'static str {
    match format {
        ResultFormat::Json => "Table: JSON",
        ResultFormat::Xml => "Table: XML",
        ResultFormat::Csv => "Table: CSV",
        ResultFormat::Tsv => "Table: TSV",
        ResultFormat::Turtle => "Graph: Turtle",
        ResultFormat::NTriples => "Graph: N-Triples",
        ResultFormat::RdfXml => "Graph: RDF/XML",
        ResultFormat::JsonLd => "Graph: JSON-LD",
    }
}
