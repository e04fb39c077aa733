//! From a request to a query of the index.

use std::ops::Bound;

use ontologies::Terms;
use tantivy::query::{
    AllQuery, BooleanQuery, ConstScoreQuery, Occur, Query, RangeQuery, TermQuery, TermSetQuery,
};
use tantivy::schema::IndexRecordOption;
use tantivy::{Searcher, Term};

use super::broader::Called;
use super::columns::Columns;
use super::error::{SearchError, TextError};
use super::facet::Facet;
use super::filter::{Chosen, plain_key, term_keys};
use super::keys;
use super::request::{SearchRequest, Sort};
use super::schema::Fields;
use super::span::{Span, Spans};

pub(super) type Boxed = Box<dyn Query>;

/// Makes queries for one state of the index.
pub(super) struct Making<'m> {
    pub fields: &'m Fields,
    pub searcher: &'m Searcher,
    pub terms: &'m Terms,
    pub columns: &'m Columns,
    pub called: &'m Called,
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
        for (facet, spans) in &request.spans {
            self.spans(*facet, spans, &mut parts);
        }
        if parts.iter().all(|(occur, _)| *occur == Occur::MustNot) {
            parts.push((Occur::Must, Box::new(AllQuery)));
        }
        Ok(match parts.as_slice() {
            [(Occur::Must, only)] => only.box_clone(),
            _ => Box::new(BooleanQuery::new(parts)),
        })
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
            let terms = keys.iter().map(|key| self.is(&facet.token(key)));
            let lists = keys
                .iter()
                .flat_map(|key| self.columns.lists_with(facet, key));
            let terms: Vec<Term> = terms.chain(lists.map(|key| self.is(&key))).collect();
            parts.extend(any_of(terms, 0.0).map(|query| (occur, query)));
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
            Ok(used > 0 || !self.columns.lists_with(facet, iri).is_empty())
        };
        term_keys(facet, value, self.terms, &is_used)
    }

    fn spans(&self, facet: Facet, spans: &Spans, parts: &mut Vec<(Occur, Boxed)>) {
        let Some(field) = self.fields.numbers(facet) else {
            return;
        };
        let within = |span: &Span| -> Boxed {
            let (from, to) = match *span {
                Span::Whole(from, to) => (
                    Term::from_field_u64(field, from),
                    Bound::Included(Term::from_field_u64(field, to)),
                ),
                Span::Real(from, to) => (
                    Term::from_field_f64(field, from),
                    Bound::Excluded(Term::from_field_f64(field, to)),
                ),
            };
            Box::new(RangeQuery::new(Bound::Included(from), to))
        };
        for (spans, occur) in [(&spans.any, Occur::Must), (&spans.none, Occur::MustNot)] {
            if !spans.is_empty() {
                let any = spans.iter().map(|span| (Occur::Should, within(span)));
                let query = BooleanQuery::new(any.collect());
                parts.push((occur, constant(Box::new(query), 0.0)));
            }
        }
    }

    pub(super) fn is(&self, token: &str) -> Term {
        Term::from_field_text(self.fields.is, &keys::key(token))
    }
}

/// Documents that have one of these terms; none where there are no terms.
pub(super) fn any_of(terms: Vec<Term>, score: f32) -> Option<Boxed> {
    match terms.as_slice() {
        [] => None,
        [one] => Some(constant(exact(one.clone()), score)),
        _ => Some(constant(Box::new(TermSetQuery::new(terms)), score)),
    }
}

pub(super) fn exact(term: Term) -> Boxed {
    Box::new(TermQuery::new(term, IndexRecordOption::Basic))
}

pub(super) fn constant(query: Boxed, score: f32) -> Boxed {
    Box::new(ConstScoreQuery::new(query, score))
}
