//! `/api/v1/terms/<curie>`: a term, and how many studies and images have it.

use actix_web::http::header::CACHE_CONTROL;
use actix_web::{HttpResponse, web};
use anyhow::{Context, bail};
use oxigraph::model::NamedNode;

use super::error::ServeError;
use super::sparql::STATE_HEADER;
use super::state::{Shared, State, blocking};
use super::terms::{Counts, TermAnswer, TermError, term_json};
use crate::query::{Dataset, Queries, QueryError, Question, Wanted};

/// `/api/v1/terms/<curie or IRI>`.
pub(super) async fn term(
    state: web::Data<State>,
    text: web::Path<String>,
) -> Result<HttpResponse, ServeError> {
    let text = text.into_inner();
    let (answer, id) = blocking(&state, move |shared| {
        let harvester = &shared.harvester;
        if !harvester.is_ready() {
            return Err(ServeError::NotReady(
                "the records are being indexed for the first time; ask again soon".to_owned(),
            ));
        }
        let id = harvester.state().map(|state| state.id);
        Ok((look_up(shared, &text)?, id))
    })
    .await?;
    let mut response = HttpResponse::Ok();
    response.insert_header((CACHE_CONTROL, "no-cache"));
    if let Some(id) = id {
        response.insert_header((STATE_HEADER, id));
    }
    Ok(response.json(answer))
}

/// What is known of the term that a text names, counted.
///
/// # Errors
/// 404 for a term that is not known; 503 where counting passes a limit.
pub(super) fn look_up(shared: &Shared, text: &str) -> Result<TermAnswer, ServeError> {
    let queries = shared.harvester.queries()?;
    let terms = shared.harvester.projections().terms();
    let answer = term_json(text, &terms, &|iri, with_descendants| {
        count(&queries, iri, with_descendants)
    });
    answer.map_err(busy_or_broken)
}

/// A limit that counting passes is no fault of anybody's.
fn busy_or_broken(error: TermError) -> ServeError {
    if let TermError::NotCounted { source, .. } = &error
        && let Some(limit) = source.downcast_ref::<QueryError>()
        && limit.word() != "internal"
    {
        return ServeError::NotReady(format!("{error}: {limit}"));
    }
    error.into()
}

/// Studies and images whose records name a term, or one below it: each once, however many of its parts do.
fn count(queries: &Queries, iri: &str, with_descendants: bool) -> anyhow::Result<Counts> {
    let question = Question {
        text: counting(&NamedNode::new(iri)?, with_descendants),
        dataset: Dataset::default(),
        wanted: Wanted::Named("csv".to_owned()),
        base: None,
    };
    let mut table = Vec::new();
    queries.run_to_writer(question, &mut table)?;
    let mut counts = Counts::default();
    for row in csv::Reader::from_reader(table.as_slice()).records() {
        let row = row?;
        let (Some(kind), Some(number)) = (row.get(0), row.get(1)) else {
            bail!("a count has {} columns", row.len());
        };
        let number = number.parse().context("a count is no number")?;
        match kind {
            "study" => counts.study = number,
            "image" => counts.image = number,
            // an aggregate over nothing may be a row without a kind
            _ => {}
        }
    }
    Ok(counts)
}

/// Subjects of a record are `<namespace><accession>` and that followed by `#…`; a namespace ends in `/id/`.
fn counting(term: &NamedNode, with_descendants: bool) -> String {
    let named = if with_descendants {
        format!(
            "{{ SELECT DISTINCT ?subject WHERE {{ ?term omma:broader {term} . ?subject ?predicate ?term }} }}"
        )
    } else {
        format!("{{ SELECT DISTINCT ?subject WHERE {{ ?subject ?predicate {term} }} }}")
    };
    format!(
        r##"SELECT ?kind (COUNT(DISTINCT ?thing) AS ?number) WHERE {{
  {named}
  FILTER(REGEX(STR(?subject), "/id/[A-Z]{{2,6}}-S[0-9]+(-I[0-9]+)?(#.*)?$"))
  BIND(IF(CONTAINS(STR(?subject), "#"), STRBEFORE(STR(?subject), "#"), STR(?subject)) AS ?thing)
  BIND(IF(REGEX(?thing, "-I[0-9]+$"), "image", "study") AS ?kind)
}} GROUP BY ?kind"##
    )
}
