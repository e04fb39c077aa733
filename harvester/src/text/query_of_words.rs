//! From the words of a query to a query of the index.

use tantivy::Term;
use tantivy::query::{
    AllQuery, BooleanQuery, BoostQuery, EmptyQuery, FuzzyTermQuery, Occur, PhraseQuery, TermQuery,
};
use tantivy::schema::{Field, IndexRecordOption};

use super::facet::Facet;
use super::query::{Boxed, Making, any_of, constant, exact};
use super::schema::Weighted;
use super::words_of_query::{Clause, Sought};
use super::{gene, identifier, words};

/// What the very thing that a query names has before all others.
const OWN_IDENTIFIER: f32 = 2_000_000.0;

/// What the study has whose part a query names.
const STUDY_OF_IDENTIFIER: f32 = 1_000_000.0;

/// A gene of this symbol, beside words in a text.
const GENE: f32 = 12.0;

/// A term above one that the document has is called so.
const BROADER: f32 = 0.5;

/// A word that begins as asked, in the title and anywhere.
const PREFIX_IN_TITLE: f32 = 8.0;
const PREFIX: f32 = 1.0;

/// Words that stand together in a title or in the label of a term count for more, if there are at most so many.
const MOST_TOGETHER: usize = 6;

impl Making<'_> {
    /// Words as they match, and before them the thing that the whole query is an identifier of.
    pub(super) fn words_or_identifier(
        &self,
        query: &str,
        clauses: &[Clause],
        scored: bool,
    ) -> Boxed {
        let words = self.words(clauses, scored);
        let candidates = identifier::candidates(query);
        let mut either: Vec<(Occur, Boxed)> = Vec::new();
        for key in &candidates.exact {
            either.extend(self.named(key, OWN_IDENTIFIER));
        }
        if let Some(key) = &candidates.study {
            either.extend(self.named(key, STUDY_OF_IDENTIFIER));
        }
        if either.is_empty() {
            return words;
        }
        either.push((Occur::Should, words));
        Box::new(BooleanQuery::new(either))
    }

    /// Documents of this identifier, where there are any.
    fn named(&self, key: &str, score: f32) -> Option<(Occur, Boxed)> {
        let term = self.is(&format!("ident={key}"));
        let exists = self.searcher.doc_freq(&term).unwrap_or(0) > 0;
        exists.then(|| (Occur::Should, constant(exact(term), score)))
    }

    fn words(&self, clauses: &[Clause], scored: bool) -> Boxed {
        let mut parts: Vec<(Occur, Boxed)> = Vec::new();
        for (place, clause) in clauses.iter().enumerate() {
            let occur = if clause.excluded {
                Occur::MustNot
            } else {
                Occur::Must
            };
            parts.push((occur, self.clause(clauses, place)));
        }
        if parts.iter().all(|(occur, _)| *occur == Occur::MustNot) {
            parts.push((Occur::Must, Box::new(AllQuery)));
        }
        if scored {
            parts.extend(self.together(clauses));
        }
        Box::new(BooleanQuery::new(parts))
    }

    fn clause(&self, clauses: &[Clause], place: usize) -> Boxed {
        let mut either: Vec<(Occur, Boxed)> = Vec::new();
        let mut add = |query: Boxed| either.push((Occur::Should, query));
        match &clauses[place].sought {
            Sought::Nothing => return Box::new(EmptyQuery),
            Sought::Word { stem, plain } => {
                for weighted in self.fields.of_text() {
                    add(self.word(weighted, stem));
                }
                self.gene(plain).map(&mut add);
                self.called(&[stem]).map(&mut add);
                for joined in joined_with_neighbours(clauses, place) {
                    for weighted in self.fields.of_text() {
                        if self.occurs(&Term::from_field_text(weighted.field, &joined)) {
                            add(self.word(weighted, &joined));
                        }
                    }
                    self.called(&[&joined]).map(&mut add);
                }
            }
            Sought::Phrase {
                stems,
                joined,
                name,
            } => {
                self.gene(name).map(&mut add);
                let each: Vec<&str> = stems.iter().map(String::as_str).collect();
                self.called(&each).map(&mut add);
                if let Some(joined) = joined {
                    self.called(&[joined]).map(&mut add);
                }
                for weighted in self.fields.of_text() {
                    add(phrase(weighted, stems));
                    if let Some(joined) = joined {
                        add(self.word(weighted, joined));
                    }
                }
            }
            Sought::Prefix(prefix) => {
                add(beginning(self.fields.title_words, prefix, PREFIX_IN_TITLE));
                add(beginning(self.fields.words, prefix, PREFIX));
            }
        }
        Box::new(BooleanQuery::new(either))
    }

    /// Documents with a gene of this name, where there are any.
    fn gene(&self, name: &str) -> Option<Boxed> {
        let gene = self.is(&Facet::Gene.token(&gene::key(name)));
        self.occurs(&gene).then(|| constant(exact(gene), GENE))
    }

    /// Documents with a term below one that is called so, where there are any.
    fn called(&self, stems: &[&str]) -> Option<Boxed> {
        let keys = self.called.keys(stems, self.columns);
        any_of(keys.iter().map(|key| self.is(key)).collect(), BROADER)
    }

    fn word(&self, weighted: Weighted, stem: &str) -> Boxed {
        let term = Term::from_field_text(weighted.field, stem);
        let query = TermQuery::new(term, IndexRecordOption::WithFreqs);
        Box::new(BoostQuery::new(Box::new(query), weighted.weight))
    }

    /// More for documents that have all words together in title or terms; decides nothing.
    fn together(&self, clauses: &[Clause]) -> Vec<(Occur, Boxed)> {
        let stems: Option<Vec<String>> = clauses
            .iter()
            .map(|clause| match &clause.sought {
                Sought::Word { stem, .. } if !clause.excluded => Some(stem.clone()),
                _ => None,
            })
            .collect();
        match stems {
            Some(stems) if (2..=MOST_TOGETHER).contains(&stems.len()) => self.fields.of_text()[..2]
                .iter()
                .map(|weighted| (Occur::Should, phrase(*weighted, &stems)))
                .collect(),
            _ => Vec::new(),
        }
    }

    /// Studies whose titles have all these words, as they are written.
    pub(super) fn titles(&self, clauses: &[Clause]) -> Boxed {
        let field = self.fields.title_words;
        let mut parts: Vec<(Occur, Boxed)> = clauses
            .iter()
            .map(|clause| {
                let query: Boxed = match &clause.sought {
                    Sought::Word { plain, .. } => exact(Term::from_field_text(field, plain)),
                    Sought::Prefix(prefix) => beginning(field, prefix, 1.0),
                    Sought::Phrase { .. } | Sought::Nothing => Box::new(EmptyQuery),
                };
                (Occur::Must, query)
            })
            .collect();
        parts.push((Occur::Must, exact(self.is(&Facet::Kind.token("study")))));
        Box::new(BooleanQuery::new(parts))
    }

    /// Whether any document has a term. What cannot be read counts as absent here and fails where it is searched.
    fn occurs(&self, term: &Term) -> bool {
        self.searcher.doc_freq(term).unwrap_or(0) > 0
    }
}

/// "time lapse" is also found as "timelapse": this word with the one before it, and with the one behind it.
fn joined_with_neighbours(clauses: &[Clause], place: usize) -> Vec<String> {
    let plain = |place: usize| match clauses.get(place) {
        Some(Clause {
            excluded: false,
            sought: Sought::Word { plain, .. },
        }) => Some(plain.as_str()),
        _ => None,
    };
    let Some(own) = plain(place) else {
        return Vec::new();
    };
    let before = place.checked_sub(1).and_then(plain);
    let behind = plain(place + 1);
    let joined = before
        .map(|before| format!("{before}{own}"))
        .into_iter()
        .chain(behind.map(|behind| format!("{own}{behind}")));
    let mut stemmed = words::stemmed();
    joined
        .filter_map(|joined| {
            let mut words = words::words(&mut stemmed, &joined);
            // characters that are words by themselves do not become one
            let word = words.pop().filter(|_| words.is_empty());
            word.map(|word| word.text)
        })
        .collect()
}

fn phrase(weighted: Weighted, stems: &[String]) -> Boxed {
    let terms = stems
        .iter()
        .map(|stem| Term::from_field_text(weighted.field, stem))
        .collect();
    Box::new(BoostQuery::new(
        Box::new(PhraseQuery::new(terms)),
        weighted.weight,
    ))
}

fn beginning(field: Field, prefix: &str, score: f32) -> Boxed {
    let query = FuzzyTermQuery::new_prefix(Term::from_field_text(field, prefix), 0, true);
    constant(Box::new(query), score)
}
