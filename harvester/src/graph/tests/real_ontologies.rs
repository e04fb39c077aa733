//! Ontologies as they are released: whatever is in their files, the graph takes it and gives it back strictly read.

use std::collections::BTreeSet;
use std::path::PathBuf;

use ontologies::Terms;

use super::fixture::{dump, few_terms, loaded};
use super::in_both_places;
use crate::graph::{Place, TermsChange};

in_both_places!(released_ontologies_come_and_go);

/// Three formats; the larger files in the folder hold nothing of another kind.
const FILES: [&str; 6] = [
    "cmpo.obo",
    "pato/pato.obo",
    "go/cl_import.obo",
    "duo/duo.owl",
    "efo/cl_import.owl",
    "cl/general_cell_types_upper_slim.json",
];

/// The folder of shared data, which is not part of the project; under `CI` its absence is a failure.
fn folder() -> Option<PathBuf> {
    let path =
        PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../../shared/data")).join("ontologies");
    if path.is_dir() {
        return Some(path);
    }
    assert!(
        std::env::var_os("CI").is_none(),
        "{} is absent, and CI is set: the shared data are needed",
        path.display()
    );
    eprintln!("SKIPPED: {} is absent", path.display());
    None
}

fn released_ontologies_come_and_go(place: &Place) {
    let Some(folder) = folder() else {
        return;
    };
    let read = |name: &&str| ontologies::load(&std::fs::read(folder.join(name)).unwrap()).unwrap();
    let terms = Terms::with(FILES.iter().map(read).collect());
    let graph = loaded(place, &[], 1);
    let change = graph.set_terms(&terms).unwrap();
    assert_eq!(change.removed, 0);

    let dump = dump(&graph);
    let broader = " <https://w3id.org/ommatidia/ns#broader> ";
    let lines: BTreeSet<&str> = dump.lines().filter(|line| line.contains(broader)).collect();
    let mut expected = BTreeSet::new();
    for term in terms.iter() {
        let reached = terms
            .ancestors(&term.iri)
            .into_iter()
            .chain(terms.facets(&term.iri));
        for iri in reached.map(|term| &term.iri).chain([&term.iri]) {
            expected.insert(format!("<{}>{broader}<{iri}> .", term.iri));
        }
    }
    assert!(expected.len() > 50_000, "{}", expected.len());
    assert_eq!(lines.len(), expected.len());
    assert!(expected.iter().all(|line| lines.contains(line.as_str())));

    assert_eq!(graph.set_terms(&terms).unwrap(), TermsChange::default());
    let gone = graph.set_terms(&few_terms()).unwrap();
    let expected = TermsChange {
        added: 0,
        removed: change.added,
    };
    assert_eq!(gone, expected);
}
