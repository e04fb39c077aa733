//! What a document is found under because of a term: the term, everything broader, and what all of those are called.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use ontologies::{Term, Terms};

use super::bundle::Broader;
use super::facet::Facet;

/// A term with all that is broader.
#[derive(Debug, Default)]
pub(super) struct Closure {
    /// IRIs of broader terms, without the term itself; of a method its facets too.
    pub broader: Vec<String>,
    /// Label, exact synonyms and the project's names of the term.
    pub names: Vec<String>,
    /// The same of what is broader.
    pub broader_names: Vec<String>,
    /// What is broader, as it is written into the index; none where nothing is.
    pub written: Option<Broader>,
}

/// Closures that were worked out before: many documents have the same few terms.
pub(super) struct Closures<'t> {
    terms: &'t Terms,
    /// What people write for a method, by IRI.
    method_names: HashMap<&'t str, Vec<&'t str>>,
    known: HashMap<(Facet, String), Arc<Closure>>,
}

impl<'t> Closures<'t> {
    pub(super) fn of(terms: &'t Terms) -> Self {
        let mut method_names: HashMap<&str, Vec<&str>> = HashMap::new();
        for (name, iri) in terms.methods().synonyms() {
            method_names.entry(iri).or_default().push(name);
        }
        Self {
            terms,
            method_names,
            known: HashMap::new(),
        }
    }

    pub(super) fn terms(&self) -> &'t Terms {
        self.terms
    }

    /// Of a term that is named in this role.
    pub(super) fn get(&mut self, facet: Facet, iri: &str) -> Arc<Closure> {
        let key = (facet, iri.to_owned());
        if let Some(known) = self.known.get(&key) {
            return Arc::clone(known);
        }
        let closure = Arc::new(self.work_out(facet, iri));
        self.known.insert(key, Arc::clone(&closure));
        closure
    }

    /// Label and synonyms of a term; none for one that is not loaded.
    pub(super) fn names(&self, iri: &str) -> Vec<String> {
        self.terms
            .by_iri(iri)
            .map(|term| self.names_of(term))
            .unwrap_or_default()
    }

    fn work_out(&self, facet: Facet, iri: &str) -> Closure {
        let mut broader = self.terms.ancestors(iri);
        if facet == Facet::Method {
            broader.extend(self.terms.facets(iri));
        }
        let mut seen = BTreeSet::from([iri]);
        broader.retain(|term| seen.insert(term.iri.as_str()));
        let iris: Vec<String> = broader.iter().map(|term| term.iri.clone()).collect();
        Closure {
            written: Broader::of(facet.name(), &iris),
            names: self.names(iri),
            broader_names: broader
                .iter()
                .flat_map(|term| self.names_of(term))
                .collect(),
            broader: iris,
        }
    }

    fn names_of(&self, term: &Term) -> Vec<String> {
        let project = self.method_names.get(term.iri.as_str());
        let names = std::iter::once(term.label.as_str())
            .chain(term.synonyms.iter().map(String::as_str))
            .chain(project.into_iter().flatten().copied());
        names
            .filter(|name| !name.is_empty())
            .map(str::to_owned)
            .collect()
    }
}
