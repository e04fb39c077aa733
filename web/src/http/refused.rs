//! Requests that no handler takes, and what they are told: another method, a body to a request to read, an address that
//! is nobody's.

use actix_web::body::{BoxBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::StatusCode;
use actix_web::http::header::ALLOW;
use actix_web::middleware::Next;
use actix_web::{Error, HttpRequest, HttpResponse, HttpResponseBuilder, ResponseError};

use super::errors::Answer;
use super::headers::brings_body;
use super::problem::Problem;

/// Why a request is refused without a handler of a program's own.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    /// There is nothing at this address. The sentence says so.
    #[error("{0}")]
    Nothing(String),
    /// Another method than the address answers.
    #[error("{method} is not possible here; this address answers {allowed}")]
    Method {
        /// The method.
        method: String,
        /// What the address answers, as in `Allow`.
        allowed: &'static str,
    },
    /// A request to read came with a body.
    #[error("a request to read has no body; send it without one")]
    Body,
}

impl Answer for Refused {
    fn problem(&self) -> Problem {
        let (word, title) = match self {
            Refused::Nothing(_) => ("not-found", "Not found"),
            Refused::Method { .. } => ("method", "Not possible here"),
            Refused::Body => ("body", "A body where none is expected"),
        };
        Problem::new(self.status_code(), word, title, self.to_string())
    }

    fn response(&self) -> HttpResponseBuilder {
        let mut response = HttpResponse::build(self.status_code());
        if let Refused::Method { allowed, .. } = self {
            response.insert_header((ALLOW, *allowed));
        }
        response
    }
}

impl ResponseError for Refused {
    fn status_code(&self) -> StatusCode {
        match self {
            Refused::Nothing(_) => StatusCode::NOT_FOUND,
            Refused::Method { .. } => StatusCode::METHOD_NOT_ALLOWED,
            Refused::Body => StatusCode::BAD_REQUEST,
        }
    }

    fn error_response(&self) -> HttpResponse {
        self.as_problem_document()
    }
}

impl Refused {
    /// Of a request by another method than its address answers.
    pub fn method(request: &HttpRequest, allowed: &'static str) -> Refused {
        let method = request.method().to_string();
        Refused::Method { method, allowed }
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
