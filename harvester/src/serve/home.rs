//! `/`: the start page, and for programs the catalogue.

use ::web::formats::links_of_home;
use ::web::http::{Accept, Document, Format};
use actix_web::http::header::{LINK, VARY};
use actix_web::{HttpRequest, HttpResponse, web};
use protocol::identifier::Kind;

use super::error::ServeError;
use super::state::{State, blocking};
use super::{catalogue, pages};

/// `/`.
pub(super) async fn home(
    state: web::Data<State>,
    request: HttpRequest,
) -> Result<HttpResponse, ServeError> {
    match Accept::of(request.headers()).choose_for(Kind::Statement) {
        Some(Format::Html) => {}
        Some(format) => return catalogue::negotiated(state, request, format).await,
        None => return Err(catalogue::not_acceptable()),
    }
    let home = state.home(&request)?;
    let links = links_of_home(&home);
    let page = blocking(&state, move |shared| pages::home(shared, &home)).await?;
    Ok(Document::page(page)
        .with(VARY, "Accept")
        .with(LINK, links)
        .respond(&request))
}
