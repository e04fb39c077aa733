//! Completions of what somebody begins to type: terms, genes, studies.

use std::collections::{BTreeMap, HashSet};
use std::sync::PoisonError;

use ontologies::Terms;
use serde::Serialize;
use tantivy::query::{Query, TermQuery};
use tantivy::schema::IndexRecordOption;
use tantivy::{Searcher, Term};

use super::closure::Closures;
use super::collect::{Counting, Order};
use super::error::{SearchError, TextError};
use super::facet::Facet;
use super::filter::short;
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

/// The most names with one beginning that are looked at: of a letter or two there are too many to be of help.
const MOST_NAMES: usize = 2_000;

/// Studies are at most so many of the completions.
const MOST_STUDIES: usize = 5;

/// The names of all values that documents have, in order, for finding those with a beginning.
#[derive(Debug, Default)]
pub(super) struct Names {
    /// Folded name to the values that have it: facet, number of the value, the name as written.
    sorted: BTreeMap<String, Vec<(Facet, usize, String)>>,
    /// How many values of each facet are in.
    taken: BTreeMap<Facet, usize>,
    /// The ontologies that the names are from.
    ontologies: String,
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
        let mut suggestions = self.values(&view.searcher, &key, terms)?;
        suggestions.truncate(most - studies.len().min(most / 3));
        suggestions.extend(studies);
        suggestions.truncate(most);
        Ok(suggestions)
    }

    /// Terms and genes, the most frequent first.
    fn values(
        &self,
        searcher: &Searcher,
        key: &str,
        terms: &Terms,
    ) -> Result<Vec<Suggestion>, SearchError> {
        let mut found = Vec::new();
        let mut seen = HashSet::new();
        for (facet, number, name) in self.names_with(key, terms) {
            if !seen.insert((facet, number)) {
                continue;
            }
            let (value, own) = {
                let values = self.columns.values(facet);
                let own = values.label(number).map(str::to_owned);
                (values.key(number).to_owned(), own)
            };
            let token = Term::from_field_text(self.fields.is, &facet.token(&value));
            let count = documents_with(searcher, token)?;
            if count > 0 {
                found.push(suggestion(facet, &value, own, name, count, terms));
            }
        }
        found.sort_by(|left: &Suggestion, right| {
            right
                .count
                .cmp(&left.count)
                .then_with(|| left.label.cmp(&right.label))
                .then_with(|| left.id.cmp(&right.id))
        });
        Ok(found)
    }

    /// Values with a name that begins so; a value whose label does before one with such a synonym.
    fn names_with(&self, key: &str, terms: &Terms) -> Vec<(Facet, usize, String)> {
        let mut names = self.names.lock().unwrap_or_else(PoisonError::into_inner);
        self.complete(&mut names, terms);
        names
            .sorted
            .range(key.to_owned()..)
            .take_while(|(name, _)| name.starts_with(key))
            .flat_map(|(_, values)| values.iter().cloned())
            .take(MOST_NAMES)
            .collect()
    }

    /// Takes in values that came since the last time, and all again when the ontologies are others.
    fn complete(&self, names: &mut Names, terms: &Terms) {
        let ontologies = format!("{} {:?}", terms.len(), terms.sources());
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
                    slot.push((facet, number, name));
                }
            }
            *taken = values.len();
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
        let mut first: Vec<_> = found.into_iter().flat_map(|found| found.first).collect();
        first.sort_by_key(|candidate| candidate.key);
        first.truncate(most);
        let mut studies = Vec::with_capacity(first.len());
        for candidate in &first {
            let stored = self.stored(searcher, candidate)?;
            studies.push(Suggestion {
                kind: SuggestionKind::Study,
                id: stored.id,
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

fn suggestion(
    facet: Facet,
    value: &str,
    own: Option<String>,
    name: String,
    count: u64,
    terms: &Terms,
) -> Suggestion {
    let is_gene = facet == Facet::Gene;
    let label = match terms.by_iri(value) {
        Some(term) if !term.label.is_empty() => term.label.clone(),
        _ => own.unwrap_or_else(|| value.to_owned()),
    };
    Suggestion {
        kind: if is_gene {
            SuggestionKind::Gene
        } else {
            SuggestionKind::Term
        },
        id: if is_gene { label.clone() } else { short(value) },
        matched: (name != label).then_some(name),
        label,
        facet: Some(facet.name()),
        count: Some(count),
    }
}

/// How many documents have a term; where documents were deleted they are counted one by one.
fn documents_with(searcher: &Searcher, term: Term) -> Result<u64, TextError> {
    let has_deletes = searcher
        .segment_readers()
        .iter()
        .any(tantivy::SegmentReader::has_deletes);
    let count = if has_deletes {
        TermQuery::new(term, IndexRecordOption::Basic)
            .count(searcher)
            .map(|count| count as u64)
    } else {
        searcher.doc_freq(&term)
    };
    count.map_err(TextError::reading)
}
