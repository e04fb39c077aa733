//! What a document has because of a term: what the term is called, and everything broader.

use std::collections::hash_map::Entry;
use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use ontologies::{Term, Terms};

use super::bundle::Broader;
use super::facet::Facet;

/// A term with all that is broader.
#[derive(Debug, Default)]
pub(super) struct Closure {
    /// The term itself, for [`Closures::term`].
    pub term: usize,
    /// What is broader, without the term itself, of a method its facets too; none where nothing is.
    pub broader: Option<Broader>,
}

/// What a term is called.
#[derive(Debug, Default)]
pub(super) struct Named {
    /// Label, exact synonyms and the project's names, as numbers for [`Closures::name`]; none for a term that is not loaded.
    pub names: Vec<usize>,
    /// Whether the ontology has a label for it.
    pub is_labelled: bool,
}

/// When so many terms are known, all are forgotten: no ontologies have so many, but strangers can name as many as they like.
const MOST_NAMED: usize = 500_000;

/// Closures that were worked out before: many documents have the same few terms.
pub(super) struct Closures<'t> {
    terms: &'t Terms,
    /// What people write for a method, by IRI.
    method_names: HashMap<&'t str, Vec<&'t str>>,
    known: [HashMap<String, Arc<Closure>>; Facet::OF_TERMS.len()],
    named: Vec<Named>,
    numbers: HashMap<String, usize>,
    names: Vec<String>,
    numbers_of_names: HashMap<String, usize>,
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
            known: Default::default(),
            named: Vec::new(),
            numbers: HashMap::new(),
            names: Vec::new(),
            numbers_of_names: HashMap::new(),
        }
    }

    pub(super) fn terms(&self) -> &'t Terms {
        self.terms
    }

    /// Forgets what was worked out, where that is too much. Numbers that were given before mean nothing any more.
    pub(super) fn keep_small(&mut self) {
        if self.named.len() > MOST_NAMED {
            self.named.clear();
            self.numbers.clear();
            self.known = Default::default();
            self.names.clear();
            self.numbers_of_names.clear();
        }
    }

    /// Of a term that is named in this role, one of [`Facet::OF_TERMS`].
    pub(super) fn get(&mut self, facet: Facet, iri: &str) -> Arc<Closure> {
        if let Some(known) = self.known[facet.place()].get(iri) {
            return Arc::clone(known);
        }
        let closure = Arc::new(self.work_out(facet, iri));
        self.known[facet.place()].insert(iri.to_owned(), Arc::clone(&closure));
        closure
    }

    /// The term of a number that was given before.
    pub(super) fn term(&self, number: usize) -> &Named {
        &self.named[number]
    }

    /// The number of a term, loaded or not.
    pub(super) fn number(&mut self, iri: &str) -> usize {
        if let Some(number) = self.numbers.get(iri) {
            return *number;
        }
        let number = self.named.len();
        let term = self.terms.by_iri(iri);
        let names = self.names(iri);
        let names = names.into_iter().map(|name| self.intern(name)).collect();
        self.named.push(Named {
            names,
            is_labelled: term.is_some_and(|term| !term.label.is_empty()),
        });
        self.numbers.insert(iri.to_owned(), number);
        number
    }

    /// The name of a number.
    pub(super) fn name(&self, number: usize) -> &str {
        &self.names[number]
    }

    /// The names of some terms, all as numbers.
    pub(super) fn names_of_terms(&self, numbers: Vec<usize>) -> Vec<usize> {
        let terms = numbers.into_iter().map(|number| self.term(number));
        terms.flat_map(|term| &term.names).copied().collect()
    }

    /// The number of a name, where a term that was asked for has it.
    pub(super) fn number_of_name(&self, name: &str) -> Option<usize> {
        self.numbers_of_names.get(name).copied()
    }

    fn intern(&mut self, name: String) -> usize {
        let number = self.names.len();
        match self.numbers_of_names.entry(name) {
            Entry::Occupied(known) => *known.get(),
            Entry::Vacant(free) => {
                self.names.push(free.key().clone());
                *free.insert(number)
            }
        }
    }

    /// Label and synonyms of a term; none for one that is not loaded.
    pub(super) fn names(&self, iri: &str) -> Vec<String> {
        self.terms
            .by_iri(iri)
            .map(|term| self.names_of(term))
            .unwrap_or_default()
    }

    fn work_out(&mut self, facet: Facet, iri: &str) -> Closure {
        let mut broader = self.terms.ancestors(iri);
        if facet == Facet::Method {
            broader.extend(self.terms.facets(iri));
        }
        let mut seen = BTreeSet::from([iri]);
        broader.retain(|term| seen.insert(term.iri.as_str()));
        let iris: Vec<String> = broader.iter().map(|term| term.iri.clone()).collect();
        Closure {
            term: self.number(iri),
            broader: Broader::of(facet.name(), &iris),
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
