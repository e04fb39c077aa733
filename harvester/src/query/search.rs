//! `SERVICE omma:search`: search in texts, joined with graph patterns.
//!
//! ```sparql
//! SERVICE omma:search { ?study omma:matches "mitotic arrest" ; omma:score ?score }
//! ```
//!
//! The search runs once, before the query does, and its place is taken by a table of what it found, as if it stood there
//! in `VALUES`. So the optimiser knows how large it is and joins it like any other, and no order of evaluation can ask the
//! index once for each row. The price: the words must be written in the query. They cannot be a variable that another
//! part of the query binds.
//!
//! A search gives the [`MATCHES`] best, by score. The subject may be an IRI, to ask whether and how well it matches.

use std::collections::HashMap;
use std::sync::Arc;

use oxigraph::model::vocab::xsd;
use oxigraph::model::{Literal, NamedNode, Variable};
use spargebra::algebra::GraphPattern;
use spargebra::term::{GroundTerm, NamedNodePattern, TermPattern, TriplePattern};

use super::error::QueryError;

/// The vocabulary of Ommatidia.
pub const OMMA: &str = "https://w3id.org/ommatidia/ns#";
/// How many resources a search gives at most: the best.
pub const MATCHES: usize = 10_000;
/// Searches in one query.
const SEARCHES: usize = 16;

/// The words of a search cannot be understood: who asked is told so. Any other error of a [`SearchService`] is the
/// service's own.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct NotUnderstood(pub String);

/// The index of texts.
pub trait SearchService: Send + Sync {
    /// The IRIs of the resources that match words, and how well; the best first, at most `most`.
    ///
    /// # Errors
    /// [`NotUnderstood`] when it is the words, any other when the index cannot be read.
    fn matches(&self, words: &str, most: usize) -> anyhow::Result<Vec<(String, f64)>>;
}

type Found = Arc<Vec<(NamedNode, f64)>>;

/// The searches of one query, each asked once.
pub(super) struct Searches<'a> {
    service: &'a dyn SearchService,
    found: HashMap<String, Found>,
}

impl<'a> Searches<'a> {
    pub fn new(service: &'a dyn SearchService) -> Searches<'a> {
        Searches {
            service,
            found: HashMap::new(),
        }
    }

    /// What takes the place of a `SERVICE` in a query.
    ///
    /// # Errors
    /// [`QueryError::Service`] for any other service; [`QueryError::SearchPattern`]; [`QueryError::Search`].
    pub fn table(
        &mut self,
        service: &NamedNodePattern,
        pattern: &GraphPattern,
    ) -> Result<GraphPattern, QueryError> {
        match service {
            NamedNodePattern::NamedNode(name)
                if name.as_str().strip_prefix(OMMA) == Some("search") => {}
            other => {
                return Err(QueryError::Service {
                    service: other.to_string(),
                });
            }
        }
        let search = Search::read(pattern)?;
        let found = self.find(&search.words)?;
        Ok(search.table(&found))
    }

    fn find(&mut self, words: &str) -> Result<Found, QueryError> {
        if let Some(found) = self.found.get(words) {
            return Ok(Arc::clone(found));
        }
        if self.found.len() == SEARCHES {
            return Err(malformed(format!(
                "a query can have {SEARCHES} searches at most"
            )));
        }
        let failed = |detail: String| QueryError::Search {
            words: words.to_owned(),
            detail,
        };
        let found = self
            .service
            .matches(words, MATCHES)
            .map_err(|error| match error.downcast_ref::<NotUnderstood>() {
                Some(NotUnderstood(why)) => malformed(format!("\"{words}\": {why}")),
                None => failed(format!("{error:#}")),
            })?
            .into_iter()
            .take(MATCHES)
            .map(|(iri, score)| {
                NamedNode::new(iri)
                    .map(|iri| (iri, score))
                    .map_err(|error| {
                        failed(format!("the index has a name that is no IRI: {error}"))
                    })
            })
            .collect::<Result<Vec<_>, _>>()?;
        let found = Arc::new(found);
        self.found.insert(words.to_owned(), Arc::clone(&found));
        Ok(found)
    }
}

fn malformed(what: impl Into<String>) -> QueryError {
    QueryError::SearchPattern { what: what.into() }
}

/// The subject of a search.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Subject {
    Variable(Variable),
    Iri(NamedNode),
}

/// A search as it stands in a query.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Search {
    subject: Subject,
    words: String,
    score: Option<Variable>,
}

impl Search {
    fn read(pattern: &GraphPattern) -> Result<Search, QueryError> {
        let GraphPattern::Bgp { patterns } = pattern else {
            return Err(malformed(
                "it can have omma:matches and omma:score and nothing else; put the rest outside",
            ));
        };
        let mut words = None;
        let mut score = None;
        let mut subject = None;
        for triple in patterns {
            let this = subject_of(triple)?;
            if subject.get_or_insert_with(|| this.clone()) != &this {
                return Err(malformed(
                    "it has several subjects; use one SERVICE for each search",
                ));
            }
            let NamedNodePattern::NamedNode(predicate) = &triple.predicate else {
                return Err(malformed("a predicate is a variable"));
            };
            let is_second = match predicate.as_str().strip_prefix(OMMA) {
                Some("matches") => words.replace(words_of(triple)?).is_some(),
                Some("score") => score.replace(score_of(triple)?).is_some(),
                _ => {
                    return Err(malformed(format!(
                        "{predicate} is neither omma:matches nor omma:score"
                    )));
                }
            };
            if is_second {
                return Err(malformed(format!("{predicate} stands there twice")));
            }
        }
        match (subject, words) {
            (Some(subject), Some(words)) => Ok(Search {
                subject,
                words,
                score,
            }),
            _ => Err(malformed("omma:matches is missing")),
        }
    }

    /// The table of what was found, under the variables of this search.
    fn table(self, found: &[(NamedNode, f64)]) -> GraphPattern {
        let mut variables = Vec::new();
        let wanted = match self.subject {
            Subject::Variable(variable) => {
                variables.push(variable);
                None
            }
            Subject::Iri(iri) => Some(iri),
        };
        let has_score = self.score.is_some();
        variables.extend(self.score);
        let bindings = found
            .iter()
            .filter(|(iri, _)| wanted.as_ref().is_none_or(|wanted| wanted == iri))
            .map(|(iri, score)| {
                let mut row = Vec::with_capacity(2);
                if wanted.is_none() {
                    row.push(Some(GroundTerm::NamedNode(iri.clone())));
                }
                if has_score {
                    let score = Literal::new_typed_literal(score.to_string(), xsd::DOUBLE);
                    row.push(Some(GroundTerm::Literal(score)));
                }
                row
            })
            .collect();
        GraphPattern::Values {
            variables,
            bindings,
        }
    }
}

fn subject_of(triple: &TriplePattern) -> Result<Subject, QueryError> {
    match &triple.subject {
        TermPattern::Variable(variable) => Ok(Subject::Variable(variable.clone())),
        TermPattern::NamedNode(iri) => Ok(Subject::Iri(iri.clone())),
        _ => Err(malformed("its subject must be a variable or an IRI")),
    }
}

fn words_of(triple: &TriplePattern) -> Result<String, QueryError> {
    match &triple.object {
        TermPattern::Literal(words)
            if words.datatype() == xsd::STRING || words.language().is_some() =>
        {
            Ok(words.value().to_owned())
        }
        TermPattern::Variable(variable) => Err(malformed(format!(
            "the words are the variable {variable}, and they are looked for before anything is bound; write them out"
        ))),
        other => Err(malformed(format!(
            "{other} is no text to look for; write the words in quotation marks"
        ))),
    }
}

fn score_of(triple: &TriplePattern) -> Result<Variable, QueryError> {
    match (&triple.object, &triple.subject) {
        (TermPattern::Variable(score), TermPattern::Variable(subject)) if score == subject => Err(
            malformed("the score has the same variable as what is found"),
        ),
        (TermPattern::Variable(score), _) => Ok(score.clone()),
        _ => Err(malformed(
            "the score must be a variable; compare it with FILTER outside",
        )),
    }
}
