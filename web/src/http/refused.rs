//! Requests that no handler takes, and what they are told: another method, a body to a request to read, an address that
//! is nobody's.

use actix_web::body::{BoxBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::StatusCode;
use actix_web::http::header::ALLOW;
use actix_web::middleware::Next;
use actix_web::{Error, HttpResponse, HttpResponseBuilder, ResponseError};

use super::errors::Answer;
use super::headers::brings_body;
use super::problem::Problem;
use super::routes::METHODS;

/// Why a request is refused without a handler of a program's own.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    /// There is nothing at this address. The sentence says so.
    #[error("{0}")]
    Nothing(String),
    /// Another method than those that every URL answers.
    #[error("{0} is not possible here; this address can be read with GET and HEAD")]
    Method(String),
    /// A request to read came with a body.
    #[error("a request to read has no body; send it without one")]
    Body,
}

impl Answer for Refused {
    fn problem(&self) -> Problem {
        let (word, title) = match self {
            Refused::Nothing(_) => ("not-found", "Not found"),
            Refused::Method(_) => ("method", "Not possible here"),
            Refused::Body => ("body", "A body where none is expected"),
        };
        Problem::new(self.status_code(), word, title, self.to_string())
    }

    fn response(&self) -> HttpResponseBuilder {
        let mut response = HttpResponse::build(self.status_code());
        if let Refused::Method(_) = self {
            response.insert_header((ALLOW, METHODS));
        }
        response
    }
}

impl ResponseError for Refused {
    fn status_code(&self) -> StatusCode {
        match self {
            Refused::Nothing(_) => StatusCode::NOT_FOUND,
            Refused::Method(_) => StatusCode::METHOD_NOT_ALLOWED,
            Refused::Body => StatusCode::BAD_REQUEST,
        }
    }

    fn error_response(&self) -> HttpResponse {
        self.as_problem_document()
    }
}

/// Refuses a request to read that brings a body, before anything is read of it.
///
/// # Errors
/// Those of the framework itself.
pub async fn without_body<B: MessageBody + 'static>(
    request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    if brings_body(&request) {
        return Ok(request.error_response(Refused::Body));
    }
    let response = next.call(request).await?;
    Ok(response.map_into_boxed_body())
}
