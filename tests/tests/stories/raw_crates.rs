//! The real crates of three archives, through the whole program: what their JSON says, counted simply, is what the
//! published records say, and nothing that must not be there is.

#[path = "../../../node/tests/support/raw_crate.rs"]
#[expect(
    dead_code,
    reason = "what only the reader of crates is judged by is not needed here"
)]
mod raw_crate;

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use ontologies::schema::{CONTEXT, CONTEXT_IRI, SHAPES_LEGACY};
use ontologies::shacl::{Severity, Shapes};
use oxjsonld::{JsonLdParser, JsonLdRemoteDocument};
use oxrdf::{Graph, Quad, Triple};
use oxttl::NQuadsParser;
use raw_crate::RawCrate;
use regex::Regex;
use tests::independent::WholeLog;
use tests::node::{BASE, NAMESPACE, Report, TempNode};

use super::{assert_whole, new_node};

/// All crates, published by the program, and the log that came of it, read by the independent reader.
struct Published {
    node: TempNode,
    reports: Vec<Report>,
    log: WholeLog,
}

fn published() -> Option<Published> {
    let paths = raw_crate::corpus()?;
    let node = new_node();
    let mut arguments = vec!["import", "--json"];
    arguments.extend(paths.iter().map(|path| path.to_str().unwrap()));
    let reports = tests::node::reports(&node.run(&arguments));
    assert_eq!(reports.len(), paths.len());
    let log = node.proved();
    Some(Published { node, reports, log })
}

/// The triples of a record.
struct Triples(Vec<Quad>);

impl Triples {
    fn of(record: &str) -> Triples {
        Triples(
            NQuadsParser::new()
                .for_slice(record.as_bytes())
                .map(Result::unwrap)
                .collect(),
        )
    }

    /// The objects of a property of the study itself.
    fn of_study(&self, study: &str, property: &str) -> BTreeSet<String> {
        let subject = format!("<{NAMESPACE}{study}>");
        self.objects(|quad| quad.subject.to_string() == subject, property)
    }

    /// The objects of a property of any subject.
    fn anywhere(&self, property: &str) -> BTreeSet<String> {
        self.objects(|_| true, property)
    }

    fn objects(&self, is_wanted: impl Fn(&Quad) -> bool, property: &str) -> BTreeSet<String> {
        let wanted = self
            .0
            .iter()
            .filter(|quad| is_wanted(quad) && quad.predicate.as_str() == property);
        wanted.map(|quad| plain(&quad.object.to_string())).collect()
    }
}

/// An IRI without its brackets, a literal without its quotes and type.
fn plain(term: &str) -> String {
    match term.strip_prefix('<') {
        Some(iri) => iri.trim_end_matches('>').to_owned(),
        None => term
            .trim_start_matches('"')
            .rsplit_once('"')
            .map_or("", |(text, _)| text)
            .to_owned(),
    }
}

const SCHEMA: &str = "http://schema.org/";
const TAXON: &str = "http://purl.obolibrary.org/obo/NCBITaxon_";

#[test]
fn at_least_99_percent_are_published_and_what_their_json_says_is_in_their_records() {
    let Some(Published { node, reports, log }) = published() else {
        return;
    };
    let refused: Vec<&Report> = reports
        .iter()
        .filter(|report| report.outcome == "refused")
        .collect();
    assert!(refused.len() * 100 <= reports.len(), "{refused:#?}");
    assert!(refused.iter().all(|report| !report.errors.is_empty()));
    assert_eq!(
        reports
            .iter()
            .filter(|report| report.outcome == "published")
            .count()
            + refused.len(),
        reports.len()
    );
    let sums = counts_agree(&reports, &log);
    eprintln!(
        "{} of {} published; {sums:?}",
        reports.len() - refused.len(),
        reports.len()
    );
    nothing_private_or_local(&log);
    the_shapes_are_kept(&log);
    json_ld_converts_back(&node, &reports, &log);
    everything_again_changes_nothing(&node, &reports, &log);
    assert_whole(&node);
}

/// Sums over all crates, told in the end so that a person sees that something was counted.
fn counts_agree(reports: &[Report], log: &WholeLog) -> BTreeMap<&'static str, (usize, usize)> {
    let mut sums: BTreeMap<&'static str, (usize, usize)> = BTreeMap::new();
    for report in reports
        .iter()
        .filter(|report| report.outcome == "published")
    {
        let raw = RawCrate::read(Path::new(&report.source));
        let triples = Triples::of(log.record(&report.id, report.version).unwrap());
        for (what, expected, found) in facts(&raw, &triples, &report.id) {
            assert_eq!(found, expected, "{what} of {}", report.source);
            let sum = sums.entry(what).or_default();
            *sum = (sum.0 + expected.len(), sum.1 + found.len());
        }
    }
    sums
}

type Fact = (&'static str, BTreeSet<String>, BTreeSet<String>);

/// What the crate says and what the record says, for everything that the profile asks for.
fn facts(raw: &RawCrate, triples: &Triples, id: &str) -> Vec<Fact> {
    let study = |property: &str| triples.of_study(id, property);
    let about = study(&format!("{SCHEMA}about"));
    let is_taxon = |iri: &&String| iri.starts_with(TAXON);
    let number =
        |name: &str, number: usize| (0..number).map(|place| format!("{name} {place}")).collect();
    let authors = raw.authors();
    let people = |property: &str| triples.of_study(id, property);
    vec![
        (
            "taxa",
            raw.taxa()
                .into_iter()
                .filter(|iri| iri.starts_with(TAXON))
                .collect(),
            about.iter().filter(is_taxon).cloned().collect(),
        ),
        (
            "authors",
            number("author", authors.len()),
            number("author", people(&format!("{SCHEMA}author")).len()),
        ),
        (
            "articles",
            number("article", raw.articles().len()),
            number("article", study(&format!("{SCHEMA}citation")).len()),
        ),
        (
            "licences",
            raw.licence().into_iter().collect(),
            study("http://purl.org/dc/terms/license"),
        ),
        (
            "dates",
            raw.date().into_iter().collect(),
            study(&format!("{SCHEMA}datePublished")),
        ),
        (
            "publishers",
            number("publisher", usize::from(raw.publisher().is_some())),
            number("publisher", study(&format!("{SCHEMA}publisher")).len()),
        ),
        (
            "methods",
            raw.methods()
                .into_iter()
                .filter(|id| !id.starts_with('#'))
                .collect(),
            submitted_methods(triples, &raw.methods()),
        ),
    ]
}

/// The methods of the crate that the record has as terms.
fn submitted_methods(triples: &Triples, wanted: &BTreeSet<String>) -> BTreeSet<String> {
    let methods = triples.anywhere("http://rs.tdwg.org/dwc/iri/measurementMethod");
    methods.intersection(wanted).cloned().collect()
}

/// No e-mail address, no address of this node.
fn nothing_private_or_local(log: &WholeLog) {
    let address = Regex::new(r"[A-Za-z0-9._%+-]+@[A-Za-z0-9-]+\.[A-Za-z]{2,}").unwrap();
    let host = BASE.trim_start_matches("http://").trim_end_matches('/');
    for (digest, record) in &log.records {
        let text = std::str::from_utf8(record).unwrap();
        assert!(!text.contains(host), "{digest} names the host of the node");
        if let Some(found) = address.find(text) {
            panic!("{digest} has the address {}", found.as_str());
        }
    }
    let postal: BTreeSet<String> = raw_crate::corpus()
        .unwrap_or_default()
        .iter()
        .flat_map(|path| RawCrate::read(path).addresses())
        .collect();
    let texts: Vec<&str> = log
        .records
        .values()
        .map(|record| std::str::from_utf8(record).unwrap())
        .collect();
    for text in texts {
        let quoted: BTreeSet<String> = Triples::of(text)
            .0
            .iter()
            .map(|quad| plain(&quad.object.to_string()))
            .collect();
        assert_eq!(quoted.intersection(&postal).next(), None, "an address");
    }
}

fn the_shapes_are_kept(log: &WholeLog) {
    let shapes = Shapes::parse(SHAPES_LEGACY).unwrap();
    for record in log.records.values() {
        let quads = NQuadsParser::new().for_slice(record);
        let graph: Graph = quads.map(|quad| Triple::from(quad.unwrap())).collect();
        let violations: Vec<_> = shapes
            .validate(&graph)
            .into_iter()
            .filter(|result| result.severity == Severity::Violation)
            .collect();
        assert!(violations.is_empty(), "{violations:#?}");
    }
}

/// What is served as JSON-LD says exactly what is in the log.
fn json_ld_converts_back(node: &TempNode, reports: &[Report], log: &WholeLog) {
    let served = node.serve();
    for report in reports
        .iter()
        .filter(|report| report.outcome == "published")
        .step_by(10)
    {
        let document = served.get(&format!("id/{}.jsonld", report.id));
        assert_eq!(
            (document.status, document.media_type.as_str()),
            (200, "application/ld+json")
        );
        let parser = JsonLdParser::new()
            .for_slice(&document.body)
            .with_load_document_callback(|url, _| {
                assert_eq!(url, CONTEXT_IRI);
                Ok(JsonLdRemoteDocument {
                    document: CONTEXT.as_bytes().to_vec(),
                    document_url: url.to_owned(),
                })
            });
        let mut lines: Vec<String> = parser
            .map(|quad| format!("{} .\n", quad.unwrap()))
            .collect();
        lines.sort();
        assert_eq!(
            lines.concat(),
            log.record(&report.id, report.version).unwrap(),
            "{}",
            report.source
        );
    }
    assert!(served.stop().0.success());
}

fn everything_again_changes_nothing(node: &TempNode, reports: &[Report], log: &WholeLog) {
    let sources: Vec<PathBuf> = reports
        .iter()
        .map(|report| PathBuf::from(&report.source))
        .collect();
    let mut arguments = vec!["import", "--json"];
    arguments.extend(sources.iter().map(|path| path.to_str().unwrap()));
    let again = tests::node::reports(&node.run(&arguments));
    for (first, second) in reports.iter().zip(&again) {
        let expected = if first.outcome == "refused" {
            "refused"
        } else {
            "unchanged"
        };
        assert_eq!(
            (second.outcome.as_str(), &second.id),
            (expected, &first.id),
            "{}",
            first.source
        );
    }
    assert_eq!(node.proved().head.note, log.head.note);
}
