//! The thread on which a query is read, altered, evaluated and its result written down.

use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::thread;

use oxigraph::io::RdfSerializer;
use oxigraph::sparql::results::QueryResultsSerializer;
use oxigraph::sparql::{
    QueryEvaluationError, QueryResults, QuerySolutionIter, QueryTripleIter, SparqlEvaluator,
};
use oxigraph::store::Store;
use spargebra::{Query, SparqlParser};
use tokio::sync::OwnedSemaphorePermit;

use super::dataset::specification;
use super::error::QueryError;
use super::format::{Form, ResultFormat};
use super::guard::{self, Stopped};
use super::job::{Job, Watch};
use super::rewrite::rewrite;
use super::search::{OMMA, SearchService, Searches};
use super::spool::{Answer, Disk, Spool};
use super::{Offer, QueryLimits, Question};

/// The stack of a worker. What goes down into itself is bounded by the nesting and the steps of a query (`scan.rs`); the
/// deepest of each kind in `tests/sparql_abuse.rs` pass with an eighth of it, without compiler optimisation. Only what is
/// touched takes memory.
const STACK: usize = 256 << 20;

/// What a worker needs.
pub(super) struct Work {
    pub store: Store,
    pub search: Arc<dyn SearchService>,
    pub limits: Arc<QueryLimits>,
    pub offer: Arc<Offer>,
    pub disk: Disk,
    pub question: Question,
}

/// Starts the thread. It holds the slot until it has ended, whatever becomes of the request.
///
/// # Errors
/// When no thread can be had.
pub(super) fn start(
    work: Work,
    job: Arc<Job>,
    watch: Arc<Watch>,
    slot: OwnedSemaphorePermit,
) -> io::Result<()> {
    let ours = (Arc::clone(&job), Arc::clone(&watch));
    let started = thread::Builder::new()
        .name("query".to_owned())
        .stack_size(STACK)
        .spawn(move || {
            let (job, watch) = ours;
            // a panic of the engine is an answer like any other; it leaves nothing of ours half done
            let outcome = catch_unwind(AssertUnwindSafe(|| work.run(&job)));
            let outcome = outcome.unwrap_or_else(|payload| {
                Err(match job.why() {
                    Some(why) if payload.is::<Stopped>() => why,
                    _ => QueryError::broken(anyhow::anyhow!(
                        "the engine panicked; the panic is in the log"
                    )),
                })
            });
            watch.end(&job);
            drop(slot);
            job.tell(outcome);
        });
    if started.is_err() {
        watch.end(&job);
    }
    started.map(drop)
}

impl Work {
    fn run(self, job: &Arc<Job>) -> Result<Answer, QueryError> {
        let query = self.parse()?;
        let (format, media_type) = self.question.wanted.choose(form_of(&query))?;
        let dataset = specification(
            &self.question.dataset,
            query.dataset(),
            &self.offer.named_graphs,
        );
        let rewritten = rewrite(query, Searches::new(self.search.as_ref()))?;
        let mut engine = SparqlEvaluator::new().with_cancellation_token(job.token());
        if !rewritten.is_for_optimiser {
            engine = engine.without_optimizations();
        }
        let mut prepared =
            guard::install(engine, job, rewritten.separators).for_query(rewritten.query);
        *prepared.dataset_mut() = dataset;
        let results = prepared
            .on_store(&self.store)
            .execute()
            .map_err(|error| evaluation(error, job))?;
        let mut writing = Writing {
            job,
            rows: 0,
            limit: self.limits.rows,
            spool: Spool::new(self.disk, self.limits.bytes),
        };
        match results {
            QueryResults::Solutions(rows) => writing.table(rows, format),
            QueryResults::Boolean(value) => writing.boolean(value, format),
            QueryResults::Graph(triples) => writing.graph(triples, format),
        }?;
        // the engine has no more rows when it is cancelled while it counts, so an answer of a stopped query is none
        if let Some(why) = job.why() {
            return Err(why);
        }
        writing.spool.finish(media_type).map_err(QueryError::broken)
    }

    fn parse(&self) -> Result<Query, QueryError> {
        let mut parser = SparqlParser::new()
            .with_prefix("omma", OMMA)
            .map_err(QueryError::broken)?;
        if let Some(base) = &self.question.base {
            parser = parser.with_base_iri(base).map_err(|_| QueryError::Iri {
                name: "the base of the query",
                value: base.clone(),
            })?;
        }
        parser
            .parse_query(&self.question.text)
            .map_err(|error| syntax(&error.to_string()))
    }
}

/// What a query asks for.
fn form_of(query: &Query) -> Form {
    match query {
        Query::Select { .. } => Form::Select,
        Query::Construct { .. } => Form::Construct,
        Query::Describe { .. } => Form::Describe,
        Query::Ask { .. } => Form::Ask,
    }
}

/// What is shown of the list of all that would have been possible.
const EXPECTED: usize = 300;

/// Takes the parser's `error at 1:7: expected one of …` apart.
fn syntax(message: &str) -> QueryError {
    let read = || {
        let (place, what) = message.strip_prefix("error at ")?.split_once(": ")?;
        let (line, column) = place.split_once(':')?;
        Some((line.parse().ok()?, column.parse().ok()?, what))
    };
    let (line, column, what) = read().unwrap_or((1, 1, message));
    let mut shown: String = what.chars().take(EXPECTED).collect();
    if shown.len() < what.len() {
        shown.push('…');
    }
    QueryError::Syntax {
        line,
        column,
        what: shown,
    }
}

fn evaluation(error: QueryEvaluationError, job: &Job) -> QueryError {
    match error {
        QueryEvaluationError::Cancelled => job.why().unwrap_or(QueryError::GivenUp),
        QueryEvaluationError::UnsupportedCustomFunction(name) => QueryError::Function {
            detail: format!("there is no function {name}"),
        },
        QueryEvaluationError::UnsupportedCustomFunctionArity { name, actual, .. } => {
            QueryError::Function {
                detail: format!("{name} does not take {actual} arguments"),
            }
        }
        other => QueryError::broken(other),
    }
}

/// A result on its way into the spool.
struct Writing<'a> {
    job: &'a Job,
    rows: u64,
    limit: u64,
    spool: Spool,
}

impl Writing<'_> {
    fn table(
        &mut self,
        rows: QuerySolutionIter<'_>,
        format: ResultFormat,
    ) -> Result<(), QueryError> {
        let serializer = self.table_serializer(format)?;
        let written =
            serializer.serialize_solutions_to_writer(&mut self.spool, rows.variables().to_vec());
        let mut writer = match written {
            Ok(writer) => writer,
            Err(error) => return Err(self.failed(error)),
        };
        for row in rows {
            let row = row.map_err(|error| evaluation(error, self.job))?;
            count(self.job, &mut self.rows, self.limit)?;
            if let Err(error) = writer.serialize(&row) {
                drop(writer);
                return Err(self.failed(error));
            }
        }
        let written = writer.finish().map(drop);
        written.map_err(|error| self.failed(error))
    }

    fn boolean(&mut self, value: bool, format: ResultFormat) -> Result<(), QueryError> {
        let serializer = self.table_serializer(format)?;
        let written = serializer
            .serialize_boolean_to_writer(&mut self.spool, value)
            .map(drop);
        written.map_err(|error| self.failed(error))
    }

    fn graph(
        &mut self,
        triples: QueryTripleIter<'_>,
        format: ResultFormat,
    ) -> Result<(), QueryError> {
        let format = format.of_graph().ok_or_else(|| mismatch(format))?;
        let mut writer = RdfSerializer::from_format(format).for_writer(&mut self.spool);
        for triple in triples {
            let triple = triple.map_err(|error| evaluation(error, self.job))?;
            count(self.job, &mut self.rows, self.limit)?;
            if let Err(error) = writer.serialize_triple(&triple) {
                drop(writer);
                return Err(self.failed(error));
            }
        }
        let written = writer.finish().map(drop);
        written.map_err(|error| self.failed(error))
    }

    fn table_serializer(&self, format: ResultFormat) -> Result<QueryResultsSerializer, QueryError> {
        let format = format.of_table().ok_or_else(|| mismatch(format))?;
        Ok(QueryResultsSerializer::from_format(format))
    }

    fn failed(&mut self, error: io::Error) -> QueryError {
        self.spool
            .refused()
            .unwrap_or_else(|| QueryError::broken(error))
    }
}

/// One row more.
fn count(job: &Job, rows: &mut u64, limit: u64) -> Result<(), QueryError> {
    if job.is_stopped() {
        return Err(job.why().unwrap_or(QueryError::GivenUp));
    }
    *rows += 1;
    if *rows > limit {
        return Err(QueryError::Rows { limit });
    }
    Ok(())
}

fn mismatch(format: ResultFormat) -> QueryError {
    QueryError::broken(anyhow::anyhow!(
        "a result has no form {}, though it was chosen",
        format.name()
    ))
}
