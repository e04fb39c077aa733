use super::State;
use crate::identifier::{Accession, Prefix};

/// Why a well-formed entry is `invalid` at its place in the log. The code is stable; the sentence is for people.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{sentence}")]
pub struct Rejection {
    code: &'static str,
    sentence: String,
}

impl Rejection {
    /// `foreign-id`, `version`, `unknown-id`, `gone`, `move` or `promise`.
    pub fn code(&self) -> &'static str {
        self.code
    }

    /// What is wrong, in words.
    pub fn sentence(&self) -> &str {
        &self.sentence
    }

    fn new(code: &'static str, sentence: String) -> Self {
        Self { code, sentence }
    }

    pub(super) fn foreign_id(id: &str, prefix: &Prefix) -> Self {
        Self::new(
            "foreign-id",
            format!("{id} does not begin with the member's prefix {prefix}"),
        )
    }

    pub(super) fn version(id: &Accession, version: u64, expected: u64) -> Self {
        Self::new(
            "version",
            format!("version {version} of {id} was announced where {expected} follows"),
        )
    }

    pub(super) fn unknown_id(id: &Accession) -> Self {
        Self::new(
            "unknown-id",
            format!("{id} was never published, so nothing can be done to it"),
        )
    }

    pub(super) fn gone(id: &Accession) -> Self {
        Self::new("gone", format!("{id} or its study is gone for good"))
    }

    pub(super) fn illegal_move(id: &Accession, operation: &str, from: &State) -> Self {
        let state = match from {
            State::Public => "public",
            State::Suppressed => "suppressed",
            State::Gone { .. } => "gone",
        };
        Self::new(
            "move",
            format!("{id} is {state}, which {operation} does not apply to"),
        )
    }

    pub(super) fn promise(id: &Accession, index: u64) -> Self {
        Self::new(
            "promise",
            format!("the nonce does not open a promise made for {id} at index {index}"),
        )
    }
}
