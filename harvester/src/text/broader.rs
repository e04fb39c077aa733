//! What is broader than the terms of documents, in memory.
//!
//! A document does not repeat what is above its terms: it has the digest of the list of it as one key, and the list stands once in a
//! column ([`super::bundle`]). So it does not matter to the index how deep an ontology is. A term is looked for by the digests of
//! all lists that it is in, and so is a word by those of all terms that are called so.

use std::collections::{BTreeSet, HashMap, HashSet};
use std::sync::{Arc, PoisonError};

use ontologies::Terms;

use super::Text;
use super::closure::Closures;
use super::columns::Columns;
use super::facet::Facet;
use super::words::{self, Word};

/// The lists of broader terms of one facet that were seen so far.
#[derive(Debug, Default)]
pub(super) struct Lists {
    known: HashSet<Arc<str>>,
    /// By the number of a value the lists that it is in.
    with_value: HashMap<u32, Vec<Arc<str>>>,
    /// The values that are in a list, in the order in which they came.
    values: Vec<u32>,
}

impl Lists {
    /// Takes in a list.
    pub(super) fn add(&mut self, digest: &str, values: &[u32]) {
        if self.known.contains(digest) {
            return;
        }
        let digest: Arc<str> = digest.into();
        self.known.insert(Arc::clone(&digest));
        for value in values {
            let lists = self.with_value.entry(*value).or_default();
            if lists.is_empty() {
                self.values.push(*value);
            }
            lists.push(Arc::clone(&digest));
        }
    }

    /// The digests of the lists that a value is in.
    pub(super) fn with(&self, value: u32) -> &[Arc<str>] {
        self.with_value.get(&value).map_or(&[], Vec::as_slice)
    }
}

/// How the terms of a list stand in the index.
pub(super) fn key_of_list(facet: Facet, digest: &str) -> String {
    format!("{}^{digest}", facet.name())
}

/// A term that stands above one of a document's, under one of its names.
#[derive(Debug, Clone)]
struct Name {
    facet: Facet,
    value: u32,
    words: Vec<Word>,
}

/// What broader terms are called.
#[derive(Debug, Clone, Default)]
pub(super) struct Called {
    names: Vec<Name>,
    /// Stems to the numbers of the names that have them.
    with_stem: HashMap<String, Vec<usize>>,
    /// How many values of each facet are in.
    taken: [usize; Facet::OF_TERMS.len()],
    /// The ontologies that the names are from.
    ontologies: String,
}

impl Text {
    /// What the broader terms are called of all documents that there were since the index was opened.
    pub(super) fn called(&self, terms: &Terms) -> Arc<Called> {
        let ontologies = identity(terms);
        let mut called = self.called.lock().unwrap_or_else(PoisonError::into_inner);
        if called.ontologies != ontologies {
            *called = Arc::new(Called {
                ontologies,
                ..Called::default()
            });
        }
        if Facet::OF_TERMS
            .iter()
            .any(|facet| called.taken[facet.place()] < self.columns.lists(*facet).values.len())
        {
            Arc::make_mut(&mut called).complete(&self.columns, terms);
        }
        Arc::clone(&called)
    }
}

/// Tells ontologies from others.
pub(super) fn identity(terms: &Terms) -> String {
    format!("{} {:?}", terms.len(), terms.sources())
}

impl Called {
    /// Takes in what came since the last time.
    fn complete(&mut self, columns: &Columns, terms: &Terms) {
        let closures = Closures::of(terms);
        let mut stemmed = words::stemmed();
        for facet in Facet::OF_TERMS {
            // in the order in which a column is read: values, then lists
            let values = columns.values(facet);
            let lists = columns.lists(facet);
            let taken = &mut self.taken[facet.place()];
            for value in &lists.values[*taken..] {
                for name in closures.names(values.key(*value as usize)) {
                    let words = words::words(&mut stemmed, &name);
                    let stems: BTreeSet<&str> =
                        words.iter().map(|word| word.text.as_str()).collect();
                    for stem in stems {
                        let with_stem = self.with_stem.entry(stem.to_owned()).or_default();
                        with_stem.push(self.names.len());
                    }
                    self.names.push(Name {
                        facet,
                        value: *value,
                        words,
                    });
                }
            }
            *taken = lists.values.len();
        }
    }

    /// The keys of all lists with a term in whose name these stems stand one behind the other.
    pub(super) fn keys(&self, stems: &[&str], columns: &Columns) -> BTreeSet<String> {
        let first = stems.first().and_then(|stem| self.with_stem.get(*stem));
        let called_so = first
            .into_iter()
            .flatten()
            .map(|number| &self.names[*number])
            .filter(|name| name.has(stems));
        let values: BTreeSet<(Facet, u32)> =
            called_so.map(|name| (name.facet, name.value)).collect();
        let mut keys = BTreeSet::new();
        for (facet, value) in values {
            let lists = columns.lists(facet);
            keys.extend(
                lists
                    .with(value)
                    .iter()
                    .map(|digest| key_of_list(facet, digest)),
            );
        }
        keys
    }
}

impl Name {
    fn has(&self, stems: &[&str]) -> bool {
        let stands = |stem: &str, position: usize| {
            self.words
                .iter()
                .any(|word| word.position == position && word.text == stem)
        };
        self.words.iter().any(|first| {
            stems
                .iter()
                .zip(first.position..)
                .all(|(stem, position)| stands(stem, position))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::{Facet, Name, words};

    #[test]
    fn a_name_has_stems_that_stand_one_behind_the_other() {
        let name = Name {
            facet: Facet::Method,
            value: 0,
            words: words::words(&mut words::stemmed(), "light-sheet fluorescence microscopy"),
        };
        for has in [
            &["light"][..],
            &["lightsheet"],
            &["light", "sheet"],
            &["sheet", "fluoresc", "microscopi"],
        ] {
            assert!(name.has(has), "{has:?}");
        }
        for has_not in [
            &["sheets"][..],
            &["light", "fluoresc"],
            &["sheet", "light"],
            &["fluoresc", "microscopi", "imag"],
        ] {
            assert!(!name.has(has_not), "{has_not:?}");
        }
    }
}
