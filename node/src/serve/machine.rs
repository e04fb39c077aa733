//! Small answers for programs and browsers: who this node is, whether it is well, and the files that pages need.

use ::web::http::{self, Document, Keep};
use actix_web::{HttpRequest, HttpResponse, web};
use serde_json::json;

use super::blocking::blocking;
use super::error::ServeError;
use super::recovery;
use super::state::{Recovered, State};
use crate::status;

/// Answers `/.well-known/ommatidia.json` (CONTRACT: "URL on a node").
pub(super) async fn node(state: web::Data<State>, request: HttpRequest) -> HttpResponse {
    let config = state.archive.config();
    let base = &config.base;
    let described = json!({
        "name": config.name,
        "prefix": config.prefix,
        "origin": config.origin,
        "vkey": state.archive.log().verifier().to_string(),
        "base": base,
        "namespace": config.namespace,
        "ror": config.ror,
        "metadata_licence": config.metadata_licence,
        "protocol": 1,
        "endpoints": {
            "log": format!("{base}log/"),
            "checkpoint": format!("{base}log/checkpoint"),
            "resolver": format!("{base}id/"),
            "oai": format!("{base}oai"),
            "context": format!("{base}context/1"),
            "catalogue": format!("{base}catalogue.ttl"),
            "void": format!("{base}.well-known/void"),
            "sitemap": format!("{base}sitemap.xml"),
            "alive": format!("{base}healthz"),
            "ready": format!("{base}readyz"),
            "metrics": format!("{base}metrics"),
        },
    });
    let mut text = serde_json::to_string_pretty(&described).expect("text and numbers are JSON");
    text.push('\n');
    Document::hashed(text.into_bytes(), "application/json", Keep::Briefly).respond(&request)
}

/// Answers `/readyz`: storage and database can be read and say the same.
pub(super) async fn ready(state: web::Data<State>) -> Result<HttpResponse, ServeError> {
    blocking(&state, is_ready).await?;
    Ok(http::ready())
}

fn is_ready(state: &State) -> Result<(), ServeError> {
    let recovered = state
        .recovery
        .lock()
        .unwrap_or_else(std::sync::PoisonError::into_inner)
        .clone();
    match recovered {
        Recovered::Done => {}
        Recovered::NotYet => {
            return Err(ServeError::NotReady(
                "what an earlier process left is being looked at; ask again in a moment".to_owned(),
            ));
        }
        Recovered::Failed(why) => {
            tracing::debug!(why, "not ready");
            return Err(ServeError::NotReady("an act in the journal could not be completed; the operator finds the cause in the server's log".to_owned()));
        }
    }
    match recovery::is_up_to_date(&state.archive) {
        Ok(true) => Ok(()),
        Ok(false) => Err(ServeError::NotReady(
            "the database is behind the log; it is being brought up to it".to_owned(),
        )),
        Err(error) => {
            tracing::warn!("not ready: {error:#}");
            Err(ServeError::NotReady("storage or database cannot be read; the operator finds the cause in the server's log".to_owned()))
        }
    }
}

/// Answers `/metrics`.
pub(super) async fn metrics(state: web::Data<State>) -> Result<HttpResponse, ServeError> {
    let text = blocking(&state, |state| {
        let is_ready = is_ready(state).is_ok();
        let status = match status::status(&state.archive) {
            Ok(status) => Some(status),
            // it has been said why, and the other figures are wanted just then
            Err(_) if !is_ready => None,
            Err(error) => return Err(ServeError::Broken(error.to_string())),
        };
        Ok(state.metrics.text(is_ready, status.as_ref())?)
    })
    .await?;
    Ok(http::metrics(text))
}
