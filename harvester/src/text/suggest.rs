//! Completions of what somebody begins to type: terms, genes, studies.

mod spelling;

use std::collections::{BTreeMap, HashSet};
use std::sync::PoisonError;

use ontologies::Terms;
use serde::Serialize;
use tantivy::Searcher;
use tantivy::query::AllQuery;

use super::broader::identity;
use super::closure::Closures;
use super::collect::{Counting, Order};
use super::counts::{label, totals};
use super::error::{SearchError, TextError};
use super::facet::Facet;
use super::filter::short;
use super::merge::merge;
use super::words::folded;
use super::words_of_query::{Clause, Sought};
use super::{Text, query};

/// What a completion is of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum SuggestionKind {
    /// A term of an ontology.
    Term,
    /// A gene.
    Gene,
    /// A study.
    Study,
}

/// A completion.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Suggestion {
    /// What it is.
    pub kind: SuggestionKind,
    /// A CURIE, a gene's symbol, a study's accession.
    pub id: String,
    /// The IRI of a term or a study; none for a gene.
    pub iri: Option<String>,
    /// The term's label, the gene's symbol, the study's title.
    pub label: String,
    /// The name that begins as was typed, where it is not the label: a synonym.
    pub matched: Option<String>,
    /// The parameter that it filters by; none for a study.
    pub facet: Option<&'static str>,
    /// How many studies and images have it (or something narrower); none for a study.
    pub count: Option<u64>,
}

/// The longest text that is completed, in characters.
const LONGEST: usize = 100;

/// The most names with one beginning that are looked at.
const MOST_NAMES: usize = 50_000;

/// Studies are at most so many of the completions.
const MOST_STUDIES: usize = 5;

/// The names of all values that documents have, in order, for finding those with a beginning.
#[derive(Debug, Default)]
pub(super) struct Names {
    /// Folded name to the values that have it.
    sorted: BTreeMap<String, Vec<NamedValue>>,
    /// How many values of each facet are in.
    taken: BTreeMap<Facet, usize>,
    /// The ontologies that the names are from.
    ontologies: String,
    /// How many documents have each value, by facet and number, in one state of the index.
    counts: BTreeMap<Facet, Vec<u64>>,
    /// The state that was counted.
    counted: Option<u64>,
}

/// A value of a facet under one of its names.
#[derive(Debug)]
struct NamedValue {
    facet: Facet,
    /// Its number among the values of the facet.
    number: usize,
    /// The name, as it is written.
    name: String,
}

impl Names {
    fn count(&self, named: &NamedValue) -> u64 {
        let of_facet = self.counts.get(&named.facet);
        of_facet
            .and_then(|counts| counts.get(named.number))
            .copied()
            .unwrap_or(0)
    }
}

/// The facets whose values are completed.
const COMPLETED: [Facet; 8] = [
    Facet::Organism,
    Facet::Method,
    Facet::Cell,
    Facet::Tissue,
    Facet::Disease,
    Facet::Process,
    Facet::Phenotype,
    Facet::Gene,
];

impl Text {
    /// Completions of a text: terms by label or exact synonym and genes, those with the most documents first, then studies whose
    /// titles have all its words, the last as a beginning. Case and accents do not count. At most `most`.
    ///
    /// # Errors
    /// [`SearchError::TooLong`] for more than 100 characters; [`SearchError::Index`].
    pub fn suggest(
        &self,
        prefix: &str,
        most: usize,
        terms: &Terms,
    ) -> Result<Vec<Suggestion>, SearchError> {
        let characters = prefix.chars().count();
        if characters > LONGEST {
            return Err(SearchError::TooLong {
                found: characters,
                unit: "characters",
                most: LONGEST,
            });
        }
        let key = folded(prefix);
        if key.is_empty() || most == 0 {
            return Ok(Vec::new());
        }
        let view = self.view();
        let studies = self.studies(&view.searcher, &key, most.min(MOST_STUDIES), terms)?;
        // studies have a third of the places, and more where there are few others
        let others = most - studies.len().min(most / 3);
        let mut suggestions = self.values(&view.searcher, &key, others, terms)?;
        suggestions.extend(studies);
        suggestions.truncate(most);
        Ok(suggestions)
    }

    /// Terms and genes, the most frequent first.
    fn values(
        &self,
        searcher: &Searcher,
        key: &str,
        most: usize,
        terms: &Terms,
    ) -> Result<Vec<Suggestion>, TextError> {
        let mut names = self.names.lock().unwrap_or_else(PoisonError::into_inner);
        self.complete(&mut names, terms);
        self.count_again(&mut names, searcher)?;
        let begin_so = names
            .sorted
            .range(key.to_owned()..)
            .take_while(|(name, _)| name.starts_with(key))
            .flat_map(|(_, values)| values)
            .take(MOST_NAMES);
        // the name that is nearest to what was typed stands first, so that it is the one that is kept of a value
        let mut seen = HashSet::new();
        let mut found: Vec<(u64, &NamedValue)> = begin_so
            .map(|named| (names.count(named), named))
            .filter(|(count, named)| *count > 0 && seen.insert((named.facet, named.number)))
            .collect();
        found.sort_by(|(left, one), (right, other)| {
            right.cmp(left).then_with(|| one.name.cmp(&other.name))
        });
        found.truncate(most);
        Ok(found
            .into_iter()
            .map(|(count, named)| self.suggestion(named, count, terms))
            .collect())
    }

    /// Takes in values that came since the last time, and all again when the ontologies are others.
    fn complete(&self, names: &mut Names, terms: &Terms) {
        let ontologies = identity(terms);
        if names.ontologies != ontologies {
            *names = Names {
                ontologies,
                ..Names::default()
            };
        }
        let closures = Closures::of(terms);
        for facet in COMPLETED {
            let values = self.columns.values(facet);
            let taken = names.taken.entry(facet).or_default();
            for number in *taken..values.len() {
                let mut called = closures.names(values.key(number));
                if called.is_empty() {
                    called.push(
                        values
                            .label(number)
                            .unwrap_or(values.key(number))
                            .to_owned(),
                    );
                }
                for name in called {
                    let slot = names.sorted.entry(folded(&name)).or_default();
                    slot.push(NamedValue {
                        facet,
                        number,
                        name,
                    });
                }
            }
            *taken = values.len();
        }
    }

    /// Counts all documents once for each state of the index, so that a completion costs no look into it.
    fn count_again(&self, names: &mut Names, searcher: &Searcher) -> Result<(), TextError> {
        let state = searcher.generation().generation_id();
        if names.counted == Some(state) {
            return Ok(());
        }
        let counting = Counting {
            columns: &self.columns,
            facets: &COMPLETED,
            order: Order::Newest,
            first: 0,
        };
        let found = searcher
            .search(&AllQuery, &counting)
            .map_err(TextError::reading)?;
        names.counts = COMPLETED
            .into_iter()
            .map(|facet| (facet, totals(&self.columns, facet, &found).totals))
            .collect();
        names.counted = Some(state);
        Ok(())
    }

    fn suggestion(&self, named: &NamedValue, count: u64, terms: &Terms) -> Suggestion {
        let values = self.columns.values(named.facet);
        let key = values.key(named.number);
        let own = values.label(named.number);
        let is_gene = named.facet == Facet::Gene;
        let label = if is_gene {
            own.unwrap_or(key).to_owned()
        } else {
            label(key, own, terms).into_owned()
        };
        Suggestion {
            kind: if is_gene {
                SuggestionKind::Gene
            } else {
                SuggestionKind::Term
            },
            id: if is_gene { label.clone() } else { short(key) },
            iri: (!is_gene).then(|| key.to_owned()),
            matched: (named.name != label).then(|| named.name.clone()),
            label,
            facet: Some(named.facet.name()),
            count: Some(count),
        }
    }

    fn studies(
        &self,
        searcher: &Searcher,
        key: &str,
        most: usize,
        terms: &Terms,
    ) -> Result<Vec<Suggestion>, SearchError> {
        let making = query::Making {
            fields: &self.fields,
            searcher,
            terms,
            columns: &self.columns,
            called: &self.called(terms),
        };
        let counting = Counting {
            columns: &self.columns,
            facets: &[],
            order: Order::Newest,
            first: most,
        };
        let found = searcher
            .search(making.titles(&title_clauses(key)).as_ref(), &counting)
            .map_err(TextError::reading)?;
        let mut first = merge(found, searcher, Order::Newest).map_err(TextError::reading)?;
        first.truncate(most);
        let mut studies = Vec::with_capacity(first.len());
        for candidate in &first {
            let stored = self.stored(searcher, candidate)?;
            studies.push(Suggestion {
                kind: SuggestionKind::Study,
                id: stored.id,
                iri: Some(stored.iri),
                label: stored.title,
                matched: None,
                facet: None,
                count: None,
            });
        }
        Ok(studies)
    }
}

/// All words but the last as they are, the last as a beginning.
fn title_clauses(key: &str) -> Vec<Clause> {
    let words: Vec<&str> = key.split(' ').collect();
    let last = words.len() - 1;
    words
        .into_iter()
        .enumerate()
        .map(|(place, word)| Clause {
            excluded: false,
            sought: if place == last {
                Sought::Prefix(word.to_owned())
            } else {
                Sought::Word {
                    stem: word.to_owned(),
                    plain: word.to_owned(),
                }
            },
        })
        .collect()
}
