//! The closure over parents and wholes, against the most naive one, on random graphs with cycles.
#![expect(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

use std::collections::BTreeSet;

use ontologies::{Ontology, Source, Term, Terms};
use proptest::prelude::*;

const BASE: &str = "http://purl.obolibrary.org/obo/XX_";

/// Edges (child, parent, whether it is a part-of edge) over `size` terms; some lead to terms that do not exist.
fn ontology(size: usize, edges: &[(usize, usize, bool)]) -> Ontology {
    let iri = |number: usize| format!("{BASE}{number:07}");
    let term = |number: usize| {
        let of = |part: bool| {
            edges
                .iter()
                .filter(move |edge| edge.0 == number && edge.2 == part)
                .map(|edge| iri(edge.1))
                .collect()
        };
        Term {
            iri: iri(number),
            label: format!("term {number}"),
            parents: of(false),
            part_of: of(true),
            ..Term::default()
        }
    };
    Ontology {
        source: Source {
            name: "XX".to_owned(),
            ..Source::default()
        },
        terms: (0..size).map(term).collect(),
    }
}

/// Adds edges until nothing is new.
fn naive(start: usize, size: usize, edges: &[(usize, usize, bool)]) -> BTreeSet<usize> {
    let mut found = BTreeSet::from([start]);
    loop {
        let new: BTreeSet<usize> = edges
            .iter()
            .filter(|edge| found.contains(&edge.0) && edge.1 < size)
            .map(|edge| edge.1)
            .collect();
        if new.is_subset(&found) {
            found.remove(&start);
            return found;
        }
        found.extend(new);
    }
}

fn numbers(terms: Vec<&Term>) -> BTreeSet<usize> {
    terms
        .iter()
        .map(|term| term.iri.strip_prefix(BASE).unwrap().parse().unwrap())
        .collect()
}

proptest! {
    #[test]
    fn ancestors_and_descendants_are_the_naive_closure(
        size in 1_usize..24,
        edges in prop::collection::vec((0_usize..24, 0_usize..26, any::<bool>()), 0..60),
    ) {
        let edges: Vec<_> = edges.into_iter().filter(|edge| edge.0 < size).collect();
        let turned: Vec<_> = edges.iter().filter(|edge| edge.1 < size).map(|edge| (edge.1, edge.0, edge.2)).collect();
        let terms = Terms::only(vec![ontology(size, &edges)]);
        for number in 0..size {
            let iri = format!("{BASE}{number:07}");
            let ancestors = terms.ancestors(&iri);
            let distinct = ancestors.len();
            prop_assert_eq!(numbers(ancestors), naive(number, size, &edges));
            prop_assert_eq!(distinct, naive(number, size, &edges).len());
            prop_assert_eq!(numbers(terms.descendants(&iri)), naive(number, size, &turned));
        }
    }
}

proptest! {
    #[test]
    fn neighbours_and_what_is_below_any_of_several_are_the_naive_ones(
        size in 1_usize..24,
        edges in prop::collection::vec((0_usize..24, 0_usize..24, any::<bool>()), 0..60),
        starts in prop::collection::btree_set(0_usize..24, 0..6),
    ) {
        let edges: Vec<_> = edges.into_iter().filter(|edge| edge.0 < size && edge.1 < size).collect();
        let turned: Vec<_> = edges.iter().map(|edge| (edge.1, edge.0, edge.2)).collect();
        let terms = Terms::only(vec![ontology(size, &edges)]);
        let iri = |number: usize| format!("{BASE}{number:07}");
        for number in 0..size {
            let next_to = |edges: &[(usize, usize, bool)]| -> BTreeSet<usize> {
                edges.iter().filter(|edge| edge.0 == number && edge.1 != number).map(|edge| edge.1).collect()
            };
            prop_assert_eq!(numbers(terms.broader(&iri(number))), next_to(&edges));
            prop_assert_eq!(numbers(terms.narrower(&iri(number))), next_to(&turned));
        }
        let starts: BTreeSet<usize> = starts.into_iter().filter(|start| *start < size).collect();
        let iris: Vec<String> = starts.iter().map(|start| iri(*start)).collect();
        let below = terms.descendants_of_any(iris.iter().map(String::as_str));
        let distinct = below.len();
        let mut expected: BTreeSet<usize> = starts.iter().flat_map(|start| naive(*start, size, &turned)).collect();
        // a start that is on a cycle is below itself
        expected.extend(starts.iter().filter(|start| {
            naive(**start, size, &turned).iter().any(|below| naive(*below, size, &turned).contains(start))
        }));
        let found = numbers(below);
        prop_assert_eq!(found.len(), distinct);
        prop_assert_eq!(found, expected);
    }
}

#[test]
fn the_hierarchy_of_the_slims() {
    let terms = Terms::builtin();
    let labels = |iri: &str| {
        terms
            .ancestors(iri)
            .iter()
            .map(|term| term.label.clone())
            .collect::<BTreeSet<_>>()
    };
    let human = labels("http://purl.obolibrary.org/obo/NCBITaxon_9606");
    for ancestor in ["Homo", "Primates", "Mammalia", "Metazoa", "Eukaryota"] {
        assert!(human.contains(ancestor), "{ancestor}");
    }
    let spinning_disk = labels("http://purl.obolibrary.org/obo/FBbi_00000253");
    assert_eq!(
        spinning_disk,
        BTreeSet::from([
            "confocal microscopy".to_owned(),
            "light microscopy".to_owned()
        ])
    );
    let purkinje = labels("http://purl.obolibrary.org/obo/CL_0000121");
    assert!(
        purkinje.contains("neuron") && purkinje.contains("cell"),
        "{purkinje:?}"
    );
    let elongated = terms.descendants("http://www.ebi.ac.uk/cmpo/CMPO_0000077");
    assert!(
        elongated
            .iter()
            .any(|term| term.iri.ends_with("CMPO_0000366"))
    );
    assert!(
        terms
            .ancestors("http://purl.obolibrary.org/obo/NCBITaxon_0")
            .is_empty()
    );
}
