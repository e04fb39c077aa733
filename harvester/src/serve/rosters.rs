//! `/roster` and `/roster/<version>`: the signed notes, every version for ever (docs/PROTOCOL.md section 5).

use ::web::http::{Document, Keep};
use actix_web::{HttpRequest, HttpResponse, web};

use super::error::ServeError;
use super::state::{State, blocking};

/// `/roster`: the one that holds.
pub(super) async fn newest(
    state: web::Data<State>,
    request: HttpRequest,
) -> Result<HttpResponse, ServeError> {
    let version = state.harvester().roster().version;
    note(&state, version, Keep::Revalidate, &request).await
}

/// `/roster/<version>`.
pub(super) async fn version(
    state: web::Data<State>,
    text: web::Path<String>,
    request: HttpRequest,
) -> Result<HttpResponse, ServeError> {
    let version = text.parse::<u64>().ok();
    // one spelling of each
    let version = version.filter(|version| version.to_string() == *text);
    let version = version
        .ok_or_else(|| ServeError::NotFound(format!("{:?} is no version of a roster", *text)))?;
    note(&state, version, Keep::Immutable, &request).await
}

async fn note(
    state: &web::Data<State>,
    version: u64,
    keep: Keep,
    request: &HttpRequest,
) -> Result<HttpResponse, ServeError> {
    let note = blocking(state, move |shared| {
        shared.harvester.roster_note(version)?.ok_or_else(|| {
            ServeError::NotFound(format!("version {version} of the roster was not seen here"))
        })
    })
    .await?;
    Ok(Document::hashed(note, "text/plain; charset=utf-8", keep).respond(request))
}
