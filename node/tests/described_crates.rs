//! The real crates in RDF: every form says the record exactly, and the shapes of the legacy grade hold.

#![expect(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

#[path = "support/raw_crate.rs"]
#[expect(
    dead_code,
    reason = "only the list of the crates is needed here, not the counting in them"
)]
mod raw_crate;

#[path = "../../web/tests/support/every_form.rs"]
mod every_form;

use std::path::Path;

use every_form::says_the_same_in_every_form;
use node::deposit::{Found, crate_package};
use node::describe::{self, Naming};
use node::study::Study;
use node::validate::{Policy, validate};
use ontologies::Terms;
use ontologies::schema::SHAPES_LEGACY;
use ontologies::shacl::{Severity, Shapes};
use oxrdf::{Graph, Triple};
use oxttl::NQuadsParser;
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
        says_the_same_in_every_form(&record);
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
