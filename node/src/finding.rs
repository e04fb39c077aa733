//! What reading and validation have to say about a study: all of it, each with the place it is about.

use serde::{Deserialize, Serialize};

/// How much a finding weighs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// The study is refused until it is mended.
    Error,
    /// The study is published; somebody should look at it.
    Warning,
}

/// One thing that is wrong, missing or was repaired.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Finding {
    /// How much it weighs.
    pub severity: Severity,
    /// The place: `components[0].images[2].file`, or in a crate the entity and its property, `#person-1 name`.
    pub path: String,
    /// What is wrong and what to do, in a sentence without a full stop.
    pub message: String,
}

impl Finding {
    /// An error at a place.
    pub fn error(path: impl Into<String>, message: impl Into<String>) -> Finding {
        Finding {
            severity: Severity::Error,
            path: path.into(),
            message: message.into(),
        }
    }

    /// A warning at a place.
    pub fn warning(path: impl Into<String>, message: impl Into<String>) -> Finding {
        Finding {
            severity: Severity::Warning,
            path: path.into(),
            message: message.into(),
        }
    }

    /// Whether it stands in the way of publishing.
    pub fn is_error(&self) -> bool {
        self.severity == Severity::Error
    }
}
