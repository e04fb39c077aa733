//! The index from normalised labels to terms.

use std::collections::HashMap;

use super::{Place, Scope};
use crate::label::{bracket_names, normalise};
use crate::methods::Methods;
use crate::term::Term;

/// Three tables: preferred labels, the project's own synonyms, the ontologies' exact synonyms.
#[derive(Debug, Default)]
pub(super) struct Labels {
    preferred: HashMap<String, Vec<Place>>,
    /// The project's table over FBbi: "light sheet" means the method, not the illumination.
    project: HashMap<String, Vec<Place>>,
    synonyms: HashMap<String, Vec<Place>>,
}

impl Labels {
    pub(super) fn of(terms: &[Term], by_iri: &HashMap<String, Place>, methods: &Methods) -> Self {
        let mut labels = Self::default();
        for (term, place) in terms.iter().zip(0..) {
            add(&mut labels.preferred, normalise(&term.label), place);
            // "transmission electron microscopy (TEM)" is called by either part, as strongly as by both
            for name in bracket_names(&term.label) {
                add(&mut labels.preferred, name, place);
            }
            for name in other_names(term) {
                add(&mut labels.synonyms, name, place);
            }
        }
        for (name, iri) in methods.synonyms() {
            if let Some(place) = by_iri.get(iri) {
                add(&mut labels.project, normalise(name), *place);
            }
        }
        labels
    }

    /// The terms of a normalised label in each table, the strongest table first; `true` marks the table of preferred labels.
    ///
    /// For an imaging method the project's table is the strongest: EDAM calls a term "Light-sheet microscopy", and FBbi's method
    /// for it goes by another name.
    pub(super) fn find(&self, key: &str, scope: Scope) -> impl Iterator<Item = (bool, &[Place])> {
        let mut tables = [
            (true, &self.preferred),
            (false, &self.project),
            (false, &self.synonyms),
        ];
        if scope == Scope::ImagingMethod {
            tables.swap(0, 1);
        }
        tables.into_iter().filter_map(move |(preferred, table)| {
            table.get(key).map(|places| (preferred, places.as_slice()))
        })
    }

    /// Every normalised label and synonym, with its terms.
    pub(super) fn iter(&self) -> impl Iterator<Item = (&str, &[Place])> {
        let tables = self
            .preferred
            .iter()
            .chain(&self.project)
            .chain(&self.synonyms);
        tables.map(|(key, places)| (key.as_str(), places.as_slice()))
    }
}

/// Normalised names of a term beside its label: synonyms, their forms with and without bracket, a taxon's name without what tells it
/// from its homonyms (`Drosophila <flies,genus>`), and an obsolete term's without the word "obsolete" that OBO puts before it.
pub(super) fn other_names(term: &Term) -> Vec<String> {
    let mut names = Vec::new();
    if let Some((name, _)) = term
        .label
        .strip_suffix('>')
        .and_then(|label| label.split_once(" <"))
    {
        names.push(normalise(name));
    }
    for synonym in &term.synonyms {
        names.push(normalise(synonym));
        names.extend(bracket_names(synonym));
    }
    if term.obsolete {
        names.extend(
            normalise(&term.label)
                .strip_prefix("obsolete ")
                .map(str::to_owned),
        );
    }
    names
}

fn add(table: &mut HashMap<String, Vec<Place>>, key: String, place: Place) {
    if key.is_empty() {
        return;
    }
    let places = table.entry(key).or_default();
    if !places.contains(&place) {
        places.push(place);
    }
}
