//! Problem documents of the endpoint (RFC 9457).

use std::fmt::Display;

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::http::header::{ALLOW, CACHE_CONTROL, RETRY_AFTER, X_CONTENT_TYPE_OPTIONS};
use serde::Serialize;

use super::status;
use crate::query::QueryError;

/// Begins the `type` of a problem document.
const TYPES: &str = "https://w3id.org/ommatidia/problem/";
/// What the endpoint does.
pub(super) const METHODS: &str = "GET, HEAD, POST, OPTIONS";

/// Why a request is not answered as it hoped.
#[derive(Debug)]
pub(super) struct Problem {
    word: &'static str,
    detail: String,
    retry_after: Option<u64>,
    /// Line and column of the query, from 1.
    place: Option<(usize, usize)>,
}

#[derive(Serialize)]
struct Document<'a> {
    #[serde(rename = "type")]
    kind: String,
    title: &'static str,
    status: u16,
    detail: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    line: Option<usize>,
    #[serde(skip_serializing_if = "Option::is_none")]
    column: Option<usize>,
}

impl Problem {
    fn new(word: &'static str, detail: impl Into<String>) -> Problem {
        Problem {
            word,
            detail: detail.into(),
            retry_after: None,
            place: None,
        }
    }

    /// The request is not as the protocol has it.
    pub fn malformed(detail: impl Into<String>) -> Problem {
        Problem::new("malformed", detail)
    }

    /// The body is not as its kind wants it.
    pub fn media_type(detail: impl Into<String>) -> Problem {
        Problem::new("media-type", detail)
    }

    /// The body does not come.
    pub fn slow(seconds: u64) -> Problem {
        Problem::new(
            "slow-request",
            format!("the request was not complete after {seconds} seconds"),
        )
    }

    /// This method does nothing here.
    pub fn method(method: &str) -> Problem {
        Problem::new(
            "method",
            format!("{method} is not possible here; ask with GET or POST"),
        )
    }

    /// None of the forms that were asked for can be had.
    pub fn not_acceptable(available: &[&str]) -> Problem {
        Problem::new(
            "not-acceptable",
            format!(
                "the description of this service can be had as {}; none of these is asked for",
                available.join(", ")
            ),
        )
    }

    /// Something is broken here. What, is for the operator.
    pub fn internal(cause: impl Display) -> Problem {
        tracing::error!(error = %cause, "/sparql could not answer: {cause}");
        Problem::new(
            "internal",
            "this service could not answer because of a fault of its own; its operator finds the cause in the server's log",
        )
    }

    /// The sentence.
    pub fn detail(&self) -> &str {
        &self.detail
    }

    /// Line and column of the query where it is, from 1, if it is at one.
    pub fn place(&self) -> Option<(usize, usize)> {
        self.place
    }

    /// The status of its answer.
    pub fn status(&self) -> StatusCode {
        status(self.word)
    }

    /// Seconds after which asking again makes sense.
    pub fn retry_after(&self) -> Option<u64> {
        self.retry_after
    }

    /// A few words for it.
    pub fn title(&self) -> &'static str {
        match self.word {
            "not-acceptable" => "Not available in this form",
            "method" => "Not possible here",
            "media-type" | "malformed" | "query-parameter" => "Not understood",
            "slow-request" => "Too slow",
            "query-syntax" => "The query cannot be read",
            "query-length" | "query-nesting" | "query-steps" => "The query is too large",
            "query-update" => "Nothing can be changed here",
            "query-service" => "No such service",
            "query-search" => "The search is not understood",
            "query-function" => "No such function",
            "query-time" => "The query takes too long",
            "query-rows" | "query-size" => "The result is too large",
            "query-memory" | "query-text" => "The query needs too much memory",
            "busy" => "Too many queries",
            _ => "Something is broken here",
        }
    }

    /// The document.
    pub fn response(&self) -> HttpResponse {
        let status = self.status();
        let document = Document {
            kind: format!("{TYPES}{}", self.word),
            title: self.title(),
            status: status.as_u16(),
            detail: &self.detail,
            line: self.place.map(|(line, _)| line),
            column: self.place.map(|(_, column)| column),
        };
        let mut response = HttpResponse::build(status);
        response
            .content_type("application/problem+json")
            .insert_header((CACHE_CONTROL, "no-cache"))
            .insert_header((X_CONTENT_TYPE_OPTIONS, "nosniff"));
        if status == StatusCode::METHOD_NOT_ALLOWED {
            response.insert_header((ALLOW, METHODS));
        }
        if let Some(seconds) = self.retry_after {
            response.insert_header((RETRY_AFTER, seconds.to_string()));
        }
        match serde_json::to_string_pretty(&document) {
            Ok(json) => response.body(json + "\n"),
            Err(error) => {
                tracing::error!(%error, "a problem document could not be written");
                response.finish()
            }
        }
    }
}

impl From<QueryError> for Problem {
    fn from(error: QueryError) -> Problem {
        if error.word() == "internal" {
            return Problem::internal(&error);
        }
        let retry_after = match error {
            QueryError::Busy { retry_after } => Some(retry_after),
            _ => None,
        };
        let place = match error {
            QueryError::Syntax { line, column, .. } => Some((line, column)),
            QueryError::TooDeep { line, .. } => Some((line, 1)),
            _ => None,
        };
        Problem {
            retry_after,
            place,
            ..Problem::new(error.word(), error.to_string())
        }
    }
}
