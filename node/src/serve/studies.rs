//! `/studies`: the list of studies.

use ::web::http::Document;
use actix_web::{HttpRequest, HttpResponse, web};

use super::blocking::blocking;
use super::error::ServeError;
use super::pages::{self, Asked};
use super::state::State;

/// Answers `/studies?q=…&organism=…&method=…&licence=…&year=…&holding=…&sort=…&page=…`.
pub(super) async fn studies(
    state: web::Data<State>,
    request: HttpRequest,
    asked: web::Query<Asked>,
) -> Result<HttpResponse, ServeError> {
    let page = blocking(&state, move |state| pages::studies(state, &asked)).await?;
    Ok(Document::page(page).respond(&request))
}
