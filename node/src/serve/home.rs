//! `/`: the home page, and for programs the catalogue.

use ::web::formats::links_of_home;
use ::web::http::{Accept, Document, Format};
use actix_web::http::header::{LINK, VARY};
use actix_web::{HttpRequest, HttpResponse, web};
use protocol::identifier::Kind;
use serde::Deserialize;

use super::blocking::blocking;
use super::catalogue;
use super::error::ServeError;
use super::pages;
use super::state::State;

/// Which page of the list of studies a person asks for.
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
    catalogue_turned: web::Query<catalogue::Turned>,
) -> Result<HttpResponse, ServeError> {
    let page = turned.page.unwrap_or(1);
    match Accept::of(request.headers()).choose_for(Kind::Statement) {
        Some(Format::Html) => {}
        Some(format) => {
            return catalogue::negotiated(state, request, format, &catalogue_turned).await;
        }
        None => return Err(catalogue::not_acceptable()),
    }
    let links = links_of_home(&state.archive.config().base);
    let page = blocking(&state, move |state| pages::home(state, page)).await?;
    Ok(Document::page(page)
        .with(VARY, "Accept")
        .with(LINK, links)
        .respond(&request))
}
