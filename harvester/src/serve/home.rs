//! `/`: the start page.

use ::web::http::{Accept, Document};
use actix_web::http::header::VARY;
use actix_web::{HttpRequest, HttpResponse, web};

use super::error::ServeError;
use super::pages;
use super::state::{State, blocking};

/// `/`.
pub(super) async fn home(
    state: web::Data<State>,
    request: HttpRequest,
) -> Result<HttpResponse, ServeError> {
    let accept = Accept::of(request.headers());
    if accept.weight("text/html") == 0 && accept.weight("application/xhtml+xml") == 0 {
        return Err(ServeError::NotAcceptable(
            "text/html, for people; .well-known/ommatidia.json names what there is for programs"
                .to_owned(),
        ));
    }
    let page = blocking(&state, pages::home).await?;
    Ok(Document::page(page).with(VARY, "Accept").respond(&request))
}
