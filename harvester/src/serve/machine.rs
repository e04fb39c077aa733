//! What programs look for: who this is, whether it is ready, and states that answers name.

use ::web::http::{self, Document, Keep};
use actix_web::{HttpRequest, HttpResponse, web};
use serde_json::json;

use super::error::ServeError;
use super::state::{State, blocking};
use crate::ledger::state;

/// `/.well-known/ommatidia.json`.
pub(super) async fn harvester(state: web::Data<State>) -> HttpResponse {
    let roster = state.harvester().roster();
    HttpResponse::Ok().json(json!({
        "name": roster.name,
        "protocol": 1,
        "endpoints": {
            "search": "/api/v1/search",
            "sparql": "/sparql",
            "members": "/api/v1/members",
            "records": "/api/v1/records/",
            "resolver": "/id/",
            "roster": "/roster",
            "mirror": "/mirror/",
            "state": "/state/",
        },
    }))
}

/// `/readyz`: whether graph and text index hold something to answer from.
pub(super) async fn ready(state: web::Data<State>) -> Result<HttpResponse, ServeError> {
    if state.harvester().is_ready() {
        return Ok(http::ready());
    }
    Err(ServeError::NotReady(
        "graph and text index are being made for the first time".to_owned(),
    ))
}

/// `/state/<id>`: what an answer was computed on.
pub(super) async fn state(
    state: web::Data<State>,
    id: web::Path<String>,
    request: HttpRequest,
) -> Result<HttpResponse, ServeError> {
    let wanted = id.into_inner();
    let absent = ServeError::NotFound(format!("no answer here was computed on a state {wanted:?}"));
    let document = blocking(&state, move |harvester| {
        Ok(state::document(
            &mut *harvester.desk().ledger.reader()?,
            &wanted,
        )?)
    })
    .await?;
    let document = document.ok_or(absent)?;
    Ok(Document::hashed(document, "application/json", Keep::Immutable).respond(&request))
}

/// `/assets/<name>`.
pub(super) async fn asset(
    name: web::Path<String>,
    request: HttpRequest,
) -> Result<HttpResponse, ServeError> {
    let found = http::asset(&name);
    let found = found.ok_or_else(|| ServeError::NotFound(format!("there is no asset {name}")))?;
    Ok(found.respond(&request))
}
