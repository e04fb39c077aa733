//! Every `omma:` term that code, shapes and context use is defined in the vocabulary, and the vocabulary defines no more
//! than what is used or what docs/METADATA.md announces.
#![expect(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use ontologies::schema::{self, CONTEXT, SHAPES_LEGACY, SHAPES_PROFILE_1, VOCABULARY, omma};
use oxrdf::{Graph, NamedNode, NamedNodeRef, TermRef};
use oxttl::TurtleParser;
use serde_json::Value;
use sha2::{Digest, Sha256};

const LABEL: &str = "http://www.w3.org/2000/01/rdf-schema#label";
const DEFINITION: &str = "http://www.w3.org/2004/02/skos/core#definition";
const IS_DEFINED_BY: &str = "http://www.w3.org/2000/01/rdf-schema#isDefinedBy";
const STATUS: &str = "http://www.w3.org/2003/06/sw-vocab-status/ns#term_status";

fn graph(turtle: &str) -> Graph {
    TurtleParser::new()
        .for_slice(turtle.as_bytes())
        .map(Result::unwrap)
        .collect()
}

/// The name of a term behind `omma:`, and of nothing else.
fn omma_name(iri: &str) -> Option<&str> {
    iri.strip_prefix(omma::NAMESPACE)
        .filter(|name| !name.is_empty())
}

/// The terms that the vocabulary defines, with their status.
fn defined() -> BTreeMap<String, String> {
    let vocabulary = graph(VOCABULARY);
    let terms = vocabulary
        .iter()
        .filter(|triple| triple.predicate.as_str() == STATUS)
        .filter_map(|triple| {
            let (oxrdf::NamedOrBlankNodeRef::NamedNode(subject), TermRef::Literal(status)) =
                (triple.subject, triple.object)
            else {
                return None;
            };
            Some((
                omma_name(subject.as_str())?.to_owned(),
                status.value().to_owned(),
            ))
        });
    terms.collect()
}

/// The `omma:` terms of a graph, wherever they stand.
fn used_in_graph(graph: &Graph) -> BTreeSet<String> {
    let mut used = BTreeSet::new();
    for triple in graph {
        let subject = match triple.subject {
            oxrdf::NamedOrBlankNodeRef::NamedNode(node) => Some(node.as_str()),
            oxrdf::NamedOrBlankNodeRef::BlankNode(_) => None,
        };
        let object = match triple.object {
            TermRef::NamedNode(node) => Some(node.as_str()),
            _ => None,
        };
        let iris = [subject, Some(triple.predicate.as_str()), object];
        used.extend(
            iris.into_iter()
                .flatten()
                .filter_map(omma_name)
                .map(str::to_owned),
        );
    }
    used
}

/// The terms of the context: name in a document, and IRI.
fn context() -> BTreeMap<String, String> {
    let document: Value = serde_json::from_str(CONTEXT).unwrap();
    let members = document["@context"].as_object().unwrap().clone();
    members
        .into_iter()
        .filter(|(name, _)| !name.starts_with('@'))
        .map(|(name, term)| (name, term["@id"].as_str().unwrap().to_owned()))
        .collect()
}

/// Facets of imaging methods are defined where the facet tree is.
fn is_facet(name: &str) -> bool {
    name.strip_prefix("method-").is_some_and(|_| {
        include_str!("../data/methods/facets.tsv").contains(&format!("omma:{name}\t"))
    })
}

fn assert_defined(used: &BTreeSet<String>, place: &str) {
    let defined = defined();
    let unknown: Vec<&String> = used
        .iter()
        .filter(|name| !defined.contains_key(*name) && !is_facet(name))
        .collect();
    assert!(
        unknown.is_empty(),
        "{place} uses omma: terms that omma.ttl does not define: {unknown:?}"
    );
}

fn names(iris: &[&str]) -> BTreeSet<String> {
    iris.iter()
        .filter_map(|iri| omma_name(iri))
        .map(str::to_owned)
        .collect()
}

#[test]
fn every_term_is_defined() {
    assert_defined(&names(omma::ALL), "schema::omma");
    assert_defined(
        &context()
            .values()
            .filter_map(|iri| omma_name(iri))
            .map(str::to_owned)
            .collect(),
        "the context",
    );
    assert_defined(&used_in_graph(&graph(SHAPES_PROFILE_1)), "profile-1.ttl");
    assert_defined(&used_in_graph(&graph(SHAPES_LEGACY)), "profile-legacy.ttl");
    assert_defined(&used_in_graph(&graph(VOCABULARY)), "omma.ttl");
}

#[test]
fn every_term_written_out_in_the_code_of_the_workspace_is_defined() {
    let mut used = BTreeSet::new();
    let mut files = 0;
    for source in rust_files(&Path::new(env!("CARGO_MANIFEST_DIR")).join("..")) {
        files += 1;
        let text = std::fs::read_to_string(source).unwrap();
        for (at, _) in text.match_indices(omma::NAMESPACE) {
            let name = &text[at + omma::NAMESPACE.len()..];
            let end = name
                .find(|character: char| !character.is_ascii_alphanumeric() && character != '-')
                .unwrap_or(name.len());
            // what ends in a hyphen, or in nothing, is the beginning of a term that is put together
            used.extend(
                Some(&name[..end])
                    .filter(|name| !name.is_empty() && !name.ends_with('-'))
                    .map(|name| (*name).to_owned()),
            );
        }
    }
    assert!(
        files > 10,
        "the sources of the workspace are beside this crate"
    );
    assert!(
        used.contains("salt"),
        "the protocol writes out the terms that it knows"
    );
    assert_defined(&used, "code");
}

/// The sources of every crate: `<crate>/src/**/*.rs`.
fn rust_files(workspace: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut folders: Vec<PathBuf> = std::fs::read_dir(workspace)
        .unwrap()
        .map(|entry| entry.unwrap().path().join("src"))
        .filter(|folder| folder.is_dir())
        .collect();
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                // tests may speak of terms that do not exist
                if !path
                    .components()
                    .any(|part| part.as_os_str().to_string_lossy().starts_with("tests"))
                {
                    found.push(path);
                }
            }
        }
    }
    found
}

#[test]
fn nothing_is_defined_that_nobody_uses_or_announces() {
    let metadata =
        std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/METADATA.md"))
            .unwrap();
    let written = names(omma::ALL);
    for (name, status) in defined() {
        match status.as_str() {
            "stable" => assert!(
                written.contains(&name),
                "omma:{name} is stable and no constant names it"
            ),
            "testing" => {
                assert!(
                    !written.contains(&name),
                    "omma:{name} is used: its status is stable"
                );
                assert!(
                    metadata.contains(&format!("omma:{name}")),
                    "omma:{name} is neither used nor announced in docs/METADATA.md"
                );
            }
            other => panic!("omma:{name} has the unknown status {other:?}"),
        }
    }
}

#[test]
fn every_term_has_a_label_a_definition_and_a_home() {
    let vocabulary = graph(VOCABULARY);
    for name in defined().keys() {
        let term = NamedNode::new(format!("{}{name}", omma::NAMESPACE)).unwrap();
        for predicate in [LABEL, DEFINITION, IS_DEFINED_BY] {
            let count = vocabulary
                .objects_for_subject_predicate(&term, NamedNodeRef::new(predicate).unwrap())
                .count();
            assert_eq!(count, 1, "omma:{name} {predicate}");
        }
    }
    let described: BTreeSet<String> = vocabulary
        .iter()
        .filter_map(|triple| match triple.subject {
            oxrdf::NamedOrBlankNodeRef::NamedNode(node) => {
                omma_name(node.as_str()).map(str::to_owned)
            }
            oxrdf::NamedOrBlankNodeRef::BlankNode(_) => None,
        })
        .collect();
    assert_eq!(
        described,
        defined().into_keys().collect(),
        "every term has one status"
    );
}

#[test]
fn what_is_reserved_says_so() {
    let vocabulary = graph(VOCABULARY);
    let comment = NamedNodeRef::new("http://www.w3.org/2000/01/rdf-schema#comment").unwrap();
    for name in defined().keys() {
        let iri = format!("{}{name}", omma::NAMESPACE);
        let term = NamedNode::new(&iri).unwrap();
        let says_so = vocabulary
            .objects_for_subject_predicate(&term, comment)
            .any(|object| matches!(object, TermRef::Literal(literal) if literal.value().contains("Reserved for harvesters")));
        assert_eq!(
            says_so,
            omma::RESERVED.contains(&iri.as_str()),
            "omma:{name}"
        );
    }
}

#[test]
fn the_context_is_pinned_by_its_hash() {
    let digest: String = Sha256::digest(CONTEXT.as_bytes())
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect();
    assert_eq!(
        digest,
        schema::CONTEXT_SHA256,
        "the context under {} was changed: before a release write the new hash, after one write a new context",
        schema::CONTEXT_IRI
    );
}

#[test]
fn the_context_names_every_iri_once_and_is_no_prefix() {
    let context = context();
    let iris: BTreeSet<&String> = context.values().collect();
    assert_eq!(
        iris.len(),
        context.len(),
        "an IRI with two names has no one compact form"
    );
    for (name, iri) in &context {
        NamedNode::new(iri).unwrap();
        assert!(!name.contains(':'), "{name} could be taken for an IRI");
        assert!(
            !iri.ends_with(['/', '#', ':', '?', '[', ']', '@']),
            "{name} could be taken for a prefix"
        );
    }
}

/// What a record is made of has a short name, so that the JSON-LD form reads well.
#[test]
fn the_context_names_what_records_are_made_of() {
    let context: BTreeSet<String> = context().into_values().collect();
    let values_not_names = [
        schema::spdx::SHA_256,
        schema::rdf::TYPE,
        omma::PROFILE_1,
        omma::PROFILE_LEGACY,
    ];
    let written = [
        omma::ALL,
        schema::schema_org::ALL,
        schema::dcat::ALL,
        schema::dct::ALL,
        schema::prov::ALL,
        schema::oa::ALL,
        schema::obo::ALL,
        schema::bao::ALL,
        schema::dwc::ALL,
        schema::dwciri::ALL,
        schema::odrl::ALL,
        schema::spdx::ALL,
        schema::rdf::ALL,
        schema::rdfs::ALL,
    ];
    for iri in written.into_iter().flatten() {
        NamedNode::new(*iri).unwrap();
        if !values_not_names.contains(iri) && !omma::RESERVED.contains(iri) {
            assert!(context.contains(*iri), "{iri} has no name in the context");
        }
    }
}
