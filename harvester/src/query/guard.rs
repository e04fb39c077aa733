//! What keeps an evaluation stoppable and its texts short.
//!
//! The engine looks at its cancellation token only where it reads statements of the store. What joins tables that it has
//! in hand, such as several `VALUES`, does not look for hours. And it makes any text that it is told to: forty times
//! `BIND(CONCAT(?a, ?a) AS ?b)` is a terabyte. So a query is altered before it runs (`rewrite.rs`), such that these places
//! call the functions here. One that has to stop unwinds the evaluation as a panic would, but without being one: the
//! worker (`worker.rs`) catches it. It is the only way out of an expression, whose errors SPARQL takes for "unbound".

use std::panic::resume_unwind;
use std::sync::Arc;

use oxigraph::model::vocab::xsd;
use oxigraph::model::{Literal, NamedNode, Term};
use oxigraph::sparql::{AggregateFunctionAccumulator, SparqlEvaluator};

use super::error::QueryError;
use super::job::Job;

/// Bytes of a text that a query may make with CONCAT, GROUP_CONCAT or ENCODE_FOR_URI.
pub(super) const TEXT: usize = 1 << 20;
/// Bytes of a text in which REPLACE may replace, and of what it may put there: together 64 MiB at most.
const REPLACED: usize = 256 << 10;
const REPLACEMENT: usize = 256;

/// Begins the names of our functions, which no query needs to know.
const NAMES: &str = "urn:x-ommatidia:";

/// Thrown through an evaluation that has to stop. Why is known to its [`Job`].
pub(super) struct Stopped;

/// A function that the rewritten query calls.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Guard {
    /// True; does not return when the query is to stop.
    Alive,
    /// CONCAT with a limit.
    Concat,
    /// Its argument, if it is not too long to be a text.
    Text,
    /// Its argument, if it is not too long to replace in.
    Replaced,
    /// Its argument, if it is not too long to be put in place of something.
    Replacement,
}

impl Guard {
    const ALL: [Guard; 5] = [
        Guard::Alive,
        Guard::Concat,
        Guard::Text,
        Guard::Replaced,
        Guard::Replacement,
    ];

    /// Its name in the rewritten query.
    pub fn name(self) -> NamedNode {
        NamedNode::new_unchecked(format!("{NAMES}{self:?}"))
    }

    fn call(self, job: &Job, arguments: &[Term]) -> Option<Term> {
        check(job);
        match self {
            Guard::Alive => Some(Literal::from(true).into()),
            Guard::Concat => concatenated(job, arguments),
            Guard::Text => short(job, arguments, TEXT),
            Guard::Replaced => short(job, arguments, REPLACED),
            Guard::Replacement => short(job, arguments, REPLACEMENT),
        }
    }
}

/// The name of GROUP_CONCAT with the separator of this number.
pub(super) fn group_concat(number: usize) -> NamedNode {
    NamedNode::new_unchecked(format!("{NAMES}group-concat:{number}"))
}

/// Teaches the functions to the engine, for this query alone.
pub(super) fn install(
    mut engine: SparqlEvaluator,
    job: &Arc<Job>,
    separators: Vec<String>,
) -> SparqlEvaluator {
    for guard in Guard::ALL {
        let job = Arc::clone(job);
        engine =
            engine.with_custom_function(guard.name(), move |arguments| guard.call(&job, arguments));
    }
    for (number, separator) in separators.into_iter().enumerate() {
        let job = Arc::clone(job);
        let name = group_concat(number);
        engine = engine.with_custom_aggregate_function(name, move || {
            Box::new(GroupConcat {
                job: Arc::clone(&job),
                separator: separator.clone(),
                text: Some(Joined::default()),
            })
        });
    }
    engine
}

fn check(job: &Job) {
    if job.is_stopped() {
        resume_unwind(Box::new(Stopped));
    }
}

fn too_long(job: &Job, limit: usize) -> ! {
    job.stop(QueryError::Text { limit });
    resume_unwind(Box::new(Stopped));
}

fn short(job: &Job, arguments: &[Term], limit: usize) -> Option<Term> {
    let [argument] = arguments else { return None };
    if let Term::Literal(literal) = argument
        && literal.value().len() > limit
    {
        too_long(job, limit);
    }
    Some(argument.clone())
}

fn concatenated(job: &Job, arguments: &[Term]) -> Option<Term> {
    let mut joined = Joined::default();
    for argument in arguments {
        joined.push(job, "", argument)?;
    }
    Some(joined.finish())
}

/// Texts put together: the language is theirs where all have the same (SPARQL 1.1 section 17.4.3.12).
#[derive(Debug, Default)]
struct Joined {
    text: String,
    language: Option<Option<String>>,
}

impl Joined {
    /// Nothing when it is no text.
    fn push(&mut self, job: &Job, separator: &str, term: &Term) -> Option<()> {
        let Term::Literal(literal) = term else {
            return None;
        };
        let language = literal.language();
        if language.is_none() && literal.datatype() != xsd::STRING {
            return None;
        }
        match &self.language {
            None => self.language = Some(language.map(str::to_owned)),
            Some(so_far) => {
                self.text.push_str(separator);
                if so_far.as_deref() != language {
                    self.language = Some(None);
                }
            }
        }
        self.text.push_str(literal.value());
        if self.text.len() > TEXT {
            too_long(job, TEXT);
        }
        Some(())
    }

    fn finish(self) -> Term {
        let text = self.text;
        match self.language.flatten() {
            Some(language) => Literal::new_language_tagged_literal_unchecked(text, language).into(),
            None => Literal::new_simple_literal(text).into(),
        }
    }
}

/// GROUP_CONCAT with a limit (SPARQL 1.1 section 18.5.1.7).
struct GroupConcat {
    job: Arc<Job>,
    separator: String,
    text: Option<Joined>,
}

impl AggregateFunctionAccumulator for GroupConcat {
    fn accumulate(&mut self, element: Term) {
        check(&self.job);
        let is_text = self
            .text
            .as_mut()
            .is_some_and(|text| text.push(&self.job, &self.separator, &element).is_some());
        if !is_text {
            self.text = None;
        }
    }

    fn finish(&mut self) -> Option<Term> {
        self.text.take().map(Joined::finish)
    }
}
