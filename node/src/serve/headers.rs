//! What is done before and after every handler, as far as it is this node's: its errors, its error pages.

use ::web::http;
use actix_web::body::{BoxBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::middleware::Next;
use actix_web::{Error, web};

use super::error::ServeError;
use super::pages;
use super::state::State;

/// Writes an error as a page, where a person reads it, else as a problem document.
pub(super) async fn readable_errors<B: MessageBody + 'static>(
    request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    http::readable_errors::<ServeError, B>(request, next, |request, problem| {
        let state = request.app_data::<web::Data<State>>()?;
        Some(pages::problem(state, problem))
    })
    .await
}
