//! Why a query has no answer, each in a sentence.

use std::sync::Arc;

/// Why a query is not answered. [`QueryError::word`] is what stands in the `type` of the problem document.
#[derive(Debug, Clone, thiserror::Error)]
pub enum QueryError {
    /// It is no SPARQL 1.1 query.
    #[error("the query cannot be read at line {line}, column {column}: {what}")]
    Syntax {
        /// The line, from 1.
        line: usize,
        /// The column, from 1.
        column: usize,
        /// What was expected there.
        what: String,
    },
    /// It is longer than this service reads.
    #[error(
        "the query is longer than the {limit} bytes that are read here; shorten it or ask in parts"
    )]
    TooLong {
        /// The limit in bytes.
        limit: usize,
    },
    /// Its brackets stand too deep in each other.
    #[error(
        "the brackets of the query are nested deeper than {limit} at line {line}; write it flatter"
    )]
    TooDeep {
        /// The limit of open brackets.
        limit: usize,
        /// The line where it is passed, from 1.
        line: usize,
    },
    /// It has too many words, names, operators and brackets outside VALUES.
    #[error(
        "the query has more than {limit} words, names, operators and brackets; give long lists as VALUES, or ask in parts"
    )]
    TooManySteps {
        /// The limit.
        limit: usize,
    },
    /// It changes data.
    #[error(
        "this service answers queries and changes nothing; the data come from the logs of the members alone"
    )]
    Update,
    /// It asks another service.
    #[error(
        "SERVICE {service} is not reached from here; the only service is <https://w3id.org/ommatidia/ns#search>"
    )]
    Service {
        /// What was asked, as written in SPARQL.
        service: String,
    },
    /// The pattern in `SERVICE omma:search` is none.
    #[error(
        "SERVICE omma:search {{ … }} is not understood: {what}; write SERVICE omma:search {{ ?s omma:matches \"words\" ; omma:score ?score }}"
    )]
    SearchPattern {
        /// What is wrong with it.
        what: String,
    },
    /// The text index refused or failed.
    #[error("the search for \"{words}\" failed: {detail}")]
    Search {
        /// The words.
        words: String,
        /// Why.
        detail: String,
    },
    /// A function is called that there is not.
    #[error("{detail}; use the functions of SPARQL 1.1")]
    Function {
        /// Which, and what is wrong with its use.
        detail: String,
    },
    /// A graph's name or another parameter is no IRI.
    #[error("{name} is no absolute IRI: {value}")]
    Iri {
        /// The parameter.
        name: &'static str,
        /// Its value.
        value: String,
    },
    /// None of the forms that were asked for can be had.
    #[error(
        "the answer to {form} can be had as {}; none of these is asked for", .available.join(", ")
    )]
    NotAcceptable {
        /// What the query is, such as `SELECT`.
        form: &'static str,
        /// The media types.
        available: Vec<&'static str>,
    },
    /// It took too long.
    #[error(
        "the query was stopped after {seconds} seconds, which is the limit; make it more selective or add LIMIT"
    )]
    Time {
        /// The limit in seconds.
        seconds: f64,
    },
    /// Its result has too many rows.
    #[error(
        "the result has more than {limit} rows or triples, which is the limit; add LIMIT or make the query more selective"
    )]
    Rows {
        /// The limit.
        limit: u64,
    },
    /// Its result is too large.
    #[error(
        "the result is larger than {limit} bytes, which is the limit; ask for fewer variables or rows"
    )]
    Bytes {
        /// The limit.
        limit: u64,
    },
    /// Its work needed too much memory.
    #[error(
        "the query was stopped because it needs too much memory; make it more selective, or sort and group less"
    )]
    Memory,
    /// It made a text that is too long.
    #[error("the query was stopped because it makes a text of more than {limit} bytes")]
    Text {
        /// The limit in bytes.
        limit: usize,
    },
    /// Too many others ask at the same time.
    #[error("too many queries are being answered; ask again in {retry_after} seconds")]
    Busy {
        /// Seconds after which asking again makes sense.
        retry_after: u64,
    },
    /// Nobody waits for the answer any more.
    #[error("the query was given up by who asked")]
    GivenUp,
    /// Something is broken here.
    #[error("the query could not be evaluated: {0}")]
    Evaluation(Arc<anyhow::Error>),
}

impl QueryError {
    /// The kind of problem in a word, which ends the `type` of a problem document.
    pub fn word(&self) -> &'static str {
        match self {
            QueryError::Syntax { .. } => "query-syntax",
            QueryError::TooLong { .. } => "query-length",
            QueryError::TooDeep { .. } => "query-nesting",
            QueryError::TooManySteps { .. } => "query-steps",
            QueryError::Update => "query-update",
            QueryError::Service { .. } => "query-service",
            QueryError::SearchPattern { .. } => "query-search",
            QueryError::Function { .. } => "query-function",
            QueryError::Iri { .. } => "query-parameter",
            QueryError::NotAcceptable { .. } => "not-acceptable",
            QueryError::Time { .. } => "query-time",
            QueryError::Rows { .. } => "query-rows",
            QueryError::Bytes { .. } => "query-size",
            QueryError::Memory => "query-memory",
            QueryError::Text { .. } => "query-text",
            QueryError::Busy { .. } => "busy",
            QueryError::GivenUp | QueryError::Search { .. } | QueryError::Evaluation(_) => {
                "internal"
            }
        }
    }

    /// Something that should not happen, with its cause.
    pub fn broken(cause: impl Into<anyhow::Error>) -> QueryError {
        QueryError::Evaluation(Arc::new(cause.into()))
    }
}
