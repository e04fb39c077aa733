//! The terms that records are about, by what they stand for.

use ontologies::{Term, Terms};

/// Terms of the shipped slims: those that real studies have most often first.
pub(super) struct Vocabulary {
    pub(super) organisms: Vec<&'static Term>,
    pub(super) methods: Vec<&'static Term>,
    pub(super) cells: Vec<&'static Term>,
    pub(super) processes: Vec<&'static Term>,
    pub(super) tissues: Vec<&'static Term>,
}

impl Vocabulary {
    pub(super) fn builtin() -> Vocabulary {
        Vocabulary {
            organisms: terms(
                "NCBITaxon",
                &["9606", "10090", "7955", "7227", "4932", "6239", "4896"],
            ),
            methods: terms("FBbi", &["00000251", "00000246", "00000253", "00000369"]),
            cells: terms("CL", &["0000540", "0000066", "0000057"]),
            processes: terms("GO", &["0000165", "0000226"]),
            tissues: terms("UBERON", &["0000955", "0002107"]),
        }
    }
}

/// The terms of an ontology that have a label and are in use, these local names first, the others by their IRIs.
fn terms(ontology: &str, first: &[&str]) -> Vec<&'static Term> {
    let mut found: Vec<&Term> = Terms::builtin()
        .iter()
        .filter(|term| term.ontology == ontology && !term.obsolete && !term.label.is_empty())
        .collect();
    let rank = |term: &Term| {
        first
            .iter()
            .position(|local| term.iri.ends_with(&format!("_{local}")))
            .unwrap_or(first.len())
    };
    found.sort_by_key(|term| (rank(term), &term.iri));
    assert!(found.len() > first.len(), "{ontology} has too few terms");
    found
}
