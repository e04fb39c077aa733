//! The W3C suites of SPARQL 1.1 for what an endpoint says: protocol, results in CSV, TSV and JSON, service description.

#![expect(clippy::unwrap_used, reason = "a test says what it expects")]

mod sparql_support;

use std::collections::BTreeSet;
use std::path::Path;

use harvester::query::QueryLimits;
use oxigraph::io::{RdfFormat, RdfParser};
use oxigraph::model::vocab::rdf;
use oxigraph::model::{GraphName, NamedNode, NamedOrBlankNode, Quad, Term, Triple};
use oxigraph::sparql::results::{
    QueryResultsFormat, QueryResultsParser, ReaderQueryResultsParserOutput,
};
use oxigraph::store::Store;
use sparql_support::{Answer, Server, suite};

const MF: &str = "http://www.w3.org/2001/sw/DataAccess/tests/test-manifest#";
const HT: &str = "http://www.w3.org/2011/http#";
const CNT: &str = "http://www.w3.org/2011/content#";
const QT: &str = "http://www.w3.org/2001/sw/DataAccess/tests/test-query#";
const UT: &str = "http://www.w3.org/2009/sparql/tests/test-update#";
const RDFS: &str = "http://www.w3.org/2000/01/rdf-schema#";
const SD: &str = "http://www.w3.org/ns/sparql-service-description#";

/// What is skipped: an update changes data, and this service changes none.
const UPDATES: [&str; 7] = [
    "update_dataset_default_graph",
    "update_dataset_default_graphs",
    "update_dataset_named_graphs",
    "update_dataset_full",
    "update_post_form",
    "update_post_direct",
    "update_base_uri",
];

/// A manifest: triples, and ways through them.
struct Manifest(Vec<Triple>);

impl Manifest {
    fn read(folder: &Path) -> Manifest {
        let path = folder.join("manifest.ttl");
        let base = format!("file://{}", path.display());
        Manifest(triples(
            &std::fs::read(&path).unwrap(),
            RdfFormat::Turtle,
            &base,
        ))
    }

    fn all(&self, subject: &Term, predicate: &str) -> Vec<Term> {
        let is_subject = |triple: &&Triple| Term::from(triple.subject.clone()) == *subject;
        let of_subject = self.0.iter().filter(is_subject);
        of_subject
            .filter(|triple| triple.predicate.as_str() == predicate)
            .map(|triple| triple.object.clone())
            .collect()
    }

    fn maybe(&self, subject: &Term, predicate: &str) -> Option<Term> {
        let mut all = self.all(subject, predicate);
        assert!(all.len() < 2, "several {predicate}");
        all.pop()
    }

    fn one(&self, subject: &Term, predicate: &str) -> Term {
        self.maybe(subject, predicate)
            .unwrap_or_else(|| panic!("{subject} has no {predicate}"))
    }

    fn text(&self, subject: &Term, predicate: &str) -> String {
        text(&self.one(subject, predicate))
    }

    fn list(&self, head: &Term) -> Vec<Term> {
        let mut items = Vec::new();
        let mut at = head.clone();
        while at != Term::from(rdf::NIL) {
            items.push(self.one(&at, rdf::FIRST.as_str()));
            at = self.one(&at, rdf::REST.as_str());
        }
        items
    }

    fn entries(&self) -> Vec<(String, Term)> {
        let manifest = self
            .0
            .iter()
            .find(|triple| triple.predicate.as_str() == format!("{MF}entries"));
        let named = |entry: Term| (text(&entry).rsplit('#').next().unwrap().to_owned(), entry);
        self.list(&manifest.unwrap().object)
            .into_iter()
            .map(named)
            .collect()
    }
}

fn triples(bytes: &[u8], format: RdfFormat, base: &str) -> Vec<Triple> {
    RdfParser::from_format(format)
        .with_base_iri(base)
        .unwrap()
        .for_slice(bytes)
        .map(|quad| quad.unwrap().into())
        .collect()
}

fn text(term: &Term) -> String {
    match term {
        Term::NamedNode(iri) => iri.as_str().to_owned(),
        Term::Literal(literal) => literal.value().to_owned(),
        Term::BlankNode(_) => panic!("{term} is no text"),
    }
}

#[test]
fn every_test_of_the_protocol_that_is_no_update_passes() {
    let Some(folder) = suite("protocol") else {
        return;
    };
    let manifest = Manifest::read(&folder);
    let (store, graphs) = protocol_store(&manifest);
    let server = Server::with(store, QueryLimits::default(), Default::default(), graphs);
    let entries = manifest.entries();
    let (updates, queries): (Vec<_>, Vec<_>) = entries
        .into_iter()
        .partition(|(name, _)| UPDATES.contains(&name.as_str()));
    assert_eq!((updates.len(), queries.len()), (7, 27));
    for (name, test) in &queries {
        let action = manifest.one(test, &format!("{MF}action"));
        let requests = manifest.list(&manifest.one(&action, &format!("{HT}requests")));
        assert_eq!(requests.len(), 1, "{name}");
        for request in requests {
            protocol_request(&server, &manifest, name, &request);
        }
    }
    for (name, test) in &updates {
        let action = manifest.one(test, &format!("{MF}action"));
        let first = &manifest.list(&manifest.one(&action, &format!("{HT}requests")))[0];
        let answer = sent(&server, &manifest, first);
        assert_eq!(
            (answer.status, answer.problem().as_str()),
            (400, "query-update"),
            "{name}"
        );
    }
}

/// The graphs that the tests want to be there, each under its name.
fn protocol_store(manifest: &Manifest) -> (Store, Vec<NamedNode>) {
    let store = Store::new().unwrap();
    let mut graphs = BTreeSet::new();
    let has_data = |triple: &&Triple| triple.predicate.as_str() == format!("{UT}graphData");
    for data in manifest.0.iter().filter(has_data) {
        let name = NamedNode::new(manifest.text(&data.object, &format!("{RDFS}label"))).unwrap();
        let file = text(&manifest.one(&data.object, &format!("{UT}graph")));
        let bytes = std::fs::read(file.strip_prefix("file://").unwrap()).unwrap();
        for triple in triples(&bytes, RdfFormat::NTriples, name.as_str()) {
            let quad = Quad::new(
                triple.subject,
                triple.predicate,
                triple.object,
                name.clone(),
            );
            store.insert(&quad).unwrap();
        }
        graphs.insert(name);
    }
    assert_eq!(graphs.len(), 3);
    (store, graphs.into_iter().collect())
}

fn sent(server: &Server, manifest: &Manifest, request: &Term) -> Answer {
    let target = manifest.text(request, &format!("{HT}absolutePath"));
    let target = target.replacen("/sparql/", "/sparql", 1);
    let method = manifest.text(request, &format!("{HT}methodName"));
    let headers = manifest.maybe(request, &format!("{HT}headers"));
    let headers: Vec<(String, String)> = headers
        .map(|list| manifest.list(&list))
        .unwrap_or_default()
        .iter()
        .map(|header| {
            (
                manifest.text(header, &format!("{HT}fieldName")),
                manifest.text(header, &format!("{HT}fieldValue")),
            )
        })
        .collect();
    let headers: Vec<(&str, &str)> = headers
        .iter()
        .map(|(name, value)| (name.as_str(), value.as_str()))
        .collect();
    let body = manifest.maybe(request, &format!("{HT}body"));
    let body = body.map(|body| {
        let characters = manifest.text(&body, &format!("{CNT}chars"));
        match manifest
            .text(&body, &format!("{CNT}characterEncoding"))
            .as_str()
        {
            "UTF-8" => characters.into_bytes(),
            "UTF-16" => characters
                .encode_utf16()
                .flat_map(u16::to_be_bytes)
                .collect(),
            other => panic!("{other}"),
        }
    });
    server.send(&method, &target, &headers, &body.unwrap_or_default())
}

fn protocol_request(server: &Server, manifest: &Manifest, name: &str, request: &Term) {
    let answer = sent(server, manifest, request);
    let expected = manifest.one(request, &format!("{HT}resp"));
    let class = format!("StatusCode{}xx", answer.status / 100);
    let classes = manifest.all(&expected, &format!("{MF}expectedStatus"));
    assert!(
        classes.iter().any(|status| text(status).ends_with(&class)),
        "{name}: {} {}",
        answer.status,
        answer.text()
    );
    if answer.status >= 400 {
        answer.problem();
    }
    if let Some(format) = manifest.maybe(&expected, &format!("{MF}expectedFormat")) {
        let possible: &[&str] = match text(&format).as_str() {
            "boolean" | "tabular" => &["application/sparql-results+json"],
            "RDF" => &["text/turtle"],
            other => panic!("{other}"),
        };
        assert!(
            possible.contains(&answer.media_type()),
            "{name}: {}",
            answer.media_type()
        );
    }
    if let Some(value) = manifest.maybe(&expected, &format!("{MF}expectedBoolean")) {
        assert_eq!(result(&answer.body, "json"), [text(&value)], "{name}");
    }
}

/// A result as lines that can be compared: blank nodes have no names, numbers are numbers, and the columns of `SELECT *`,
/// which have no order (SPARQL 1.1 section 16.1.1), stand in that of their names.
fn result(bytes: &[u8], format: &str) -> Vec<String> {
    let parser = QueryResultsParser::from_format(match format {
        "json" => QueryResultsFormat::Json,
        "tsv" => QueryResultsFormat::Tsv,
        other => panic!("{other}"),
    });
    match parser.for_reader(bytes).unwrap() {
        ReaderQueryResultsParserOutput::Boolean(value) => vec![value.to_string()],
        ReaderQueryResultsParserOutput::Solutions(rows) => {
            let mut variables = rows.variables().to_vec();
            variables.sort();
            let mut lines = vec![format!("{variables:?}")];
            lines.extend(rows.map(|row| {
                let row = row.unwrap();
                let values = variables
                    .iter()
                    .map(|variable| row.get(variable).map(comparable));
                format!("{:?}", values.collect::<Vec<_>>())
            }));
            lines
        }
    }
}

fn comparable(term: &Term) -> String {
    match term {
        Term::BlankNode(_) => "_:".to_owned(),
        // the store keeps numbers by value, and integers of all kinds as xsd:integer
        Term::Literal(literal) => {
            match (literal.datatype().as_str(), literal.value().parse::<f64>()) {
                (kind, Ok(number)) if kind.ends_with("#double") => format!("{number:?} double"),
                (kind, Ok(number)) if kind.ends_with("nteger") => format!("{number:?} integer"),
                _ => literal.to_string(),
            }
        }
        other => other.to_string(),
    }
}

/// The same of a CSV.
fn csv_lines(text: &str) -> Vec<String> {
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    let names = reader.headers().unwrap().clone();
    let mut order: Vec<usize> = (0..names.len()).collect();
    order.sort_by_key(|column| &names[*column]);
    let line = |record: &csv::StringRecord| {
        let values = order.iter().map(|column| &record[*column]);
        let values = values.map(|value| match value.parse::<f64>() {
            // the store keeps numbers by value: 1.0E6 comes back as 1000000
            Ok(number) => format!("{number:?}"),
            Err(_) if value.starts_with("_:") => "_:".to_owned(),
            Err(_) => value.to_owned(),
        });
        format!("{:?}", values.collect::<Vec<_>>())
    };
    let mut lines = vec![line(&names)];
    lines.extend(reader.records().map(|record| line(&record.unwrap())));
    lines
}

#[test]
fn results_are_written_as_the_suites_want_them() {
    let mut count = 0;
    for name in ["csv-tsv-res", "json-res"] {
        let Some(folder) = suite(name) else { return };
        let manifest = Manifest::read(&folder);
        for (name, test) in manifest.entries() {
            let action = manifest.one(&test, &format!("{MF}action"));
            let file =
                |term: Term| std::fs::read(text(&term).strip_prefix("file://").unwrap()).unwrap();
            let store = Store::new().unwrap();
            let data = file(manifest.one(&action, &format!("{QT}data")));
            for triple in triples(&data, RdfFormat::Turtle, "http://example.org/") {
                let quad = Quad::new(
                    triple.subject,
                    triple.predicate,
                    triple.object,
                    GraphName::DefaultGraph,
                );
                store.insert(&quad).unwrap();
            }
            let server = Server::start(store, QueryLimits::default());
            let query = file(manifest.one(&action, &format!("{QT}query")));
            let expected = manifest.one(&test, &format!("{MF}result"));
            let suffix = text(&expected).rsplit('.').next().unwrap().to_owned();
            let expected = file(expected);
            let query = std::str::from_utf8(&query).unwrap();
            let (media_type, format) = match suffix.as_str() {
                "csv" => ("text/csv", "csv"),
                "tsv" => ("text/tab-separated-values", "tsv"),
                _ => ("application/sparql-results+json", "json"),
            };
            let answer = server.ask(query, media_type);
            assert_eq!(
                (answer.status, answer.media_type()),
                (200, media_type),
                "{name}"
            );
            if format == "csv" {
                assert_eq!(
                    csv_lines(answer.text()),
                    csv_lines(std::str::from_utf8(&expected).unwrap()),
                    "{name}"
                );
            } else {
                assert_eq!(
                    result(&answer.body, format),
                    result(&expected, format),
                    "{name}"
                );
            }
            count += 1;
        }
    }
    assert_eq!(count, 10);
}

/// The suite has three tests in words: returns-rdf, has-endpoint-triple, conforms-to-schema.
#[test]
fn the_service_describes_itself_as_the_suite_wants_it() {
    let Some(folder) = suite("service-description") else {
        return;
    };
    assert_eq!(Manifest::read(&folder).entries().len(), 3);
    let server = Server::start(Store::new().unwrap(), QueryLimits::default());
    let address = format!("http://{}/sparql", server.address);
    for (accept, media_type, format) in [
        ("*/*", "text/turtle", RdfFormat::Turtle),
        ("text/turtle", "text/turtle", RdfFormat::Turtle),
        (
            "application/rdf+xml, text/html;q=0.5",
            "application/rdf+xml",
            RdfFormat::RdfXml,
        ),
        (
            "application/n-triples",
            "application/n-triples",
            RdfFormat::NTriples,
        ),
        (
            "application/ld+json",
            "application/ld+json",
            RdfFormat::JsonLd {
                profile: Default::default(),
            },
        ),
    ] {
        let answer = server.send("GET", "/sparql", &[("accept", accept)], b"");
        assert_eq!((answer.status, answer.media_type()), (200, media_type));
        conforms(&Manifest(triples(&answer.body, format, &address)), &address);
    }
}

fn conforms(description: &Manifest, address: &str) {
    let sd = |name: &str| format!("{SD}{name}");
    let services: Vec<NamedOrBlankNode> = description
        .0
        .iter()
        .filter(|triple| triple.object == Term::from(NamedNode::new_unchecked(sd("Service"))))
        .map(|triple| triple.subject.clone())
        .collect();
    assert_eq!(services.len(), 1);
    let service = Term::from(services[0].clone());
    assert_eq!(description.text(&service, &sd("endpoint")), address);
    assert_eq!(
        description.text(&service, &sd("supportedLanguage")),
        sd("SPARQL11Query")
    );
    assert_eq!(description.all(&service, &sd("resultFormat")).len(), 8);
    let is_a = |node: &Term, class: &str| {
        assert_eq!(description.text(node, rdf::TYPE.as_str()), sd(class));
    };
    for feature in description.all(&service, &sd("feature")) {
        is_a(&feature, "Feature");
    }
    let dataset = description.one(&service, &sd("defaultDataset"));
    is_a(&dataset, "Dataset");
    is_a(&description.one(&dataset, &sd("defaultGraph")), "Graph");
    assert!(description.all(&dataset, &sd("namedGraph")).is_empty());
}
