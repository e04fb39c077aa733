//! What can go wrong in answering, and the one match from it to a status and a problem document (RFC 9457).

use std::io;

use ::web::formats::{FormatError, OfStudyError, SitemapError};
use ::web::http::{Answer, Problem, RangeError, Tombstone};
use actix_web::http::StatusCode;
use actix_web::http::header::{CONTENT_RANGE, RETRY_AFTER};
use actix_web::{HttpResponse, HttpResponseBuilder, ResponseError};

use crate::database::DatabaseError;
use crate::derive::DeriveError;
use crate::log::LogError;
use crate::store::StoreError;
use crate::store::key::KeyError;
use crate::store::manifest::ManifestError;
use crate::store::ocfl::OcflError;
use crate::study_object::StudyObjectError;

/// Why a request is not answered as it hoped.
#[derive(Debug, thiserror::Error)]
pub(super) enum ServeError {
    /// There is no such thing.
    #[error("{0}")]
    NotFound(String),
    /// The request asks for what is never given.
    #[error("{0}")]
    Malformed(String),
    /// It was there and is no longer.
    #[error("{detail}")]
    Gone {
        /// In a sentence.
        detail: String,
        /// What remains.
        tombstone: Box<Tombstone>,
    },
    /// It is there, but in none of the forms that were asked for.
    #[error("{0}")]
    NotAcceptable(String),
    /// No byte of the range exists, or the range cannot be understood.
    #[error(transparent)]
    Range(#[from] RangeError),
    /// Not now.
    #[error("{0}")]
    NotReady(String),
    /// The database refused.
    #[error(transparent)]
    Database(#[from] DatabaseError),
    /// The log cannot be read.
    #[error(transparent)]
    Log(#[from] LogError),
    /// The store cannot be read.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// A name in the database is no key of the store.
    #[error(transparent)]
    Key(#[from] KeyError),
    /// The storage root cannot be read.
    #[error(transparent)]
    Ocfl(#[from] OcflError),
    /// A study in the storage cannot be read.
    #[error(transparent)]
    Study(#[from] StudyObjectError),
    /// A manifest cannot be read.
    #[error(transparent)]
    Manifest(#[from] ManifestError),
    /// What was made of an image cannot be read.
    #[error(transparent)]
    Derived(#[from] DeriveError),
    /// A record cannot be read.
    #[error("the record {digest} in the log cannot be read: {source}; run omma-node check")]
    Record {
        /// Its digest.
        digest: String,
        /// Why.
        source: protocol::record::RecordError,
    },
    /// A record cannot be written in the form that was asked for.
    #[error(transparent)]
    Form(#[from] OfStudyError),
    /// A record cannot be written on a page, or a catalogue not at all.
    #[error(transparent)]
    Format(#[from] FormatError),
    /// A sitemap cannot be written.
    #[error(transparent)]
    Sitemap(#[from] SitemapError),
    /// A page cannot be written.
    #[error("a page could not be written: {0}")]
    Page(#[from] askama::Error),
    /// The metrics cannot be written.
    #[error("the metrics could not be written: {0}")]
    Metrics(#[from] prometheus::Error),
    /// What should be there is not, or a thread broke.
    #[error("{0}")]
    Broken(String),
}

impl From<actix_web::error::BlockingError> for ServeError {
    fn from(_: actix_web::error::BlockingError) -> ServeError {
        ServeError::Broken(
            "a thread that was answering a request broke; its panic is in the log".to_owned(),
        )
    }
}

impl From<diesel::result::Error> for ServeError {
    fn from(error: diesel::result::Error) -> ServeError {
        DatabaseError::from(error).into()
    }
}

impl ServeError {
    /// The table of problems.
    fn row(&self) -> (StatusCode, &'static str, &'static str) {
        match self {
            ServeError::NotFound(_) => (StatusCode::NOT_FOUND, "not-found", "Not found"),
            ServeError::Malformed(_) => (StatusCode::BAD_REQUEST, "malformed", "Malformed request"),
            ServeError::Gone { .. } => (StatusCode::GONE, "gone", "Gone"),
            ServeError::NotAcceptable(_) | ServeError::Form(_) => (
                StatusCode::NOT_ACCEPTABLE,
                "not-acceptable",
                "Not available in this form",
            ),
            ServeError::Range(_) => (StatusCode::RANGE_NOT_SATISFIABLE, "range", "No such range"),
            ServeError::NotReady(_) => (StatusCode::SERVICE_UNAVAILABLE, "not-ready", "Not ready"),
            ServeError::Database(_)
            | ServeError::Log(_)
            | ServeError::Store(_)
            | ServeError::Key(_)
            | ServeError::Ocfl(_)
            | ServeError::Study(_)
            | ServeError::Manifest(_)
            | ServeError::Derived(_)
            | ServeError::Record { .. }
            | ServeError::Format(_)
            | ServeError::Sitemap(_)
            | ServeError::Page(_)
            | ServeError::Metrics(_)
            | ServeError::Broken(_) => (
                StatusCode::INTERNAL_SERVER_ERROR,
                "internal",
                "Something is broken here",
            ),
        }
    }

    /// An object of the store that broke off while it was read.
    pub fn unreadable(error: io::Error) -> ServeError {
        ServeError::Broken(format!("a stored object cannot be read: {error}"))
    }
}

impl Answer for ServeError {
    fn problem(&self) -> Problem {
        let (status, word, title) = self.row();
        let detail = if status == StatusCode::INTERNAL_SERVER_ERROR {
            "this node could not answer because of a fault of its own; its operator finds the cause in the server's log".to_owned()
        } else {
            self.to_string()
        };
        let tombstone = match self {
            ServeError::Gone { tombstone, .. } => Some(tombstone.as_ref().clone()),
            _ => None,
        };
        Problem::new(status, word, title, detail).with_tombstone(tombstone)
    }

    fn response(&self) -> HttpResponseBuilder {
        let mut response = HttpResponse::build(self.status_code());
        match self {
            ServeError::Range(range) => {
                response.insert_header((CONTENT_RANGE, format!("bytes */{}", range.size)))
            }
            ServeError::NotReady(_) => response.insert_header((RETRY_AFTER, "5")),
            _ => &mut response,
        };
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
