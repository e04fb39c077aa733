//! What programs look for: who this is, whether it is ready, how it does, and states that answers name.

use ::web::http::{self, Document, Keep};
use actix_web::http::header::CACHE_CONTROL;
use actix_web::{HttpRequest, HttpResponse, web};
use serde_json::json;

use super::error::ServeError;
use super::state::{State, blocking};
use crate::ledger::state;

/// `/.well-known/ommatidia.json`.
pub(super) async fn harvester(state: web::Data<State>, request: HttpRequest) -> HttpResponse {
    let roster = state.harvester().roster();
    let base = state.base(&request);
    let at = |path: &str| format!("{base}{path}");
    HttpResponse::Ok()
        .insert_header((CACHE_CONTROL, Keep::Revalidate.cache_control()))
        .json(json!({
            "name": roster.name,
            "namespace": roster.namespace,
            "metadata_licence": state.shared().metadata_licence,
            "protocol": 1,
            "endpoints": {
                "search": at("api/v1/search"),
                "suggest": at("api/v1/suggest"),
                "vocabulary": at("api/v1/vocabulary"),
                "records": at("api/v1/records/"),
                "terms": at("api/v1/terms/"),
                "members": at("api/v1/members"),
                "sparql": at("sparql"),
                "resolver": at("id/"),
                "roster": at("roster"),
                "mirror": at("mirror/"),
                "state": at("state/"),
                "oai": at("oai"),
                "context": at("context/1"),
                "catalogue": at("catalogue.ttl"),
                "void": at(".well-known/void"),
                "sitemap": at("sitemap.xml"),
                "alive": at("healthz"),
                "ready": at("readyz"),
                "metrics": at("metrics"),
            },
        }))
}

/// `/readyz`: whether graph and text index hold something to answer from.
pub(super) async fn ready(state: web::Data<State>) -> Result<HttpResponse, ServeError> {
    let is_ready = blocking(&state, |shared| Ok(shared.harvester.is_ready())).await?;
    if is_ready {
        return Ok(http::ready());
    }
    Err(ServeError::NotReady(
        "graph and text index are being made for the first time; ask again soon".to_owned(),
    ))
}

/// `/metrics`.
pub(super) async fn metrics(state: web::Data<State>) -> Result<HttpResponse, ServeError> {
    let text = blocking(&state, |shared| {
        shared.metrics.text(&shared.harvester, &shared.thumbnails)
    })
    .await?;
    Ok(http::metrics(text))
}

/// `/state/<id>`: what an answer was computed on.
pub(super) async fn state(
    state: web::Data<State>,
    id: web::Path<String>,
    request: HttpRequest,
) -> Result<HttpResponse, ServeError> {
    let wanted = id.into_inner();
    let absent = ServeError::NotFound(format!("no answer here was computed on a state {wanted:?}"));
    let document = blocking(&state, move |shared| {
        let connection = &mut *shared.harvester.desk().ledger.reader()?;
        Ok(state::document(connection, &wanted)?)
    })
    .await?;
    let document = document.ok_or(absent)?;
    Ok(Document::hashed(document, "application/json", Keep::Immutable).respond(&request))
}
