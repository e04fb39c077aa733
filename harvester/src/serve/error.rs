//! What can go wrong for whoever asks.

use ::web::formats::{FormatError, OfStudyError, SitemapError};
use ::web::http::{Answer, Problem, RangeError, Tombstone};
use actix_web::http::StatusCode;
use actix_web::http::header::{CONTENT_RANGE, RETRY_AFTER};
use actix_web::{HttpResponse, HttpResponseBuilder, ResponseError};

use crate::ledger::LedgerError;
use crate::text::SearchError;

/// What can go wrong for whoever asks.
#[derive(Debug, thiserror::Error)]
pub enum ServeError {
    /// There is nothing.
    #[error("{0}")]
    NotFound(String),
    /// There was something.
    #[error("{detail}")]
    Gone {
        /// what happened
        detail: String,
        /// what remains
        tombstone: Box<Tombstone>,
    },
    /// The request says something that cannot be.
    #[error("{0}")]
    Malformed(String),
    /// None of the forms that are wanted.
    #[error("this is served as {0}; ask for one of these")]
    NotAcceptable(String),
    /// A record that cannot be written in the form that was asked for.
    #[error(transparent)]
    Form(#[from] OfStudyError),
    /// No byte of the range exists, or the range cannot be understood.
    #[error(transparent)]
    Range(#[from] RangeError),
    /// Nothing can be answered yet.
    #[error("{0}")]
    NotReady(String),
    /// A fault of ours.
    #[error("{0:#}")]
    Broken(anyhow::Error),
}

impl ServeError {
    fn row(&self) -> (StatusCode, &'static str, &'static str) {
        match self {
            Self::NotFound(_) => (StatusCode::NOT_FOUND, "not-found", "Not found"),
            Self::Gone { .. } => (StatusCode::GONE, "gone", "Gone"),
            Self::Malformed(_) => (StatusCode::BAD_REQUEST, "malformed", "Malformed request"),
            Self::NotAcceptable(_) | Self::Form(_) => (
                StatusCode::NOT_ACCEPTABLE,
                "not-acceptable",
                "Not acceptable",
            ),
            Self::Range(_) => (
                StatusCode::RANGE_NOT_SATISFIABLE,
                "range",
                "Range not in the file",
            ),
            Self::NotReady(_) => (
                StatusCode::SERVICE_UNAVAILABLE,
                "not-ready",
                "Not ready yet",
            ),
            Self::Broken(_) => (
                StatusCode::INTERNAL_SERVER_ERROR,
                "broken",
                "Internal error",
            ),
        }
    }
}

impl Answer for ServeError {
    fn problem(&self) -> Problem {
        let (status, word, title) = self.row();
        let detail = match self {
            Self::Broken(_) => "this harvester could not answer because of a fault of its own; its operator finds the cause in the server's log".to_owned(),
            other => other.to_string(),
        };
        let tombstone = match self {
            Self::Gone { tombstone, .. } => Some(tombstone.as_ref().clone()),
            _ => None,
        };
        Problem::new(status, word, title, detail).with_tombstone(tombstone)
    }

    fn response(&self) -> HttpResponseBuilder {
        let mut response = HttpResponse::build(self.status_code());
        match self {
            Self::Range(RangeError { size }) => {
                response.insert_header((CONTENT_RANGE, format!("bytes */{size}")));
            }
            Self::NotReady(_) => {
                response.insert_header((RETRY_AFTER, "5"));
            }
            _ => {}
        }
        response
    }
}

impl ResponseError for ServeError {
    fn status_code(&self) -> StatusCode {
        self.row().0
    }

    fn error_response(&self) -> HttpResponse {
        self.as_problem_document()
    }
}

impl From<SitemapError> for ServeError {
    fn from(error: SitemapError) -> Self {
        Self::Broken(error.into())
    }
}

impl From<FormatError> for ServeError {
    fn from(error: FormatError) -> Self {
        Self::Broken(error.into())
    }
}

impl From<LedgerError> for ServeError {
    fn from(error: LedgerError) -> Self {
        Self::Broken(error.into())
    }
}

impl From<diesel::result::Error> for ServeError {
    fn from(error: diesel::result::Error) -> Self {
        LedgerError::from(error).into()
    }
}

impl From<askama::Error> for ServeError {
    fn from(error: askama::Error) -> Self {
        Self::Broken(error.into())
    }
}

impl From<anyhow::Error> for ServeError {
    fn from(error: anyhow::Error) -> Self {
        Self::Broken(error)
    }
}

impl From<SearchError> for ServeError {
    fn from(error: SearchError) -> Self {
        if error.is_of_request() {
            Self::Malformed(error.to_string())
        } else {
            Self::Broken(error.into())
        }
    }
}
