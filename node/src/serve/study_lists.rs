//! `/id/<study>[.<version>]/files`, `…/plates` and `/id/<study>/versions`: the long lists of a study, as pages.

use ::web::http::{Document, STATE};
use actix_web::{HttpRequest, HttpResponse, web};

use super::blocking::blocking;
use super::error::ServeError;
use super::name::Name;
use super::pages::{self, Compared, FilesAsked, PlateAsked};
use super::resolve::{Resolved, resolve};
use super::state::State;
use crate::database::Connection;

/// Answers `/id/<study>[.<version>]/files?name=…&page=…`.
pub(super) async fn files(
    state: web::Data<State>,
    request: HttpRequest,
    name: web::Path<String>,
    asked: web::Query<FilesAsked>,
) -> Result<HttpResponse, ServeError> {
    page(state, request, &name, move |state, connection, resolved| {
        pages::files(state, connection, resolved, &asked)
    })
    .await
}

/// Answers `/id/<study>[.<version>]/plates?plate=…&by=…&well=…`.
pub(super) async fn plates(
    state: web::Data<State>,
    request: HttpRequest,
    name: web::Path<String>,
    asked: web::Query<PlateAsked>,
) -> Result<HttpResponse, ServeError> {
    page(state, request, &name, move |state, connection, resolved| {
        pages::plates(state, connection, resolved, &asked)
    })
    .await
}

/// Answers `/id/<study>/versions?from=…&to=…`.
pub(super) async fn versions(
    state: web::Data<State>,
    request: HttpRequest,
    name: web::Path<String>,
    compared: web::Query<Compared>,
) -> Result<HttpResponse, ServeError> {
    page(state, request, &name, move |state, connection, resolved| {
        pages::versions(state, connection, resolved, &compared)
    })
    .await
}

async fn page<F>(
    state: web::Data<State>,
    request: HttpRequest,
    name: &str,
    make: F,
) -> Result<HttpResponse, ServeError>
where
    F: FnOnce(&State, &mut Connection, &Resolved) -> Result<String, ServeError> + Send + 'static,
{
    let name = Name::parse_study(name, &state.archive.config().prefix)?;
    let document = blocking(&state, move |state| {
        let mut connection = state.archive.database().connection()?;
        let resolved = resolve(state, &mut connection, &name)?;
        let document = Document::page(make(state, &mut connection, &resolved)?);
        Ok(match &resolved.mark {
            Some(mark) => document.with(STATE, mark.header()),
            None => document,
        })
    })
    .await?;
    Ok(document.respond(&request))
}
