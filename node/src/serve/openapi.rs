//! `/api/openapi.json`: what this node may be asked. Kept by hand in `openapi.json`, beside the routes.

use ::web::http;
use actix_web::{HttpRequest, HttpResponse, web};

use super::state::State;

const DESCRIPTION: &str = include_str!("openapi.json");

/// Answers `/api/openapi.json`.
pub(super) async fn openapi(state: web::Data<State>, request: HttpRequest) -> HttpResponse {
    let base = &state.archive.config().base;
    http::openapi(&request, DESCRIPTION, base, env!("CARGO_PKG_VERSION"))
}
