//! `/api/v1/terms/<curie>`: a term, and how many studies and images have it.

use actix_web::http::header::CACHE_CONTROL;
use actix_web::{HttpResponse, web};

use super::error::ServeError;
use super::sparql::STATE_HEADER;
use super::state::{Shared, State, blocking};
use super::terms::{Counts, TermAnswer, term_json};

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

/// What is known of the term that a text names, counted in the text index over every role that it has in records.
///
/// # Errors
/// 404 for a term that is not known.
pub(super) fn look_up(shared: &Shared, text: &str) -> Result<TermAnswer, ServeError> {
    let projections = shared.harvester.projections();
    let (stores, terms) = (projections.stores(), projections.terms());
    let answer = term_json(text, &terms, &|iri, with_descendants| {
        let found = stores.text.count_with_term(iri, with_descendants, &terms)?;
        Ok(Counts {
            study: found.studies,
            image: found.images,
        })
    });
    Ok(answer?)
}
