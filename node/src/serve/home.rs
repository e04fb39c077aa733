//! `/`: the home page.

use ::web::http::{Accept, Document};
use actix_web::http::header::VARY;
use actix_web::{HttpRequest, HttpResponse, web};
use serde::Deserialize;

use super::blocking::blocking;
use super::error::ServeError;
use super::pages;
use super::state::State;

/// What the list of studies is asked for.
#[derive(Debug, Deserialize)]
pub(super) struct Turned {
    /// The page, from 1.
    #[serde(default)]
    page: Option<u64>,
}

/// Answers `/`.
pub(super) async fn home(
    state: web::Data<State>,
    request: HttpRequest,
    turned: web::Query<Turned>,
) -> Result<HttpResponse, ServeError> {
    let accept = Accept::of(request.headers());
    if accept.weight("text/html") == 0 && accept.weight("application/xhtml+xml") == 0 {
        return Err(ServeError::NotAcceptable(
            "this address has a page for people alone (text/html); a catalogue for programs is not here yet, the log at log/ names every record".to_owned(),
        ));
    }
    let page = turned.page.unwrap_or(1);
    let page = blocking(&state, move |state| pages::home(state, page)).await?;
    Ok(Document::page(page).with(VARY, "Accept").respond(&request))
}
