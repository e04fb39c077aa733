//! Pages for somebody who is here for the first time, and the page for whoever writes a program.

use ::web::http::Document;
use actix_web::{HttpRequest, HttpResponse, web};

use super::error::ServeError;
use super::pages::{self, HelpPage};
use super::state::{State, blocking};

/// `/help`.
pub(super) async fn contents(
    state: web::Data<State>,
    request: HttpRequest,
) -> Result<HttpResponse, ServeError> {
    page(state, request, HelpPage::Contents).await
}

/// `/help/<page>`.
pub(super) async fn one(
    state: web::Data<State>,
    name: web::Path<String>,
    request: HttpRequest,
) -> Result<HttpResponse, ServeError> {
    let found = HelpPage::named(&name);
    let found = found.ok_or_else(|| {
        ServeError::NotFound(format!(
            "there is no help page \"{name}\"; all of them are listed at /help"
        ))
    })?;
    page(state, request, found).await
}

async fn page(
    state: web::Data<State>,
    request: HttpRequest,
    which: HelpPage,
) -> Result<HttpResponse, ServeError> {
    let base = state.base(&request);
    let page = blocking(&state, move |shared| pages::help(shared, which, &base)).await?;
    Ok(Document::page(page).respond(&request))
}
