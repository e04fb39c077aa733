//! From a request to a query of the index.

use ontologies::Terms;
use tantivy::query::{
    AllQuery, BooleanQuery, BoostQuery, ConstScoreQuery, EmptyQuery, FuzzyTermQuery, Occur,
    PhraseQuery, Query, RangeQuery, TermQuery, TermSetQuery,
};
use tantivy::schema::{Field, IndexRecordOption};
use tantivy::{Searcher, Term};

use super::error::{SearchError, TextError};
use super::facet::Facet;
use super::filter::{Chosen, plain_key, term_keys};
use super::request::{SearchRequest, Sort};
use super::schema::{Fields, Weighted};
use super::words_of_query::{Clause, Sought};
use super::{gene, identifier};

/// What the very thing that a query names has before all others.
const OWN_IDENTIFIER: f32 = 2_000_000.0;

/// What the study has whose part a query names.
const STUDY_OF_IDENTIFIER: f32 = 1_000_000.0;

/// A gene of this symbol, beside words in a text.
const GENE: f32 = 12.0;

/// A word that begins as asked, in the title and anywhere.
const PREFIX_IN_TITLE: f32 = 8.0;
const PREFIX: f32 = 1.0;

/// Words that stand together in a title or in the label of a term count for more, if there are at most so many.
const MOST_TOGETHER: usize = 6;

type Boxed = Box<dyn Query>;

/// Makes queries for one state of the index.
pub(super) struct Making<'m> {
    pub fields: &'m Fields,
    pub searcher: &'m Searcher,
    pub terms: &'m Terms,
}

impl Making<'_> {
    /// The whole query; filters decide and do not score.
    pub(super) fn query(&self, request: &SearchRequest) -> Result<Boxed, SearchError> {
        let mut parts: Vec<(Occur, Boxed)> = Vec::new();
        if !request.clauses.is_empty() {
            let scored = request.sort == Sort::Relevance;
            parts.push((
                Occur::Must,
                self.words_or_identifier(&request.query, &request.clauses, scored),
            ));
        }
        for (facet, chosen) in &request.filters {
            self.filter(*facet, chosen, &mut parts)?;
        }
        self.years(request, &mut parts);
        if parts.iter().all(|(occur, _)| *occur == Occur::MustNot) {
            parts.push((Occur::Must, Box::new(AllQuery)));
        }
        Ok(match parts.as_slice() {
            [(Occur::Must, only)] => only.box_clone(),
            _ => Box::new(BooleanQuery::new(parts)),
        })
    }

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
                let gene = self.is(&Facet::Gene.token(&gene::key(plain)));
                if self.occurs(&gene) {
                    add(constant(exact(gene), GENE));
                }
                for joined in joined_with_neighbours(clauses, place) {
                    for weighted in self.fields.of_text() {
                        if self.occurs(&Term::from_field_text(weighted.field, &joined)) {
                            add(self.word(weighted, &joined));
                        }
                    }
                }
            }
            Sought::Phrase { stems, joined } => {
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

    fn filter(
        &self,
        facet: Facet,
        chosen: &Chosen,
        parts: &mut Vec<(Occur, Boxed)>,
    ) -> Result<(), SearchError> {
        for (values, occur) in [(&chosen.any, Occur::Must), (&chosen.none, Occur::MustNot)] {
            let mut keys: Vec<String> = Vec::new();
            for value in values {
                keys.extend(self.keys(facet, value)?);
            }
            keys.sort_unstable();
            keys.dedup();
            let terms: Vec<Term> = keys.iter().map(|key| self.is(&facet.token(key))).collect();
            match terms.as_slice() {
                [] => {}
                [one] => parts.push((occur, constant(exact(one.clone()), 0.0))),
                _ => parts.push((occur, constant(Box::new(TermSetQuery::new(terms)), 0.0))),
            }
        }
        Ok(())
    }

    fn keys(&self, facet: Facet, value: &str) -> Result<Vec<String>, SearchError> {
        if !facet.is_of_terms() {
            return Ok(vec![plain_key(facet, value)]);
        }
        let is_used = |iri: &str| {
            let term = self.is(&facet.token(iri));
            let used = self.searcher.doc_freq(&term).map_err(TextError::reading)?;
            Ok(used > 0)
        };
        term_keys(facet, value, self.terms, &is_used)
    }

    fn years(&self, request: &SearchRequest, parts: &mut Vec<(Occur, Boxed)>) {
        let year = self.fields.year;
        let span = |(from, to): &(u64, u64)| -> Boxed {
            let bound = |value| std::ops::Bound::Included(Term::from_field_u64(year, value));
            Box::new(RangeQuery::new(bound(*from), bound(*to)))
        };
        for (spans, occur) in [
            (&request.years.any, Occur::Must),
            (&request.years.none, Occur::MustNot),
        ] {
            if !spans.is_empty() {
                let any = spans.iter().map(|years| (Occur::Should, span(years)));
                let query = BooleanQuery::new(any.collect());
                parts.push((occur, constant(Box::new(query), 0.0)));
            }
        }
    }

    fn is(&self, token: &str) -> Term {
        Term::from_field_text(self.fields.is, token)
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
    let mut stemmed = super::words::stemmed();
    joined
        .filter_map(|joined| {
            super::words::words(&mut stemmed, &joined)
                .into_iter()
                .next()
                .map(|word| word.text)
        })
        .collect()
}

fn exact(term: Term) -> Boxed {
    Box::new(TermQuery::new(term, IndexRecordOption::Basic))
}

fn constant(query: Boxed, score: f32) -> Boxed {
    Box::new(ConstScoreQuery::new(query, score))
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

impl Making<'_> {
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
}
