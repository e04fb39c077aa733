//! Pages to look through: what a search has found, and what is known of a term.

use ::web::http::Document;
use actix_web::http::StatusCode;
use actix_web::http::header::VARY;
use actix_web::{HttpRequest, HttpResponse, web};

use super::error::ServeError;
use super::pages::{self, Asked};
use super::search::pairs;
use super::state::{State, blocking};
use super::term::look_up;

/// `/search`.
pub(super) async fn results(
    state: web::Data<State>,
    request: HttpRequest,
) -> Result<HttpResponse, ServeError> {
    let asked = Asked::new(pairs(&request)?);
    let (page, is_answered) = blocking(&state, move |shared| {
        ready(shared.harvester.is_ready())?;
        pages::results(shared, &asked)
    })
    .await?;
    let mut response = Document::page(page).with(VARY, "Accept").respond(&request);
    if !is_answered {
        *response.status_mut() = StatusCode::BAD_REQUEST;
    }
    Ok(response)
}

/// `/terms/<curie or IRI>`.
pub(super) async fn term(
    state: web::Data<State>,
    request: HttpRequest,
    text: web::Path<String>,
) -> Result<HttpResponse, ServeError> {
    let text = text.into_inner();
    let page = blocking(&state, move |shared| {
        ready(shared.harvester.is_ready())?;
        pages::term(shared, &look_up(shared, &text)?)
    })
    .await?;
    Ok(Document::page(page).respond(&request))
}

/// Whether there is something to answer from.
///
/// # Errors
/// 503 where there is not yet.
pub(super) fn ready(is_ready: bool) -> Result<(), ServeError> {
    if is_ready {
        return Ok(());
    }
    Err(ServeError::NotReady(
        "the records are being indexed for the first time; ask again soon".to_owned(),
    ))
}
