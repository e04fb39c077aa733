//! `/iiif/3/…` and what belongs to it: pictures of images by the IIIF Image API 3.0, manifests by the Presentation API 3.0.
//!
//! What an address asks is read by `crate::iiif`; whether the image is there and may be seen is looked up at each request
//! (`find`), as for its files. What was opened and what was made lately is kept within a number of bytes (`kept`): both are
//! named by the digest of the image's record, so that what is kept can only be true. Opening and making goes through a
//! `gate`, so that any number of requests at once costs a bounded amount of memory and work; those for whom there is no room
//! are asked to come again. Errors are problem documents, as everywhere.

mod answers;
mod find;
mod gate;
mod kept;
mod looking;
mod manifests;
mod opening;
mod redirects;

pub(super) use answers::image;
pub(super) use find::{Found, image as find_image};
pub(super) use kept::Pictures;
pub(super) use looking::{Looked, look};
pub(super) use manifests::manifest;
pub(super) use redirects::{service, thumbnail};

use ::web::http::{Answer as _, Keep, PROBLEM_JSON, Problem};
use actix_web::http::StatusCode;
use actix_web::http::header::{CACHE_CONTROL, RETRY_AFTER};
use actix_web::{HttpRequest, HttpResponse, ResponseError};

use super::error::ServeError;
use super::state::State;
use crate::iiif::{Refusal, RefusalKind};

/// Why there is no answer as it was hoped for.
#[derive(Debug, thiserror::Error)]
enum IiifError {
    /// What was asked cannot be had.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// The image is not there, or this node has a fault.
    #[error(transparent)]
    Serve(#[from] ServeError),
    /// Too much is asked at once.
    #[error("more pictures are asked for than this node can make at once; ask again in a moment")]
    Busy,
}

impl IiifError {
    fn status(&self) -> StatusCode {
        match self {
            IiifError::Refused(refusal) => match refusal.kind {
                RefusalKind::Malformed => StatusCode::BAD_REQUEST,
                RefusalKind::NotFound => StatusCode::NOT_FOUND,
                RefusalKind::NotImplemented => StatusCode::NOT_IMPLEMENTED,
                RefusalKind::Unreadable => StatusCode::INTERNAL_SERVER_ERROR,
            },
            IiifError::Serve(error) => error.status_code(),
            IiifError::Busy => StatusCode::SERVICE_UNAVAILABLE,
        }
    }

    /// The answer: a problem document. What is broken inside is for the operator's log.
    fn respond(&self, request: &HttpRequest) -> HttpResponse {
        let status = self.status();
        let mut response = HttpResponse::build(status);
        response.insert_header((CACHE_CONTROL, Keep::Revalidate.cache_control()));
        if status == StatusCode::SERVICE_UNAVAILABLE {
            response.insert_header((RETRY_AFTER, "1"));
        }
        if status == StatusCode::INTERNAL_SERVER_ERROR {
            let path = request.path();
            tracing::error!(url.path = path, error = %self, "{path} could not be answered: {self}");
        }
        response
            .content_type(PROBLEM_JSON)
            .body(self.problem().to_json())
    }

    fn problem(&self) -> Problem {
        let (word, title) = match self {
            IiifError::Serve(error) => return error.problem(),
            IiifError::Busy => ("not-ready", "Not ready"),
            IiifError::Refused(refusal) => match refusal.kind {
                RefusalKind::Malformed => ("malformed", "Malformed request"),
                RefusalKind::NotFound => ("not-found", "Not found"),
                RefusalKind::NotImplemented => ("not-implemented", "Not done here"),
                RefusalKind::Unreadable => {
                    return ServeError::Broken(refusal.to_string()).problem();
                }
            },
        };
        Problem::new(self.status(), word, title, self.to_string())
    }
}

/// The address as it was sent, after a path of ours that is below the base path or not: nothing is decoded yet.
pub(super) fn rest_of<'a>(state: &State, request: &'a HttpRequest, below: &str) -> &'a str {
    let path = request.uri().path();
    let own = path
        .strip_prefix(state.site.base_path.as_str())
        .and_then(|path| path.strip_prefix(below));
    let bare = || {
        path.strip_prefix('/')
            .and_then(|path| path.strip_prefix(below))
    };
    // where a client encoded what needs no encoding, nothing is found there
    own.or_else(bare).unwrap_or_default()
}
