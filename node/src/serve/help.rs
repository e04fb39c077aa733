//! `/help`: what there is here, for visitors and for whoever writes a program.

use ::web::http::Document;
use actix_web::{HttpRequest, HttpResponse, web};

use super::blocking::blocking;
use super::error::ServeError;
use super::pages;
use super::state::State;

/// Answers `/help`.
pub(super) async fn help(
    state: web::Data<State>,
    request: HttpRequest,
) -> Result<HttpResponse, ServeError> {
    let page = blocking(&state, pages::help).await?;
    Ok(Document::page(page).respond(&request))
}
