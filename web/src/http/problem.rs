//! Problem documents (RFC 9457): what a program is told when its request is not answered as it hoped.

use actix_web::http::StatusCode;
use serde::Serialize;

/// Begins the `type` of a problem document; a word for the kind of problem follows.
const TYPES: &str = "https://w3id.org/ommatidia/problem/";

/// The media type of problem documents.
pub const PROBLEM_JSON: &str = "application/problem+json";

/// What remains of something that is gone.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Default)]
#[serde(rename_all = "camelCase")]
pub struct Tombstone {
    /// What was asked for.
    pub id: String,
    /// The reason code of the log, where one operation is the cause.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// When, RFC 3339.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub time: Option<String>,
    /// The log index of the operation.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub log_index: Option<u64>,
    /// What took its place.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub successor: Option<String>,
    /// Where that is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub successor_url: Option<String>,
    /// Versioned ids that still answer.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub versions: Vec<String>,
}

/// A problem document: what a program is told, and what an error page says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Problem {
    /// The kind of problem, an IRI.
    #[serde(rename = "type")]
    pub kind: String,
    /// The kind in words.
    pub title: &'static str,
    /// The HTTP status.
    pub status: u16,
    /// This occurrence, in a sentence.
    pub detail: String,
    /// What remains of what is gone.
    #[serde(flatten, skip_serializing_if = "Option::is_none")]
    pub tombstone: Option<Tombstone>,
}

impl Problem {
    /// A problem of a kind that a word names (`not-found`), which is the end of its `type`.
    pub fn new(status: StatusCode, word: &str, title: &'static str, detail: String) -> Problem {
        Problem {
            kind: format!("{TYPES}{word}"),
            title,
            status: status.as_u16(),
            detail,
            tombstone: None,
        }
    }

    /// A problem that was found before a handler was asked, such as a query that cannot be read.
    pub fn of_status(status: StatusCode, detail: String) -> Problem {
        let (word, title) = if status == StatusCode::NOT_FOUND {
            ("not-found", "Not found")
        } else {
            ("malformed", "Not understood")
        };
        Problem::new(status, word, title, detail)
    }

    /// Adds what remains of what is gone.
    pub fn with_tombstone(mut self, tombstone: Option<Tombstone>) -> Problem {
        self.tombstone = tombstone;
        self
    }

    /// The document as JSON, indented, with a line feed at the end.
    pub fn to_json(&self) -> String {
        let mut text =
            serde_json::to_string_pretty(self).expect("text, numbers and lists are JSON");
        text.push('\n');
        text
    }
}

#[cfg(test)]
mod tests {
    use actix_web::http::StatusCode;

    use super::{Problem, Tombstone};

    #[test]
    fn what_remains_of_what_is_gone_stands_beside_the_problem() {
        let stone = Tombstone {
            id: "DND-S1".to_owned(),
            log_index: Some(7),
            ..Tombstone::default()
        };
        let problem = Problem::new(
            StatusCode::GONE,
            "gone",
            "Gone",
            "it was withdrawn".to_owned(),
        )
        .with_tombstone(Some(stone));
        assert_eq!(
            problem.to_json(),
            "{\n  \"type\": \"https://w3id.org/ommatidia/problem/gone\",\n  \"title\": \"Gone\",\n  \"status\": 410,\n  \
             \"detail\": \"it was withdrawn\",\n  \"id\": \"DND-S1\",\n  \"logIndex\": 7\n}\n"
        );
    }

    #[test]
    fn what_the_framework_refuses_has_a_kind_too() {
        let problem = Problem::of_status(StatusCode::BAD_REQUEST, "no number".to_owned());
        assert!(problem.kind.ends_with("/problem/malformed"));
        let problem = Problem::of_status(StatusCode::NOT_FOUND, "no page".to_owned());
        assert!(problem.kind.ends_with("/problem/not-found"));
    }
}
