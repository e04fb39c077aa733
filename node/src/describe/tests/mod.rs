//! A study with every field, a small one, and any one: what arrives in RDF.

#![expect(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

mod any_study;
mod every_field;
#[path = "../../../../web/tests/support/every_form.rs"]
mod every_form;
mod every_image_field;
mod limits;
mod nothing_is_lost;
mod read_back;
mod shapes;
mod small_study;

use protocol::digest::Digest;
use protocol::identifier::{Accession, Namespace};
use protocol::record::{Object, Record, Statement};

use super::{FileFacts, Holdings, Naming};
use crate::relative_path::RelPath;
use crate::study::{Annotated, Study};

/// A place for the names of a study, which [`Naming`] borrows.
pub(super) struct Names {
    pub(super) namespace: Namespace,
    pub(super) study: Accession,
    pub(super) images: Vec<Accession>,
}

impl Names {
    pub(super) fn of(study: &Study) -> Names {
        let accession = Accession::parse("DND-S42").unwrap();
        let images = (1..)
            .take(study.images.len())
            .map(|serial| Accession::image(&accession, serial).unwrap())
            .collect();
        Names {
            namespace: Namespace::parse("https://images.example.org/id/").unwrap(),
            study: accession,
            images,
        }
    }

    pub(super) fn naming(&self) -> Naming<'_> {
        Naming {
            namespace: &self.namespace,
            study: &self.study,
            version: 2,
            images: &self.images,
            issued: "2026-03-01T12:00:00Z",
            modified: Some("2026-04-01T12:00:00Z"),
        }
    }
}

pub(super) fn holdings() -> Holdings {
    Holdings {
        manifest: Digest::of(b"files.tsv"),
        files: 7,
        bytes: 1_234_567,
    }
}

pub(super) fn facts(path: &RelPath) -> Option<FileFacts> {
    Some(FileFacts {
        bytes: 1024,
        sha256: Digest::of(path.as_str().as_bytes()),
        media_type: "image/tiff".to_owned(),
    })
}

/// The records of a study: its own first, then its images'.
pub(super) fn records(study: &Study, holdings: Option<&Holdings>) -> Vec<Record> {
    let names = Names::of(study);
    let naming = names.naming();
    let record = |about: &Accession, statements: Vec<Statement>| {
        super::salted(about, &names.namespace, statements, [7; 16])
            .unwrap_or_else(|error| panic!("{about}: {error}"))
    };
    let mut records = vec![record(&names.study, super::study(study, &naming, holdings))];
    let annotated = Annotated::of(study);
    for (index, image) in names.images.iter().enumerate() {
        let said = super::image(study, index, &naming, &annotated, &facts);
        records.push(record(image, said));
    }
    records
}

/// The objects of one predicate of one subject, `""` being the study and `#author-1` a node of it.
pub(super) fn objects(statements: &[Statement], node: &str, predicate: &str) -> Vec<String> {
    let subject = format!("https://images.example.org/id/DND-S42{node}");
    let mut found: Vec<String> = statements
        .iter()
        .filter(|statement| statement.subject() == subject && statement.predicate() == predicate)
        .map(|statement| match statement.object() {
            Object::Iri(iri) => iri
                .as_str()
                .replace("https://images.example.org/id/DND-S42", "~"),
            Object::Literal(literal) => literal.value().to_owned(),
        })
        .collect();
    found.sort();
    found
}

/// Compares the objects of several predicates of one node.
pub(super) fn assert_objects(statements: &[Statement], node: &str, expected: &[(&str, &[&str])]) {
    for (predicate, objects_expected) in expected {
        assert_eq!(
            objects(statements, node, predicate),
            *objects_expected,
            "{node} {predicate}"
        );
    }
}
