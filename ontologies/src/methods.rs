//! The project's facet tree of imaging methods, and its synonyms over FBbi.
//!
//! FBbi alone does not do: its light-sheet method is called "SPIM", it has no method for cryo-EM, correlative or whole-slide
//! imaging, and light microscopy stands outside "imaging method". So there is a small tree of facets with IRIs of the project's
//! own, whose leaves are terms of FBbi, EDAM, OBI, CHMO and MI. It stands beside those ontologies and never adds a parent
//! between their terms: a query for an FBbi term means FBbi's own hierarchy, a query for a facet means this tree.

use crate::curie::expand;
use crate::term::Term;

const FACETS: &str = include_str!("../data/methods/facets.tsv");
const LEAVES: &str = include_str!("../data/methods/leaves.tsv");
const SYNONYMS: &str = include_str!("../data/methods/synonyms.tsv");
const SAMPLINGS: &str = include_str!("../data/methods/samplings.tsv");

/// Name of the "ontology" that facet terms say they are of.
pub const FACET_ONTOLOGY: &str = "omma";

/// One facet: its IRI, label, broader facets and a definition in plain words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Facet {
    /// `https://w3id.org/ommatidia/ns#method-…`
    pub iri: String,
    /// For display: "Light sheet".
    pub label: String,
    /// IRIs of broader facets.
    pub broader: Vec<String>,
    /// What falls under it.
    pub definition: String,
}

/// The facet tree and the tables that hang on it.
#[derive(Debug)]
pub struct Methods {
    facets: Vec<Facet>,
    /// (facet IRI, term IRI)
    leaves: Vec<(String, String)>,
    /// (name as people write it, IRI of a term or facet)
    synonyms: Vec<(String, String)>,
    /// Terms that an ontology lists among methods and that say when images are taken, not how.
    samplings: Vec<String>,
}

impl Methods {
    /// The tables in `data/methods`.
    pub(crate) fn shipped() -> Self {
        let facets = rows(FACETS).filter_map(|cells| facet(&cells)).collect();
        let pairs = |text: &'static str, iri: fn(&str) -> Option<String>| {
            rows(text)
                .filter_map(move |cells| Some((iri(cells.first()?)?, expand(cells.get(1)?)?)))
                .collect()
        };
        Self {
            facets,
            leaves: pairs(LEAVES, expand),
            synonyms: pairs(SYNONYMS, |name| Some(name.to_owned())),
            samplings: rows(SAMPLINGS)
                .filter_map(|cells| expand(cells.first()?))
                .collect(),
        }
    }

    /// The facets, broader before narrower.
    #[must_use]
    pub fn facets(&self) -> &[Facet] {
        &self.facets
    }

    /// Names that people write for a method, each with the IRI of the term or facet that is meant.
    pub fn synonyms(&self) -> impl Iterator<Item = (&str, &str)> {
        self.synonyms
            .iter()
            .map(|(name, iri)| (name.as_str(), iri.as_str()))
    }

    /// Terms that hang directly on a facet.
    pub fn leaves_of_facet<'m>(&'m self, facet: &'m str) -> impl Iterator<Item = &'m str> {
        self.leaves
            .iter()
            .filter(move |(of, _)| of == facet)
            .map(|(_, term)| term.as_str())
    }

    /// Facets that a term hangs on directly; a facet hangs on itself.
    pub fn facets_of_leaf<'m>(&'m self, iri: &'m str) -> impl Iterator<Item = &'m str> {
        let itself = self.is_facet(iri).then_some(iri);
        itself.into_iter().chain(
            self.leaves
                .iter()
                .filter(move |(_, term)| term == iri)
                .map(|(facet, _)| facet.as_str()),
        )
    }

    /// True for a term that says when images are taken and not how: "time lapse microscopy".
    #[must_use]
    pub fn is_sampling(&self, iri: &str) -> bool {
        self.samplings.iter().any(|sampling| sampling == iri)
    }

    /// True for the IRI of a facet.
    #[must_use]
    pub fn is_facet(&self, iri: &str) -> bool {
        self.facets.iter().any(|facet| facet.iri == iri)
    }

    /// The facets as terms, so that they resolve and have ancestors like any other.
    pub(crate) fn facet_terms(&self) -> Vec<Term> {
        let term = |facet: &Facet| Term {
            iri: facet.iri.clone(),
            label: facet.label.clone(),
            definition: Some(facet.definition.clone()),
            parents: facet.broader.clone(),
            ontology: FACET_ONTOLOGY.to_owned(),
            ..Term::default()
        };
        self.facets.iter().map(term).collect()
    }
}

fn facet(cells: &[&str]) -> Option<Facet> {
    let [id, label, broader, definition] = cells else {
        return None;
    };
    Some(Facet {
        iri: expand(id)?,
        label: (*label).to_owned(),
        broader: broader
            .split('|')
            .filter(|id| !id.is_empty())
            .filter_map(expand)
            .collect(),
        definition: (*definition).to_owned(),
    })
}

/// Cells of each line that is not empty and not a comment.
fn rows(text: &'static str) -> impl Iterator<Item = Vec<&'static str>> {
    let lines = text
        .lines()
        .filter(|line| !line.is_empty() && !line.starts_with('#'));
    lines.map(|line| line.split('\t').collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_row_of_the_tables_is_dropped() {
        let methods = Methods::shipped();
        assert_eq!(methods.facets.len(), rows(FACETS).count());
        assert_eq!(methods.leaves.len(), rows(LEAVES).count());
        assert_eq!(methods.synonyms.len(), rows(SYNONYMS).count());
        assert_eq!(methods.samplings.len(), rows(SAMPLINGS).count());
    }

    #[test]
    fn broader_facets_stand_before_narrower_ones() {
        let methods = Methods::shipped();
        for (place, facet) in methods.facets.iter().enumerate() {
            let before = &methods.facets[..place];
            assert!(
                facet
                    .broader
                    .iter()
                    .all(|broader| before.iter().any(|known| known.iri == *broader)),
                "{}",
                facet.iri
            );
        }
    }
}
